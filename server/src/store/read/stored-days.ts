import type { TimeRange } from '../../query/query.js';
import type { HeldTotals } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayOf, dayStartMs } from '../stored-values.js';
import { runSharedStatement, type Statement, timeSql } from './statement.js';

/** Days that have rows (`2026-01-31`), oldest first. */
export type StoredDays = ReadonlyMap<string, StoredDay>;

export interface StoredDay {
  /** Names what counts on it: changes when a unit or a compaction is marked, and with what was read as refusals only. */
  readonly state: string;
  readonly held: HeldDay;
}

/** What there are rows of: what a day does not hold need not be looked for. */
export interface HeldDay extends HeldTotals {
  readonly refusalsOnly: boolean;
  readonly metrics: boolean;
}

/** What the days of a range hold. */
export function heldIn(days: StoredDays, { fromMs, toMs }: TimeRange): HeldDay {
  const inRange = [...days].filter(([day]) => dayEndMs(day) > fromMs && dayStartMs(day) < toMs);
  const holdAny = (what: keyof HeldDay): boolean => inRange.some(([, { held }]) => held[what]);
  return {
    compacted: holdAny('compacted'),
    units: holdAny('units'),
    refusalsOnly: holdAny('refusalsOnly'),
    metrics: holdAny('metrics'),
  };
}

interface StoredDayRow {
  readonly day: string;
  readonly markers: number | string;
  readonly newest_ms: number | string;
  readonly has_units: number;
  readonly has_compaction: number;
  readonly refusals_only: number | string;
  readonly metrics: number | string;
  readonly metrics_newest_ms: number | string;
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
        state: [row.markers, row.newest_ms, row.refusals_only, row.metrics, row.metrics_newest_ms].join(' '),
        held: {
          compacted: row.has_compaction === 1,
          units: row.has_units === 1,
          refusalsOnly: Number(row.refusals_only) > 0,
          metrics: Number(row.metrics) > 0,
        },
      },
    ]),
  );
}

/** Of tables other than those of markers the days are known from the parts: no row is read. */
export function compileStoredDays({ fromMs, toMs }: TimeRange, nowMs: number): Statement {
  const inRange = 'day >= {from:Date} AND day <= {to:Date}';
  const branch = (table: string, day: string, condition: string, columns: Partial<typeof nothing>) => `
  SELECT ${day} AS day, ${Object.entries({ ...nothing, ...columns })
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ')}
  FROM ${table}
  WHERE ${inRange}${condition}
  GROUP BY day`;
  const newest = 'toUnixTimestamp64Milli(max(written_at))';
  const markers = { marked: 'count()', newest };
  const byNow = ` AND written_at <= ${timeSql('now')}`;
  const branches = [
    branch('refused', 'toDate(ts)', '', {}),
    branch('totals', 'toDate(minute)', '', { is_units: '1' }),
    branch('unit', 'day', byNow, markers),
    branch('compaction', 'day', byNow, { ...markers, is_compacted: '1' }),
    branch('refusals_only', 'toDate(minute)', '', { is_refusals_only: 'count()' }),
    branch('metric_totals', 'toDate(minute)', '', { is_metrics: 'count()', metrics_newest: newest }),
  ];
  return {
    sql: `
SELECT toString(day) AS day, sum(marked) AS markers, max(newest) AS newest_ms, max(is_units) AS has_units,
  max(is_compacted) AS has_compaction, sum(is_refusals_only) AS refusals_only, sum(is_metrics) AS metrics,
  max(metrics_newest) AS metrics_newest_ms
FROM (${branches.join('\n  UNION ALL')}
)
GROUP BY day
ORDER BY day`,
    params: { from: dayOf(fromMs), to: dayOf(Math.max(fromMs, toMs - 1)), now: nowMs },
  };
}

/** What a table that does not say otherwise tells of a day. */
const nothing = {
  marked: '0',
  newest: '0',
  is_units: '0',
  is_compacted: '0',
  is_refusals_only: '0',
  is_metrics: '0',
  metrics_newest: '0',
};
