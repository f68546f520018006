/**
 * The counting scheme (docs/decisions/0005-counting-scheme.md) as plainly as it can be written, on a store that promises only what
 * ClickHouse promises: one insert is stored whole or not at all, and a reader sees whole inserts. No transactions, no order between
 * writers. Each program below is a generator that yields after every statement: there it can be interleaved, or killed.
 */

export interface Line {
  id: string;
  unit: number;
  minute: number;
  label: string;
  /** Set when the line is a refusal; two lines can tell of one request. */
  event: string | null;
}

/** Names a reading by what it saw, so that nobody has to hand numbers out: the highest rank, then version, then name counts. */
export interface Generation {
  /** How much was seen: lines here, bytes in the service. */
  rank: number;
  version: number;
  name: string;
}

interface TotalRow {
  unit: number;
  generation: string;
  minute: number;
  label: string;
  count: number;
}
interface UnitMarker {
  unit: number;
  generation: Generation;
}
interface CompactedRow {
  compaction: string;
  minute: number;
  label: string;
  count: number;
}
/** One of the units that a compaction is made of. */
interface CompactedUnit {
  compaction: string;
  unit: number;
  generation: string;
}
interface CompactionMarker {
  day: number;
  compaction: string;
  writtenAt: number;
}
interface Fact {
  event: string;
  fact: string;
}
/** A settle step was begun on a fact, or has done all its work. */
interface SettleMark {
  attempt: string;
  event: string;
  fact: string;
  ruleSet: number;
}
interface RefusedRow {
  api: string;
  event: string;
  ruleSet: number;
  facts: number;
  cause: string;
  cancelled: boolean;
}

export interface Tables {
  total: TotalRow[];
  unitMarker: UnitMarker[];
  compacted: CompactedRow[];
  compactedUnit: CompactedUnit[];
  compactionMarker: CompactionMarker[];
  fact: Fact[];
  refused: RefusedRow[];
  begun: SettleMark[];
  settled: SettleMark[];
}

/** Ways to get it wrong that the test must be able to see. */
export type Variant =
  | 'as decided'
  | 'additive totals'
  | 'marker before rows'
  | 'generation from a counter'
  | 'latest marker stands'
  | 'units not in it are left out'
  | 'closed units are counted again'
  | 'rows dropped at once'
  | 'rows read before markers'
  | 'settled without a second look'
  | 'settling not announced';

export class Store {
  readonly tables: Tables = {
    total: [],
    unitMarker: [],
    compacted: [],
    compactedUnit: [],
    compactionMarker: [],
    fact: [],
    refused: [],
    begun: [],
    settled: [],
  };
  /** Settle steps that may still write; in the service, those begun less than ten minutes ago. */
  readonly underWay = new Set<string>();
  private expiries = 0;
  /** Every insert ever sent, so that the network can deliver any of them once more. */
  readonly delivered: (() => void)[] = [];

  insert<Name extends keyof Tables>(table: Name, rows: Tables[Name]): void {
    const { expiries } = this;
    const deliver = () => {
      // Nothing is under way for as long as facts live: a note on facts that have expired comes no more.
      if ((table === 'begun' || table === 'settled') && expiries !== this.expiries) return;
      (this.tables[table] as unknown[]).push(...rows);
    };
    deliver();
    this.delivered.push(deliver);
  }

  deleteTotals(condition: (row: TotalRow) => boolean): void {
    this.tables.total = this.tables.total.filter((row) => !condition(row));
  }

  /** Evidence has its own, shorter life, and what was noted about it goes with it. */
  expireFacts(event: string): void {
    this.expiries++;
    for (const name of ['fact', 'begun', 'settled'] as const) {
      this.tables[name] = (this.tables[name] as Fact[]).filter((row) => row.event !== event) as never;
    }
  }

  copy(): Store {
    const copy = new Store();
    for (const name of Object.keys(this.tables) as (keyof Tables)[]) {
      copy.insert(name, [...this.tables[name]] as never);
    }
    for (const attempt of this.underWay) copy.underWay.add(attempt);
    return copy;
  }
}

export const unitsPerDay = 2;
export const dayOf = (unit: number): number => Math.floor(unit / unitsPerDay);
export type Totals = Map<string, number>;
export type Program = Generator<undefined, Totals | undefined>;

/** What a line counts as; the second version of the parser reads labels better. */
export const countedAs = (line: Line, version: number): string =>
  version >= 2 ? line.label.toUpperCase() : line.label;

export function sumLines(lines: Iterable<Line>, version: number, into: Totals = new Map()): Totals {
  for (const line of lines) add(into, line.minute, countedAs(line, version), 1);
  return into;
}

function add(totals: Totals, minute: number, label: string, count: number): void {
  const key = `${minute} ${label}`;
  totals.set(key, (totals.get(key) ?? 0) + count);
}

const textOf = ({ rank, version, name }: Generation): string => `${rank}/${version}/${name}`;

function isHigher(a: Generation, b: Generation): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank;
  if (a.version !== b.version) return a.version > b.version;
  return a.name > b.name;
}

/** The most sensitive classifier there can be: any other set of facts, any other rule set, is another cause. */
export const causeOf = (facts: Iterable<string>, ruleSet: number): string =>
  `${ruleSet}: ${[...facts].sort().join(' + ')}`;
const apiOf = (facts: Iterable<string>): string => ([...facts].includes('owner') ? 'orders' : 'unknown');
export const countingFact = 'access';

// --- what a reader does

function highestGenerations(store: Store): Map<number, Generation> {
  const highest = new Map<number, Generation>();
  for (const { unit, generation } of store.tables.unitMarker) {
    const known = highest.get(unit);
    if (known === undefined || isHigher(generation, known)) highest.set(unit, generation);
  }
  return highest;
}

interface ReadingPlan {
  units: Map<number, string>;
  compactions: Set<string>;
}

/** The compaction of a day: the one marked earliest stands, whatever comes after it. */
export function standingCompaction(store: Store, day: number, variant: Variant = 'as decided'): string | null {
  const inOrder = store.tables.compactionMarker
    .filter((marker) => marker.day === day)
    .sort((a, b) => a.writtenAt - b.writtenAt || (a.compaction < b.compaction ? -1 : 1));
  return inOrder.at(variant === 'latest marker stands' ? -1 : 0)?.compaction ?? null;
}

const unitsOf = (store: Store, compaction: string): CompactedUnit[] =>
  store.tables.compactedUnit.filter((each) => each.compaction === compaction);

/** Units that a standing compaction is made of: nothing that is read of them later counts. */
export function closedUnits(store: Store, variant: Variant = 'as decided'): Set<number> {
  const closed = new Set<number>();
  for (const day of new Set(store.tables.compactionMarker.map((marker) => marker.day))) {
    for (const { unit } of unitsOf(store, standingCompaction(store, day, variant) as string)) closed.add(unit);
  }
  return closed;
}

/** Asks the markers which rows count: of a compacted day its compacted rows and the units that are not in them. */
function planReading(store: Store, variant: Variant): ReadingPlan {
  const units = new Map([...highestGenerations(store)].map(([unit, generation]) => [unit, textOf(generation)]));
  const compactions = new Set<string>();
  for (const unit of closedUnits(store, variant)) {
    const built = store.tables.compactedUnit.filter((each) => each.unit === unit).map((each) => each.generation);
    const isNew = !built.includes(units.get(unit) ?? '');
    if (variant !== 'closed units are counted again' || !isNew) units.delete(unit);
  }
  for (const { day } of store.tables.compactionMarker) {
    compactions.add(standingCompaction(store, day, variant) as string);
    if (variant !== 'units not in it are left out') continue;
    for (const unit of units.keys()) if (dayOf(unit) === day) units.delete(unit);
  }
  return { units, compactions };
}

/** Sums the planned rows, equal keys once: a batch that was delivered twice is the same rows. */
function sumPlanned(tables: Tables, plan: ReadingPlan): Totals {
  const rows = new Map<string, { minute: number; label: string; count: number }>();
  for (const row of tables.total) {
    if (plan.units.get(row.unit) !== row.generation) continue;
    rows.set(`unit ${row.unit} ${row.generation} ${row.minute} ${row.label}`, row);
  }
  for (const row of tables.compacted) {
    if (plan.compactions.has(row.compaction)) rows.set(`${row.compaction} ${row.minute} ${row.label}`, row);
  }
  const totals: Totals = new Map();
  for (const row of rows.values()) add(totals, row.minute, row.label, row.count);
  return totals;
}

export function readTotals(store: Store, variant: Variant): Totals {
  if (variant !== 'additive totals') return sumPlanned(store.tables, planReading(store, variant));
  const totals: Totals = new Map();
  for (const row of store.tables.total) add(totals, row.minute, row.label, row.count);
  return totals;
}

/** A query whose two halves see the store at two moments. */
export function* readSlowly(store: Store, variant: Variant): Program {
  if (variant === 'rows read before markers') {
    const tables = { ...store.tables, total: [...store.tables.total], compacted: [...store.tables.compacted] };
    yield;
    return sumPlanned(tables, planReading(store, variant));
  }
  const plan = planReading(store, variant);
  yield;
  return sumPlanned(store.tables, plan);
}

/** Units are read in order of time; the position is the first one without a marker, and the watermark is its beginning. */
export function readingPosition(store: Store): number {
  const marked = highestGenerations(store);
  let unit = 0;
  while (marked.has(unit)) unit += 1;
  return unit;
}

/**
 * Per sort key the row of the highest version, as `FINAL` on a ReplacingMergeTree gives it. The number of facts comes first: a row
 * written from a line alone never hides a verdict of more evidence, whatever rule set wrote it.
 */
export function latestRefused(store: Store): RefusedRow[] {
  const version = (row: RefusedRow) => row.facts * 1000 + row.ruleSet;
  const latest = new Map<string, RefusedRow>();
  for (const row of store.tables.refused) {
    const key = `${row.api} ${row.event}`;
    const known = latest.get(key);
    if (known === undefined || version(row) >= version(known)) latest.set(key, row);
  }
  return [...latest.values()];
}

export function readRefused(store: Store): RefusedRow[] {
  return latestRefused(store).filter((row) => !row.cancelled);
}

export function factsByEvent(store: Store): Map<string, Set<string>> {
  const events = new Map<string, Set<string>>();
  for (const { event, fact } of store.tables.fact) events.set(event, (events.get(event) ?? new Set()).add(fact));
  return events;
}

// --- what writers do

function refusedRow(event: string, facts: Set<string>, ruleSet: number): RefusedRow {
  return { api: apiOf(facts), event, ruleSet, facts: facts.size, cause: causeOf(facts, ruleSet), cancelled: false };
}

/** Reads a unit: facts, rows of refusals, totals in several inserts, and at the very end the marker. */
export function* readUnit(
  store: Store,
  lines: readonly Line[],
  unit: number,
  writer: { id: number; version: number },
  variant: Variant,
): Program {
  const generation: Generation =
    variant === 'generation from a counter'
      ? {
          rank: (highestGenerations(store).get(unit)?.rank ?? 0) + 1,
          version: 0,
          name: `${writer.id}.${store.delivered.length}`,
        }
      : {
          rank: lines.length,
          version: writer.version,
          name: lines
            .map((line) => line.id)
            .sort()
            .join(),
        };
  yield;
  if (variant === 'marker before rows') {
    store.insert('unitMarker', [{ unit, generation }]);
    yield;
  }
  const events = [...new Set(lines.flatMap((line) => line.event ?? []))];
  store.insert(
    'fact',
    events.map((event) => ({ event, fact: countingFact })),
  );
  yield;
  yield* settleEvents(store, events, writer.version, `node ${writer.id}`, variant);
  yield;
  const rows = [...sumLines(lines, writer.version)].map(([key, count]) => {
    const [minute, label] = key.split(' ') as [string, string];
    return { unit, generation: textOf(generation), minute: Number(minute), label, count };
  });
  if (variant === 'additive totals') {
    // Even with rows and marker in one statement, which is more than ClickHouse gives, reading again adds.
    store.insert('total', rows);
  } else {
    for (const row of rows) {
      store.insert('total', [row]);
      yield;
    }
  }
  if (variant !== 'marker before rows') store.insert('unitMarker', [{ unit, generation }]);
  return undefined;
}

/** Facts that no settle step has finished with: never begun, begun by somebody who died, or judged by an older rule set. */
export function unsettledEvents(store: Store, ruleSet: number, variant: Variant): string[] {
  const { fact, begun, settled } = store.tables;
  const isDone = (mark: SettleMark) =>
    settled.some((done) => done.attempt === mark.attempt && done.event === mark.event && done.fact === mark.fact);
  const events = fact
    .filter((each) => {
      const of = (mark: SettleMark) => mark.event === each.event && mark.fact === each.fact;
      if (!settled.some((mark) => of(mark) && mark.ruleSet >= ruleSet)) return true;
      return variant !== 'settling not announced' && begun.some((mark) => of(mark) && !isDone(mark));
    })
    .map(({ event }) => event);
  return [...new Set(events)];
}

/**
 * Makes the rows of these events what the union of their facts says. Two steps at once on one event, each with a part of its facts,
 * may write rows under two keys: so each looks at the facts once more after it wrote. And whoever dies after writing leaves its
 * announcement behind, by which a sweep finds the event.
 */
export function* settleEvents(
  store: Store,
  events: readonly string[],
  ruleSet: number,
  name: string,
  variant: Variant,
): Program {
  const attempt = `${name}.${store.delivered.length}`;
  const marks = (): SettleMark[] =>
    [...factsByEvent(store)]
      .filter(([event]) => events.includes(event))
      .flatMap(([event, facts]) => [...facts].map((fact) => ({ attempt, event, fact, ruleSet })));
  const announced = marks();
  // What somebody who died had begun is finished with this step. Of a step that may still write, nothing is known.
  const abandoned = store.tables.begun.filter(
    (mark) => events.includes(mark.event) && !store.underWay.has(mark.attempt),
  );
  store.insert('begun', announced);
  store.underWay.add(attempt);
  try {
    yield* writeVerdicts(store, events, ruleSet, variant, (known, left) => {
      const seen = [...known].flatMap(([event, facts]) =>
        [...facts].map((fact) => ({ attempt, event, fact, ruleSet })),
      );
      const done = [...seen, ...announced, ...abandoned.map((mark) => ({ ...mark, ruleSet: 0 }))];
      store.insert(
        'settled',
        done.filter((mark) => !left.has(mark.event)),
      );
    });
  } finally {
    store.underWay.delete(attempt);
  }
  return undefined;
}

function* writeVerdicts(
  store: Store,
  events: readonly string[],
  ruleSet: number,
  variant: Variant,
  finish: (known: Map<string, Set<string>>, left: Set<string>) => void,
): Program {
  /** A newer node has judged them. It is left to it to cancel what this step may have written before it saw that. */
  const left = new Set<string>();
  let known: Map<string, Set<string>>;
  do {
    yield;
    known = new Map([...factsByEvent(store)].filter(([event]) => events.includes(event)));
    for (const [event, facts] of known) {
      if (!facts.has(countingFact)) continue;
      const standing = readRefused(store).filter((row) => row.event === event);
      yield;
      if (standing.some((row) => row.ruleSet > ruleSet)) left.add(event);
      // Judged from evidence that has expired since, or by a newer node, which will add what is missing.
      if (left.has(event) || standing.some((row) => row.facts > facts.size)) continue;
      const right = refusedRow(event, facts, ruleSet);
      if (!standing.some((row) => row.api === right.api && row.cause === right.cause)) {
        store.insert('refused', [right]);
        yield;
      }
      for (const wrong of standing.filter((row) => row.api !== right.api)) {
        store.insert('refused', [{ ...right, api: wrong.api, cancelled: true }]);
        yield;
      }
    }
  } while (variant !== 'settled without a second look' && hasGrown(known, factsByEvent(store), events));
  yield;
  finish(known, left);
  return undefined;
}

function hasGrown(before: Map<string, Set<string>>, now: Map<string, Set<string>>, events: readonly string[]): boolean {
  return events.some((event) => (now.get(event)?.size ?? 0) > (before.get(event)?.size ?? 0));
}

/** The sweep: what is left to do is read from the store, never kept in memory. */
export function* settle(store: Store, ruleSet: number, name: string, variant: Variant): Program {
  const events = unsettledEvents(store, ruleSet, variant);
  if (events.length === 0) return undefined;
  yield;
  return yield* settleEvents(store, events, ruleSet, name, variant);
}

/** (unit, generation) that count for a day which has no compaction, and the name of what is made of them. */
function highestOfDay(store: Store, day: number): { name: string; units: Map<number, string> } {
  const units = new Map<number, string>();
  for (const [unit, generation] of highestGenerations(store)) {
    if (dayOf(unit) === day) units.set(unit, textOf(generation));
  }
  return { name: `day ${day}: ${[...units].sort().join('; ')}`, units };
}

const sumOf = (totals: Totals): number => [...totals.values()].reduce((sum, count) => sum + count, 0);

/** Rebuilds a day that has no compaction: the list of its units, its rows, the marker. Removes nothing. */
export function* compact(store: Store, day: number, now: () => number): Program {
  if (standingCompaction(store, day) !== null) return undefined;
  yield;
  const { name: compaction, units } = highestOfDay(store, day);
  if (units.size === 0) return undefined;
  if (unitsOf(store, compaction).length === 0) {
    store.insert(
      'compactedUnit',
      [...units].map(([unit, generation]) => ({ compaction, unit, generation })),
    );
  }
  yield;
  const counted = () => sumPlanned(store.tables, { units, compactions: new Set() });
  for (const [key, count] of counted()) {
    const [minute, label] = key.split(' ') as [string, string];
    store.insert('compacted', [{ compaction, minute: Number(minute), label, count }]);
    yield;
  }
  const rebuilt = sumPlanned(store.tables, { units: new Map(), compactions: new Set([compaction]) });
  if (sumOf(rebuilt) !== sumOf(counted())) return undefined;
  yield;
  if (highestOfDay(store, day).name !== compaction) return undefined;
  yield;
  if (standingCompaction(store, day) !== null) return undefined;
  yield;
  const writtenAt = now();
  yield;
  store.insert('compactionMarker', [{ day, compaction, writtenAt }]);
  return undefined;
}

/** Drops the rows that a day's compaction stands for: of all its units, those that came late too. */
export function* drop(store: Store, day: number, variant: Variant): Program {
  const compaction = standingCompaction(store, day, variant);
  if (compaction === null) return undefined;
  yield;
  const closed = new Set(unitsOf(store, compaction).map(({ unit }) => unit));
  store.deleteTotals((row) => closed.has(row.unit));
  return undefined;
}
