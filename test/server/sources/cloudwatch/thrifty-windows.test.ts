import { describe, expect, it } from 'vitest';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import { openBackfill } from '../../../../server/src/sources/cloudwatch/backfill.js';
import { allWhole, type chooseReading } from '../../../../server/src/sources/cloudwatch/choose-reading.js';
import type { CloudWatchGroup, ThriftyReading } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { feedOf, windowOfUnit } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import type { Window } from '../../../../server/src/sources/cloudwatch/windows.js';
import { type Bed, bed, event, groupOf, hour, logGroup, minute, second, startMs } from './bed.js';

const shop = logGroup('/aws/apigateway/shop');
const feed = feedOf(shop);
const rules = { firstReadMs: 10 * minute, sweepAgesMs: [15 * minute] };
const always = { thriftyReading: 'always' as const, rules };

function thrifty(change: Partial<ThriftyReading> = {}): CloudWatchGroup {
  const patternsOf = async () => ['"403"'];
  return { ...groupOf(shop), thrifty: { patternsOf, misses: [], delayMs: 0, countedStages: [], ...change } };
}

/** Every ten seconds a request, every second one refused, for so long; the first of each minute shows late. */
function traffic(on: Bed, forMs = hour): void {
  const events = Array.from({ length: forMs / (10 * second) }, (_, n) =>
    event(n, startMs - 10 * minute + n * 10 * second, n % 6 === 0 ? 5 * minute : second, n % 2 === 0 ? '403' : '200'),
  );
  on.aws.write(shop, events);
}

const asked = (on: Bed) => on.aws.calls.map(({ request }) => request);
const patternsIn = (on: Bed) => new Set(asked(on).map(({ filterPattern }) => filterPattern));
const isIn = ({ fromMs, toMs }: Window, timeMs: number): boolean => timeMs >= fromMs && timeMs < toMs;
/** How a window that begins then was read, the last time. */
const pattern = (on: Bed, timeMs: number) => asked(on).findLast((each) => isIn(each, timeMs))?.filterPattern;

describe('windows that are read thriftily', () => {
  it('bring what matches one of the patterns, once, and are marked; also those without a refusal', async () => {
    const on = bed([shop]);
    traffic(on, 30 * minute);
    on.groups = [thrifty({ patternsOf: async () => ['?"403" ?"other"', '"403"'] })];
    on.start(always);
    await on.run(hour);
    const refused = on.aws.eventsOf(shop).filter(({ message }) => message === '403');
    expect(on.store.counted(feed)).toEqual(refused.map(({ eventId }) => eventId).sort());
    const minutes = [...on.store.units.keys()].flatMap((unit) => windowOfUnit(unit)?.fromMs ?? []);
    expect(minutes.length).toBeGreaterThan(60);
    expect([...(on.store.refusalsOnly.get(feed) ?? [])].filter(([, isRead]) => isRead).map(([at]) => at)).toEqual(
      minutes,
    );
    expect(patternsIn(on)).toEqual(new Set(['?"403" ?"other"', '"403"']));
    expect(on.source.states()).toMatchObject([{ reading: 'thrifty', readingSinceMs: startMs }]);
    await on.stop();
  });

  it('for which there is nothing to ask cost no call and are stored all the same', async () => {
    const on = bed([shop]);
    traffic(on);
    on.groups = [thrifty({ patternsOf: async () => [] })];
    on.start(always);
    await on.run(30 * minute);
    expect(on.aws.calls).toEqual([]);
    expect(on.store.counted()).toEqual([]);
    expect(on.watermark(shop)).toBe(startMs + 29 * minute);
    await on.stop();
  });

  it('come several in a call as long as they are asked for alike', async () => {
    const on = bed([shop]);
    const change = startMs - hour - 30 * minute;
    const patternsOf = async ({ fromMs }: Window) => [fromMs < change ? '"403"' : '"denied"'];
    on.groups = [thrifty({ patternsOf })];
    on.start({ ...always, rules: { ...rules, firstReadMs: 3 * hour, sweepAgesMs: [] } });
    await on.run(20 * second);
    expect(on.aws.calls.length).toBeLessThan(12);
    for (const { fromMs, toMs, filterPattern } of asked(on)) {
      expect(filterPattern === '"403"' ? toMs <= change : fromMs >= change).toBe(true);
    }
    await on.stop();
  });

  it('wait for what their patterns are made of; whole ones do not', async () => {
    const on = bed([shop]);
    on.groups = [thrifty({ delayMs: 4 * minute })];
    on.start(always);
    await on.run(20 * minute);
    expect(on.watermark(shop)).toBe(startMs + 15 * minute);
    expect(on.source.states()).toMatchObject([{ windowsBehind: 0 }]);
    await on.stop();
    on.start({ rules, thriftyReading: 'never' });
    await on.run(20 * second);
    expect(on.watermark(shop)).toBe(startMs + 19 * minute);
    await on.stop();
  });
});

describe('how a window was read first', () => {
  it('is how a sweep reads it, however the group is read by then', async () => {
    const on = bed([shop]);
    traffic(on);
    on.groups = [thrifty()];
    let isThrifty = false;
    const choose: typeof chooseReading = () => ({ ...allWhole, thrifty: new Set(isThrifty ? [feed] : []) });
    on.start({ rules, chooseReading: choose });
    await on.run(10 * minute);
    isThrifty = true;
    await on.run(10 * minute);
    isThrifty = false;
    const swept = on.aws.calls.length;
    await on.run(hour);
    const sweeps = asked(on).slice(swept);
    const of = (atMs: number) => sweeps.find((each) => isIn(each, atMs) && each.toMs <= startMs + 20 * minute);
    expect(of(startMs + 5 * minute)).toMatchObject({ filterPattern: null });
    expect(of(startMs + 15 * minute)).toMatchObject({ filterPattern: '"403"' });
    const late = on.aws.eventsOf(shop).filter(({ timestamp }) => timestamp < startMs + 50 * minute);
    const marked = (timestamp: number) => on.store.refusalsOnly.get(feed)?.get(Math.floor(timestamp / minute) * minute);
    const expected = late.filter(({ timestamp, message }) => message === '403' || marked(timestamp) !== true);
    expect(on.store.counted(feed)).toEqual(expected.map(({ eventId }) => eventId).sort());
    await on.stop();
  });

  it('is how the next process goes on: what did not fit is not tried again by each restart', async () => {
    const on = bed([shop]);
    traffic(on, 3 * hour);
    on.groups = [thrifty()];
    on.start(always);
    await on.run(10 * minute);
    await on.stop();
    const before = on.aws.calls.length;
    on.start({ rules });
    await on.run(5 * minute);
    const read = asked(on)
      .slice(before)
      .filter(({ filterPattern }) => filterPattern !== null);
    expect(read.length).toBeGreaterThanOrEqual(5);
    expect(on.source.states()).toMatchObject([{ reading: 'thrifty' }]);
    // Calls suffice by far, as a look at all of it now and then shows.
    await on.run(40 * minute);
    expect(on.source.states()).toMatchObject([{ reading: 'whole' }]);
    await on.stop();
  });

  it('begun thriftily and read whole in the end: a refusal that shows late is found', async () => {
    const on = bed([shop]);
    on.aws.write(shop, [
      event(1, startMs + second, second, '403'),
      ...[2, 3, 4].map((n) => event(n, startMs + second, second, '200')),
      event(5, startMs + second, 10 * minute, '403'),
    ]);
    // The mark of a process that died before it had stored the window.
    on.store.refusalsOnly.set(feed, new Map([[startMs, true]]));
    on.groups = [groupOf(shop)];
    on.start({ rules });
    await on.run(5 * minute);
    expect(on.store.counted(feed)).toHaveLength(4);
    on.groups = [thrifty()];
    await on.run(30 * minute);
    expect(pattern(on, startMs)).toBe('"403"');
    expect(on.store.accepted.flatMap(({ eventIds }) => eventIds)).toContain(on.truth().at(-1));
    expect(on.store.counted(feed)).toHaveLength(4);
    await on.stop();
  });
});

it('a backfill reads all of what nobody has read', async () => {
  const on = bed([shop]);
  traffic(on, 10 * minute);
  on.groups = [thrifty()];
  await on.run(10 * minute);
  const { run } = openBackfill({
    groups: on.groups,
    range: { fromMs: startMs - 10 * minute, toMs: startMs },
    client: on.aws,
    budgets: createRateBudgets({ nowMs: on.clock.nowMs, wait: on.clock.wait }),
    nowMs: on.clock.nowMs,
    wait: on.clock.wait,
  });
  const running = run(on.store.sink(), new AbortController().signal);
  await on.run(minute);
  await running;
  expect(on.store.counted()).toEqual(on.truth());
  expect(on.store.refusalsOnly.size).toBe(0);
});
