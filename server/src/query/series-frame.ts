import type { Watermark } from './completeness.js';
import type { Column, Frame, LabelName, NumberColumn, SeriesQuery, TimeRange } from './query.js';

/** Counts by number of the bucket; what is not in it is 0. */
export type BucketCounts = ReadonlyMap<number, number>;

export interface CountedSeries {
  readonly labels: Readonly<Partial<Record<LabelName, string>>>;
  readonly counts: BucketCounts;
  /** Denominator of shares and portions; not looked at otherwise. */
  readonly requests: BucketCounts;
  readonly watermark: Watermark;
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
  { labels, counts, requests, watermark }: CountedSeries,
): NumberColumn {
  const { completeUntilMs, basis } = watermark;
  const valueAt = (time: number): number | null => {
    if (completeUntilMs === null || time + stepMs > completeUntilMs) return null;
    const bucket = time / stepMs;
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
