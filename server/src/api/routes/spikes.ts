import { z } from 'zod';
import type { Column, NumberColumn } from '../../query/query.js';
import type { SpikeSeries } from '../../spikes/spike-reader.js';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { baseline } from '../schemas/baseline.js';
import { toFilter } from '../schemas/filter.js';
import { columns, toColumn } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { judgedUntil, leastShare, leastShareOf, stageCauseShape } from '../schemas/stage-cause.js';
import { epochMs, points, step } from '../schemas/time.js';
import { cause, group } from '../schemas/verdict.js';
import { type FoundSpike, listSpikes } from '../spike-list.js';
import { checkPoints, toRange, toStepMs, wholeBuckets } from '../time-range.js';

const measures = ['score', 'count', 'expected', 'expected_upper', 'share'] as const;

type Measure = (typeof measures)[number];

const spikeShape = z
  .strictObject({
    account: z.string(),
    region: z.string(),
    apiId: z.string(),
    stage: z.string(),
    cause,
    group,
    began: epochMs.meta({ description: 'The minute in which the requests rose, ms since the epoch.' }),
    ended: epochMs.nullable().meta({ description: 'null: it goes on.' }),
    peakAt: epochMs.meta({ description: 'End of the 5 minutes with the highest score.' }),
    peakScore: z
      .number()
      .meta({ description: 'Above 1 is a spike; by how much is how far beyond the expected range.' }),
    peakRequests: z.int().meta({ description: 'Refused requests of the 5 minutes before `peakAt`.' }),
    expected: z
      .number()
      .nullable()
      .meta({ description: 'Refused requests that 5 minutes usually have; null without a baseline.' }),
    expectedUpper: z.number().meta({ description: 'As many would still have been no spike.' }),
    share: z.number().nullable().meta({
      description:
        "Refused, as a part of the stage's requests of the same 5 minutes; null where nobody knows how many there were.",
    }),
    refused: z.int().meta({ description: 'Refused requests from `began` to the end.' }),
    baseline,
  })
  .meta({ id: 'Spike', description: 'A cause refused more of a stage than its own history lets expect.' });

const spikeList = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    completeUntil: judgedUntil,
    spikes: z.array(spikeShape),
    omittedSpikes: z.int().meta({ description: 'Spikes beyond `limit`, the oldest ones.' }),
  })
  .meta({ id: 'Spikes' });

const spikeSeries = z
  .strictObject({
    from: epochMs.meta({ description: 'Start of the first bucket, ms since the epoch.' }),
    to: epochMs.meta({ description: 'End of the last bucket, ms since the epoch.' }),
    step: z.int().meta({ description: 'Width of a bucket, ms.' }),
    measures: z.array(z.enum(measures)),
    completeUntil: judgedUntil,
    omittedSeries: z.int().meta({ description: 'Series beyond `limit`, those with the smallest peaks.' }),
    columns,
  })
  .meta({ id: 'SpikeSeries' });

const units = {
  score: 'score',
  count: 'requests',
  expected: 'requests',
  expected_upper: 'requests',
  share: 'ratio',
} as const satisfies Record<Measure, NumberColumn['unit']>;

export function createSpikeOperations({ spikes, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readSpikes',
      method: 'get',
      path: '/api/v1/spikes',
      access: 'read',
      tag: 'Answers',
      summary: 'Causes that refused more than usual, and since when',
      description:
        'Each stage and cause is compared with its own history: the refused requests of 5 minutes with what earlier days had at this time, else with the day before, else (`baseline: none`) with fixed floors of count and share. A score above 1 is a spike. Answered are those that touch the range.',
      query: z.strictObject({
        ...stageCauseShape,
        least_share: leastShare,
        limit: count('Spikes. Default 100.', 20),
      }),
      answer: { description: 'The spikes, newest first.', schema: spikeList },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'lastDay', summary: 'Spikes of the last 24 hours' },
        {
          name: 'withoutScanners',
          summary: 'Spikes that are more than a fifth of the requests of their stage',
          query: [
            ['from', 'now-6h'],
            ['least_share', '0.2'],
          ],
        },
      ],
      async run({ query }) {
        const now = nowMs();
        const range = toRange(query, now, limits);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        const found = await listSpikes(spikes, {
          ...range,
          filter: toFilter(query),
          leastShare: leastShareOf(query),
          maxSeries: limits.maxSeries,
          nowMs: now,
        });
        return {
          from: range.fromMs,
          to: range.toMs,
          completeUntil: found.completeUntilMs,
          spikes: found.spikes.slice(0, limit).map(toSpike),
          omittedSpikes: Math.max(0, found.spikes.length - limit),
        };
      },
    }),
    defineOperation({
      id: 'readSpikeSeries',
      method: 'get',
      path: '/api/v1/spikes/series',
      access: 'read',
      tag: 'Answers',
      summary: 'Score, count and expected range over time',
      description:
        'A time column, then one number column for each measure of each stage and cause that refused anything in the range or the 24 hours before its end. `score`: above 1 is a spike; `count`: refused requests of 5 minutes; `expected`: what is usual (null without a baseline); `expected_upper`: as many are still no spike; `share`: refused, as a part of the requests of the stage. A bucket has the values of its worst minute. Zeros up to the watermark, null after it. The range is widened to whole buckets.',
      query: z.strictObject({
        ...stageCauseShape,
        measure: z
          .array(z.enum(measures))
          .max(measures.length)
          .optional()
          .meta({ description: 'What is told. Repeatable. Default `score`.' }),
        least_share: leastShare,
        step,
        points,
        limit: count('Stages and causes that are answered, highest peak first. Default 50.', 20),
      }),
      answer: { description: 'The series, highest peak first.', schema: spikeSeries },
      errors: ['range_invalid', 'range_too_long', 'too_many_points', 'query_too_heavy', 'store_unavailable'],
      examples: [
        {
          name: 'scores',
          summary: 'Scores of the last 6 hours, minute by minute',
          query: [
            ['from', 'now-6h'],
            ['step', '1m'],
          ],
        },
        {
          name: 'expectedRange',
          summary: 'How many refused requests one stage and cause had, and how many were to be expected',
          query: [
            ['api_id', 'a1b2c3d4e5'],
            ['cause', 'api_key_invalid'],
            ['measure', 'count'],
            ['measure', 'expected'],
            ['measure', 'expected_upper'],
          ],
        },
      ],
      async run({ query }) {
        const now = nowMs();
        const asked = toRange(query, now, limits);
        const stepMs = toStepMs(query, asked, limits);
        const range = wholeBuckets(asked, stepMs);
        const told = [...new Set(query.measure ?? (['score'] as const))];
        const limit = atMost('limit', query.limit, limits.maxSeries, 50);
        checkPoints(range, stepMs, limit * told.length, limits);
        const { series, times, omittedSeries, completeUntilMs } = await spikes.evaluate({
          ...range,
          stepMs,
          filter: toFilter(query),
          leastShare: leastShareOf(query),
          limit,
          nowMs: now,
        });
        const time: Column = { name: 'time', type: 'time', unit: 'ms', values: times };
        return {
          from: range.fromMs,
          to: range.toMs,
          step: stepMs,
          measures: told,
          completeUntil: completeUntilMs,
          omittedSeries,
          columns: [time, ...series.flatMap((each) => told.map((measure) => toMeasureColumn(each, measure)))].map(
            toColumn,
          ),
        };
      },
    }),
  ];
}

function toMeasureColumn({ labels, values, baseline, completeUntilMs }: SpikeSeries, measure: Measure): NumberColumn {
  return {
    name: measure,
    type: 'number',
    unit: units[measure],
    labels: { ...labels },
    values: values[measure],
    completeUntilMs,
    baseline,
  };
}

const toSpike = ({ labels, beganMs, endedMs, peakAtMs, ...spike }: FoundSpike): z.output<typeof spikeShape> => ({
  account: labels.account,
  region: labels.region,
  apiId: labels.api_id,
  stage: labels.stage,
  cause: labels.cause,
  group: labels.group,
  began: beganMs,
  ended: endedMs,
  peakAt: peakAtMs,
  ...spike,
});
