import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { type FieldName, fieldNames, filterShape, toFilter } from '../schemas/filter.js';
import { columns, completenessShape, toColumn, toCompleteness } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { epochMs, rangeShape } from '../schemas/time.js';
import { toRange } from '../time-range.js';

const by = z.enum(fieldNames as [FieldName, ...FieldName[]]);

const answer = z.strictObject({ from: epochMs, to: epochMs, by, ...completenessShape, columns }).meta({ id: 'Top' });

export function createTopOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readTop',
      method: 'get',
      path: '/api/v1/top',
      access: 'read',
      tag: 'Answers',
      summary: 'The most frequent values of a label or dimension among refused requests',
      description:
        'Three columns: the value, `refused` (requests) and `share` (of all refused requests of the answer), largest first.',
      query: z.strictObject({
        ...rangeShape,
        by: by.meta({ description: 'Label or dimension to count by.', param: { example: 'culprit' } }),
        limit: count('Rows. Default 10.', 10),
        ...filterShape,
      }),
      answer: { description: 'The values, most frequent first.', schema: answer },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        {
          name: 'rules',
          summary: 'WAF rules that block most',
          query: [
            ['by', 'culprit'],
            ['cause', 'waf_blocked'],
          ],
        },
        {
          name: 'callers',
          summary: 'Ten callers that were refused most in the last hour',
          query: [
            ['by', 'source_ip'],
            ['from', 'now-1h'],
            ['limit', '10'],
          ],
        },
      ],
      async run({ query }) {
        const range = toRange(query, nowMs(), limits);
        const limit = atMost('limit', query.limit, limits.maxTop, 10);
        const top = await store.readTop({ ...range, by: query.by, filter: toFilter(query), limit, nowMs: nowMs() });
        return {
          from: range.fromMs,
          to: range.toMs,
          by: query.by,
          ...toCompleteness(top),
          columns: top.frame.columns.map(toColumn),
        };
      },
    }),
  ];
}
