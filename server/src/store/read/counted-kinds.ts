import { countedFromKinds } from '@why403/parsers';
import type { CountingKinds } from '../../query/counting-kinds.js';
import type { EventFilter, TimeRange } from '../../query/query.js';
import { countingTotals } from '../counting-totals.js';
import { compileCondition } from './condition.js';
import { hourMs, widen } from './range.js';
import { stageColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

export interface KindsQuery {
  readonly range: TimeRange;
  /** The part about stages is used: which kinds are there does not depend on the rest. */
  readonly filter: EventFilter;
  /** Totals marked later are not looked at. */
  readonly nowMs: number;
}

export const stageKey = stageColumns.join(', ');

/** `countedFromKinds` is in the order in which they are taken; the first is 1. */
export const kindSql = `indexOf([${countedFromKinds.map((kind) => `'${kind}'`).join(', ')}], toString(counted_from))`;
export const tsMsSql = 'toUnixTimestamp64Milli(ts)';
export const minuteMsSql = 'toInt64(toUnixTimestamp(minute)) * 1000';
export const hourSql = (ms: string): string => `intDiv(${ms}, ${hourMs})`;

/** SELECT of (stage, hour, first kind) of either table, of all rows in the hours that the range touches. */
function kindsPresent({ range, filter, nowMs }: KindsQuery): Statement {
  const hours = widen(range, hourMs);
  const stage = compileCondition(filter, stageColumns);
  const totals = countingTotals({ ...hours, nowMs });
  const sql = `
  SELECT ${stageKey}, ${hourSql(tsMsSql)} AS hour, min(${kindSql}) AS first
  FROM refused FINAL
  WHERE cancelled = 0 AND ts >= ${timeSql('hours_from')} AND ts < ${timeSql('hours_to')} AND ${stage.sql}
  GROUP BY ${stageKey}, hour
  UNION ALL
  SELECT ${stageKey}, ${hourSql(minuteMsSql)} AS hour, min(${kindSql}) AS first
  FROM ${totals.sql}
  WHERE ${stage.sql}
  GROUP BY ${stageKey}, hour`;
  return { sql, params: { ...totals.params, ...stage.params, hours_from: hours.fromMs, hours_to: hours.toMs } };
}

/** SELECT of (stage, hour, kind): of each stage and hour the first kind present. For IN. */
export function firstKinds(query: KindsQuery): Statement {
  const present = kindsPresent(query);
  return {
    sql: `SELECT ${stageKey}, hour, min(first) FROM (${present.sql}) GROUP BY ${stageKey}, hour`,
    params: present.params,
  };
}

/** What lets only rows of the kind that counts through. `ms` is the event time in SQL. */
export function kindCondition(kinds: CountingKinds, query: KindsQuery, ms: string): Statement {
  if (kinds === 'any') return { sql: '1', params: {} };
  if (kinds !== 'first_of_hour')
    return { sql: 'counted_from = {counted_from:String}', params: { counted_from: kinds } };
  const first = firstKinds(query);
  return { sql: `(${stageKey}, ${hourSql(ms)}, ${kindSql}) IN (${first.sql})`, params: first.params };
}
