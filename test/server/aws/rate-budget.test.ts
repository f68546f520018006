import { expect, test } from 'vitest';
import { createRateBudget } from '../../../server/src/aws/rate-budget.js';
import { createRateBudgets } from '../../../server/src/aws/rate-budgets.js';
import { createFakeClock } from '../../fake-aws/clock.js';
import { runUntil } from '../sources/cloudwatch/bed.js';

const startMs = Date.UTC(2026, 5, 15);
const never = new AbortController().signal;

function budgetOf(perSecond: number) {
  const clock = createFakeClock(startMs);
  return { clock, budget: createRateBudget({ perSecond, burst: 1, nowMs: clock.nowMs, wait: clock.wait }) };
}

/** Calls that a reader makes who asks again at once. */
async function callsIn(ms: number, { clock, budget }: ReturnType<typeof budgetOf>): Promise<number> {
  const stop = new AbortController();
  let calls = 0;
  const reading = (async () => {
    for (;;) {
      await budget.take('group', stop.signal);
      calls++;
    }
  })().catch(() => {});
  await runUntil(clock, clock.nowMs() + ms);
  stop.abort();
  await reading;
  return calls;
}

test('a refused call halves the rate, once for all calls of the same second; a minute later it is back', async () => {
  const on = budgetOf(8);
  for (let i = 0; i < 6; i++) on.budget.throttled();
  expect(on.budget.perSecond).toBe(4);
  expect(await callsIn(1_000, on)).toBeLessThanOrEqual(5);
  on.budget.throttled();
  expect(on.budget.perSecond).toBeLessThan(3);
  await runUntil(on.clock, on.clock.nowMs() + 60_000);
  expect(on.budget.perSecond).toBe(8);
});

test('however often AWS refuses, the rate does not come to a standstill', async () => {
  const on = budgetOf(8);
  for (let i = 0; i < 50; i++) {
    on.clock.advance(1_000);
    on.budget.throttled();
  }
  expect(await callsIn(60_000, on)).toBeGreaterThan(60);
});

test('nothing is asked before the time that AWS names', async () => {
  const on = budgetOf(8);
  on.budget.throttled(5_000);
  expect(await callsIn(4_999, on)).toBe(0);
  expect(await callsIn(1_000, on)).toBeGreaterThan(0);
});

test('a clock that is put back does not hold calls up', async () => {
  let now = startMs;
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    now += ms;
  };
  const budget = createRateBudget({ perSecond: 2, burst: 1, nowMs: () => now, wait });
  await budget.take('group', never);
  now -= 3_600_000;
  await budget.take('group', never);
  expect(Math.max(...waits)).toBeLessThanOrEqual(500);
});

test('whoever gives up leaves the queue', async () => {
  const { clock, budget } = budgetOf(1);
  const stop = new AbortController();
  await budget.take('a', never);
  const waits = budget.take('b', stop.signal);
  stop.abort(new Error('enough'));
  await expect(waits).rejects.toThrow('enough');
  await expect(budget.take('b', stop.signal)).rejects.toThrow('enough');
  await runUntil(clock, startMs + 10_000);
  expect(await callsIn(1_000, { clock, budget })).toBe(2);
});

test.each([
  { region: 'us-east-1', quota: 25 },
  { region: 'eu-central-1', quota: 5 },
  { region: 'eu-west-1', quota: 10 },
  // A name from a log must not find what every object has.
  { region: 'constructor', quota: 10 },
])('$region: 0.7 of $quota calls a second, and with the burst never more than the quota', async ({ region, quota }) => {
  const clock = createFakeClock(startMs);
  const budgets = createRateBudgets({ nowMs: clock.nowMs, wait: clock.wait });
  const budget = budgets.of('111122223333', region, 'logs:FilterLogEvents');
  expect(budget).toBe(budgets.of('111122223333', region, 'logs:FilterLogEvents'));
  expect(budget).not.toBe(budgets.of('444455556666', region, 'logs:FilterLogEvents'));
  expect(await callsIn(1_000, { clock, budget })).toBeLessThanOrEqual(quota);
  expect((await callsIn(100_000, { clock, budget })) / 100).toBeCloseTo(quota * 0.7, 0);
});
