import { setImmediate } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { compileAccessLogFormat } from '../../../../parsers/src/index.js';
import { createLogEventsClient } from '../../../../server/src/aws/cloudwatch-logs-client.js';
import { patternsFrom, thriftyAccess } from '../../../../server/src/aws/discovery/refusal-formats.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { CloudWatchGroup } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { createCloudWatchSource } from '../../../../server/src/sources/cloudwatch/cloudwatch-source.js';
import type { LogEventsClient } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { createFakeClock, type FakeClock } from '../../../fake-aws/clock.js';
import { account, clientOf, fakeFor, region, worldOfGroup } from '../../../fake-aws/harness.js';
import { awsQuotas } from '../../../fake-aws/quotas.js';
import type { FakeLogEvent } from '../../../fake-aws/world.js';
import { accessLine, apiId, baseMs, format, stage } from '../../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf, truthOf } from '../../pipeline/bed.js';
import { createMemoryStore, MemoryTables } from '../../pipeline/memory-store.js';
import { hour, minute, second, startMs } from './bed.js';

const group = { account, region, name: '/aws/apigateway/shop' };
const busyUntilMs = startMs + 40 * minute;
const endMs = startMs + 100 * minute;
/** Of what AWS allows here, 5 calls a second: 30 a minute, of which sweeps may take 9. */
const share = 0.1;
const callsPerSecond = 0.5;
/** For live reading and sweeps. */
const pageEvents = 10;

/** Busy minutes take 40 pages, the others 2. One of twenty requests is refused; one of fifty shows late. */
function* traffic(): Generator<FakeLogEvent> {
  let n = 0;
  for (let at = startMs - 10 * minute; at < endMs; n++) {
    const fate = n % 20 === 0 ? 'denied' : n % 20 === 10 ? 'throttled' : 'served';
    const message = accessLine({ n, fate, atMs: at - baseMs });
    yield { timestamp: at, message, visibleAt: at + (n % 49 === 0 ? 25 * minute : 2 * second) };
    at += at >= startMs && at < busyUntilMs ? minute / 400 : minute / 20;
  }
}

function groupRead(): CloudWatchGroup {
  const always = { fromMs: 0, mixed: { fromMs: 0, toMs: 0 }, knownByMs: 0 };
  const access = thriftyAccess([patternsFrom(always, [format], compileAccessLogFormat)]);
  if (access === null) throw new Error('no pattern');
  const countedStages = [{ account, region, api_id: apiId, stage }];
  return {
    group,
    settings: [{ fromMs: 0, settings: settingsOf({ place: { account, region } }) }],
    thrifty: { ...access, delayMs: 0, countedStages },
  };
}

/** Lets the clock leap whenever nobody waits for an answer. */
async function run(clock: FakeClock, untilMs: number, isAsking: () => boolean, each: () => void): Promise<void> {
  for (let quiet = 0; ; quiet++) {
    await setImmediate();
    if (isAsking()) quiet = 0;
    if (quiet < 5) continue;
    quiet = 0;
    each();
    const dueMs = clock.nextDueMs();
    if (dueMs === null || dueMs > untilMs) return clock.set(untilMs);
    clock.set(Math.max(dueMs, clock.nowMs()));
  }
}

test('a group too busy for the quota is read thriftily until it is quiet again: little lag, all refusals, and no total that is none', async () => {
  const events = [...traffic()];
  const clock = createFakeClock(startMs);
  const aws = await fakeFor(worldOfGroup({ name: group.name, events }), {
    clock,
    quotas: awsQuotas,
    faults: [{ operation: 'logs:FilterLogEvents', effect: { kind: 'short_page', events: pageEvents } }],
  } as Parameters<typeof fakeFor>[1]);
  const sdk = new CloudWatchLogsClient(clientOf(aws));
  const inner = createLogEventsClient({ clientOf: () => sdk });
  let asking = 0;
  const client: LogEventsClient = {
    async readPage(request, signal) {
      asking++;
      try {
        return await inner.readPage(request, signal);
      } finally {
        asking--;
      }
    },
  };
  const tables = new MemoryTables();
  const sink = pipelineOn(createMemoryStore(tables), { nowMs: clock.nowMs });
  const source = createCloudWatchSource({
    groups: () => [groupRead()],
    client,
    budgets: createRateBudgets({ share, nowMs: clock.nowMs, wait: clock.wait }),
    rules: { firstReadMs: 5 * minute, sweepAgesMs: [15 * minute, hour] },
    nowMs: clock.nowMs,
    wait: clock.wait,
    telemetry: silentTelemetry,
  });
  const stopping = new AbortController();
  const running = source.run(sink, stopping.signal);

  const seen: { atMs: number; reading: string; lagMs: number }[] = [];
  const look = (): void => {
    for (const { reading, lagMs } of source.states()) seen.push({ atMs: clock.nowMs(), reading, lagMs: lagMs ?? 0 });
  };
  await run(clock, endMs + 2 * hour, () => asking > 0, look);
  stopping.abort(new Error('over'));
  await running;
  sdk.destroy();

  const during = (fromMs: number, toMs: number) => seen.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const readings = (fromMs: number, toMs: number) => [...new Set(during(fromMs, toMs).map(({ reading }) => reading))];
  expect(readings(startMs, startMs + 3 * minute)).toEqual(['whole']);
  expect(readings(startMs + 15 * minute, busyUntilMs + 25 * minute)).toEqual(['thrifty']);
  expect(readings(busyUntilMs + 45 * minute, endMs)).toEqual(['whole']);

  // Whole, 40 pages a minute against 21: it would be behind by more with each minute. Thriftily it is 2 pages, and the formula holds.
  const formulaMs = 30 * second + minute + (2 / (callsPerSecond * 0.7)) * second;
  const longest = Math.max(...during(startMs + 25 * minute, busyUntilMs).map(({ lagMs }) => lagMs));
  expect(Math.max(...during(startMs, startMs + 20 * minute).map(({ lagMs }) => lagMs))).toBeGreaterThan(formulaMs);
  expect(longest).toBeLessThanOrEqual(formulaMs + 12 * second);
  expect(aws.calls.busiest(1_000, { operation: 'logs:FilterLogEvents' })).toBeLessThanOrEqual(5);

  const read = events.filter(({ timestamp }) => timestamp >= startMs - 5 * minute);
  const truth = truthOf([{ id: 'all', lines: read.map(({ message }) => message), place: { account, region } }]);
  const rows = tables.standing().filter((row) => !row.cancelled);
  expect(rows.map(({ eventId }) => eventId).sort()).toEqual(truth.rows.map((row) => row.split(' ')[0]).sort());
  const unmarked = (counts: ReadonlyMap<string, number>) =>
    [...counts].filter(([key]) => !marked.has((JSON.parse(key) as { minuteMs: number }).minuteMs));
  const marked = new Set(tables.refusalsOnly.map(({ minuteMs }) => minuteMs));
  expect(unmarked(tables.countedRequests())).toEqual(unmarked(truth.requests));
  const isRefused = ([key]: [string, number]): boolean => key.includes('"statusClass":"403"');
  expect([...tables.countedRequests()].filter(isRefused)).toEqual([...truth.requests].filter(isRefused));
  expect(marked.size).toBeGreaterThan(30);
  expect(marked.size).toBeLessThan(90);
  expect(new Set(tables.refusalsOnly.map(({ apiId: api, stage: of }) => `${api}/${of}`))).toEqual(
    new Set([`${apiId}/${stage}`]),
  );
});
