import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { staleAfterMs } from '../../../parsers/src/index.js';
import { changedBy, configAt } from '../../../server/src/pipeline/config-at.js';

const minute = 60_000;
/** A few contents over half a day, now close together, now far apart. */
const snapshot = fc.record({
  takenMs: fc.oneof(fc.nat(40), fc.nat(12 * 60)).map((at) => (600 + at) * minute),
  content: fc.constantFrom('a', 'b', 'c'),
});
type Taken = typeof snapshot extends fc.Arbitrary<infer T> ? T : never;

const inOrder = (snapshots: readonly Taken[]): Taken[] =>
  [...new Map(snapshots.map((each) => [JSON.stringify(each), each])).values()].sort(
    (a, b) => a.takenMs - b.takenMs || (a.content < b.content ? -1 : 1),
  );

/** All that a verdict can depend on. */
function seenAt(snapshots: readonly Taken[], timeMs: number) {
  const at = configAt(snapshots, timeMs);
  return at && { content: at.content, orElse: at.orElse, isStale: at.ageMs > staleAfterMs };
}

describe('a snapshot that comes later', () => {
  test('changes what requests are judged by only in the times that it says', () => {
    fc.assert(
      fc.property(
        fc.array(snapshot, { maxLength: 8 }),
        snapshot,
        fc.array(fc.nat(26 * 60 * 2), { minLength: 20, maxLength: 60 }),
        (known, arrived, times) => {
          const before = inOrder(known);
          const after = inOrder([...known, arrived]);
          const at = after.findIndex((each) => each.takenMs === arrived.takenMs && each.content === arrived.content);
          const range = changedBy(arrived, after[at - 1], after[at + 1]);
          // Around each snapshot, too: there lie the edges.
          const edges = after.flatMap(({ takenMs }) => [-1, 0, 1].map((ms) => takenMs + ms));
          for (const timeMs of [...times.map((half) => (half * minute) / 2), ...edges]) {
            const isIn = range !== null && timeMs >= range.fromMs && timeMs < range.toMs;
            if (!isIn) expect(seenAt(after, timeMs)).toEqual(seenAt(before, timeMs));
          }
        },
      ),
      { seed: 403, numRuns: 3_000 },
    );
  });
});
