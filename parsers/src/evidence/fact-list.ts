import type { StoredFact } from '../model/index.js';

/** Objects around a fact's text, roughly. */
const factOverheadBytes = 1024;

/** The distinct facts of one unit, within a bound on the memory that they take. */
export class FactList {
  private readonly facts = new Map<string, StoredFact>();
  private readonly maxBytes: number;
  private bytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** False when there is no room left. `textLength`: of the line that it was read from. */
  add(fact: StoredFact, textLength: number): boolean {
    if (this.facts.has(fact.factId)) return true;
    const bytes = textLength * 2 + factOverheadBytes;
    if (this.bytes + bytes > this.maxBytes) return false;
    this.bytes += bytes;
    this.facts.set(fact.factId, fact);
    return true;
  }

  /** By time, line, id. */
  list(): readonly StoredFact[] {
    return [...this.facts.values()].sort(
      (a, b) => a.timeMs - b.timeMs || a.body.line - b.body.line || (a.factId < b.factId ? -1 : 1),
    );
  }
}
