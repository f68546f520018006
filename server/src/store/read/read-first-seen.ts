import { stageLabelNames } from '../../query/completeness.js';
import {
  type EventFilter,
  type FirstSeenQuery,
  firstSeenLabels,
  newAfterMs,
  stageKnownMs,
  type TimeRange,
} from '../../query/query.js';
import type { Database } from '../database.js';
import type { FirstSeen, FirstSeenAnswer } from '../event-store.js';
import { pick } from './counted-sets.js';
import {
  compileKnownSince,
  compileNewestSeen,
  compileSeen,
  type KnownSinceRow,
  type SeenRow,
} from './first-seen-statement.js';
import { dayMs, hourMs } from './range.js';
import { readCountingBasis } from './read-counting-basis.js';
import { runStatement } from './statement.js';

/** Causes on routes that one range can have: routes are capped, so only a store that was filled by others comes here. */
const mostSeen = 100_000;

/**
 * Almost everything that is refused now was refused in the hour before, or on the day before: that is looked through first, and only
 * what is left is looked for in the whole week. On a quiet day nothing is left, and millions of rows stay unread.
 */
const lookbacks = (fromMs: number): readonly TimeRange[] =>
  [0, hourMs, dayMs, newAfterMs].flatMap((agoMs, index, all) =>
    index === 0 ? [] : [{ fromMs: fromMs - agoMs, toMs: fromMs - (all[index - 1] as number) }],
  );

export async function readFirstSeen(database: Database, query: FirstSeenQuery): Promise<FirstSeenAnswer> {
  const { fromMs, toMs, filter, least, nowMs, windowsUntilMs = fromMs } = query;
  const basis = await readCountingBasis(database, { range: { fromMs, toMs }, filter, nowMs });
  const { kinds } = basis;
  const present = { range: { fromMs, toMs }, filter, least, limit: mostSeen, nowMs: basis.nowMs, kinds };
  let left = await runStatement<SeenRow>(database, compileSeen({ ...present, versions: 'standing' }));
  const lastBefore = new Map<string, number>();
  for (const range of lookbacks(fromMs)) {
    if (left.length === 0) break;
    for (const [key, ms] of await readLastSeen(database, range, filter, left)) {
      if (!lastBefore.has(key)) lastBefore.set(key, ms);
    }
    left = left.filter((row) => (lastBefore.get(causeKeyOf(row)) ?? 0) < windowsUntilMs - newAfterMs);
  }
  const knownSince = left.length === 0 ? new Map() : await readKnownSince(database, query, left, basis.nowMs);
  const causes = left.flatMap((row): readonly FirstSeen[] => {
    const stageKnownSinceMs = knownSince.get(keyOf(row, stageLabelNames));
    if (stageKnownSinceMs === undefined) return [];
    const labels = pick(row, firstSeenLabels) as FirstSeen['labels'];
    return [
      {
        labels,
        firstSeenMs: Number(row.first_ms),
        refused: Number(row.refused),
        lastBeforeMs: lastBefore.get(causeKeyOf(row)) ?? null,
        stageKnownSinceMs,
        completeUntilMs: basis.stages.watermarkOf(pick(row, stageLabelNames)).completeUntilMs,
      },
    ];
  });
  return {
    causes: causes.slice(0, query.limit),
    omittedCauses: Math.max(0, causes.length - query.limit),
    completeUntilMs: basis.stages.watermarkOf({}).completeUntilMs,
  };
}

/**
 * When the causes of these rows were last refused in the range; what was not is missing. Late evidence replaces verdicts, so rows have
 * to be merged to know which stand, and merging all rows of a week takes seconds: it is done for the few causes whose newest row does
 * not stand any more.
 */
async function readLastSeen(
  database: Database,
  range: TimeRange,
  filter: EventFilter,
  rows: readonly SeenRow[],
): Promise<ReadonlyMap<string, number>> {
  const onlyOf = (some: readonly SeenRow[]) => ({ range, filter: { ...filter, ...filterOf(some, firstSeenLabels) } });
  const lastSeen = new Map<string, number>();
  const add = (found: readonly Pick<SeenRow, Column | 'last_ms'>[]) => {
    for (const row of found) lastSeen.set(causeKeyOf(row), Number(row.last_ms));
  };
  const all = { least: 1, limit: mostSeen, nowMs: 0, kinds: 'any' } as const;

  add(await runStatement<SeenRow>(database, compileNewestSeen(onlyOf(rows))));
  const missing = rows.filter((row) => !lastSeen.has(causeKeyOf(row)));
  if (missing.length === 0) return lastSeen;
  const touched = await runStatement<SeenRow>(database, compileSeen({ ...onlyOf(missing), ...all, versions: 'any' }));
  const keys = new Set(touched.map(causeKeyOf));
  const doubtful = missing.filter((row) => keys.has(causeKeyOf(row)));
  if (doubtful.length === 0) return lastSeen;
  add(await runStatement<SeenRow>(database, compileSeen({ ...onlyOf(doubtful), ...all, versions: 'standing' })));
  return lastSeen;
}

/** Of the stages of these rows that had requests early enough. */
async function readKnownSince(
  database: Database,
  { fromMs, windowsUntilMs = fromMs }: FirstSeenQuery,
  rows: readonly SeenRow[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const range = { fromMs: fromMs - newAfterMs, toMs: windowsUntilMs - stageKnownMs + 1 };
  const statement = compileKnownSince(range, filterOf(rows, stageLabelNames), nowMs);
  const known = await runStatement<KnownSinceRow>(database, statement);
  return new Map(known.map((row) => [keyOf(row, stageLabelNames), Number(row.known_since_ms)]));
}

type Column = (typeof firstSeenLabels)[number];

/** Lets these rows through, and at worst mixtures of them: a list for each column is looked up many times faster than tuples. */
const filterOf = (rows: readonly SeenRow[], columns: readonly Column[]): EventFilter =>
  Object.fromEntries(columns.map((name) => [name, { in: [...new Set(rows.map((row) => row[name]))] }]));

const keyOf = <Name extends Column>(row: Readonly<Record<Name, string>>, columns: readonly Name[]): string =>
  JSON.stringify(columns.map((name) => row[name]));

const causeKeyOf = (row: Readonly<Record<Column, string>>): string => keyOf(row, firstSeenLabels);
