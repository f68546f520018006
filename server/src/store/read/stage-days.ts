import type { CountedFrom } from '@why403/parsers';
import { stageKeyOf } from '../../query/completeness.js';
import type { StageDay } from '../../query/counting-kinds.js';
import { countingTotals, type HeldTotals } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayStartMs } from '../stored-values.js';
import { askDay, eachDay } from './by-days.js';
import { stageKey } from './counted-kinds.js';
import { type Statement, timeSql } from './statement.js';
import type { StoredDays } from './stored-days.js';

/** Each day is looked at by itself, since days that nobody writes to need not be looked at again. */
export async function readStageDays(
  database: Database,
  days: StoredDays,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly StageDay[]>> {
  const names = [...days.keys()];
  const found = await eachDay(names, (day) => readDay(database, day, days, nowMs));
  return new Map(names.map((day, index) => [day, found[index] as readonly StageDay[]]));
}

async function readDay(database: Database, day: string, days: StoredDays, nowMs: number): Promise<readonly StageDay[]> {
  const [kinds, feeds] = await Promise.all([
    askDay<KindRow>(database, compileDayKinds(day, nowMs, days.get(day)?.held), day, days),
    askDay<FeedRow>(database, compileDayFeeds(day), day, days),
  ]);
  const stages = new Map<string, DayUnderWay>();
  const stageOf = ({ account, region, api_id, stage }: StageRow): DayUnderWay => {
    const labels = { account, region, api_id, stage };
    const known = stages.get(stageKeyOf(labels));
    if (known !== undefined) return known;
    const added = { labels, hours: new Map(), feeds: [] };
    stages.set(stageKeyOf(labels), added);
    return added;
  };
  for (const row of kinds) stageOf(row).hours.set(row.counted_from as CountedFrom, Number(row.hours));
  for (const row of feeds) stageOf(row).feeds.push({ feed: row.feed, countedFrom: row.counted_from as CountedFrom });
  return [...stages.values()];
}

interface DayUnderWay extends StageDay {
  readonly hours: Map<CountedFrom, number>;
  readonly feeds: StageDay['feeds'][number][];
}

interface StageRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly counted_from: string;
}
interface KindRow extends StageRow {
  readonly hours: number | string;
}
interface FeedRow extends StageRow {
  readonly feed: string;
}

/** Kinds of evidence of each stage, and the hours of the day that have standing rows of it, refused or counted. */
export function compileDayKinds(day: string, nowMs: number, held?: HeldTotals): Statement {
  const fromMs = dayStartMs(day);
  const toMs = dayEndMs(day);
  const totals = countingTotals({ fromMs, toMs, nowMs, ...(held === undefined ? {} : { held }) });
  const key = `${stageKey}, counted_from`;
  const sql = `
SELECT ${key}, groupBitOr(bits) AS hours
FROM (
  SELECT ${key}, groupBitOr(bitShiftLeft(1::UInt32, toHour(ts))) AS bits
  FROM refused FINAL
  WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')}
  GROUP BY ${key}
  UNION ALL
  SELECT ${key}, groupBitOr(bitShiftLeft(1::UInt32, toHour(minute))) AS bits
  FROM ${totals.sql}
  GROUP BY ${key}
)
GROUP BY ${key}`;
  return { sql, params: { ...totals.params, from: fromMs, to: toMs } };
}

export function compileDayFeeds(day: string): Statement {
  return {
    sql: `SELECT DISTINCT ${stageKey}, counted_from, feed FROM totals WHERE toDate(minute) = {day:Date}`,
    params: { day },
  };
}
