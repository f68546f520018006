import { z } from 'zod';
import { type Column, firstSeenLabels } from '../../query/query.js';
import type { FirstSeenLabels } from '../../store/event-store.js';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { readNewCauses } from '../new-causes.js';
import { defineOperation, type Operation } from '../operation.js';
import { toFilter } from '../schemas/filter.js';
import { columns, completenessShape, toColumn } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { leastRefused, stageCauseShape, usualLeast } from '../schemas/stage-cause.js';
import { epochMs } from '../schemas/time.js';
import { toRange, wholeBuckets } from '../time-range.js';

const minuteMs = 60_000;

const newCauses = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    completeUntil: completenessShape.completeUntil,
    omitted: z.int().meta({ description: 'New causes beyond `limit`, the oldest ones.' }),
    columns,
  })
  .meta({ id: 'NewCauses' });

export function createNewCauseOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readNewCauses',
      method: 'get',
      path: '/api/v1/new-causes',
      access: 'read',
      tag: 'Answers',
      summary: 'Causes that were first seen on a route',
      description:
        'Columns `first_seen`, `account`, `region`, `api_id`, `stage`, `route`, `cause`, `group` and `refused` (requests in the range). New is what was not refused once in the 7 days before the range, on stages that had requests 24 hours before it or earlier: on a stage that is new itself everything would be. The range is widened to whole minutes; of a stage whose logs lag by more than 5 minutes it ends where they were read to, and begins as much earlier (at most 6 hours), so that what is new stays new while a feed is silent.',
      query: z.strictObject({
        ...stageCauseShape,
        least: leastRefused,
        limit: count('Rows. Default 100.', 20),
      }),
      answer: { description: 'The new causes, newest first.', schema: newCauses },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'lastDay', summary: 'What is new since yesterday' },
        {
          name: 'afterDeployment',
          summary: 'What is new on one stage in the last hour, even once',
          query: [
            ['from', 'now-1h'],
            ['api_id', 'a1b2c3d4e5'],
            ['stage', 'prod'],
            ['least', '1'],
          ],
        },
      ],
      async run({ query }) {
        const now = nowMs();
        const range = wholeBuckets(toRange(query, now, limits), minuteMs);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        const least = query.least ?? usualLeast;
        const found = await readNewCauses(store, { ...range, filter: toFilter(query), least, limit, nowMs: now });
        const label = (name: keyof FirstSeenLabels): Column => ({
          name,
          type: 'string',
          values: found.causes.map(({ labels }) => labels[name]),
        });
        const firstSeen = found.causes.map(({ firstSeenMs }) => firstSeenMs);
        const refused = found.causes.map((each) => each.refused);
        const frame: readonly Column[] = [
          { name: 'first_seen', type: 'time', unit: 'ms', values: firstSeen },
          ...firstSeenLabels.map(label),
          { name: 'refused', type: 'number', unit: 'requests', labels: {}, values: refused },
        ];
        return {
          from: range.fromMs,
          to: range.toMs,
          completeUntil: found.completeUntilMs,
          omitted: found.omittedCauses,
          columns: frame.map(toColumn),
        };
      },
    }),
  ];
}
