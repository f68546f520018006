import { expect, test } from 'vitest';
import { createRateBudgets } from '../../../server/src/aws/rate-budgets.js';
import { type Backfiller, createBackfiller } from '../../../server/src/sources/backfiller.js';
import { openBackfill } from '../../../server/src/sources/cloudwatch/backfill.js';
import type { PastReading, PastRequest } from '../../../server/src/sources/past-reading.js';
import type { Source } from '../../../server/src/sources/source.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { type Bed, bed, event, hour, logGroup, minute, second, startMs } from './cloudwatch/bed.js';

const shop = logGroup('/aws/apigateway/shop');
const american = logGroup('/aws/apigateway/shop', 'us-east-1');
const lastHours: PastRequest = { range: { fromMs: startMs - 10 * hour, toMs: startMs }, api: null, stage: null };

function written(): Bed {
  const on = bed([shop, american]);
  for (const [i, group] of [shop, american].entries()) {
    const events = Array.from({ length: 590 }, (_, n) => event(i * 1_000 + n, startMs - 10 * hour + n * minute));
    on.aws.write(group, events);
  }
  return on;
}

interface Process {
  readonly backfiller: Backfiller;
  /** As a service ends: what is under way is told to stop. */
  end(): void;
}

/** A service: one source that reads both groups, with its own memory, on the store of the bed. */
function service(on: Bed, more: Partial<PastReading> = {}): Process {
  const end = new AbortController();
  const budgets = createRateBudgets({ quotaOf: () => 10, nowMs: on.clock.nowMs, wait: on.clock.wait });
  const { nowMs, wait } = on.clock;
  const source: Source = {
    name: 'aws',
    run: async () => {},
    openPast: ({ range }) => ({
      problems: [],
      waitsFor: null,
      ...openBackfill({ groups: on.groups, range, client: on.aws, budgets, nowMs, wait }),
      ...more,
    }),
  };
  const backfiller = createBackfiller({
    sources: () => [{ name: 'file', run: async () => {} }, source],
    sink: on.store.sink(),
    keptDays: 30,
    telemetry: silentTelemetry,
    nowMs,
    signal: end.signal,
  });
  return { backfiller, end: () => end.abort() };
}

const doneWindows = ({ backfiller }: Process): number =>
  backfiller.list()[0]?.groups.reduce((sum, group) => sum + group.doneWindows, 0) ?? -1;

test('reads the range to its end and says so', async () => {
  const on = written();
  const { backfiller } = service(on);
  const started = backfiller.start(lastHours);
  expect(started).toMatchObject({ kind: 'started', report: { state: 'running', endedMs: null } });
  await on.run(hour);
  expect(backfiller.list()).toMatchObject([
    { ...lastHours, state: 'done', problems: [], groups: [{ state: 'done', events: 590 }, { state: 'done' }] },
  ]);
  expect(backfiller.list()[0]?.endedMs).toBeGreaterThan(startMs);
});

test('one at a time: another one is refused while it runs, and taken afterwards', async () => {
  const on = written();
  const { backfiller } = service(on);
  const first = backfiller.start(lastHours);
  await on.run(second);
  expect(backfiller.start({ ...lastHours, api: 'x' })).toMatchObject({ kind: 'busy', report: { api: null } });
  await on.run(hour);
  const second_ = backfiller.start(lastHours);
  expect(second_.kind).toBe('started');
  await on.run(hour);
  const ids = backfiller.list().map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(ids[1]).toBe(first.kind === 'started' ? first.report.id : null);
});

test('stopped and begun again it goes on, and counts nothing twice', async () => {
  const on = written();
  const running = service(on);
  running.backfiller.start(lastHours);
  await on.run(2 * second);
  const [report] = running.backfiller.list();
  const stopped = await running.backfiller.stop(report?.id ?? '');
  expect(stopped).toMatchObject({ state: 'stopped', endedMs: on.clock.nowMs() });
  const before = doneWindows(running);
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(1_199);

  running.backfiller.start(lastHours);
  await on.run(hour);
  expect(running.backfiller.list().map(({ state }) => state)).toEqual(['done', 'stopped']);
  expect(on.store.accepted.length).toBe(new Set(on.store.accepted.map(({ unit }) => unit)).size);
  expect(on.store.counted()).toEqual(on.truth());
});

test('beside live reading, through a restart of the service, everything counts once', async () => {
  const on = written();
  on.start();
  await on.run(second);
  const first = service(on);
  first.backfiller.start(lastHours);
  await on.run(second);
  first.end();
  await on.stop();
  await on.run(second);
  expect(first.backfiller.list()).toMatchObject([{ state: 'stopped' }]);

  on.start();
  const next = service(on);
  expect(next.backfiller.list()).toEqual([]);
  next.backfiller.start(lastHours);
  await on.run(hour);
  expect(next.backfiller.list()).toMatchObject([{ state: 'done' }]);
  expect(on.store.counted()).toEqual(on.truth());
  await on.stop();
});

test('what could not be found or read makes it fail, with the reason', async () => {
  const on = written();
  const { backfiller } = service(on, { problems: ['us-west-2 is not known yet'] });
  backfiller.start(lastHours);
  await on.run(hour);
  expect(backfiller.list()).toMatchObject([{ state: 'failed', problems: ['us-west-2 is not known yet'] }]);
});

test.each([
  ['no source that can', [], 'No source of kind aws'],
  ['no such stage', [{ problems: [] }], 'No log group'],
  ['credentials that are missing', [{ problems: ['aws: no credentials'] }], 'aws: no credentials'],
])('begins nothing with %s', (_name, readings, words) => {
  const on = bed([]);
  const backfiller = createBackfiller({
    sources: () =>
      readings.map((reading) => ({
        name: 'aws',
        run: async () => {},
        openPast: () => ({ waitsFor: null, ...reading, groups: () => [], run: async () => {} }),
      })),
    sink: on.store.sink(),
    keptDays: 30,
    telemetry: silentTelemetry,
    nowMs: on.clock.nowMs,
    signal: new AbortController().signal,
  });
  const start = backfiller.start(lastHours);
  expect(start).toMatchObject({ kind: 'nothing', reason: expect.stringContaining(words) });
  expect(backfiller.list()).toEqual([]);
});

test('begins nothing before it is known what there is, or it would end without having seen it', () => {
  const on = written();
  const { backfiller } = service(on, { waitsFor: 'They are being looked for.' });
  expect(backfiller.start(lastHours)).toEqual({ kind: 'early', reason: 'They are being looked for.' });
  expect(backfiller.list()).toEqual([]);
});

test('nobody is stopped by an id that there is not', async () => {
  expect(await service(written()).backfiller.stop('nothing')).toBeNull();
});
