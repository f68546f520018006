import { hashText } from '../assemble/event-id.js';
import type { StoredFact } from '../model/index.js';

/**
 * Facts are a set that only grows: what was misread is not deleted, but taken back by a fact of its own, found by the same ids. So it makes
 * no difference which of the two is stored first, or how often.
 */
export const withdrawalOf = (fact: StoredFact): StoredFact => ({
  ...fact,
  factId: hashText(`w:${fact.factId}`),
  body: { ...fact.body, withdraws: fact.factId },
});

/** Withdrawals of what the other readings of the same bytes say and the right one does not; each once. */
export function withdrawalsOf(
  misread: readonly (readonly StoredFact[])[],
  right: readonly StoredFact[],
): readonly StoredFact[] {
  const known = new Set(right.map(({ factId }) => factId));
  const found: StoredFact[] = [];
  for (const fact of misread.flat()) {
    if (known.has(fact.factId)) continue;
    known.add(fact.factId);
    found.push(withdrawalOf(fact));
  }
  return found;
}
