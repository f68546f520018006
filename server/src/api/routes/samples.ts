import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { causeMap } from '../explanation.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { filterShape, toFilter } from '../schemas/filter.js';
import { count } from '../schemas/number.js';
import { sample, toSample } from '../schemas/sample.js';
import { epochMs, rangeShape } from '../schemas/time.js';
import { toRange } from '../time-range.js';

const page = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null on the last one.' }),
    samples: z.array(sample),
  })
  .meta({ id: 'SamplePage' });

export function createSampleOperations({ store, engine, limits, nowMs }: ApiDeps): readonly Operation[] {
  const causes = causeMap(engine.causeCatalogue);
  return [
    defineOperation({
      id: 'readSamples',
      method: 'get',
      path: '/api/v1/samples',
      access: 'read',
      tag: 'Answers',
      summary: 'Refused requests as log lines',
      description:
        'One line for each request, with a severity, labels to filter by, and where its own logs are. Pages by cursor like `/api/v1/events`, in either order: a cursor leads on in the order that is asked for, so `order=oldest` with the cursor of a newest-first page turns round at its last line.',
      query: z.strictObject({
        ...rangeShape,
        order: z
          .enum(['newest', 'oldest'])
          .optional()
          .meta({ description: 'What comes first. Default `newest`.', param: { example: 'newest' } }),
        limit: count('Samples of a page. Default 100.', 50),
        cursor: z.string().max(128).optional().meta({ description: '`next` of the page before.' }),
        ...filterShape,
      }),
      answer: { description: 'A page of samples.', schema: page },
      errors: ['range_invalid', 'range_too_long', 'cursor_invalid', 'query_too_heavy', 'store_unavailable'],
      examples: [
        {
          name: 'newest',
          summary: 'What WAF blocked in the last hour, newest first',
          query: [
            ['from', 'now-1h'],
            ['cause', 'waf_blocked'],
          ],
        },
        {
          name: 'whatFollowed',
          summary: 'What one caller was refused, in the order in which it happened',
          query: [
            ['source_ip', '203.0.113.9'],
            ['order', 'oldest'],
          ],
        },
      ],
      async run({ query }) {
        const range = toRange(query, nowMs(), limits);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        const after = query.cursor === undefined ? null : readCursor(query.cursor, 'query cursor');
        const { events, next } = await store.readEvents({
          ...range,
          filter: toFilter(query),
          order: query.order ?? 'newest',
          limit,
          cursor: after === null ? null : { tsMs: after.ms, eventId: after.eventId },
        });
        return {
          from: range.fromMs,
          to: range.toMs,
          next: next === null ? null : writeCursor({ ms: next.tsMs, eventId: next.eventId }),
          samples: events.map((event) => toSample(event, causes)),
        };
      },
    }),
  ];
}
