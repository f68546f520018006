import type { CountingKinds } from '../../query/counting-kinds.js';
import { type EventFilter, firstSeenLabels, type TimeRange } from '../../query/query.js';
import { countingTotals } from '../counting-totals.js';
import { quoteColumn } from './column.js';
import { allOf, compileCondition } from './condition.js';
import { kindCondition, minuteMsSql, stageKey, tsMsSql } from './counted-kinds.js';
import { isOfStage } from './denominator-days.js';
import { filterColumns, stageColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

export interface SeenQuery {
  readonly range: TimeRange;
  readonly filter: EventFilter;
  readonly least: number;
  /** Newest first. */
  readonly limit: number;
  readonly nowMs: number;
  readonly kinds: CountingKinds;
  /** `any`: also those that do not stand any more. Rows are then let through before they are merged, which is many times faster. */
  readonly versions: 'standing' | 'any';
}

/** Numbers of 64 bits may come as text. */
export type SeenRow = Readonly<Record<(typeof firstSeenLabels)[number], string>> & {
  readonly refused: number | string;
  readonly first_ms: number | string;
  readonly last_ms: number | string;
};

/** Causes on routes that were refused in the range. */
export function compileSeen(query: SeenQuery): Statement {
  const { range, filter, least, limit } = query;
  const key = firstSeenLabels.map(quoteColumn).join(', ');
  const condition = compileCondition(filter, filterColumns);
  const kind = kindCondition(query.kinds, query, tsMsSql);
  const sql = `
SELECT ${key}, count() AS refused, min(${tsMsSql}) AS first_ms, max(${tsMsSql}) AS last_ms
FROM ${query.versions === 'any' ? 'refused' : 'refused FINAL'}
WHERE ${allOf(`cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')}`, condition.sql, kind.sql)}
GROUP BY ${key}
HAVING refused >= {least:UInt32}
ORDER BY first_ms DESC, ${key}
LIMIT {limit:UInt32}`;
  return {
    sql,
    params: { ...condition.params, ...kind.params, from: range.fromMs, to: range.toMs, least, limit },
  };
}

/**
 * Causes on routes whose newest row of the range stands; `last_ms` is its time. Only rows that may be it are merged: where the newest
 * was replaced or cancelled, this does not tell of the cause, which can have been refused all the same.
 */
export function compileNewestSeen({ range, filter }: Pick<SeenQuery, 'range' | 'filter'>): Statement {
  const key = firstSeenLabels.map(quoteColumn).join(', ');
  const condition = compileCondition(filter, filterColumns);
  const inRange = `cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')}`;
  const sql = `
SELECT ${key}, max(${tsMsSql}) AS last_ms
FROM refused FINAL
WHERE ${inRange} AND (ts, event_id, ${key}) IN (
  SELECT newest.1, newest.2, ${key}
  FROM (
    SELECT argMax((ts, event_id), ts) AS newest, ${key}
    FROM refused
    WHERE ${allOf(inRange, condition.sql)}
    GROUP BY ${key}
  )
)
GROUP BY ${key}`;
  return { sql, params: { ...condition.params, from: range.fromMs, to: range.toMs } };
}

/** Numbers of 64 bits may come as text. */
export type KnownSinceRow = Readonly<Record<(typeof stageColumns)[number], string>> & {
  readonly known_since_ms: number | string;
};

/** Stages that had requests in the range, or of which only refusals would have been seen, and since when. */
export function compileKnownSince(range: TimeRange, filter: EventFilter, nowMs: number): Statement {
  const stage = compileCondition(filter, stageColumns);
  const totals = countingTotals({ ...range, nowMs });
  const sinceIn = (table: string, condition: string): string => `
  SELECT ${stageKey}, min(${minuteMsSql}) AS since_ms
  FROM ${table}
  WHERE ${allOf(condition, stage.sql)}
  GROUP BY ${stageKey}`;
  return {
    sql: `
SELECT ${stageKey}, min(since_ms) AS known_since_ms
FROM (${sinceIn(totals.sql, '1')}
  UNION ALL${sinceIn('refusals_only', `minute >= ${timeSql('from')} AND minute < ${timeSql('to')} AND counted_from = '' AND ${isOfStage}`)}
)
GROUP BY ${stageKey}`,
    params: { ...totals.params, ...stage.params, from: range.fromMs, to: range.toMs },
  };
}
