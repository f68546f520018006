import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import { allWhole, type chooseReading } from '../../../../server/src/sources/cloudwatch/choose-reading.js';
import type { ThriftyReading } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import type { CountEvents, LogGroup } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import {
  feedOf,
  startOfUnit,
  startPrefix,
  windowOfUnit,
} from '../../../../server/src/sources/cloudwatch/unit-names.js';
import type { Window } from '../../../../server/src/sources/cloudwatch/windows.js';
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
  isRefused: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
  kilobytes: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(700) }),
});

/** How a group is read from then on; `impossible`: nothing can be made of its format. */
const flip = fc.record({
  group: fc.nat({ max: groups.length - 1 }),
  atMs: fc.oneof(
    fc.nat({ max: faultsUntilMs }),
    fc.nat({ max: 20 }).map((n) => n * 5 * minute),
  ),
  to: fc.constantFrom('whole', 'thrifty', 'thrifty', 'impossible'),
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
  flips: fc.array(flip, { maxLength: 12 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const isRefusal = ({ message }: Pick<WrittenEvent, 'message'>): boolean => message.startsWith('403');

/** Refusals that fit one pattern or the other, and some both. Of the last group nothing is asked where there is nothing yet. */
function thriftyOf(on: Bed, group: LogGroup): ThriftyReading {
  const patterns = ['?"403 DENIED" ?"403 MISSING"', '?"403 OTHER" ?"403 DENIED"'];
  const { account, region } = group;
  const stage = { account, region, api_id: group.name, stage: 'prod' };
  const hasAny = ({ fromMs, toMs }: Window): boolean =>
    on.aws
      .eventsOf(group)
      .some((each) => isRefusal(each) && isVisible(each, on) && each.timestamp >= fromMs && each.timestamp < toMs);
  return {
    patternsOf: async (window) => (group !== groups[2] || hasAny(window) ? patterns : []),
    misses: [],
    delayMs: group === groups[1] ? 2 * minute : 0,
    sweepDelayMs: 0,
    countedStages: group === groups[1] ? [] : [stage],
  };
}

const isVisible = ({ visibleAtMs }: WrittenEvent, { clock }: Bed): boolean => visibleAtMs <= clock.nowMs();

const refusals = ['403 DENIED', '403 MISSING', '403 OTHER'];
const messageOf = (n: number, { isRefused, kilobytes }: Scenario['written'][number]): string =>
  `${isRefused ? refusals[n % refusals.length] : '200'} request ${n}${'x'.repeat(kilobytes * 1000)}`;

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
        .filter((each) => unit.refusalsOnly === undefined || isRefusal(each))
        .filter(({ visibleAtMs, eventId }) => visibleAtMs <= window.toMs + settleMs && !seen.has(eventId));
      expect(missing, `${unit.id} was stored without what was there`).toEqual([]);
      return receipt;
    },
    readUnitsOf: sink.readUnitsOf,
    readRefusalsOnly: sink.readRefusalsOnly,
    async reportProgress(feed, kind, untilMs) {
      let read = readTo.get(feed) ?? begunMs(on, groupOfFeed(feed));
      for (let next = stored.get(feed)?.get(read); next !== undefined; next = stored.get(feed)?.get(read)) read = next;
      readTo.set(feed, read);
      expect(untilMs, 'the watermark is ahead of what was read').toBeLessThanOrEqual(read);
      await sink.reportProgress(feed, kind, untilMs);
    },
  };
}

/** What was read thriftily is marked and has each refusal; all else has each event. Nothing counts twice. */
function expectExact(on: Bed, group: LogGroup): void {
  const feed = feedOf(group);
  const truth = on.aws.eventsOf(group).filter(({ timestamp }) => timestamp >= begunMs(on, group));
  const counted = on.store.counted(feed);
  expect(new Set(counted).size, 'something counts twice').toBe(counted.length);
  const isThrifty = ({ timestamp }: WrittenEvent): boolean =>
    on.store.refusalsOnly.get(feed)?.get(Math.floor(timestamp / minute) * minute) === true;
  const whole = new Set(truth.filter((each) => !isThrifty(each)).map(({ eventId }) => eventId));
  expect(counted.filter((id) => !isIn(truth.filter(isThrifty), id))).toEqual([...whole].sort());
  const taken = new Set(
    on.store.accepted.filter(({ unit }) => unit.startsWith(`${feed}:`)).flatMap((each) => each.eventIds),
  );
  expect(
    truth.filter((each) => isRefusal(each) && !taken.has(each.eventId)),
    'a refusal is lost',
  ).toEqual([]);
}

const isIn = (events: readonly WrittenEvent[], id: string): boolean => events.some(({ eventId }) => eventId === id);

test('whatever CloudWatch does, whenever the process dies and however often groups are read in another way: after the last sweep each event counts once, each refusal of what was read thriftily', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (each) => {
      let calls = 0;
      const on = bed(groups, {
        quota: 10,
        pageEvents: each.pageEvents,
        fault: ({ atMs }) => (atMs < startMs + faultsUntilMs ? faultOf(each, calls++) : null),
      });
      const events = new Map<number, WrittenEvent[]>();
      for (const [n, one] of each.written.entries()) {
        const { group, atMs, lateMs } = one;
        const made = event(n, startMs + atMs, lateMs, messageOf(n, one));
        events.set(group, [...(events.get(group) ?? []), made]);
      }
      for (const [i, list] of events) on.aws.write(groups[i] as (typeof groups)[number], list);

      const countEvents: CountEvents = async (group, fromMs, toMs) =>
        on.aws
          .eventsOf(group)
          .filter((e) => e.timestamp >= fromMs && e.timestamp < toMs && e.visibleAtMs <= on.clock.nowMs()).length;
      const thrifty = groups.map((group) => thriftyOf(on, group));
      const modeOf = (i: number): string =>
        each.flips
          .filter(({ group, atMs }) => group === i && startMs + atMs <= on.clock.nowMs())
          .reduce((last, next) => (next.atMs >= last.atMs ? next : last), { atMs: -1, to: 'whole' }).to;
      const chosen: typeof chooseReading = () => ({
        ...allWhole,
        thrifty: new Set(groups.map(feedOf).filter((_, i) => modeOf(i) === 'thrifty')),
      });
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
          chooseReading: chosen,
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
        on.groups = on.groups.map((of, i) => ({
          ...of,
          thrifty: modeOf(i) === 'impossible' ? null : (thrifty[i] as ThriftyReading),
        }));
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
      for (const group of groups) expectExact(on, group);
      expect(on.aws.overQuota, 'calls above the quota').toBe(0);
      for (const group of groups) expect(on.watermark(group)).toBeGreaterThan(on.clock.nowMs() - 2 * hour - minute);
    }),
    { seed: 403, numRuns: 40 },
  );
});
