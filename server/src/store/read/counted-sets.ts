import type { LabelName, TimeRange } from '../../query/query.js';
import type { BucketCounts } from '../../query/series-frame.js';
import type { Database } from '../database.js';
import { askByDays, askNow } from './by-days.js';
import type { CountedQuery, CountedRow } from './counted-statement.js';
import type { Statement } from './statement.js';
import { heldIn, type StoredDays } from './stored-days.js';

export interface CountedSet {
  /** In the order of `by`. */
  readonly labels: readonly string[];
  readonly counts: BucketCounts;
  readonly total: number;
}

export interface CountedSets {
  /** Largest first. */
  readonly sets: readonly CountedSet[];
  /** Of the whole answer, limit or not. */
  readonly omitted: number;
  readonly sum: number;
}

/** Sets of labels of one part of a range, at most. Where a day has more, the range is asked for as one. */
const setsOfPart = 5_000;

export async function readCounted(
  database: Database,
  compile: (query: CountedQuery) => Statement,
  query: CountedQuery,
  days: StoredDays,
): Promise<CountedSets> {
  const { range, limit } = query;
  const ofPart = (part: TimeRange) =>
    compile({ ...query, range: part, held: heldIn(days, part), limit: Math.max(limit, setsOfPart) });
  const isAll = (rows: readonly CountedRow[]) => rows.length === Number(rows[0]?.sets ?? 0);
  const parts = await askByDays(database, { range, days }, ofPart, isAll);
  if (parts !== null) return largest(addUp(parts), limit);
  const rows = await askNow<CountedRow>(database, compile({ ...query, held: heldIn(days, range) }), days);
  return {
    sets: addUp([rows]),
    omitted: Math.max(0, Number(rows[0]?.sets ?? 0) - rows.length),
    sum: Number(rows[0]?.sum ?? 0),
  };
}

/** A bucket can lie in two parts. */
function addUp(parts: readonly (readonly CountedRow[])[]): readonly CountedSet[] {
  const sets = new Map<
    string,
    { readonly labels: readonly string[]; readonly counts: Map<number, number>; total: number }
  >();
  for (const { labels, buckets, counts, total } of parts.flat()) {
    const key = JSON.stringify(labels);
    let set = sets.get(key);
    if (set === undefined) {
      set = { labels, counts: new Map(), total: 0 };
      sets.set(key, set);
    }
    set.total += Number(total);
    for (const [at, given] of buckets.entries()) {
      const bucket = Number(given);
      set.counts.set(bucket, (set.counts.get(bucket) ?? 0) + Number(counts[at]));
    }
  }
  return [...sets.values()];
}

function largest(sets: readonly CountedSet[], limit: number): CountedSets {
  const sorted = sets.toSorted((a, b) => b.total - a.total || compare(a.labels, b.labels));
  return {
    sets: sorted.slice(0, limit),
    omitted: Math.max(0, sorted.length - limit),
    sum: sorted.reduce((sum, { total }) => sum + total, 0),
  };
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, label] of a.entries()) {
    const other = b[i] as string;
    if (label !== other) return label < other ? -1 : 1;
  }
  return 0;
}

export type Labels = Readonly<Partial<Record<LabelName, string>>>;

export const labelsOf = (by: readonly LabelName[], { labels }: Pick<CountedSet, 'labels'>): Labels =>
  Object.fromEntries(by.map((name, index) => [name, labels[index] ?? '']));

export const pick = <Name extends LabelName>(labels: Labels, names: readonly Name[]): Partial<Record<Name, string>> =>
  Object.fromEntries(names.filter((name) => name in labels).map((name) => [name, labels[name]])) as Partial<
    Record<Name, string>
  >;
