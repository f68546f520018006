import { type AssembledRequest, createAssembler } from '../assemble/index.js';
import { classify } from '../classify/classify.js';
import {
  type ConfigOf,
  defaultLimits,
  type ExecutionLine,
  type ExecutionLineKind,
  noPlace,
  plainEntry,
  type RequestRecord,
  type StoredFact,
  type Verdict,
} from '../model/index.js';

export interface JudgedRequest {
  readonly record: RequestRecord;
  readonly verdict: Verdict;
  /** Event ids that the request had when less was known of it: rows under them are to be cancelled. */
  readonly formerEventIds: readonly string[];
}

/** Facts are bounded by whoever read them from the store. */
const limits = { ...defaultLimits, openRequests: Number.POSITIVE_INFINITY, openBytes: Number.POSITIVE_INFINITY };

/**
 * Puts together the requests of a set of facts that are linked to each other, and judges each by what was configured at its
 * time. The order of the facts and their repetition change nothing.
 */
export function judge(facts: readonly StoredFact[], configOf: ConfigOf): readonly JudgedRequest[] {
  const standing = standingFacts(facts);
  const distinct = distinctFacts(standing);
  // What only a misreading linked has nothing to do with each other.
  const groups = standing.length === facts.length ? [distinct] : linkedFacts(distinct);
  const requests = groups.flatMap(requestsOf);
  const own = new Set(requests.map(({ record }) => record.eventId));
  const places = placesInLog(distinct);
  return requests
    .map(({ record: assembled, eventIds }) => {
      const record = { ...assembled, execution: inLogOrder(assembled.execution, places) };
      return {
        record,
        verdict: classify(record, configOf(record)),
        formerEventIds: eventIds.filter((id) => !own.has(id)).sort(),
      };
    })
    .sort((a, b) => (a.record.timeMs ?? 0) - (b.record.timeMs ?? 0) || compare(a.record.eventId, b.record.eventId));
}

function requestsOf(facts: readonly StoredFact[]): readonly AssembledRequest[] {
  const assembler = createAssembler(limits);
  for (const fact of facts.toSorted(inOrderOfReading)) {
    const { facts: read, line, logGroup, logStream, lineEventId, fallbackPlace } = fact.body;
    const entry = { ...plainEntry('', line), timeMs: fact.timeMs, logGroup, logStream };
    assembler.add(entry, read, {
      lineEventId:
        fact.kind === 'execution' ? (lineEventId === null || fact.eventId === '' ? null : fact.eventId) : lineEventId,
      fallbackPlace: fallbackPlace ?? noPlace,
    });
  }
  // A log of which the beginning is not stored yet has no event id: it is judged once all of it is there.
  return assembler.endWithEventIds().filter(({ record, eventIds }) => eventIds.includes(record.eventId));
}

/** Without what was misread, and what says so. */
function standingFacts(facts: readonly StoredFact[]): readonly StoredFact[] {
  const withdrawn = new Set(facts.flatMap(({ body }) => body.withdraws ?? []));
  if (withdrawn.size === 0) return facts;
  return facts.filter(({ factId, body }) => body.withdraws === undefined && !withdrawn.has(factId));
}

/** Facts that links connect, however far. */
function linkedFacts(facts: readonly StoredFact[]): readonly (readonly StoredFact[])[] {
  const parents = facts.map((_, i) => i);
  const rootOf = (i: number): number => {
    let at = i;
    for (let up = parents[at] as number; up !== at; up = parents[at] as number) {
      // Halves the way for the next who asks.
      parents[at] = parents[up] as number;
      at = parents[at] as number;
    }
    return at;
  };
  const firstWith = new Map<string, number>();
  for (const [i, { links }] of facts.entries()) {
    for (const link of links) {
      const first = firstWith.get(link);
      if (first === undefined) firstWith.set(link, i);
      else parents[rootOf(i)] = rootOf(first);
    }
  }
  const groups = new Map<number, StoredFact[]>();
  for (const [i, fact] of facts.entries()) {
    const group = groups.get(rootOf(i));
    if (group === undefined) groups.set(rootOf(i), [fact]);
    else group.push(fact);
  }
  return [...groups.values()];
}

/** Readings of one fact may differ in what the wrappings around it told; which of them is taken must not depend on order. */
function distinctFacts(facts: readonly StoredFact[]): readonly StoredFact[] {
  const byId = new Map<string, StoredFact>();
  for (const fact of facts) {
    const known = byId.get(fact.factId);
    if (known === undefined || isBetter(fact, known)) byId.set(fact.factId, fact);
  }
  return [...byId.values()];
}

function isBetter(fact: StoredFact, known: StoredFact): boolean {
  if ((fact.eventId === '') !== (known.eventId === '')) return known.eventId === '';
  return JSON.stringify([fact.links, fact.body]) < JSON.stringify([known.links, known.body]);
}

/**
 * Line numbers of two units say nothing of each other: of lines of one millisecond those that open something come first,
 * or a request whose lines two units share would look like two.
 */
const inOrderOfReading = (a: StoredFact, b: StoredFact): number =>
  a.timeMs - b.timeMs || opens(b) - opens(a) || a.body.line - b.body.line || compare(a.factId, b.factId);

const inTime = (a: StoredFact, b: StoredFact): number =>
  a.timeMs - b.timeMs || a.body.line - b.body.line || compare(a.factId, b.factId);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Higher stands earlier in a request. */
const opening: Partial<Record<ExecutionLineKind, number>> = {
  test_invoke: 4,
  extended_request_id: 4,
  authorizer_started: 3,
  usage_plan_check: 2,
  execution_started: 1,
};
const opens = ({ body: { facts } }: StoredFact): number =>
  facts.kind === 'execution' ? (opening[facts.line.kind] ?? 0) : 0;

function placesInLog(facts: readonly StoredFact[]): ReadonlyMap<ExecutionLine, number> {
  const places = new Map<ExecutionLine, number>();
  for (const { body } of facts.toSorted(inTime)) {
    if (body.facts.kind === 'execution') places.set(body.facts.line, places.size);
  }
  return places;
}

const inLogOrder = (
  lines: readonly ExecutionLine[],
  places: ReadonlyMap<ExecutionLine, number>,
): readonly ExecutionLine[] => lines.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
