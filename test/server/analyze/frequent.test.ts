import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrequentValues } from '../../../server/src/analyze/frequent.js';

function countOf(values: readonly string[], capacity: number): FrequentValues {
  const frequent = new FrequentValues(capacity);
  for (const value of values) frequent.add(value);
  return frequent;
}

describe('the most frequent values', () => {
  it('are exact as long as nothing is forgotten, most frequent first, ties by value', () => {
    expect(countOf(['b', 'a', 'c', 'a', 'b', 'a'], 3).top(2)).toEqual([
      { value: 'a', count: 3, atMost: 3 },
      { value: 'b', count: 2, atMost: 2 },
    ]);
  });

  it('are given with what they may have been once values were forgotten', () => {
    const rare = Array.from({ length: 100 }, (_, i) => `rare ${i}`);
    const [first, ...rest] = countOf([...Array(50).fill('often'), ...rare, ...Array(50).fill('often')], 8).top(3);
    expect(first).toEqual({ value: 'often', count: 100, atMost: 100 });
    expect(rest.every(({ count, atMost }) => count === 1 && atMost > 1)).toBe(true);
  });

  it('hold the truth between their bounds, in one stream or in two that are put together', () => {
    const words = fc.array(
      fc.nat(40).map((n) => `v${Math.floor(Math.sqrt(n))}`),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(words, words, fc.integer({ min: 2, max: 8 }), (one, other, capacity) => {
        const merged = countOf(one, capacity);
        merged.merge(countOf(other, capacity));
        for (const [seen, all] of [
          [countOf([...one, ...other], capacity), [...one, ...other]],
          [merged, [...one, ...other]],
        ] as const) {
          for (const { value, count, atMost } of seen.top(100)) {
            const truth = all.filter((word) => word === value).length;
            expect(count).toBeLessThanOrEqual(truth);
            expect(atMost).toBeGreaterThanOrEqual(truth);
          }
          expect(seen.top(100).length).toBeLessThanOrEqual(capacity);
        }
      }),
      { seed: 403, numRuns: 500 },
    );
  });
});
