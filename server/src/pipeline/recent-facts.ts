import type { StoredFact } from '@why403/parsers';

/**
 * Facts that this process has stored and settled a short while ago: a unit that grows is read again and again, and what
 * it said before need not be written again. It only spares work; whoever forgets writes the same facts once more.
 */
export function createRecentFacts(options: { readonly maxFacts: number; readonly keepMs: number }) {
  const settledAt = new Map<string, number>();
  return {
    without(facts: readonly StoredFact[], nowMs: number): readonly StoredFact[] {
      if (settledAt.size === 0) return facts;
      return facts.filter(({ factId }) => {
        const at = settledAt.get(factId);
        return at === undefined || nowMs - at > options.keepMs || nowMs < at;
      });
    },
    add(facts: readonly StoredFact[], nowMs: number): void {
      for (const { factId } of facts) {
        settledAt.delete(factId);
        settledAt.set(factId, nowMs);
      }
      let surplus = settledAt.size - options.maxFacts;
      for (const factId of settledAt.keys()) {
        if (surplus-- <= 0) break;
        settledAt.delete(factId);
      }
    },
  };
}
