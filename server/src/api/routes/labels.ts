import { z } from 'zod';
import { dimensionNames, labelNames } from '../../query/query.js';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { type FieldName, fieldDescriptions, fieldNames, filterShape, toFilter } from '../schemas/filter.js';
import { count } from '../schemas/number.js';
import { epochMs, rangeShape } from '../schemas/time.js';
import { toRange } from '../time-range.js';

const labelList = z
  .strictObject({
    labels: z.array(
      z.strictObject({
        name: z.enum(fieldNames as [FieldName, ...FieldName[]]),
        kind: z
          .enum(['label', 'dimension'])
          .meta({ description: 'Labels are bounded and can group series; dimensions are for filters and `top`.' }),
        description: z.string(),
      }),
    ),
  })
  .meta({ id: 'Labels' });

const labelValues = z
  .strictObject({
    label: z.enum(labelNames),
    from: epochMs,
    to: epochMs,
    values: z.array(z.string()),
    complete: z.boolean().meta({ description: 'false: there are more values than `limit`.' }),
  })
  .meta({ id: 'LabelValues' });

export function createLabelOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'listLabels',
      method: 'get',
      path: '/api/v1/labels',
      access: 'read',
      tag: 'Answers',
      summary: 'Labels and dimensions that filters, `by` and `top` know',
      description: 'The list is fixed.',
      answer: { description: 'All labels and dimensions.', schema: labelList },
      errors: [],
      examples: [{ name: 'all', summary: 'All labels and dimensions' }],
      run: () => ({
        labels: [
          ...labelNames.map((name) => ({ name, kind: 'label' as const, description: fieldDescriptions[name] })),
          ...dimensionNames.map((name) => ({ name, kind: 'dimension' as const, description: fieldDescriptions[name] })),
        ],
      }),
    }),
    defineOperation({
      id: 'listLabelValues',
      method: 'get',
      path: '/api/v1/labels/{label}/values',
      access: 'read',
      tag: 'Answers',
      summary: 'Values that a label has in a time range',
      description: 'Under the same filters as everything else, so that drop-down lists can depend on each other.',
      params: z.strictObject({
        label: z.enum(labelNames).meta({ description: 'A label.', param: { example: 'api_id' } }),
      }),
      query: z.strictObject({ ...rangeShape, limit: count('Values. Default 500.', 100), ...filterShape }),
      answer: { description: 'The values in order.', schema: labelValues },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'apis', summary: 'APIs of the last 24 hours', params: { label: 'api_id' } },
        {
          name: 'stagesOfApi',
          summary: 'Stages of one API',
          params: { label: 'stage' },
          query: [['api_id', 'a1b2c3d4e5']],
        },
      ],
      async run({ params, query }) {
        const range = toRange(query, nowMs(), limits);
        const limit = atMost('limit', query.limit, limits.maxLabelValues, 500);
        const { values, complete } = await store.readLabelValues(params.label, {
          ...range,
          filter: toFilter(query),
          limit,
        });
        return { label: params.label, from: range.fromMs, to: range.toMs, values, complete };
      },
    }),
  ];
}
