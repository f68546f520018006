import { z } from 'zod';
import { stageLabelNames } from '../../query/completeness.js';
import type { Column } from '../../query/query.js';
import { adviceColumns, feedColumns, stageColumns } from '../coverage-tables.js';
import type { ApiDeps } from '../deps.js';
import { ApiError } from '../errors/api-error.js';
import { atMost } from '../limit.js';
import { defineOperation, type Operation } from '../operation.js';
import { filterShapeOf, toFilter } from '../schemas/filter.js';
import { columns, toColumn } from '../schemas/frame.js';
import { count } from '../schemas/number.js';
import { epochMs, moment, momentMs, rangeShape } from '../schemas/time.js';
import { toRange } from '../time-range.js';

/** The number columns of each table. */
const fieldsOfTable = {
  stages: ['requests', 'refused', 'unknown_ratio', 'certain_ratio', 'lag'],
  feeds: ['lag', 'requests', 'rejected'],
  advice: ['requests'],
} as const;
type Table = keyof typeof fieldsOfTable;
const tables = Object.keys(fieldsOfTable) as [Table, ...Table[]];
const fields = [...new Set(Object.values(fieldsOfTable).flat())];

const answer = z
  .strictObject({
    from: epochMs,
    to: epochMs,
    at: epochMs.meta({ description: 'Lags are told as of then, ms since the epoch.' }),
    table: z.enum(tables),
    omittedRows: z.int().meta({ description: 'Rows beyond `limit`.' }),
    columns,
  })
  .meta({ id: 'Coverage' });

export function createCoverageOperations({ store, limits, nowMs }: ApiDeps): readonly Operation[] {
  return [
    defineOperation({
      id: 'readCoverage',
      method: 'get',
      path: '/api/v1/coverage',
      access: 'read',
      tag: 'Answers',
      summary: 'How much of the answer the logs can give: lag, unknown causes, what the formats lack',
      description:
        '`stages`: `counted_from`, `requests` (null if only refusals were read in some minutes of the range, and no metrics tell), `refused`, `unknown_ratio` (cause unknown, of the refused requests or of 20 if there were fewer), `certain_ratio` (certain, of the refused requests; null without any) and `lag` (null when no feed has told how far it is) of each stage that had requests in the range or the day before its end, or of which only refusals were read. `feeds`: `lag`, the newest complete moment, and the requests and unread lines of the last 24 hours; filters leave those that delivered the stages. `advice`: what would settle the refusals that are not certain, in the words of their verdicts, and how many it would settle: counted, or estimated from some samples of each stage and cause where these are many.',
      query: z.strictObject({
        ...rangeShape,
        table: z
          .enum(tables)
          .optional()
          .meta({ description: 'What is told. Default `stages`.', param: { example: 'stages' } }),
        field: z
          .enum(fields as [string, ...string[]])
          .optional()
          .meta({
            description: `Only this number and what it is of, for alert rules: ${tables.map((table) => `of ${table} ${fieldsOfTable[table].join(', ')}`).join('; ')}.`,
            param: { example: 'requests' },
          }),
        at: moment.optional().meta({
          description: 'Lags are told as of then; like `from`. Default `now`.',
          param: { example: 'now' },
        }),
        limit: count('Rows. Default 500.', 100),
        ...filterShapeOf(stageLabelNames),
      }),
      answer: { description: 'The table.', schema: answer },
      errors: ['range_invalid', 'range_too_long', 'query_too_heavy', 'store_unavailable'],
      examples: [
        { name: 'stages', summary: 'All stages of the last 24 hours' },
        {
          name: 'lag',
          summary: 'Seconds that each stage lags, for an alert rule',
          query: [
            ['field', 'lag'],
            ['from', 'now-1h'],
          ],
        },
        {
          name: 'advice',
          summary: 'What to log so that refusals of one API get a certain cause',
          query: [
            ['table', 'advice'],
            ['api_id', 'a1b2c3d4e5'],
          ],
        },
      ],
      async run({ query }) {
        const table = query.table ?? 'stages';
        checkField(table, query.field);
        const now = Math.floor(nowMs());
        const range = toRange(query, now, limits);
        const atMs = momentMs(query.at ?? { agoMs: 0 }, now);
        const limit = atMost('limit', query.limit, limits.maxSeries, limits.maxSeries);
        const asked = { ...range, filter: toFilter(query), limit, nowMs: now };
        const { columns, omitted } = await readTable();
        return {
          from: range.fromMs,
          to: range.toMs,
          at: atMs,
          table,
          omittedRows: omitted,
          columns: columns.filter(isAskedFor(query.field)).map(toColumn),
        };

        async function readTable(): Promise<{ readonly columns: readonly Column[]; readonly omitted: number }> {
          if (table === 'advice') return adviceColumns(await store.readDoubts(asked), limit);
          if (table === 'stages') {
            const { stages, omittedStages } = await store.readStages(asked);
            return { columns: stageColumns(stages, atMs), omitted: omittedStages };
          }
          const feeds = await store.readFeeds(now);
          const isFiltered = Object.keys(asked.filter).length > 0;
          const delivering = isFiltered ? (await store.readStages(asked)).feeds : null;
          const shown = feeds.filter(({ feed }) => delivering === null || delivering.has(feed));
          return { columns: feedColumns(shown.slice(0, limit), atMs), omitted: Math.max(0, shown.length - limit) };
        }
      },
    }),
  ];
}

/**
 * Whoever asks for one number wants neither times beside it nor what it was counted from: to an alert rule that is a part of the
 * name of an instance, and it changes with the logs of the range.
 */
const isAskedFor =
  (field: string | undefined) =>
  ({ type, name }: Column): boolean =>
    field === undefined || (type === 'string' && name !== 'counted_from') || name === field;

function checkField(table: Table, field: string | undefined): void {
  const known: readonly string[] = fieldsOfTable[table];
  if (field === undefined || known.includes(field)) return;
  const message = `expected one of ${known.join(', ')}, which ${table} have, came ${field}`;
  throw new ApiError('parameter_invalid', `query field: ${message}`, { faults: [{ where: 'query field', message }] });
}
