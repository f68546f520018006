import { causes } from '@why403/parsers';
import { z } from 'zod';
import type { ChangeEvent, ChangeKind } from '../../store/change-event.js';
import { changeKind, changesQuery } from '../change-question.js';
import type { ApiDeps } from '../deps.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { toFilter } from '../schemas/filter.js';
import { count } from '../schemas/number.js';
import { stageCauseShape } from '../schemas/stage-cause.js';
import { epochMs } from '../schemas/time.js';
import { toRange } from '../time-range.js';

const change = z
  .strictObject({
    id: z.string().meta({ description: 'The same change, seen again or by another node, has the same.' }),
    at: epochMs.meta({ description: 'When it took effect if AWS says, else when it was seen; ms since the epoch.' }),
    seenAt: epochMs.meta({ description: 'When it was seen first, ms since the epoch.' }),
    account: z.string(),
    region: z.string(),
    apiId: z.string().nullable().meta({ description: 'null: of the whole account and region.' }),
    stage: z.string().nullable().meta({ description: 'null: of the whole API, or account.' }),
    kind: changeKind,
    what: z.string().meta({ description: 'Id or name of what changed.' }),
    summary: z.string().meta({ description: 'One sentence.' }),
    mayExplain: z
      .array(z.enum(causes as [string, ...string[]]))
      .meta({ description: 'Causes that such a change may explain, likeliest first.' }),
  })
  .meta({ id: 'Change' });

const changes = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    omitted: z.int().meta({ description: 'Changes beyond `limit`, the oldest ones.' }),
    changes: z.array(change).meta({ description: 'Newest first.' }),
  })
  .meta({ id: 'Changes' });

export function createChangeOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'listChanges',
      method: 'get',
      path: '/api/v1/changes',
      access: 'read',
      tag: 'Answers',
      summary: 'What was changed at the APIs',
      description:
        'Deployments, and changes of stages, canaries, web ACLs, usage plans, keys, authorizers, policies, gateway responses and log formats, as one look at the API Gateway of an account differs from the look before. What is of a whole API or account is told for each of its stages. A filter for causes or groups chooses the changes that may explain one of them. A change stands beside a rise of refusals; it proves nothing by itself.',
      query: z.strictObject({
        ...stageCauseShape,
        kind: z
          .array(changeKind)
          .max(100)
          .optional()
          .meta({ description: 'Only these kinds. Repeatable. Default: all.' }),
        limit: count('Changes. Default 100.', 20),
      }),
      answer: { description: 'The changes.', schema: changes },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'lastDay', summary: 'Changes of the last 24 hours' },
        {
          name: 'ofCause',
          summary: 'What may explain refused keys of one stage, last week',
          query: [
            ['from', 'now-7d'],
            ['api_id', 'a1b2c3d4e5'],
            ['stage', 'prod'],
            ['cause', 'api_key_invalid'],
          ],
        },
      ],
      async run({ query }) {
        const range = toRange(query, nowMs(), limits);
        const limit = atMost('limit', query.limit, limits.maxPageSize, 100);
        // The schema knows no other words.
        const kinds = (query.kind as readonly ChangeKind[] | undefined) ?? null;
        const found = await store.readChangeEvents(changesQuery(range, toFilter(query), kinds, limit));
        return { from: range.fromMs, to: range.toMs, omitted: found.omitted, changes: found.changes.map(toAnswer) };
      },
    }),
  ];
}

const toAnswer = ({
  id,
  atMs,
  seenMs,
  account,
  region,
  apiId,
  stage,
  kind,
  what,
  summary,
  mayExplain,
}: ChangeEvent) => ({
  id,
  at: atMs,
  seenAt: seenMs,
  account,
  region,
  apiId: apiId || null,
  stage: stage || null,
  kind,
  what,
  summary,
  mayExplain,
});
