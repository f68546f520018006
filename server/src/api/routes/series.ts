import { z } from 'zod';
import { dimensionNames, type LabelName, labelNames, totalLabelNames } from '../../query/query.js';
import { closest } from '../../text/closest.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { filterShape, hasField, toFilter } from '../schemas/filter.js';
import { columns, completenessShape, toColumn, toCompleteness } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { epochMs, points, rangeShape, step } from '../schemas/time.js';
import { checkPoints, toRange, toStepMs, wholeBuckets } from '../time-range.js';

const metrics = ['count', 'requests', 'rate', 'share', 'portion'] as const;

const by = z
  .string()
  .transform((text, context): LabelName[] => {
    const names = text.split(',', labelNames.length + 1).map((name) => name.trim());
    const wrong = names.find((name) => !(labelNames as readonly string[]).includes(name));
    if (wrong === undefined) return [...new Set(names)] as LabelName[];
    const meant = closest(wrong, labelNames);
    const unbounded = (dimensionNames as readonly string[]).includes(wrong);
    const hint = unbounded
      ? '; it has too many values for series, use /api/v1/top'
      : meant === null
        ? ''
        : `; did you mean ${meant}?`;
    context.addIssue({
      code: 'custom',
      message: `expected labels out of ${labelNames.join(', ')}, separated by commas, came ${excerpt(wrong)}${hint}`,
    });
    return z.NEVER;
  })
  .optional()
  .meta({
    description: `One series for each combination of these labels, separated by commas: ${labelNames.join(', ')}.`,
    param: { example: 'cause,api_id' },
  });

const answer = z
  .strictObject({
    from: epochMs.meta({ description: 'Start of the first bucket, ms since the epoch.' }),
    to: epochMs.meta({ description: 'End of the last bucket, ms since the epoch.' }),
    step: z.int().meta({ description: 'Width of a bucket, ms.' }),
    metric: z.enum(metrics),
    ...completenessShape,
    omittedSeries: z.int().meta({ description: 'Series beyond `limit`, the smallest ones.' }),
    untoldValues: z.int().optional().meta({
      description:
        'Values up to `completeUntil` that are null since only refusals were read, so that nobody knows how many requests there were. Not there if there are none.',
    }),
    columns,
  })
  .meta({ id: 'Series' });

export function createSeriesOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readSeries',
      method: 'get',
      path: '/api/v1/series',
      access: 'read',
      tag: 'Answers',
      summary: 'Refused requests over time',
      description:
        'A time column, then one number column for each series. Values are numbers (zeros included) up to `completeUntil` and null after it; `requests` and `share` are null, too, where only refusals were read and no metrics tell how many requests there were. `count`: refused requests; `requests`: all requests; `rate`: refused requests per second; `share`: refused of all, 0 to 1; `portion`: of all refused requests with the same labels, cause and group left out, 0 to 1. The range is widened to whole buckets.',
      query: z.strictObject({
        ...rangeShape,
        metric: z
          .enum(metrics)
          .optional()
          .meta({ description: 'What is counted. Default `count`.', param: { example: 'count' } }),
        step,
        points,
        by,
        limit: count('Largest series that are answered.', 20),
        ...filterShape,
      }),
      answer: { description: 'The series, largest first.', schema: answer },
      errors: ['range_invalid', 'range_too_long', 'too_many_points', 'query_too_heavy', 'store_unavailable'],
      examples: [
        {
          name: 'byCause',
          summary: 'Refused requests of the last 6 hours by cause, in steps of 5 minutes',
          query: [
            ['from', 'now-6h'],
            ['step', '5m'],
            ['by', 'cause'],
          ],
        },
        {
          name: 'shareOfOneStage',
          summary: 'Share of requests of one stage that were refused',
          query: [
            ['metric', 'share'],
            ['api_id', 'a1b2c3d4e5'],
            ['stage', 'prod'],
          ],
        },
        {
          name: 'portions',
          summary: 'Which part of what each API refused each cause was, for a graph of 100 points',
          query: [
            ['metric', 'portion'],
            ['by', 'api_id,cause'],
            ['points', '100'],
          ],
        },
        {
          name: 'withoutScanners',
          summary: 'All but unknown routes, by API and group',
          query: [
            ['by', 'api_id,group'],
            ['not.cause', 'route_not_found'],
          ],
        },
      ],
      async run({ query }) {
        const metric = query.metric ?? 'count';
        const filter = toFilter(query);
        const labels = query.by ?? [];
        if (metric === 'requests') refuseRefusalFields(labels, filter);
        const asked = toRange(query, nowMs(), limits);
        const stepMs = toStepMs(query, asked, limits);
        const range = wholeBuckets(asked, stepMs);
        const limit = atMost('limit', query.limit, limits.maxSeries, 100);
        checkPoints(range, stepMs, limit, limits);
        const series = await store.readSeries({ ...range, metric, stepMs, by: labels, filter, limit, nowMs: nowMs() });
        return {
          from: range.fromMs,
          to: range.toMs,
          step: stepMs,
          metric,
          ...toCompleteness(series),
          omittedSeries: series.omittedSeries,
          ...(series.untoldValues === 0 ? {} : { untoldValues: series.untoldValues }),
          columns: series.frame.columns.map(toColumn),
        };
      },
    }),
  ];
}

/** Requests that were not refused have no cause. */
function refuseRefusalFields(labels: readonly LabelName[], filter: ReturnType<typeof toFilter>): void {
  const ofAll: readonly string[] = totalLabelNames;
  const grouped = labels.find((label) => !ofAll.includes(label));
  const filtered = hasField(
    filter,
    [...labelNames, ...dimensionNames].filter((field) => !ofAll.includes(field)),
  );
  const wrong = grouped ?? filtered;
  if (wrong === undefined) return;
  throw new ApiError(
    'parameter_invalid',
    `With metric=requests expected only ${ofAll.join(', ')} in by and as filters, came ${wrong}: requests that were not refused do not have it. Use metric=count.`,
    {
      faults: [
        {
          where: `query ${grouped === undefined ? wrong : 'by'}`,
          message: `${wrong} is known of refused requests only`,
        },
      ],
    },
  );
}
