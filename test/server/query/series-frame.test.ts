import { describe, expect, it } from 'vitest';
import type { Basis } from '../../../server/src/query/completeness.js';
import type { SeriesQuery } from '../../../server/src/query/query.js';
import {
  basisOf,
  bucketRange,
  type CountedSeries,
  countUntold,
  renderSeriesFrame,
} from '../../../server/src/query/series-frame.js';

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
  gaps: { unknown: new Set(), metered: new Set() },
  ...more,
});

const until = (minutes: number | null): Pick<CountedSeries, 'watermark'> => ({
  watermark: { completeUntilMs: minutes === null ? null : startMs + minutes * minuteMs, basis: 'logs' },
});

const bucketsAt = (...numbers: readonly number[]) => new Set(numbers.map((bucket) => startBucket + bucket));
const untold = (...at: readonly number[]) => ({ gaps: { unknown: bucketsAt(...at), metered: bucketsAt() } });
const metered = (...at: readonly number[]) => ({ gaps: { unknown: bucketsAt(), metered: bucketsAt(...at) } });

describe('what the requests of an answer are known from', () => {
  it.each<[string, readonly Partial<CountedSeries>[], Basis]>([
    ['logs', [{}], 'logs'],
    ['no series', [], 'logs'],
    ['logs, and in some buckets from nothing', [untold(0, 1)], 'logs'],
    ['nothing', [untold(0, 1, 2)], 'none'],
    ['nothing that is complete; of the rest nobody can say', [{ ...until(2), ...untold(0, 1) }], 'none'],
    ['nothing is complete', [{ ...until(0), ...untold(0, 1, 2) }], 'logs'],
    ['metrics in one bucket', [metered(1)], 'metric'],
    ['metrics, logs and nothing', [{ gaps: { unknown: bucketsAt(0), metered: bucketsAt(1) } }], 'metric'],
    [
      'metrics of a part of each bucket only',
      [{ gaps: { unknown: bucketsAt(0, 1, 2), metered: bucketsAt(1) } }],
      'none',
    ],
    ['metrics after the watermark', [{ ...until(1), ...metered(1) }], 'logs'],
    ['one series has logs', [untold(0, 1, 2), {}], 'logs'],
    ['a feed that only looks like refusals only', [{ watermark: { completeUntilMs: startMs, basis: 'none' } }], 'none'],
    ['such a feed beside logs', [{ watermark: { completeUntilMs: startMs, basis: 'none' } }, {}], 'logs'],
  ])('%s', (_, told, basis) => {
    expect(
      basisOf(
        query(),
        told.map((each) => series(each)),
      ),
    ).toBe(basis);
  });
});

describe('values that nobody knows', () => {
  it.each<[string, SeriesQuery['metric'], readonly Partial<CountedSeries>[], number]>([
    ['are counted in all series', 'share', [untold(0, 1), untold(2), {}], 3],
    ['up to the watermark', 'requests', [{ ...until(2), ...untold(1, 2) }], 1],
    ['not where metrics tell', 'share', [metered(0, 1)], 0],
    ['and never of what was refused', 'rate', [untold(0, 1)], 0],
  ])('%s', (_, metric, told, count) => {
    expect(
      countUntold(
        query({ metric }),
        told.map((each) => series(each)),
      ),
    ).toBe(count);
  });
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
    ['share where only refusals were read', { metric: 'share' }, untold(1), [0, null, null]],
    ['requests where only refusals were read', { metric: 'requests' }, untold(1), [0, null, 0]],
    ['what was refused is known there', {}, untold(1), [0, 6, 0]],
    ['and its rate', { metric: 'rate' }, untold(1), [0, 0.1, 0]],
    ['and its portions', { metric: 'portion' }, untold(1), [0, 0.5, null]],
    ['share where metrics tell', { metric: 'share' }, metered(1), [0, 0.5, null]],
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
