import { expect, test } from 'vitest';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { LogGroup } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { feedOf } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { type Bed, bed, event, hour, logGroup, minute, second, startMs } from './bed.js';

const groupsOf = (count: number): LogGroup[] => Array.from({ length: count }, (_, i) => logGroup(`group-${i}`));

/** Events that make so many pages of ten for each window. */
function fill(on: Bed, groups: readonly LogGroup[], pages: number, forMs: number): void {
  const everyMs = minute / (pages * 10);
  for (const [i, group] of groups.entries()) {
    const count = Math.floor(forMs / everyMs);
    on.aws.write(
      group,
      Array.from({ length: count }, (_, n) => event(i * 1_000_000 + n, startMs + n * everyMs)),
    );
  }
}

/** The longest lag of each group, from when all had caught up. */
async function longestLags(on: Bed, groups: readonly LogGroup[], fromMs: number, forMs: number): Promise<number> {
  await on.run(fromMs);
  let longest = 0;
  await on.run(forMs, () => {
    for (const { lagMs } of on.source.states()) longest = Math.max(longest, lagMs ?? Number.POSITIVE_INFINITY);
  });
  expect(on.source.states()).toHaveLength(groups.length);
  return longest;
}

// Beside the formula: looking for work (5 s at most), and the time of the calls themselves.
const slackMs = 6 * second;

test.each([
  { groups: 10, pages: 1, quota: 5 },
  { groups: 20, pages: 2, quota: 5 },
  { groups: 4, pages: 20, quota: 10 },
  // More windows a minute than calls: windows of several minutes come in one call.
  { groups: 150, pages: 0.1, quota: 2 },
])(
  'lag of $groups groups with $pages pages a window at $quota calls/s: settle + window + pages of all / (0.7 of the quota less the sweeps)',
  async ({ groups: count, pages, quota }) => {
    const groups = groupsOf(count);
    const on = bed(groups, { quota });
    fill(on, groups, pages, hour);
    on.start({ rules: { firstReadMs: minute, sweepAgesMs: [15 * minute] } });
    const pagesOfAll = count * Math.max(1, pages);
    const formulaMs = 30 * second + minute + (pagesOfAll / (0.7 * quota * 0.7)) * second;
    const lagMs = await longestLags(on, groups, 20 * minute, 35 * minute);
    expect(lagMs).toBeLessThanOrEqual(formulaMs + slackMs);
    expect(on.aws.overQuota).toBe(0);
    await on.stop();
  },
);

test('a quiet group is read on time however far behind others are', async () => {
  const groups = groupsOf(9);
  const [quiet, ...busy] = groups as [LogGroup, ...LogGroup[]];
  const on = bed(groups, { quota: 5, pageEvents: 10 });
  // Three hours of 30 pages a minute each: days of reading.
  for (const [i, group] of busy.entries()) {
    const events = Array.from({ length: 6_000 }, (_, n) => event((i + 1) * 100_000 + n, startMs - 3 * hour + n * 200));
    on.aws.write(group, events);
  }
  on.aws.write(
    quiet,
    Array.from({ length: 60 }, (_, n) => event(n, startMs + n * minute)),
  );
  on.start({ rules: { sweepAgesMs: [15 * minute] } });
  await on.run(10 * minute);
  let longest = 0;
  await on.run(20 * minute, () => {
    longest = Math.max(longest, on.source.states()[0]?.lagMs ?? Number.POSITIVE_INFINITY);
  });
  const behind = on.source.states().slice(1);
  expect(behind.every(({ lagMs }) => (lagMs ?? 0) > hour)).toBe(true);
  expect(longest).toBeLessThan(2 * minute);
  await on.stop();
});

test('a region that does not answer holds up no other', async () => {
  const [here, there] = [logGroup('shop'), logGroup('shop', 'us-east-1')];
  const on = bed([here, there]);
  on.aws.write(
    here,
    Array.from({ length: 60 }, (_, n) => event(n, startMs + n * minute)),
  );
  on.start({
    client: {
      readPage: (request, signal) =>
        request.group.region === 'us-east-1'
          ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          : on.aws.readPage(request, signal),
    },
  });
  await on.run(65 * minute);
  expect(on.store.counted()).toEqual(on.truth());
  expect(on.watermark(there)).toBeUndefined();
  await on.stop();
});

test('where other readers use up the quota, reading slows down instead of asking in vain', async () => {
  const groups = groupsOf(6);
  // AWS leaves two calls a second; the budget believes in ten.
  const on = bed(groups, { quota: 2 });
  fill(on, groups, 3, hour);
  on.start({
    rules: { firstReadMs: minute, sweepAgesMs: [15 * minute] },
    budgets: createRateBudgets({ quotaOf: () => 10, nowMs: on.clock.nowMs, wait: on.clock.wait }),
  });
  await on.run(2 * hour);
  expect(on.store.counted()).toEqual(on.truth());
  const throttles = on.source.states().reduce((sum, state) => sum + state.throttles, 0);
  expect(throttles).toBe(on.aws.overQuota);
  expect(throttles).toBeGreaterThan(0);
  expect(throttles / on.aws.calls.length).toBeLessThan(0.3);
  await on.stop();
});

test('sweeps take no turn from live reading and at most 30 % of all', async () => {
  const groups = groupsOf(30);
  const on = bed(groups, { quota: 5 });
  fill(on, groups, 0.5, 2 * hour);
  const asked: string[] = [];
  const budgets = createRateBudgets({ quotaOf: () => 5, nowMs: on.clock.nowMs, wait: on.clock.wait });
  const budget = budgets.of('111122223333', 'eu-west-1', 'logs:FilterLogEvents');
  on.start({
    rules: { firstReadMs: minute, sweepAgesMs: [minute, 5 * minute, 15 * minute] },
    budgets: {
      of: () => ({
        ...budget,
        throttled: budget.throttled,
        async take(key, signal, priority) {
          await budget.take(key, signal, priority);
          asked.push(priority ?? 'live');
        },
      }),
    },
  });
  await on.run(hour);
  const sweeps = asked.filter((priority) => priority === 'sweep').length;
  expect(sweeps).toBeGreaterThan(100);
  expect(sweeps).toBeLessThanOrEqual(3_600 * 3.5 * 0.3 + 1);
  expect(Math.max(...on.source.states().map(({ lagMs }) => lagMs ?? 0))).toBeLessThan(2 * minute);
  await on.stop();
});

test('500 groups with 2,000 streams in all: a few calls under way, and none is left behind', async () => {
  const groups = groupsOf(500);
  const on = bed(groups, { quota: 10 });
  for (const [i, group] of groups.entries()) {
    const events = Array.from({ length: 4 }, (_, n) => ({
      ...event(i * 10 + n, startMs + n * 3 * minute),
      logStreamName: `stream-${i}-${n}`,
    }));
    on.aws.write(group, events);
  }
  let underWay = 0;
  let most = 0;
  on.start({
    rules: { firstReadMs: minute, sweepAgesMs: [] },
    client: {
      async readPage(request, signal) {
        most = Math.max(most, ++underWay);
        try {
          return await on.aws.readPage(request, signal);
        } finally {
          underWay--;
        }
      },
    },
  });
  await on.run(15 * minute);
  expect(on.store.counted()).toEqual(on.truth());
  expect(most).toBeLessThanOrEqual(6);
  for (const group of groups) expect(on.store.progress.get(feedOf(group))).toBeGreaterThan(startMs + 10 * minute);
  await on.stop();
});

test('of a window with thousands of pages only some are held, however slowly it is stored', async () => {
  const shop = logGroup('shop');
  const on = bed([shop], { pageEvents: 1, quota: 100 });
  // Pages of 400 KB: some are enough to fill what a reading may hold.
  const message = 'x'.repeat(400_000);
  on.aws.write(
    shop,
    Array.from({ length: 600 }, (_, n) => event(n, startMs + minute + n * 100, second, message)),
  );
  const stored = on.store.sink();
  let taken = 0;
  let mostAhead = 0;
  const streamed: (boolean | undefined)[] = [];
  on.start({
    sink: {
      ...stored,
      accept: (unit) => {
        if (!Array.isArray(unit.content)) streamed.push(unit.isArriving);
        return stored.accept({
          ...unit,
          content: (async function* () {
            for await (const bytes of unit.content) {
              taken += bytes.length;
              mostAhead = Math.max(
                mostAhead,
                on.aws.calls.filter(({ request }) => request.fromMs >= startMs).length * 400_000 - taken,
              );
              await on.clock.wait(500);
              yield bytes;
            }
          })(),
        });
      },
    },
  });
  await on.run(20 * minute);
  expect(on.store.counted()).toEqual(on.truth());
  // Others do not wait for it either.
  expect(streamed.length).toBeGreaterThan(0);
  expect(new Set(streamed)).toEqual(new Set([true]));
  expect(mostAhead).toBeLessThan(16_000_000);
  await on.stop();
});
