import { countedFromKinds } from '@why403/parsers';
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

/** SELECT of (stage, hour, first and last kind) of either table, of all rows in the hours that the range touches. */
function kindsPresent({ range, filter, nowMs }: KindsQuery, refused: string): Statement {
  const hours = widen(range, hourMs);
  const stage = compileCondition(filter, stageColumns);
  const totals = countingTotals({ ...hours, nowMs });
  const sql = `
  SELECT ${stageKey}, ${hourSql(tsMsSql)} AS hour, min(${kindSql}) AS first, max(${kindSql}) AS last
  FROM ${refused}
  WHERE cancelled = 0 AND ts >= ${timeSql('hours_from')} AND ts < ${timeSql('hours_to')} AND ${stage.sql}
  GROUP BY ${stageKey}, hour
  UNION ALL
  SELECT ${stageKey}, ${hourSql(minuteMsSql)} AS hour, min(${kindSql}) AS first, max(${kindSql}) AS last
  FROM ${totals.sql}
  WHERE ${stage.sql}
  GROUP BY ${stageKey}, hour`;
  return { sql, params: { ...totals.params, ...stage.params, hours_from: hours.fromMs, hours_to: hours.toMs } };
}

/** SELECT of (stage, hour, kind): of each stage and hour the first kind present. For IN. */
export function firstKinds(query: KindsQuery): Statement {
  const present = kindsPresent(query, 'refused FINAL');
  return {
    sql: `SELECT ${stageKey}, hour, min(first) FROM (${present.sql}) GROUP BY ${stageKey}, hour`,
    params: present.params,
  };
}

export interface StageRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  /** Places in `countedFromKinds`, counted from 1. Numbers of 64 bits may come as text. */
  readonly kinds: readonly (number | string)[];
  /** Whether there is an hour with rows of several kinds. */
  readonly is_mixed: number;
}

/**
 * The stages that the filter selects, and the kinds their hours are counted from. It looks at versions of refused rows that
 * do not stand any more as well (a verdict can move a request to a better kind): cheap, and at worst it says `mixed` too often.
 */
export function compileStages(query: KindsQuery): Statement {
  const present = kindsPresent(query, 'refused');
  const sql = `
SELECT ${stageKey}, arraySort(groupUniqArray(hour_first)) AS kinds, max(hour_last > hour_first) AS is_mixed
FROM (
  SELECT ${stageKey}, hour, min(first) AS hour_first, max(last) AS hour_last
  FROM (${present.sql})
  GROUP BY ${stageKey}, hour
)
GROUP BY ${stageKey}`;
  return { sql, params: present.params };
}
