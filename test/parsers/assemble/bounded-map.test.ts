import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../parsers/src/assemble/bounded-map.js';

describe('BoundedMap', () => {
  it('holds the keys that were set last, each with its latest value', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat()), { maxLength: 60 }),
        (capacity, sets) => {
          const map = new BoundedMap<number, number>(capacity);
          for (const [key, value] of sets) map.set(key, value);
          const latest = new Map<number, number>();
          for (const [key, value] of sets) {
            latest.delete(key);
            latest.set(key, value);
          }
          const kept = new Map([...latest].slice(-capacity));
          for (let key = 0; key < 10; key++) {
            expect(map.has(key)).toBe(kept.has(key));
            expect(map.get(key)).toBe(kept.get(key));
          }
        },
      ),
      { seed: 403, numRuns: 500 },
    );
  });
});
