import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateBudget, type Priority } from '../../../server/src/aws/rate-budget.js';
import { createFakeClock } from '../../fake-aws/clock.js';
import { runUntil } from '../sources/cloudwatch/bed.js';

const startMs = Date.UTC(2026, 5, 15);
const priorities: readonly Priority[] = ['live', 'sweep', 'backfill'];
const keys = ['a', 'b', 'c', 'd'];

const ask = fc.record({
  atMs: fc.integer({ min: 0, max: 20_000 }),
  key: fc.constantFrom(...keys),
  priority: fc.constantFrom(...priorities),
  times: fc.integer({ min: 1, max: 12 }),
  givesUpAfterMs: fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 8 }),
});

interface Entry {
  readonly what: 'asked' | 'granted' | 'gave up';
  readonly atMs: number;
  readonly key: string;
  readonly priority: Priority;
}

/** Whoever asks for several turns asks for them at once. */
async function play(
  asks: readonly (typeof ask extends fc.Arbitrary<infer T> ? T : never)[],
  budgetOptions: { readonly perSecond: number; readonly burst: number },
  throttledAtMs: readonly number[],
): Promise<Entry[]> {
  const clock = createFakeClock(startMs);
  const budget = createRateBudget({ ...budgetOptions, nowMs: clock.nowMs, wait: clock.wait });
  const log: Entry[] = [];
  const tell = (what: Entry['what'], key: string, priority: Priority): void => {
    log.push({ what, atMs: clock.nowMs() - startMs, key, priority });
  };
  for (const [i, { atMs, key, priority, times, givesUpAfterMs }] of asks.entries()) {
    // No two at the very same moment, or the log could not tell who was first.
    void clock.wait(atMs + i / 1000).then(() => {
      const giving = new AbortController();
      setMaxListeners(times, giving.signal);
      if (givesUpAfterMs !== null) void clock.wait(givesUpAfterMs).then(() => giving.abort(new Error('gave up')));
      for (let i = 0; i < times; i++) {
        tell('asked', key, priority);
        budget.take(key, giving.signal, priority).then(
          () => tell('granted', key, priority),
          () => tell('gave up', key, priority),
        );
      }
    });
  }
  for (const atMs of throttledAtMs) void clock.wait(atMs).then(() => budget.throttled());
  await runUntil(clock, startMs + 3_600_000);
  return log;
}

const options = fc.constantFrom(
  { perSecond: 3.5, burst: 1 },
  { perSecond: 7, burst: 3 },
  { perSecond: 17.5, burst: 7 },
  { perSecond: 0.7, burst: 1 },
);

test('in no second are there more calls than rate and burst, sweeps keep to their share, and every turn comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(ask, { maxLength: 25 }),
      options,
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 5 }),
      async (asks, budget, throttled) => {
        const log = await play(asks, budget, throttled);
        const granted = log.filter(({ what }) => what === 'granted');
        for (const [i, { atMs }] of granted.entries()) {
          const inSecond = granted.slice(i).filter((other) => other.atMs < atMs + 1_000);
          expect(inSecond.length).toBeLessThanOrEqual(budget.perSecond + budget.burst);
          const sweeps = granted
            .slice(i)
            .filter(({ priority, ...other }) => priority === 'sweep' && other.atMs < atMs + 10_000);
          expect(sweeps.length).toBeLessThanOrEqual(budget.perSecond * 0.3 * 10 + 1);
        }
        const asked = log.filter(({ what }) => what === 'asked').length;
        expect(log.filter(({ what }) => what !== 'asked')).toHaveLength(asked);
      },
    ),
    { seed: 403, numRuns: 150 },
  );
});

test('while a key waits no other has two turns, and nobody has one while someone before him in rank waits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { maxLength: 25 }), options, async (asks, budget) => {
      const log = await play(asks, budget, []);
      const waiting = new Map<string, number>();
      /** Turns of others of the same rank since the key began to wait, or had its last turn. */
      const others = new Map<string, Map<string, number>>();
      for (const { what, key, priority } of log) {
        const name = `${priority} ${key}`;
        const left = waiting.get(name) ?? 0;
        if (what === 'asked') {
          waiting.set(name, left + 1);
          if (left === 0) others.set(name, new Map());
          continue;
        }
        waiting.set(name, left - 1);
        if (what === 'gave up') continue;
        for (const rank of priorities.slice(0, priorities.indexOf(priority))) {
          // Sweeps wait for their share, too.
          if (rank === 'live') for (const each of keys) expect(waiting.get(`${rank} ${each}`) ?? 0).toBe(0);
        }
        others.set(name, new Map());
        for (const each of keys) {
          const other = `${priority} ${each}`;
          if (each === key || (waiting.get(other) ?? 0) === 0) continue;
          const turns = others.get(other) as Map<string, number>;
          turns.set(key, (turns.get(key) ?? 0) + 1);
          expect(turns.get(key), `${key} had turns while ${each} waited`).toBe(1);
        }
      }
    }),
    { seed: 403, numRuns: 150 },
  );
});
