import type { Basis, Watermark } from './completeness.js';
import type { Gaps } from './denominators.js';
import type { Column, Frame, LabelName, NumberColumn, SeriesQuery, TimeRange } from './query.js';

/** Counts by number of the bucket; what is not in it is 0. */
export type BucketCounts = ReadonlyMap<number, number>;

export interface CountedSeries {
  readonly labels: Readonly<Partial<Record<LabelName, string>>>;
  readonly counts: BucketCounts;
  /** Denominator of shares and portions; not looked at otherwise. */
  readonly requests: BucketCounts;
  readonly watermark: Watermark;
  /** Where logs do not tell how many requests there were. */
  readonly gaps: Gaps;
}

/** All buckets that the range touches, whole: the first and the last are not cut. */
export function bucketRange({ fromMs, toMs, stepMs }: Pick<SeriesQuery, 'fromMs' | 'toMs' | 'stepMs'>): TimeRange {
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs };
}

const units = {
  count: 'requests',
  requests: 'requests',
  rate: 'requests/s',
  share: 'ratio',
  portion: 'ratio',
} as const;

/** A time column and one number column for each series: a value for each bucket that ended by the watermark, then null. */
export function renderSeriesFrame(query: SeriesQuery, series: readonly CountedSeries[]): Frame {
  const { fromMs, toMs } = bucketRange(query);
  const times: number[] = [];
  for (let time = fromMs; time < toMs; time += query.stepMs) times.push(time);
  const columns: Column[] = [{ name: 'time', type: 'time', unit: 'ms', values: times }];
  for (const each of series) columns.push(renderColumn(query, times, each));
  return { columns };
}

function renderColumn(
  { metric, stepMs }: SeriesQuery,
  times: readonly number[],
  { labels, counts, requests, watermark, gaps }: CountedSeries,
): NumberColumn {
  const { completeUntilMs, basis } = watermark;
  const valueAt = (time: number): number | null => {
    if (completeUntilMs === null || time + stepMs > completeUntilMs) return null;
    const bucket = time / stepMs;
    if ((metric === 'share' || metric === 'requests') && gaps.unknown.has(bucket)) return null;
    const count = counts.get(bucket) ?? 0;
    if (metric === 'rate') return count / (stepMs / 1000);
    if (metric !== 'share' && metric !== 'portion') return count;
    if (metric === 'share' && basis === 'none') return null;
    const all = requests.get(bucket) ?? 0;
    return all === 0 ? null : count / all;
  };
  return {
    name: 'value',
    type: 'number',
    unit: units[metric],
    labels: { ...labels },
    values: times.map(valueAt),
    completeUntilMs,
  };
}

type Complete = Pick<CountedSeries, 'watermark' | 'gaps'>;
type Buckets = Pick<SeriesQuery, 'fromMs' | 'toMs' | 'stepMs'>;

/** Numbers of the buckets that ended by the watermark, [first, end). */
function completeBuckets({ fromMs, toMs, stepMs }: Buckets, { watermark }: Complete): { first: number; end: number } {
  const range = bucketRange({ fromMs, toMs, stepMs });
  const untilMs = Math.min(range.toMs, watermark.completeUntilMs ?? range.fromMs);
  return { first: range.fromMs / stepMs, end: Math.floor(untilMs / stepMs) };
}

/**
 * What the requests of series are known from. `none`: nothing tells those of any bucket that is complete. Series without complete buckets
 * say nothing.
 */
export function basisOf(query: Buckets, series: readonly Complete[]): Basis {
  const found = new Set<Basis>();
  for (const each of series) {
    if (each.watermark.basis === 'none') found.add('none');
    else for (const basis of basesOf(each.gaps, completeBuckets(query, each))) found.add(basis);
  }
  if (found.has('metric')) return 'metric';
  return found.has('logs') || found.size === 0 ? 'logs' : 'none';
}

function* basesOf({ unknown, metered }: Gaps, { first, end }: { first: number; end: number }): Generator<Basis> {
  if (unknown.size === 0 && metered.size === 0 && first < end) return yield 'logs';
  for (let bucket = first; bucket < end; bucket++) {
    yield unknown.has(bucket) ? 'none' : metered.has(bucket) ? 'metric' : 'logs';
  }
}

/** Values of complete buckets that are null since nobody knows how many requests there were. */
export function countUntold(query: Buckets & Pick<SeriesQuery, 'metric'>, series: readonly Complete[]): number {
  if (query.metric !== 'share' && query.metric !== 'requests') return 0;
  let untold = 0;
  for (const each of series) {
    const { first, end } = completeBuckets(query, each);
    for (const bucket of each.gaps.unknown) if (bucket >= first && bucket < end) untold++;
  }
  return untold;
}
