import type { StoredFact } from '@why403/parsers';
import type { Abandoned, Settle, Settled } from './settle-step.js';

interface Waiting {
  readonly facts: readonly StoredFact[];
  readonly abandoned: Abandoned;
  readonly resolve: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

/** What is settled together at most. */
const maxFactsTogether = 2_000;

/**
 * One settle step at a time in this process, and all who wait share the next one: many small units cost few statements, and
 * two steps of ours never write about one request at once.
 */
export function queueSettling(settle: Settle): Settle {
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (waiting.length > 0) await settleTogether(takeNext());
    running = false;
  }

  function takeNext(): readonly Waiting[] {
    let facts = 0;
    let count = 0;
    for (const each of waiting) {
      if (count > 0 && facts + each.facts.length > maxFactsTogether) break;
      facts += each.facts.length;
      count++;
    }
    const next = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return next;
  }

  async function settleTogether(group: readonly Waiting[]): Promise<void> {
    if (group.length > 1) {
      const facts = new Map(group.flatMap((each) => each.facts.map((fact) => [fact.factId, fact])));
      const abandoned = new Map(group.flatMap((each) => [...each.abandoned]));
      const settled = await settle([...facts.values()], abandoned).catch(() => null);
      if (settled !== null) {
        for (const { resolve } of group) resolve(settled);
        return;
      }
    }
    // Alone each: one that cannot be settled must not hold up the others.
    for (const { facts, abandoned, resolve, reject } of group) await settle(facts, abandoned).then(resolve, reject);
  }

  return (facts, abandoned) => {
    if (facts.length === 0) return Promise.resolve({ complete: true, refused: new Map() });
    return new Promise((resolve, reject) => {
      waiting.push({ facts, abandoned, resolve, reject });
      // Units whose facts were stored together come in the same turn.
      queueMicrotask(run);
    });
  };
}
