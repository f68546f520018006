import { describe, expect, it } from 'vitest';
import type { SeriesQuery } from '../../../server/src/query/query.js';
import { bucketRange, type CountedSeries, renderSeriesFrame } from '../../../server/src/query/series-frame.js';

const minuteMs = 60_000;
/** A multiple of every step used here. */
const startMs = Date.UTC(2026, 0, 1);
const startBucket = startMs / minuteMs;

const query = (more: Partial<SeriesQuery> = {}): SeriesQuery => ({
  fromMs: startMs,
  toMs: startMs + 3 * minuteMs,
  metric: 'count',
  stepMs: minuteMs,
  by: [],
  filter: {},
  limit: 10,
  nowMs: startMs,
  ...more,
});

/** Buckets after the start. */
const buckets = (counts: Record<number, number>) =>
  new Map(Object.entries(counts).map(([bucket, count]) => [startBucket + Number(bucket), count]));

const series = (more: Partial<CountedSeries> = {}): CountedSeries => ({
  labels: {},
  counts: buckets({ 1: 6 }),
  requests: buckets({ 0: 5, 1: 12 }),
  watermark: { completeUntilMs: startMs + 3 * minuteMs, basis: 'logs' },
  ...more,
});

const until = (minutes: number | null): Pick<CountedSeries, 'watermark'> => ({
  watermark: { completeUntilMs: minutes === null ? null : startMs + minutes * minuteMs, basis: 'logs' },
});

describe('a series', () => {
  it.each<[string, Partial<SeriesQuery>, Partial<CountedSeries>, (number | null)[]]>([
    ['counts, zero where nothing was', {}, {}, [0, 6, 0]],
    ['rate per second', { metric: 'rate' }, {}, [0, 0.1, 0]],
    ['share, null without requests', { metric: 'share' }, {}, [0, 0.5, null]],
    ['share of nothing at all', { metric: 'share' }, { requests: new Map() }, [null, null, null]],
    [
      'share without a denominator',
      { metric: 'share' },
      { watermark: { completeUntilMs: startMs + 3 * minuteMs, basis: 'none' } },
      [null, null, null],
    ],
    [
      'share can pass 1 while totals are on their way',
      { metric: 'share' },
      { requests: buckets({ 1: 4 }) },
      [null, 1.5, null],
    ],
    ['portion, null where nothing was refused', { metric: 'portion' }, {}, [0, 0.5, null]],
    [
      'portion without a denominator of requests',
      { metric: 'portion' },
      { watermark: { completeUntilMs: startMs + 3 * minuteMs, basis: 'none' } },
      [0, 0.5, null],
    ],
    ['null after the watermark', {}, until(2), [0, 6, null]],
    ['a bucket ends at the watermark: complete', {}, until(1), [0, null, null]],
    ['a bucket ends a moment after it: not', {}, until(1.99), [0, null, null]],
    ['the watermark is before the range', {}, until(-1), [null, null, null]],
    ['no watermark', {}, until(null), [null, null, null]],
  ])('%s', (_, asked, told, values) => {
    const [, column] = renderSeriesFrame(query(asked), [series(told)]).columns;
    expect(column?.values).toEqual(values);
  });

  it('has its own labels and watermark, and the unit of the metric', () => {
    const frame = renderSeriesFrame(query({ metric: 'share', by: ['stage'] }), [
      series({ labels: { stage: 'prod' }, ...until(2) }),
      series({ labels: { stage: 'test' }, ...until(null) }),
    ]);
    expect(frame.columns).toMatchObject([
      { name: 'time', type: 'time', unit: 'ms', values: [startMs, startMs + minuteMs, startMs + 2 * minuteMs] },
      {
        name: 'value',
        type: 'number',
        unit: 'ratio',
        labels: { stage: 'prod' },
        completeUntilMs: startMs + 2 * minuteMs,
      },
      { name: 'value', type: 'number', unit: 'ratio', labels: { stage: 'test' }, completeUntilMs: null },
    ]);
  });

  it('without any there are only times', () => {
    expect(renderSeriesFrame(query(), []).columns.map((column) => column.name)).toEqual(['time']);
  });
});

describe('buckets', () => {
  it.each<[string, number, number, number, number]>([
    ['a range that fits', 0, 3, 0, 3],
    ['a range that cuts its first and last', 0.5, 2.1, 0, 3],
    ['within one', 1.2, 1.3, 1, 2],
    ['empty', 2, 2, 2, 2],
  ])('%s', (_, from, to, first, end) => {
    const range = { fromMs: startMs + from * minuteMs, toMs: startMs + to * minuteMs, stepMs: minuteMs };
    expect(bucketRange(range)).toEqual({ fromMs: startMs + first * minuteMs, toMs: startMs + end * minuteMs });
  });
});
