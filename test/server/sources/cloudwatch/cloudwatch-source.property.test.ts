import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import type { CountEvents, LogGroup } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import {
  feedOf,
  startOfUnit,
  startPrefix,
  windowOfUnit,
} from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { type Bed, bed, event, hour, logGroup, minute, second, startMs } from './bed.js';
import { dyingAt, type Mortal } from './crashing.js';
import type { Fault, WrittenEvent } from './model-cloudwatch.js';

const groups = [
  logGroup('/aws/apigateway/a'),
  logGroup('/aws/apigateway/b'),
  logGroup('/aws/apigateway/c', 'us-east-1'),
];
const lastSweepMs = 3 * hour;
const writtenForMs = 2 * hour;
const faultsUntilMs = 4 * hour;
/** Until the last sweep of the last window, after everything has calmed down. */
const endMs = 9 * hour;

const lateness = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 * second }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 20 * minute }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 * hour }) },
);
/** Some share a millisecond; some are large, so that a reading does not hold all it was to hold. */
const written = fc.record({
  group: fc.nat({ max: groups.length - 1 }),
  atMs: fc.oneof(
    fc.integer({ min: -2 * hour, max: writtenForMs }),
    fc.integer({ min: 0, max: 200 }).map((n) => n * 997),
  ),
  lateMs: lateness,
  kilobytes: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(700) }),
});

/** Mostly nobody changes the configuration. */
const windowMinutes = fc.oneof({ weight: 3, arbitrary: fc.constant(5) }, fc.constantFrom(1, 15, 60));

const scenario = fc.record({
  written: fc.array(written, { maxLength: 150 }),
  pageEvents: fc.integer({ min: 1, max: 12 }),
  /** Per thousand calls each. */
  faults: fc.record({
    throttled: fc.constantFrom(0, 10, 150),
    unreachable: fc.constantFrom(0, 30),
    rejected: fc.constantFrom(0, 30),
    empty: fc.constantFrom(0, 200, 400),
    same: fc.constantFrom(0, 100),
  }),
  /** Of a thousand units, each before it is stored and after it. */
  storeFails: fc.constantFrom(0, 50),
  seed: fc.nat(),
  /** Steps that each process lives; the next one starts a little later. */
  lives: fc.array(fc.record({ steps: fc.integer({ min: 1, max: 400 }), windowMinutes }), { maxLength: 8 }),
  windowMinutes,
  deadForMs: fc.constantFrom(second, minute, 40 * minute),
  deleted: fc.option(fc.record({ fromMs: fc.nat({ max: 2 * hour }), forMs: fc.nat({ max: hour }) })),
  counts: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** The same number for the same call, 0 to 999. */
const noise = (seed: number, n: number): number => (Math.imul(seed ^ (n * 0x9e3779b1), 0x85ebca6b) >>> 12) % 1000;

function faultOf({ faults, seed }: Scenario, n: number): Fault {
  let left = noise(seed, n);
  for (const [kind, chance] of Object.entries(faults)) {
    if (left < chance) {
      if (kind === 'empty') return 'empty page';
      if (kind === 'same') return 'same token';
      return new AwsError(kind === 'rejected' ? 'token_rejected' : (kind as 'throttled' | 'unreachable'), 'made up');
    }
    left -= chance;
  }
  return null;
}

/** Since when a group is read: three hours before the first process that lived long enough to write it down. */
const begunMs = ({ store }: Bed, group: LogGroup): number =>
  Math.min(
    ...[...store.units.keys()]
      .filter((unit) => unit.startsWith(startPrefix(group)))
      .map((unit) => startOfUnit(unit) ?? 0),
  );

const groupOfFeed = (feed: string): LogGroup => groups.find((each) => feedOf(each) === feed) as LogGroup;

/** A store that now and then does not answer, before or after it has done its work. */
function failing(sink: UnitSink, { storeFails, seed }: Scenario, isOver: () => boolean): UnitSink {
  let asked = 0;
  const fails = (): boolean => !isOver() && noise(seed + 1, asked++) < storeFails;
  const down = new StoreError('unavailable', 'made up');
  return {
    ...sink,
    async accept(unit) {
      if (fails()) throw down;
      const receipt = await sink.accept(unit);
      if (fails()) throw down;
      return receipt;
    },
  };
}

/** Says whenever the watermark or a marker claims what is not so. Outlives the processes. */
function watch(on: Bed, settleMs: number): UnitSink {
  const sink = on.store.sink();
  const stored = new Map(groups.map((group) => [feedOf(group), new Map<number, number>()]));
  const readTo = new Map<string, number>();
  return {
    async accept(unit) {
      const receipt = await sink.accept(unit);
      const window = windowOfUnit(unit.id);
      if (window === null) return receipt;
      stored.get(unit.feed)?.set(window.fromMs, window.toMs);
      const seen = new Set(on.store.accepted.findLast((each) => each.unit === unit.id)?.eventIds);
      const missing = on.aws
        .eventsOf(groupOfFeed(unit.feed))
        .filter(({ timestamp }) => timestamp >= window.fromMs && timestamp < window.toMs)
        .filter(({ visibleAtMs, eventId }) => visibleAtMs <= window.toMs + settleMs && !seen.has(eventId));
      expect(missing, `${unit.id} was stored without what was there`).toEqual([]);
      return receipt;
    },
    readUnitsOf: sink.readUnitsOf,
    async reportProgress(feed, kind, untilMs) {
      let read = readTo.get(feed) ?? begunMs(on, groupOfFeed(feed));
      for (let next = stored.get(feed)?.get(read); next !== undefined; next = stored.get(feed)?.get(read)) read = next;
      readTo.set(feed, read);
      expect(untilMs, 'the watermark is ahead of what was read').toBeLessThanOrEqual(read);
      await sink.reportProgress(feed, kind, untilMs);
    },
  };
}

test('whatever CloudWatch does and whenever the process dies: after the last sweep each event counts once', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (each) => {
      let calls = 0;
      const on = bed(groups, {
        quota: 10,
        pageEvents: each.pageEvents,
        fault: ({ atMs }) => (atMs < startMs + faultsUntilMs ? faultOf(each, calls++) : null),
      });
      const large = 'x'.repeat(700_000);
      const events = new Map<number, WrittenEvent[]>();
      for (const [n, { group, atMs, lateMs, kilobytes }] of each.written.entries()) {
        const made = event(n, startMs + atMs, lateMs, kilobytes > 0 ? large : undefined);
        events.set(group, [...(events.get(group) ?? []), made]);
      }
      for (const [i, list] of events) on.aws.write(groups[i] as (typeof groups)[number], list);

      const countEvents: CountEvents = async (group, fromMs, toMs) =>
        on.aws
          .eventsOf(group)
          .filter((e) => e.timestamp >= fromMs && e.timestamp < toMs && e.visibleAtMs <= on.clock.nowMs()).length;
      const settleMs = 30 * second;
      const sink = failing(watch(on, settleMs), each, () => on.clock.nowMs() >= startMs + faultsUntilMs);
      const failed: unknown[] = [];
      const start = ({ steps, windowMinutes }: Scenario['lives'][number]): Mortal => {
        const world = dyingAt(steps, { client: on.aws, sink, wait: on.clock.wait });
        on.start({
          ...world,
          budgets: createRateBudgets({ quotaOf: () => 10, nowMs: on.clock.nowMs, wait: world.wait }),
          rules: { windowMs: windowMinutes * minute, settleMs, sweepAgesMs: [15 * minute, lastSweepMs] },
          ...(each.counts ? { countEvents } : {}),
          sink: {
            ...world.sink,
            accept: (unit) =>
              world.sink.accept(unit).catch((error) => {
                if (!(error instanceof AwsError || error instanceof StoreError)) failed.push(error);
                throw error;
              }),
            reportProgress: (...args) =>
              world.sink.reportProgress(...args).catch((error) => {
                failed.push(error);
                throw error;
              }),
          },
        });
        return world;
      };
      const { deleted } = each;
      const byPlan = (): void => {
        const at = on.clock.nowMs() - startMs;
        const isGone = deleted !== null && at >= deleted.fromMs && at < deleted.fromMs + deleted.forMs;
        const [, b] = groups.map(feedOf);
        if (isGone) on.aws.refused.set(b as string, new AwsError('group_missing', 'gone'));
        else on.aws.refused.delete(b as string);
      };
      for (const life of each.lives) {
        const process = start(life);
        while (!process.isDead() && on.clock.nowMs() < startMs + faultsUntilMs) await on.run(minute, byPlan);
        process.kill();
        await on.run(each.deadForMs, byPlan);
      }
      start({ steps: Number.MAX_SAFE_INTEGER, windowMinutes: each.windowMinutes });
      await on.run(Math.max(startMs + endMs, on.clock.nowMs() + 6 * hour) - on.clock.nowMs(), byPlan);

      expect(failed).toEqual([]);
      for (const group of groups) {
        const truth = on.aws.eventsOf(group).filter(({ timestamp }) => timestamp >= begunMs(on, group));
        expect(on.store.counted(feedOf(group))).toEqual(truth.map(({ eventId }) => eventId).sort());
      }
      expect(on.aws.overQuota, 'calls above the quota').toBe(0);
      for (const group of groups) expect(on.watermark(group)).toBeGreaterThan(on.clock.nowMs() - 2 * hour - minute);
    }),
    { seed: 403, numRuns: 40 },
  );
});
