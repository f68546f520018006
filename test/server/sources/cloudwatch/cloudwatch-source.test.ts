import { describe, expect, test } from 'vitest';
import { AwsError, type AwsErrorKind } from '../../../../server/src/aws/aws-error.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import { openBackfill } from '../../../../server/src/sources/cloudwatch/backfill.js';
import type { CountEvents } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import {
  feedOf,
  gapPrefix,
  windowOfUnit,
  windowPrefixes,
} from '../../../../server/src/sources/cloudwatch/unit-names.js';
import type { Window } from '../../../../server/src/sources/cloudwatch/windows.js';
import type { StoredUnit } from '../../../../server/src/store/event-store.js';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { type Bed, bed, event, groupOf, hour, logGroup, minute, second, settings, startMs } from './bed.js';

const shop = logGroup('/aws/apigateway/shop');
const other = logGroup('/aws/apigateway/other');
const rules = { sweepAgesMs: [15 * minute, 3 * hour] };
const everyMinute = (minutes: number, fromMs = startMs, lateMs = second, from = 0) =>
  Array.from({ length: minutes }, (_, n) => event(from + n, fromMs + n * minute, lateMs));

const windowsOf = (on: Bed, feed = feedOf(shop)) =>
  [...on.store.units.keys()]
    .filter((unit) => unit.startsWith(`${feed}:`))
    .map((unit) => windowOfUnit(unit) as { fromMs: number; toMs: number })
    .sort((a, b) => a.fromMs - b.fromMs);

test('reads the last three hours at first start, then each window 30 s after its end', async () => {
  const on = bed([shop]);
  on.aws.write(shop, everyMinute(300, startMs - 4 * hour));
  on.aws.write(shop, everyMinute(239, startMs + hour, second, 1_000));
  on.start();
  await on.run(5 * hour);
  expect(on.store.counted()).toEqual(on.truth().slice(60));
  expect(on.watermark(shop)).toBe(startMs + 5 * hour - minute);
  // Aligned, and none overlaps another.
  for (const [i, { fromMs, toMs }] of windowsOf(on).entries()) {
    expect([fromMs % minute, toMs - fromMs]).toEqual([0, minute]);
    expect(fromMs).toBe(startMs - 3 * hour + i * minute);
  }
  await on.stop();
});

test('before anything was read nothing is promised', async () => {
  const on = bed([shop]);
  on.aws.refused.set(feedOf(shop), new AwsError('denied', 'refused'));
  on.start();
  await on.run(hour);
  expect(on.watermark(shop)).toBeUndefined();
  expect(on.source.states()[0]).toMatchObject({ watermarkMs: null, sweptUntilMs: null, windowsBehind: 239 });
  await on.stop();
});

describe('after a restart', () => {
  test('reading goes on where it ended, also when that was longer ago than a first start would read', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(20 * 60));
    on.start({ rules });
    await on.run(hour);
    await on.stop();
    await on.run(18 * hour);
    on.start({ rules });
    await on.run(6 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    expect(on.source.states()[0]?.gaps).toEqual([]);
    await on.stop();
  });

  test('reading goes on where it ended when the note of its beginning has long expired', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(69 * 60));
    on.start({ rules });
    await on.run(50 * hour);
    await on.stop();
    on.store.expire((unit) => unit.startsWith('cwl-from:') && Number(/\d+$/.exec(unit)) < startMs);
    await on.run(10 * hour);
    on.start({ rules });
    await on.run(10 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    expect(on.source.states()[0]?.gaps).toEqual([]);
    await on.stop();
  });

  test('a group that need not exist, and did not, has no gap', async () => {
    const on = bed([shop]);
    on.aws.refused.set(feedOf(shop), new AwsError('group_missing', 'no such group'));
    on.groups = [{ ...groupOf(shop), mayBeMissing: true }];
    on.start({ rules });
    await on.run(100 * hour);
    await on.stop();
    on.start({ rules });
    await on.run(hour);
    expect([on.source.states()[0]?.gaps, on.problems]).toEqual([[], []]);
    await on.stop();
  });

  /** It was read for an hour and stood still for 100: more than 72. The gap begins behind the last window that had settled. */
  async function afterStandstill() {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(200 * 60));
    on.start({ rules });
    await on.run(hour);
    await on.stop();
    await on.run(100 * hour);
    return { on, fromMs: startMs + hour - minute, toMs: startMs + (101 - 72) * hour };
  }

  async function backfill(on: Bed, range: Window): Promise<void> {
    const { clock, aws, store } = on;
    const budgets = createRateBudgets({ quotaOf: () => 10, nowMs: clock.nowMs, wait: clock.wait });
    const past = openBackfill({ groups: on.groups, range, client: aws, budgets, ...clock });
    const ended = past.run(store.sink(), new AbortController().signal);
    await on.run(hour);
    await ended;
    await on.source.lookForGaps();
  }

  test('what is too long ago is told as a gap, and reading goes on behind it', async () => {
    const { on, fromMs, toMs } = await afterStandstill();
    on.start({ rules });
    await on.run(hour);
    expect(on.source.states()[0]?.gaps).toEqual([{ fromMs, toMs }]);
    expect(on.problems).toHaveLength(1);
    expect(on.problems[0]).toContain('a backfill reads them');
    expect(windowsOf(on).find(({ fromMs }) => fromMs > startMs + 2 * hour)?.fromMs).toBe(toMs);
    await on.stop();
  });

  test('a gap is told until somebody has read it, however often the service starts, and only what of it is not read', async () => {
    const { on, fromMs, toMs } = await afterStandstill();
    const gaps = () => on.source.states()[0]?.gaps;
    for (let starts = 0; starts < 2; starts++) {
      on.start({ rules });
      await on.run(25 * hour);
      expect(gaps()).toEqual([{ fromMs, toMs }]);
      await on.stop();
    }
    on.start({ rules });
    await on.run(hour);
    await backfill(on, { fromMs: startMs + 10 * hour, toMs: startMs + 12 * hour });
    expect(gaps()).toEqual([
      { fromMs, toMs: startMs + 10 * hour },
      { fromMs: startMs + 12 * hour, toMs },
    ]);
    await on.stop();
    // What is not kept, or will not be before somebody has asked for it, cannot be read.
    on.start({ rules: { ...rules, keptMs: on.clock.nowMs() - startMs - 13 * hour } });
    await on.run(minute);
    expect(gaps()).toEqual([{ fromMs: startMs + 15 * hour, toMs }]);
    await on.run(3 * hour);
    expect(gaps()).toEqual([{ fromMs: startMs + 18 * hour, toMs }]);
    await backfill(on, { fromMs, toMs });
    expect(gaps()).toEqual([]);
    expect(on.store.counted()).toEqual(on.truth().slice(0, ((on.watermark(shop) ?? 0) - startMs) / minute));
    await on.stop();
  });

  test.each([
    { what: 'when reading begins', looksBefore: 0 },
    { what: 'after another backfill', looksBefore: 1 },
  ])('a gap that is read while gaps are looked up $what is none any more', async ({ looksBefore }) => {
    const { on, fromMs, toMs } = await afterStandstill();
    const sink = on.store.sink();
    const release: (() => void)[] = [];
    let looks = 0;
    const slow = async (prefix: string): Promise<readonly StoredUnit[]> => {
      const isLook = prefix === gapPrefix(shop);
      if (isLook) looks++;
      const found = await sink.readUnitsOf(prefix);
      // What is stored while this answer is on its way is not in it.
      const isHeld = looks === looksBefore + 1 && windowPrefixes(shop, { fromMs, toMs }).at(-1) === prefix;
      if (isHeld) await new Promise<void>((resolve) => release.push(resolve));
      return found;
    };
    on.start({ rules, sink: { ...sink, readUnitsOf: slow } });
    await on.run(minute);
    const held = looksBefore > 0 ? on.source.lookForGaps() : undefined;
    await on.run(minute);
    expect(release).toHaveLength(1);
    await backfill(on, { fromMs, toMs });
    release[0]?.();
    await held;
    await on.run(minute);
    expect(on.source.states()[0]?.gaps).toEqual([]);
    await on.stop();
  });

  test('windows of another length never overlap those that are stored', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(300, startMs, 10 * minute));
    for (const windowMs of [minute, 15 * minute, 5 * minute, hour, minute]) {
      on.start({ rules: { ...rules, windowMs } });
      await on.run(37 * minute + 11 * second);
      await on.stop();
    }
    on.start({ rules });
    await on.run(8 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    const windows = windowsOf(on);
    for (const [i, { toMs }] of windows.entries())
      if (i + 1 < windows.length) expect(windows[i + 1]?.fromMs).toBe(toMs);
    await on.stop();
  });

  test('a sweep that was done is not done again', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(300));
    on.start({ rules });
    await on.run(6 * hour + 2 * minute);
    await on.stop();
    const calls = on.aws.calls.length;
    on.start({ rules });
    await on.run(10 * second);
    expect(on.aws.calls.length - calls).toBeLessThanOrEqual(1);
    await on.stop();
  });
});

describe('sweeps', () => {
  test('replace what was read by what is there now, and are final after the last', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(60, startMs, 5 * minute));
    on.aws.write(shop, everyMinute(60, startMs, 2 * hour, 100));
    on.start({ rules });
    await on.run(59 * minute);
    const early = on.store.counted().length;
    expect(early).toBeGreaterThan(20);
    expect(early).toBeLessThan(60);
    await on.run(4 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    const [state] = on.source.states();
    expect(state).toMatchObject({ events: 0, lateEvents: 120 });
    expect(state?.sweptUntilMs).toBeGreaterThanOrEqual(startMs + hour);
    await on.stop();
  });

  test('cost a quiet group a call a chunk, not one a window', async () => {
    const on = bed([shop]);
    on.start({ rules: { ...rules, firstReadMs: minute } });
    await on.run(24 * hour);
    const live = 24 * 60;
    // Four chunks of 15 minutes and one of an hour.
    expect(on.aws.calls.length - live).toBeLessThan(24 * 6);
    await on.stop();
  });

  test('read nothing where the count says that nothing came', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(120));
    on.aws.write(shop, [event(500, startMs + 40 * minute, hour)]);
    const counts: number[] = [];
    const countEvents: CountEvents = async (group, fromMs, toMs) => {
      counts.push(toMs - fromMs);
      return on.aws
        .eventsOf(group)
        .filter(
          ({ timestamp, visibleAtMs }) => timestamp >= fromMs && timestamp < toMs && visibleAtMs <= on.clock.nowMs(),
        ).length;
    };
    on.start({ rules: { ...rules, firstReadMs: minute }, countEvents });
    await on.run(6 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    const live = 6 * 60;
    // The one hour that had changed.
    expect(on.aws.calls.length - live).toBeLessThan(10);
    expect(counts.length).toBeLessThan(6 * 5 + 10);
    await on.stop();
  });

  test('read what could not be counted', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(60, startMs, hour));
    on.start({ rules, countEvents: () => Promise.reject(new AwsError('denied', 'no Insights')) });
    await on.run(6 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    expect(on.source.states()[0]?.state).toBe('reading');
    await on.stop();
  });
});

describe('groups', () => {
  test('that appear are read without a restart, those that are gone are left quietly', async () => {
    const on = bed([shop, other]);
    on.groups = [groupOf(shop)];
    on.aws.write(shop, everyMinute(120));
    on.aws.write(other, everyMinute(120, startMs, second, 1_000));
    on.start({ rules });
    await on.run(30 * minute);
    on.groups = [groupOf(shop), groupOf(other)];
    await on.run(10 * second);
    expect(on.source.states().map(({ group }) => group.name)).toEqual([shop.name, other.name]);
    await on.run(30 * minute);
    on.groups = [groupOf(other)];
    await on.run(10 * minute);
    const calls = on.aws.calls.length;
    await on.run(hour);
    expect(on.aws.calls.slice(calls).every(({ request }) => request.group.name === other.name)).toBe(true);
    expect(on.problems).toEqual([]);
    await on.run(6 * hour);
    expect(on.store.counted(feedOf(other))).toEqual(on.aws.eventsOf(other).map(({ eventId }) => eventId));
    await on.stop();
  });

  test('are read by the format that counted when a window began, also by a sweep', async () => {
    const on = bed([shop]);
    const [first, second_] = ['before', 'after'].map((stage) => ({
      ...settings,
      fallbackPlace: { ...settings.fallbackPlace, stage },
    })) as [typeof settings, typeof settings];
    const changedMs = startMs + 10 * minute;
    on.aws.write(shop, everyMinute(30, startMs, 5 * minute));
    const used = new Map<string, Set<unknown>>();
    const sink = on.store.sink();
    on.groups = [{ ...groupOf(shop), settings: [{ fromMs: 0, settings: first }] }];
    on.start({
      rules,
      sink: {
        ...sink,
        accept(unit) {
          const { stage } = unit.settings.fallbackPlace;
          if (windowOfUnit(unit.id) !== null) used.set(unit.id, (used.get(unit.id) ?? new Set()).add(stage));
          return sink.accept(unit);
        },
      },
    });
    await on.run(9 * minute);
    on.groups = [
      {
        ...groupOf(shop),
        settings: [
          { fromMs: 0, settings: first },
          { fromMs: changedMs, settings: second_ },
        ],
      },
    ];
    await on.run(5 * hour);
    for (const [unit, seen] of used) {
      expect([...seen], unit).toEqual([(windowOfUnit(unit)?.fromMs ?? 0) < changedMs ? 'before' : 'after']);
    }
    await on.stop();
  });

  test.each<{ kind: AwsErrorKind; state: string }>([
    { kind: 'denied', state: 'denied' },
    { kind: 'group_missing', state: 'deleted' },
    { kind: 'group_unreadable', state: 'infrequent_access' },
    { kind: 'throttled', state: 'throttled' },
    { kind: 'credentials', state: 'failing' },
    { kind: 'unreachable', state: 'failing' },
    { kind: 'broken', state: 'failing' },
  ])(
    '$kind: the group says "$state", others go on, and it does itself when that has passed',
    async ({ kind, state }) => {
      const on = bed([shop, other]);
      on.aws.write(shop, everyMinute(120));
      on.aws.write(other, everyMinute(120, startMs, second, 1_000));
      on.start({ rules });
      await on.run(30 * minute);
      on.aws.refused.set(feedOf(shop), new AwsError(kind, `because of ${kind}`));
      const sinceMs = on.clock.nowMs();
      await on.run(30 * minute);
      const [failing, fine] = on.source.states();
      expect(failing).toMatchObject({ state, message: `because of ${kind}` });
      expect(failing?.sinceMs).toBeLessThan(sinceMs + 2 * minute);
      expect(failing?.watermarkMs).toBeLessThanOrEqual(sinceMs);
      expect(failing?.windowsBehind).toBeGreaterThan(25);
      expect(fine).toMatchObject({ state: 'reading', message: '', windowsBehind: 0 });
      // Once, not with every attempt; throttling is the budget's matter.
      expect(on.problems).toEqual(kind === 'throttled' ? [] : [`because of ${kind}`]);
      on.aws.refused.clear();
      await on.run(6 * hour);
      expect(on.source.states()[0]).toMatchObject({ state: 'reading', message: '' });
      expect(on.store.counted()).toEqual(on.truth());
      await on.stop();
    },
  );

  test('a group that is gone and need not be there holds nothing back, and is read on if it comes again', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(120));
    on.groups = [{ ...groupOf(shop), mayBeMissing: true }];
    on.start({ rules });
    await on.run(30 * minute);
    on.aws.refused.set(feedOf(shop), new AwsError('group_missing', 'gone'));
    await on.run(30 * minute);
    expect(on.source.states()[0]?.state).toBe('deleted');
    expect(on.watermark(shop)).toBeGreaterThan(on.clock.nowMs() - 4 * minute);
    expect(on.problems).toEqual([]);
    on.aws.refused.clear();
    await on.run(6 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    await on.stop();
  });

  test('wait while the store does not answer, and lose nothing', async () => {
    const on = bed([shop]);
    on.aws.write(shop, everyMinute(120));
    const sink = on.store.sink();
    let isDown = false;
    const unlessDown = <Result>(work: () => Promise<Result>): Promise<Result> =>
      isDown ? Promise.reject(new StoreError('unavailable', 'The store does not answer.')) : work();
    on.start({
      rules,
      sink: {
        accept: (unit) => unlessDown(() => sink.accept(unit)),
        readUnitsOf: (prefix) => unlessDown(() => sink.readUnitsOf(prefix)),
        readRefusalsOnly: (feed, range) => unlessDown(() => sink.readRefusalsOnly(feed, range)),
        reportProgress: (...args) => unlessDown(() => sink.reportProgress(...args)),
      },
    });
    for (let i = 0; i < 8; i++) {
      isDown = i % 2 === 0;
      await on.run(11 * minute);
      if (isDown)
        expect(on.source.states()[0]).toMatchObject({ state: 'failing', message: 'The store does not answer.' });
    }
    await on.run(6 * hour);
    expect(on.store.counted()).toEqual(on.truth());
    await on.stop();
  });
});

test('ends soon after the signal, in the middle of whatever it is at', async () => {
  for (const ms of [0, 50, 130, 400, 2_000, 61_000]) {
    const on = bed([shop, other], { pageEvents: 1 });
    on.aws.write(shop, everyMinute(120, startMs - 2 * hour));
    on.start({ rules });
    await on.run(ms);
    await on.stop();
    const calls = on.aws.calls.length;
    await on.run(hour);
    expect(on.aws.calls).toHaveLength(calls);
    expect(on.problems).toEqual([]);
  }
});
