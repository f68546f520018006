import type { TimeRange } from '../query/query.js';
import type { QueryParams } from './database.js';
import { generationOrderSql, generationSql, isComplete } from './generation.js';

/** What there are rows of. */
export interface HeldTotals {
  readonly compacted: boolean;
  readonly units: boolean;
}

export interface CountingRange extends TimeRange {
  /** The clock when the question is asked. Without it, a unit that is being replaced just now may be missing for that moment. */
  readonly nowMs?: number;
  /** What the days of the range hold by that clock. A day's rows are of one kind mostly, and half of the statement can be left out. */
  readonly held?: HeldTotals;
}

/** SQL in parentheses, to stand after FROM or IN; its parameters begin with `counting_`. */
export interface Subquery {
  readonly sql: string;
  readonly params: QueryParams;
}

/**
 * The rows of requests that count, of minutes that begin in [from, to): minute, account, region, api_id, stage, route, method,
 * status_class, counted_from, requests. The rule stands in docs/decisions/0005-counting-scheme.md: of each unit the highest
 * complete generation; of a compacted day its compacted rows and the units that are not in them.
 *
 * Markers must be looked up before rows, but a statement takes its view of the rows before it looks up anything. So markers
 * written after the question was asked are not looked at: all rows of the others were stored before it.
 */
export function countingTotals(range: CountingRange): Subquery {
  const columns = 'minute, account, region, api_id, stage, route, method, status_class, counted_from, requests';
  const { compacted, units } = range.held ?? { compacted: true, units: true };
  const rows = [
    ...(compacted
      ? [
          `
  SELECT ${columns}
  FROM compacted FINAL
  WHERE ${minuteInRange} AND compaction IN (${standingCompactions})`,
        ]
      : []),
    ...(units || !compacted
      ? [
          `
  SELECT ${columns}
  FROM totals FINAL
  WHERE ${minuteInRange} AND reading IN (${countingUnits(compacted)})`,
        ]
      : []),
  ];
  return { sql: `(${rows.join('\n  UNION ALL')}\n)`, params: countingParams(range) };
}

/** The same for questions that differ in the clock alone. */
export const withoutClock = ({ counting_now: _, ...params }: QueryParams): QueryParams => params;

function countingParams({ fromMs, toMs, nowMs }: CountingRange): QueryParams {
  return {
    counting_from: secondsOf(fromMs),
    counting_to: secondsOf(toMs),
    counting_now: Math.floor(nowMs ?? endOfTimeMs),
  };
}

const from = `toDateTime({counting_from:UInt32}, 'UTC')`;
const to = `toDateTime({counting_to:UInt32}, 'UTC')`;
const lastDay = `toDate(toDateTime(greatest({counting_to:UInt32}, 1) - 1, 'UTC'))`;
const minuteInRange = `minute >= ${from} AND minute < ${to}`;
const dayInRange = `day >= toDate(${from}) AND day <= ${lastDay}`;
const written = `written_at <= fromUnixTimestamp64Milli({counting_now:Int64}, 'UTC')`;

/** The compaction of each day that has one: the earliest stands, whatever comes after it. Names hold the day. */
const standingCompactions = `
    SELECT argMin(compaction, (written_at, compaction))
    FROM compaction
    WHERE ${dayInRange} AND ${written}
    GROUP BY day`;

/** Days that still have rows of units: known from the parts, no row is read. Markers of the other days need no look. */
const daysWithTotals = `
      SELECT toDate(minute) FROM totals WHERE toDate(minute) >= toDate(${from}) AND toDate(minute) <= ${lastDay}
      GROUP BY toDate(minute)`;

/** Rows that count besides the compacted ones, as hash of (day, unit, generation), which is their column `reading`. */
const countingUnits = (compacted: boolean): string => `
    SELECT sipHash128(day, unit, argMax(${generationSql}, ${generationOrderSql}))
    FROM unit
    WHERE ${dayInRange} AND ${written} AND day IN (${daysWithTotals})
      AND ${isComplete(dayInRange, written)}${compacted ? notCompacted : ''}
    GROUP BY day, unit`;

const notCompacted = `
      AND (day, unit) NOT IN (
        SELECT day, unit FROM compacted_unit WHERE ${dayInRange} AND compaction IN (${standingCompactions}))`;

const endOfTimeMs = 9_000_000_000_000;
const lastSecond = 4_294_967_295;

/** Minutes that begin at or after a moment begin at or after the next whole second. */
const secondsOf = (ms: number): number => Math.min(Math.max(Math.ceil(ms / 1000), 0), lastSecond);
