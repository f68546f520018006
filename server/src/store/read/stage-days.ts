import type { CountedFrom } from '@why403/parsers';
import { stageKeyOf } from '../../query/completeness.js';
import type { StageDay } from '../../query/counting-kinds.js';
import type { TimeRange } from '../../query/query.js';
import { countingTotals } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayOf, dayStartMs } from '../stored-values.js';
import { stageKey } from './counted-kinds.js';
import { dayMs } from './range.js';
import { runSharedStatement, type Statement, timeSql } from './statement.js';

/** How long a day is not looked at again if nobody here writes to it: what other nodes write to it shows so much later. */
const keptForMs = 60_000;

/** Each day that the range touches is looked at by itself, since days that nobody writes to need not be looked at again. */
export async function readStageDays(
  database: Database,
  { fromMs, toMs }: TimeRange,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly StageDay[]>> {
  const days = await daysOf(database, { fromMs, toMs });
  const found = new Map<string, readonly StageDay[]>();
  // Others wait for their turn too: a quarter of a year is not asked for all at once.
  for (let at = 0; at < days.length; at += daysAtOnce) {
    const some = days.slice(at, at + daysAtOnce);
    const read = await Promise.all(some.map((day) => readDay(database, day, nowMs)));
    for (const [index, day] of some.entries()) found.set(day, read[index] as readonly StageDay[]);
  }
  return found;
}

const daysAtOnce = 8;
const mostDaysUnasked = 100;

async function daysOf(database: Database, { fromMs, toMs }: TimeRange): Promise<readonly string[]> {
  if (toMs - fromMs > mostDaysUnasked * dayMs) {
    const rows = await runSharedStatement<{ readonly day: string }>(database, storedDays, { forMs: 1_000 });
    return rows.map(({ day }) => day).filter((day) => dayEndMs(day) > fromMs && dayStartMs(day) < toMs);
  }
  const days: string[] = [];
  for (let at = dayStartMs(dayOf(fromMs)); at < toMs; at += dayMs) days.push(dayOf(at));
  return days;
}

/** Known from the parts: no row is read. */
const storedDays: Statement = {
  sql: `
SELECT DISTINCT toString(day) AS day
FROM (
  SELECT toDate(ts) AS day FROM refused GROUP BY day
  UNION ALL
  SELECT toDate(minute) AS day FROM totals GROUP BY day
  UNION ALL
  SELECT toDate(minute) AS day FROM compacted GROUP BY day
)
ORDER BY day`,
  params: {},
};

async function readDay(database: Database, day: string, nowMs: number): Promise<readonly StageDay[]> {
  const shared = { forMs: keptForMs, key: day, day };
  const [kinds, feeds] = await Promise.all([
    runSharedStatement<KindRow>(database, compileDayKinds(day, nowMs), shared),
    runSharedStatement<FeedRow>(database, compileDayFeeds(day), shared),
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
export function compileDayKinds(day: string, nowMs: number): Statement {
  const fromMs = dayStartMs(day);
  const toMs = dayEndMs(day);
  const totals = countingTotals({ fromMs, toMs, nowMs });
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
