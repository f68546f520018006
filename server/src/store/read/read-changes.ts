import type { Cause } from '@why403/parsers';
import type { EventFilter } from '../../query/query.js';
import type { ChangeEvent, ChangeKind } from '../change-event.js';
import type { ChangesAnswer, ChangesQuery } from '../control-plane-store.js';
import type { Database, QueryParam } from '../database.js';
import { quoteColumn } from './column.js';
import { stageColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

export async function readChanges(database: Database, query: ChangesQuery): Promise<ChangesAnswer> {
  const { sql, params } = compileChanges(query);
  const rows = await database.query<ChangeRow>(sql, params);
  return { changes: rows.map(changeOf), omitted: Number(rows[0]?.matching ?? 0) - rows.length };
}

/** Few rows in one partition: an event may have been seen on two days, so `FINAL` has to look at all. */
export function compileChanges({ fromMs, toMs, filter, causes, kinds, limit }: ChangesQuery): Statement {
  const stages = compileWide(filter);
  const conditions = [`at >= ${timeSql('from')}`, `at < ${timeSql('to')}`, ...stages.conditions];
  if (causes !== null) conditions.push('hasAny(may_explain, {causes:Array(String)})');
  if (kinds !== null) conditions.push('kind IN {kinds:Array(String)}');
  return {
    sql: `
SELECT id, toUnixTimestamp64Milli(at) AS at_ms, toUnixTimestamp64Milli(seen_at) AS seen_ms, account, region, api_id, stage, kind, what,
  summary, may_explain, count() OVER () AS matching
FROM change_event FINAL
WHERE ${conditions.join(' AND ')}
ORDER BY at DESC, id
LIMIT {limit:UInt32}`,
    params: {
      ...stages.params,
      from: fromMs,
      to: toMs,
      limit,
      ...(causes === null ? {} : { causes }),
      ...(kinds === null ? {} : { kinds }),
    },
  };
}

/** An event of a whole account or API has no name of an API or stage: it is of all of them, whichever are asked for. */
function compileWide(filter: EventFilter): { conditions: string[]; params: Record<string, QueryParam> } {
  const conditions: string[] = [];
  const params: Record<string, QueryParam> = {};
  for (const column of stageColumns) {
    const { in: wanted, notIn } = filter[column] ?? {};
    if (wanted !== undefined) {
      conditions.push(`(${quoteColumn(column)} = '' OR ${quoteColumn(column)} IN {${column}_in:Array(String)})`);
      params[`${column}_in`] = wanted;
    }
    if (notIn !== undefined) {
      conditions.push(`${quoteColumn(column)} NOT IN {${column}_not_in:Array(String)}`);
      params[`${column}_not_in`] = notIn;
    }
  }
  return { conditions, params };
}

interface ChangeRow {
  readonly id: string;
  readonly at_ms: number | string;
  readonly seen_ms: number | string;
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly kind: string;
  readonly what: string;
  readonly summary: string;
  readonly may_explain: readonly string[];
  readonly matching: number | string;
}

const changeOf = (row: ChangeRow): ChangeEvent => ({
  id: row.id,
  atMs: Number(row.at_ms),
  seenMs: Number(row.seen_ms),
  account: row.account,
  region: row.region,
  apiId: row.api_id,
  stage: row.stage,
  // Written from events of this type.
  kind: row.kind as ChangeKind,
  what: row.what,
  summary: row.summary,
  mayExplain: row.may_explain as readonly Cause[],
});
