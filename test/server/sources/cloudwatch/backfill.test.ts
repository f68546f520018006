import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import { type BackfillOptions, openBackfill } from '../../../../server/src/sources/cloudwatch/backfill.js';
import { feedOf } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import type { PastGroup } from '../../../../server/src/sources/past-reading.js';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { type Bed, bed, event, groupOf, hour, logGroup, minute, second, startMs } from './bed.js';
import { dyingAt } from './crashing.js';

const shop = logGroup('/aws/apigateway/shop');
const other = logGroup('/aws/apigateway/other');
const never = new AbortController().signal;

const optionsOf = (on: Bed, more: Partial<BackfillOptions> = {}): BackfillOptions => ({
  groups: [groupOf(shop), groupOf(other)],
  range: { fromMs: startMs - 10 * hour, toMs: startMs - 5 * hour },
  client: on.aws,
  budgets: createRateBudgets({ quotaOf: () => 10, nowMs: on.clock.nowMs, wait: on.clock.wait }),
  nowMs: on.clock.nowMs,
  wait: on.clock.wait,
  ...more,
});

interface Begun {
  groups(): readonly PastGroup[];
  /** Of all groups together. */
  total(of: 'windows' | 'doneWindows' | 'events'): number;
  readonly ended: Promise<void>;
}

function begin(on: Bed, more: Partial<BackfillOptions> = {}, signal = never, sink = on.store.sink()): Begun {
  const { groups, run } = openBackfill(optionsOf(on, more));
  return {
    groups,
    total: (of) => groups().reduce((sum, each) => sum + each[of], 0),
    ended: run(sink, signal),
  };
}

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
  const reading = begin(on);
  const told: number[] = [];
  await on.run(hour, () => told.push(reading.total('doneWindows')));
  await reading.ended;
  expect(reading.groups()).toEqual(
    [shop, other].map((group) => ({ group, state: 'done', message: '', windows: 300, doneWindows: 300, events: 300 })),
  );
  expect(on.store.counted()).toEqual(on.truth());
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(new Set(told).size).toBeGreaterThanOrEqual(10);
});

test('broken off at any moment and begun again, it reads what is missing and nothing twice', async () => {
  const on = written();
  for (const ms of [300, 700, 1_500, 3_000]) {
    const stop = new AbortController();
    const reading = begin(on, {}, stop.signal);
    await on.run(ms);
    stop.abort(new Error('broken off'));
    await expect(reading.ended).rejects.toThrow('broken off');
  }
  const reading = begin(on);
  await on.run(hour);
  await reading.ended;
  expect(reading.total('doneWindows')).toBe(600);
  expect(on.store.counted()).toEqual(on.truth());
  expect(new Set(on.store.accepted.map(({ unit }) => unit)).size).toBe(on.store.accepted.length);
});

test('after a crash at any step it goes on, and what was under way counts once', async () => {
  for (let step = 1; step <= 60; step += 3) {
    const on = written();
    const world = dyingAt(step, { client: on.aws, sink: on.store.sink(), wait: on.clock.wait });
    // It never ends: its process is dead.
    void begin(on, { client: world.client, wait: world.wait }, new AbortController().signal, world.sink).ended;
    await on.run(hour);
    expect(world.isDead()).toBe(true);
    const left = on.store.accepted.length;
    const reading = begin(on);
    await on.run(hour);
    await reading.ended;
    expect(reading.total('doneWindows'), `died at step ${step}`).toBe(600);
    expect(on.store.counted(), `died at step ${step}`).toEqual(on.truth());
    expect(on.store.accepted.length, `died at step ${step} with ${left} windows stored`).toBe(600);
  }
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
  const reading = begin(on, { groups: [groupOf(shop)], range });
  await on.run(13 * hour);
  await reading.ended;
  expect(on.store.counted()).toEqual(on.truth());
  // Its windows are of the past: the watermark is live reading's alone.
  expect(on.watermark(shop)).toBe(startMs + 13 * hour);
  await on.stop();
});

test('what has not settled is left to live reading', async () => {
  const on = bed([shop]);
  const range = { fromMs: startMs - hour, toMs: startMs + hour };
  const reading = begin(on, { groups: [groupOf(shop)], range });
  await on.run(hour);
  await reading.ended;
  expect(reading.total('windows')).toBe(59);
});

test('a group that cannot be read is told with its reason, the others are read', async () => {
  const on = written();
  on.aws.refused.set(feedOf(shop), new AwsError('denied', 'not allowed'));
  const reading = begin(on);
  await on.run(hour);
  await reading.ended;
  expect(reading.groups()).toMatchObject([
    { group: shop, state: 'denied', message: 'not allowed', doneWindows: 0 },
    { group: other, state: 'done', doneWindows: 300 },
  ]);
  expect(on.store.counted()).toEqual(on.aws.eventsOf(other).map(({ eventId }) => eventId));
});

test('a group that AWS makes with its first line, and has not made, is no problem', async () => {
  const on = written();
  on.aws.refused.set(feedOf(shop), new AwsError('group_missing', 'there is none'));
  const reading = begin(on, { groups: [{ ...groupOf(shop), mayBeMissing: true }, groupOf(other)] });
  await on.run(hour);
  await reading.ended;
  expect(reading.groups()).toMatchObject([{ state: 'absent', message: '' }, { state: 'done' }]);
});

test('half a minute without a network is sat out', async () => {
  const on = written();
  on.aws.refused.set(feedOf(shop), new AwsError('unreachable', 'no network'));
  const reading = begin(on);
  await on.run(30 * second);
  on.aws.refused.clear();
  await on.run(hour);
  await reading.ended;
  expect(reading.groups().map(({ state }) => state)).toEqual(['done', 'done']);
  expect(on.store.counted()).toEqual(on.truth());
});

test('a store that now and then does not answer, before or after it has stored, costs nothing but time', async () => {
  const on = written();
  const sink = on.store.sink();
  let asked = 0;
  const failing: UnitSink = {
    ...sink,
    async accept(unit) {
      const n = asked++;
      if (n % 23 === 7) throw new StoreError('unavailable', 'made up');
      const receipt = await sink.accept(unit);
      if (n % 31 === 5) throw new StoreError('unavailable', 'made up');
      return receipt;
    },
  };
  const reading = begin(on, {}, never, failing);
  await on.run(hour);
  await reading.ended;
  expect(reading.groups().map(({ state }) => state)).toEqual(['done', 'done']);
  expect(on.store.counted()).toEqual(on.truth());
});
