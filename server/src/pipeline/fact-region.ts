import type { StoredFact } from '@why403/parsers';
import type { KnownFacts, VerdictStore } from '../store/event-store.js';

/** A link of more facts identifies nothing and is not followed. */
export const maxFactsPerLink = 1_000;
const linksPerQuery = 2_000;
/** From an access line over its execution log and extended id to a WAF record takes three. */
const maxIdHops = 8;

/**
 * A WAF record that no id links joins the one access line that it fits, if each of the two fits nothing else. So what is said of
 * a request depends on what lies this many approximate links away, and new evidence changes the verdicts as far away.
 */
export const judgedReach = 2;

/** Facts and links as the store had them. */
export interface FactRegion {
  readonly facts: ReadonlyMap<string, StoredFact>;
  /** Links that were followed, with their facts; null: of too many facts. */
  readonly links: ReadonlyMap<string, readonly string[] | null>;
}

/** `a:` links say "could be"; all others say "is". */
export const isApproximate = (link: string): boolean => link.startsWith('a:');

/**
 * All that can matter for the verdicts that these facts can change. null when it would be more than `maxFacts`: then ask for fewer
 * facts at a time; a single one is always answered. What an earlier look has brought is not sent again.
 */
export async function loadRegion(
  store: Pick<VerdictStore, 'readFacts'>,
  own: readonly StoredFact[],
  maxFacts: number,
  earlier?: FactRegion,
): Promise<FactRegion | null> {
  const facts = new Map<string, StoredFact>(own.map((fact) => [fact.factId, fact]));
  const known: KnownFacts = { get: (factId) => earlier?.facts.get(factId) ?? facts.get(factId) };
  const links = new Map<string, readonly string[] | null>();

  /** Reads links of facts that were not read yet; true when there were any. */
  async function follow(wanted: (link: string) => boolean): Promise<boolean> {
    const unread = new Set<string>();
    for (const fact of facts.values()) {
      for (const link of fact.links) if (wanted(link) && !links.has(link)) unread.add(link);
    }
    const list = [...unread];
    for (let at = 0; at < list.length; at += linksPerQuery) {
      const part = list.slice(at, at + linksPerQuery);
      const found = await store.readFacts(part, maxFactsPerLink, known);
      for (const link of part) take(link, found.get(link) ?? []);
    }
    return list.length > 0;
  }

  function take(link: string, found: readonly StoredFact[]): void {
    if (found.length > maxFactsPerLink) {
      links.set(link, null);
      return;
    }
    links.set(
      link,
      found.map((fact) => fact.factId),
    );
    // What the store says comes last: two readings of a fact may differ in what is no part of it.
    for (const fact of found) facts.set(fact.factId, fact);
  }

  const isTooMuch = (): boolean => own.length > 1 && facts.size > maxFacts;
  for (let reach = 0; ; reach++) {
    for (let hop = 0; hop < maxIdHops && !isTooMuch(); hop++) {
      if (!(await follow((link) => !isApproximate(link)))) break;
    }
    if (isTooMuch()) return null;
    // The verdicts within reach are written, and each of them needs all within its own reach.
    if (reach === 2 * judgedReach || !(await follow(isApproximate))) return { facts, links };
  }
}

/**
 * True when the later reading shows a fact, or a link of too many facts, that the earlier did not, or what another feed told around
 * a fact that it knew.
 */
export function hasGrown(before: FactRegion, after: FactRegion): boolean {
  for (const [factId, fact] of after.facts) {
    const known = before.facts.get(factId);
    if (known === undefined || (known !== fact && JSON.stringify(known.body) !== JSON.stringify(fact.body)))
      return true;
  }
  for (const [link, found] of after.links) {
    if (!before.links.has(link) || (found === null) !== (before.links.get(link) === null)) return true;
  }
  return false;
}
