import type { Cause } from '@why403/parsers';
import { type ChangeEvent, type ChangeKind, causesOfChange } from '../change-event.js';
import type { ChangesAnswer, ChangesQuery } from '../control-plane-store.js';
import type { Database } from '../database.js';
import { compileWide } from './compile-wide.js';
import { compileLoggedDeployments, type LoggedRow, loggedDeployment } from './logged-deployments.js';
import { type Statement, timeSql } from './statement.js';

/** What discovery found, and the deployments that only the access logs tell of. */
export async function readChanges(database: Database, query: ChangesQuery): Promise<ChangesAnswer> {
  const discovered = compileChanges(query);
  const [rows, logged] = await Promise.all([
    database.query<ChangeRow>(discovered.sql, discovered.params),
    readLogged(database, query),
  ]);
  const matching = Number(rows[0]?.matching ?? 0) + logged.length;
  const changes = [...rows.map(changeOf), ...logged].sort((a, b) => b.atMs - a.atMs).slice(0, query.limit);
  return { changes, omitted: matching - changes.length };
}

async function readLogged(database: Database, query: ChangesQuery): Promise<readonly ChangeEvent[]> {
  const { causes, kinds } = query;
  const mayExplain: readonly Cause[] = causesOfChange.deployment;
  if (kinds !== null && !kinds.includes('deployment')) return [];
  if (causes !== null && !causes.some((cause) => mayExplain.includes(cause))) return [];
  const { sql, params } = compileLoggedDeployments(query);
  return (await database.query<LoggedRow>(sql, params)).map(loggedDeployment);
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
