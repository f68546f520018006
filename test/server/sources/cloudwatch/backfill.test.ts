import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import {
  type BackfillOptions,
  type BackfillProgress,
  backfill,
} from '../../../../server/src/sources/cloudwatch/backfill.js';
import { feedOf } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { type Bed, bed, event, groupOf, hour, logGroup, minute, second, startMs } from './bed.js';

const shop = logGroup('/aws/apigateway/shop');
const other = logGroup('/aws/apigateway/other');
const never = new AbortController().signal;

const optionsOf = (on: Bed, more: Partial<BackfillOptions> = {}): BackfillOptions => ({
  groups: [groupOf(shop), groupOf(other)],
  range: { fromMs: startMs - 10 * hour, toMs: startMs - 5 * hour },
  client: on.aws,
  budgets: createRateBudgets({ quotaOf: () => 10, nowMs: on.clock.nowMs, wait: on.clock.wait }),
  sink: on.store.sink(),
  nowMs: on.clock.nowMs,
  wait: on.clock.wait,
  ...more,
});

function written(): Bed {
  const on = bed([shop, other]);
  on.aws.write(
    shop,
    Array.from({ length: 300 }, (_, n) => event(n, startMs - 10 * hour + n * minute)),
  );
  on.aws.write(
    other,
    Array.from({ length: 300 }, (_, n) => event(1_000 + n, startMs - 10 * hour + n * minute)),
  );
  return on;
}

test('reads a past range of all groups and says how far it is', async () => {
  const on = written();
  const told: BackfillProgress[] = [];
  const running = backfill(optionsOf(on, { onProgress: (progress) => told.push(progress) }), never);
  await on.run(hour);
  expect(await running).toEqual({ windows: 600, doneWindows: 600, events: 600, failures: [] });
  expect(on.store.counted()).toEqual(on.truth());
  const done = told.map(({ doneWindows }) => doneWindows);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(told.length).toBeGreaterThan(100);
});

test('broken off at any moment and begun again, it reads what is missing and nothing twice', async () => {
  const on = written();
  for (const ms of [300, 700, 1_500, 3_000]) {
    const stop = new AbortController();
    const running = backfill(optionsOf(on), stop.signal);
    await on.run(ms);
    stop.abort(new Error('broken off'));
    await expect(running).rejects.toThrow('broken off');
  }
  const running = backfill(optionsOf(on), never);
  await on.run(hour);
  expect((await running).doneWindows).toBe(600);
  expect(on.store.counted()).toEqual(on.truth());
  expect(new Set(on.store.accepted.map(({ unit }) => unit)).size).toBe(on.store.accepted.length);
});

test('beside live reading: nothing counts twice, live reading is not held up, and the last sweep goes over it too', async () => {
  const on = bed([shop]);
  const late = 2 * hour;
  on.aws.write(
    shop,
    Array.from({ length: 900 }, (_, n) => event(n, startMs - 10 * hour + n * minute, n % 7 === 0 ? late : second)),
  );
  on.start({ rules: { sweepAgesMs: [15 * minute, 6 * hour] } });
  await on.run(minute);
  const range = { fromMs: startMs - 10 * hour, toMs: startMs + hour };
  const running = backfill(optionsOf(on, { groups: [groupOf(shop)], range }), never);
  await on.run(13 * hour);
  await running;
  expect(on.store.counted()).toEqual(on.truth());
  // Its windows are of the past: the watermark is live reading's alone.
  expect(on.watermark(shop)).toBe(startMs + 13 * hour);
  await on.stop();
});

test('what has not settled is left to live reading', async () => {
  const on = bed([shop]);
  const running = backfill(
    optionsOf(on, { groups: [groupOf(shop)], range: { fromMs: startMs - hour, toMs: startMs + hour } }),
    never,
  );
  await on.run(hour);
  expect((await running).windows).toBe(59);
});

test('a group that cannot be read is told with its reason, the others are read', async () => {
  const on = written();
  on.aws.refused.set(feedOf(shop), new AwsError('denied', 'not allowed'));
  const running = backfill(optionsOf(on), never);
  await on.run(hour);
  const { failures, doneWindows } = await running;
  expect(failures).toEqual([{ group: shop, state: 'denied', message: 'not allowed' }]);
  expect(doneWindows).toBe(300);
  expect(on.store.counted()).toEqual(on.aws.eventsOf(other).map(({ eventId }) => eventId));
});
