import type { CountedFrom } from '@why403/parsers';
import type { DayMinutes, DenominatorDay } from '../../query/denominators.js';
import type { Database } from '../database.js';
import { askDay, eachDay } from './by-days.js';
import { stageKey } from './counted-kinds.js';
import type { Statement } from './statement.js';
import type { StoredDays } from './stored-days.js';

/** Days on which some stage has minutes without denominator of logs. Others are not asked for. */
export async function readDenominatorDays(
  database: Database,
  days: StoredDays,
): Promise<ReadonlyMap<string, DenominatorDay>> {
  const names = [...days].filter(([, { held }]) => held.refusalsOnly).map(([day]) => day);
  const found = await eachDay(names, (day) => readDay(database, day, days));
  return new Map(names.map((day, index) => [day, found[index] as DenominatorDay]));
}

async function readDay(database: Database, day: string, days: StoredDays): Promise<DenominatorDay> {
  const [refusalsOnly, metrics] = await Promise.all([
    askDay<RefusalsOnlyRow>(database, compileDayRefusalsOnly(day), day, days),
    days.get(day)?.held.metrics === true ? askDay<MinutesRow>(database, compileDayMetrics(day), day, days) : [],
  ]);
  return {
    refusalsOnly: refusalsOnly.map((row) => ({
      labels: labelsOf(row),
      feed: row.feed,
      countedFrom: row.counted_from === '' ? null : (row.counted_from as CountedFrom),
      ...minutesOf(row),
    })),
    metrics: metrics.map((row) => ({ labels: labelsOf(row), ...minutesOf(row) })),
  };
}

interface MinutesRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly half_hours: readonly number[];
  readonly bits: readonly number[];
}
interface RefusalsOnlyRow extends MinutesRow {
  readonly feed: string;
  readonly counted_from: string;
}

const labelsOf = ({ account, region, api_id, stage }: MinutesRow) => ({ account, region, api_id, stage });
const minutesOf = ({ half_hours, bits }: MinutesRow): DayMinutes => ({ halfHours: half_hours, bits });

export const compileDayRefusalsOnly = (day: string): Statement =>
  compileDayMinutes('refusals_only', `${stageKey}, feed, counted_from`, day, ` AND ${isOfStage}`);

export const compileDayMetrics = (day: string): Statement => compileDayMinutes('metric_totals', stageKey, day, '');

/** Readings of no known stage are noted too: what they left out is missing nowhere. */
export const isOfStage = `(${stageKey}) != ('', '', '', '')`;

/** Minutes as bits: a stage that is read so for a whole day is one row. */
function compileDayMinutes(table: string, key: string, day: string, condition: string): Statement {
  return {
    sql: `
SELECT ${key}, groupArray(half_hour) AS half_hours, groupArray(minutes) AS bits
FROM (
  SELECT ${key}, toUInt8(toHour(minute) * 2 + intDiv(toMinute(minute), 30)) AS half_hour,
    groupBitOr(bitShiftLeft(1::UInt32, toMinute(minute) % 30)) AS minutes
  FROM ${table}
  WHERE toDate(minute) = {day:Date}${condition}
  GROUP BY ${key}, half_hour
)
GROUP BY ${key}`,
    params: { day },
  };
}
