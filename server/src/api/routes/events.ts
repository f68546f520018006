import { z } from 'zod';
import type { StoredEvent } from '../../store/event-store.js';
import { readCursor, writeCursor } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { excerpt } from '../errors/excerpt.js';
import { causeMap } from '../explanation.js';
import { atMost } from '../limit.js';
import { executionLogGroup } from '../log-group.js';
import { defineOperation, type Operation } from '../operation.js';
import { eventDetail, eventRow, toEventDetail, toEventRow } from '../schemas/event.js';
import { toReportColumns } from '../schemas/event-report.js';
import { filterShape, toFilter } from '../schemas/filter.js';
import { columns, toColumn } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { logGroup, traceId } from '../schemas/sample.js';
import { epochMs, rangeShape } from '../schemas/time.js';
import { toRange } from '../time-range.js';
import { exampleRequest } from './example-request.js';

const page = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    events: z.array(eventRow),
    next: z.string().nullable().meta({ description: '`cursor` of the next page; null on the last one.' }),
  })
  .meta({ id: 'EventPage' });

const found = z
  .strictObject({
    events: z.array(eventDetail).meta({ description: 'Newest first, at most 20: callers may use a request id twice.' }),
  })
  .meta({ id: 'FoundEvents' });

const report = z
  .strictObject({
    eventId: z.string(),
    time: epochMs,
    account: z.string(),
    region: z.string(),
    apiId: z.string(),
    stage: z.string(),
    traceId,
    logGroup,
    columns,
  })
  .meta({ id: 'EventReport' });

const anyId = z
  .string()
  .min(1)
  .max(256)
  .meta({
    description: 'Event id, request id or extended request id.',
    param: { example: exampleRequest.requestId },
  });

export function createEventOperations({ store, engine, limits, nowMs }: ApiDeps): readonly Operation[] {
  const causes = causeMap(engine.causeCatalogue);
  return [
    defineOperation({
      id: 'listEvents',
      method: 'get',
      path: '/api/v1/events',
      access: 'read',
      tag: 'Answers',
      summary: 'Refused requests, newest first',
      description:
        'Pages by cursor: ask again with the same filters and range and `cursor` set to `next`. Give `from` and `to` as times, not relative to now, if the pages must fit together while new events come.',
      query: z.strictObject({
        ...rangeShape,
        limit: count('Events of a page. Default 100.', 50),
        cursor: z.string().max(128).optional().meta({ description: '`next` of the page before.' }),
        ...filterShape,
      }),
      answer: { description: 'A page of events.', schema: page },
      errors: ['range_invalid', 'range_too_long', 'cursor_invalid', 'query_too_heavy', 'store_unavailable'],
      examples: [
        {
          name: 'newest',
          summary: 'The newest refused requests of one API that an authorizer denied',
          query: [
            ['api_id', 'a1b2c3d4e5'],
            ['cause', 'authorizer_denied'],
            ['limit', '50'],
          ],
        },
      ],
      async run({ query }) {
        const range = toRange(query, nowMs(), limits);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        const after = query.cursor === undefined ? null : readCursor(query.cursor, 'query cursor');
        const cursor = after === null ? null : { tsMs: after.ms, eventId: after.eventId };
        const { events, next } = await store.readEvents({ ...range, filter: toFilter(query), limit, cursor });
        return {
          from: range.fromMs,
          to: range.toMs,
          events: events.map(toEventRow),
          next: next === null ? null : writeCursor({ ms: next.tsMs, eventId: next.eventId }),
        };
      },
    }),
    defineOperation({
      id: 'findEvent',
      method: 'get',
      path: '/api/v1/events/{id}',
      access: 'read',
      tag: 'Answers',
      summary: 'One refused request with all its evidence and what to do',
      description: 'By event id, request id or extended request id. Says so when only the row is left of it.',
      params: z.strictObject({ id: anyId }),
      answer: { description: 'The event, or all events that have this request id.', schema: found },
      errors: ['event_not_found', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'byRequestId', summary: 'By request id', params: { id: exampleRequest.requestId } },
        {
          name: 'byExtendedRequestId',
          summary: 'By extended request id',
          params: { id: exampleRequest.extendedRequestId },
        },
      ],
      run: async ({ params }) => ({ events: (await find(params.id)).map((event) => toEventDetail(event, causes)) }),
    }),
    defineOperation({
      id: 'readEventReport',
      method: 'get',
      path: '/api/v1/events/{id}/report',
      access: 'read',
      tag: 'Answers',
      summary: 'One refused request as a table to read',
      description:
        'Columns `part`, `name` and `value`, from top to bottom: the verdict, what to do (steps, then commands), the evidence, the alternatives with what would settle them, the request, its logs. Of several events with one request id the newest.',
      params: z.strictObject({ id: anyId }),
      answer: { description: 'The report.', schema: report },
      errors: ['event_not_found', 'query_too_heavy', 'store_unavailable'],
      examples: [{ name: 'byRequestId', summary: 'By request id', params: { id: exampleRequest.requestId } }],
      async run({ params }) {
        const [newest] = await find(params.id);
        return {
          eventId: newest.eventId,
          time: newest.tsMs,
          account: newest.account,
          region: newest.region,
          apiId: newest.apiId,
          stage: newest.stage,
          traceId: newest.sample?.record.traceId ?? null,
          logGroup: executionLogGroup(newest),
          columns: toReportColumns(newest, causes).map(toColumn),
        };
      },
    }),
  ];

  async function find(id: string): Promise<readonly [StoredEvent, ...StoredEvent[]]> {
    const [newest, ...others] = await store.findEvents(id);
    if (newest !== undefined) return [newest, ...others];
    throw new ApiError(
      'event_not_found',
      `Expected the id of a refused request, came ${excerpt(id)}: none that is stored has it. Requests that were not refused are only counted.`,
    );
  }
}
