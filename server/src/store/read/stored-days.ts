import type { TimeRange } from '../../query/query.js';
import type { HeldTotals } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayOf, dayStartMs } from '../stored-values.js';
import { runSharedStatement, type Statement, timeSql } from './statement.js';

/** Days that have rows (`2026-01-31`), oldest first. */
export type StoredDays = ReadonlyMap<string, StoredDay>;

export interface StoredDay {
  /** Names what counts on it: changes when a unit or a compaction is marked. */
  readonly state: string;
  readonly held: HeldTotals;
}

/** What the days of a range hold. */
export function heldIn(days: StoredDays, { fromMs, toMs }: TimeRange): HeldTotals {
  const inRange = [...days].filter(([day]) => dayEndMs(day) > fromMs && dayStartMs(day) < toMs);
  return {
    compacted: inRange.some(([, { held }]) => held.compacted),
    units: inRange.some(([, { held }]) => held.units),
  };
}

interface StoredDayRow {
  readonly day: string;
  readonly markers: number | string;
  readonly newest_ms: number | string;
  readonly has_units: number;
  readonly has_compaction: number;
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
  return new Map(
    inRange.map((row) => [
      row.day,
      {
        state: `${row.markers} ${row.newest_ms}`,
        held: { compacted: row.has_compaction === 1, units: row.has_units === 1 },
      },
    ]),
  );
}

/** Of tables other than those of markers the days are known from the parts: no row is read. */
export function compileStoredDays({ fromMs, toMs }: TimeRange, nowMs: number): Statement {
  const inRange = 'day >= {from:Date} AND day <= {to:Date}';
  const days = (table: string, time: string, isTotals: 0 | 1) =>
    `SELECT toDate(${time}) AS day, 0 AS marked, 0 AS newest, ${isTotals} AS is_units, 0 AS is_compacted FROM ${table} WHERE ${inRange} GROUP BY day`;
  const markers = (table: string, isCompaction: 0 | 1) => `
  SELECT day, count() AS marked, toUnixTimestamp64Milli(max(written_at)) AS newest, 0 AS is_units, ${isCompaction} AS is_compacted
  FROM ${table}
  WHERE ${inRange} AND written_at <= ${timeSql('now')}
  GROUP BY day`;
  return {
    sql: `
SELECT toString(day) AS day, sum(marked) AS markers, max(newest) AS newest_ms, max(is_units) AS has_units, max(is_compacted) AS has_compaction
FROM (
  ${days('refused', 'ts', 0)}
  UNION ALL
  ${days('totals', 'minute', 1)}
  UNION ALL${markers('unit', 0)}
  UNION ALL${markers('compaction', 1)}
)
GROUP BY day
ORDER BY day`,
    params: { from: dayOf(fromMs), to: dayOf(Math.max(fromMs, toMs - 1)), now: nowMs },
  };
}
