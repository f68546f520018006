import fc from 'fast-check';
import { expect, it } from 'vitest';
import { gridMs, missingWindows, type Window } from '../../../server/src/demo/windows.js';

const start = Date.UTC(2026, 5, 16, 22);
const cells = 2000;
const time = (cell: number): number => start + cell * gridMs;

const stored = fc
  .uniqueArray(fc.integer({ min: -50, max: cells + 50 }), { maxLength: 30 })
  .map((ends) => ends.sort((a, b) => a - b))
  .map((ends) =>
    ends.flatMap((from, i): Window[] =>
      i % 2 === 0 && ends[i + 1] !== undefined ? [{ fromMs: time(from), toMs: time(ends[i + 1] as number) }] : [],
    ),
  );

it('stored and missing windows cover each moment once', () => {
  fc.assert(
    fc.property(stored, fc.integer({ min: 0, max: cells }), fc.integer({ min: 0, max: cells }), (known, from, to) => {
      const missing = missingWindows(known, time(from), time(to));
      const times = new Map<number, number>();
      for (const { fromMs, toMs } of [...known, ...missing]) {
        for (let at = fromMs; at < toMs; at += gridMs) times.set(at, (times.get(at) ?? 0) + 1);
      }
      for (let cell = from; cell < to; cell++) {
        if (times.get(time(cell)) !== 1) expect.fail(`cell ${cell} is covered ${times.get(time(cell)) ?? 0} times`);
      }
      for (const { fromMs, toMs } of missing) {
        expect(fromMs % (toMs - fromMs)).toBe(0);
        expect(fromMs).toBeGreaterThanOrEqual(time(from));
        expect(toMs).toBeLessThanOrEqual(time(to));
      }
      expect(missing.map(({ fromMs }) => fromMs)).toEqual(missing.map(({ fromMs }) => fromMs).sort((a, b) => a - b));
    }),
    { seed: 403, numRuns: 200 },
  );
});
