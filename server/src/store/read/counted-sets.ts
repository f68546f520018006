import type { LabelName } from '../../query/query.js';
import type { BucketCounts } from '../../query/series-frame.js';
import type { CountedRow } from './counted-statement.js';

export type Labels = Readonly<Partial<Record<LabelName, string>>>;

export const labelsOf = (by: readonly LabelName[], row: CountedRow): Labels =>
  Object.fromEntries(by.map((name, index) => [name, row.labels[index] ?? '']));

export const countsOf = ({ buckets, counts }: CountedRow): BucketCounts =>
  new Map(buckets.map((bucket, index) => [Number(bucket), Number(counts[index])]));

export const pick = <Name extends LabelName>(labels: Labels, names: readonly Name[]): Partial<Record<Name, string>> =>
  Object.fromEntries(names.filter((name) => name in labels).map((name) => [name, labels[name]])) as Partial<
    Record<Name, string>
  >;
