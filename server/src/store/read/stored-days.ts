import type { TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import { dayEndMs, dayOf, dayStartMs } from '../stored-values.js';
import { runSharedStatement, type Statement, timeSql } from './statement.js';

/** Days that have rows (`2026-01-31`), oldest first, and a name of what counts on each: it changes when a unit or compaction is marked. */
export type StoredDays = ReadonlyMap<string, string>;

interface StoredDayRow {
  readonly day: string;
  readonly markers: number | string;
  readonly newest_ms: number | string;
}

/** The panels of one dashboard ask within it. `progress` names how far feeds have got: what they say is stored is looked for anew. */
export async function readStoredDays(
  database: Database,
  range: TimeRange,
  nowMs: number,
  progress: string,
): Promise<StoredDays> {
  const statement = compileStoredDays(range, nowMs);
  const { now: _, ...params } = statement.params;
  const key = JSON.stringify([params, progress]);
  const rows = await runSharedStatement<StoredDayRow>(database, statement, { forMs: 1_000, key });
  const inRange = rows.filter(({ day }) => dayEndMs(day) > range.fromMs && dayStartMs(day) < range.toMs);
  return new Map(inRange.map((row) => [row.day, `${row.markers} ${row.newest_ms}`]));
}

/** Of tables other than those of markers the days are known from the parts: no row is read. */
export function compileStoredDays({ fromMs, toMs }: TimeRange, nowMs: number): Statement {
  const inRange = 'day >= {from:Date} AND day <= {to:Date}';
  const days = (table: string, time: string) =>
    `SELECT toDate(${time}) AS day, 0 AS marked, 0 AS newest FROM ${table} WHERE ${inRange} GROUP BY day`;
  const markers = (table: string) => `
  SELECT day, count() AS marked, toUnixTimestamp64Milli(max(written_at)) AS newest
  FROM ${table}
  WHERE ${inRange} AND written_at <= ${timeSql('now')}
  GROUP BY day`;
  return {
    sql: `
SELECT toString(day) AS day, sum(marked) AS markers, max(newest) AS newest_ms
FROM (
  ${days('refused', 'ts')}
  UNION ALL
  ${days('totals', 'minute')}
  UNION ALL
  ${days('compacted', 'minute')}
  UNION ALL${markers('unit')}
  UNION ALL${markers('compaction')}
)
GROUP BY day
ORDER BY day`,
    params: { from: dayOf(fromMs), to: dayOf(Math.max(fromMs, toMs - 1)), now: nowMs },
  };
}
