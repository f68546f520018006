import type { EventFilter, TimeRange } from '../../query/query.js';
import { feedProgressSql } from '../feed-ends.js';
import { completeGenerations } from '../generation.js';
import { compileCondition } from './condition.js';
import { stageKey } from './counted-kinds.js';
import { dayMs, minuteMs, widen } from './range.js';
import { stageColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

/** Numbers of 64 bits may come as text. */
export interface DeliveredRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly feed: string;
  readonly counted_from: string;
  readonly is_selected: number;
  readonly day_requests: number | string;
  readonly day_others: number | string;
  readonly is_declared: number;
}

/**
 * Which feeds delivered totals of which stages in the day before the range's end (or the clock, if that comes first). The stages
 * that the filter does not select are in it as well: whether a feed shows refusals only is asked of all its stages, unless it has said
 * itself when it does.
 */
export function compileDelivered(range: TimeRange, filter: EventFilter, nowMs: number): Statement {
  // Whole minutes, as rows have: questions of one minute are alike and can be shared.
  const { toMs: endMs } = widen({ fromMs: 0, toMs: Math.min(range.toMs, nowMs) }, minuteMs);
  const stage = compileCondition(filter, stageColumns);
  const sql = `
SELECT ${stageKey}, feed, counted_from, max(${stage.sql}) AS is_selected,
  sum(requests) AS day_requests, sumIf(requests, status_class != '403') AS day_others,
  feed IN (SELECT feed FROM refusals_only WHERE minute >= ${secondSql('from')} AND minute < ${secondSql('to')}) AS is_declared
FROM totals
WHERE minute >= ${secondSql('from')} AND minute < ${secondSql('to')}
GROUP BY ${stageKey}, feed, counted_from`;
  return { sql, params: { ...stage.params, from: seconds(endMs - dayMs), to: seconds(endMs) } };
}

const secondSql = (name: string): string => `toDateTime({${name}:UInt32}, 'UTC')`;

/** As much as a DateTime holds. */
const seconds = (ms: number): number => Math.min(Math.max(Math.ceil(ms / 1000), 0), 4_294_967_295);

export interface ProgressRow {
  readonly feed: string;
  readonly kind: string;
  readonly complete_until_ms: number | string;
  readonly updated_at_ms: number | string;
  readonly has_ended: number | string;
}

export const progressStatement: Statement = {
  sql: `
SELECT feed, kind, toUnixTimestamp64Milli(complete_until) AS complete_until_ms, toUnixTimestamp64Milli(updated_at) AS updated_at_ms,
  has_ended
FROM ${feedProgressSql}
ORDER BY feed`,
  params: {},
};

/** Numbers of 64 bits may come as text. */
export interface FeedActivityRow {
  readonly feed: string;
  readonly units: number | string;
  readonly requests: number | string;
  readonly rejected: Readonly<Record<string, number | string>>;
}

/** What each feed delivered since then: of each unit the generation that counts, if it was written since. */
export function compileFeedActivity(sinceMs: number): Statement {
  return {
    sql: `
SELECT feed, count() AS units, sum(unit_requests) AS requests, sumMap(unit_rejected) AS rejected
FROM (
  SELECT feed, requests AS unit_requests, rejected AS unit_rejected
  FROM unit
  WHERE unit IN (${unitsSince}) AND (unit, rank, version, name) IN (${completeGenerations(`unit IN (${unitsSince})`)})
  ORDER BY unit, rank DESC, version DESC, name DESC
  LIMIT 1 BY unit
)
GROUP BY feed`,
    params: { since: sinceMs },
  };
}

const unitsSince = `SELECT unit FROM unit WHERE written_at >= ${timeSql('since')}`;

export interface RejectRow {
  readonly feed: string;
  readonly unit: string;
  readonly line: number | string;
  readonly reason: string;
  readonly detail: string;
  readonly shape: string;
  readonly seen_at_ms: number | string;
}

/** More are looked at than asked for: a later reading of their unit may have read them. */
const mostSuperseded = 20;

export function compileRejects(limit: number): Statement {
  return {
    sql: `
SELECT feed, unit, line, reason, detail, shape, seen_at_ms
FROM (${newestRejects}) AS newest
LEFT JOIN (
  SELECT unit, 1 AS is_read, rejected
  FROM unit
  WHERE ${ofRejects} AND (unit, rank, version, name) IN (${completeGenerations(ofRejects)})
  ORDER BY unit, rank DESC, version DESC, name DESC
  LIMIT 1 BY unit
) AS standing USING (unit)
WHERE is_read = 0 OR rejected[reason] > 0
ORDER BY ${newestFirst}
LIMIT {limit:UInt32}`,
    params: { limit, looked: limit * mostSuperseded },
  };
}

const newestFirst = 'seen_at_ms DESC, feed, unit, line, reason, detail, shape';
const newestRejects = `
  SELECT feed, unit, line, reason, detail, shape, toUnixTimestamp64Milli(max(seen_at)) AS seen_at_ms
  FROM reject
  GROUP BY feed, unit, line, reason, detail, shape
  ORDER BY ${newestFirst}
  LIMIT {looked:UInt32}`;
const ofRejects = `unit IN (SELECT unit FROM (${newestRejects}))`;
