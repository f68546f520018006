import type { TimeRange } from '../../query/query.js';
import { withoutClock } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayStartMs } from '../stored-values.js';
import { runSharedStatement, type Statement } from './statement.js';
import type { StoredDays } from './stored-days.js';

/**
 * How long an answer about a whole day is used again while the day's markers are the same and nobody here writes to it. What other
 * nodes settle without marking a unit shows so much later.
 */
const keptForMs = 5 * 60_000;
/** Others wait for their turn too: a quarter of a year is not asked for all at once. */
const daysAtOnce = 8;

/** A question about one whole day, the same whoever asks for it and whenever. */
export const askDay = <Row>(database: Database, statement: Statement, day: string, days: StoredDays) =>
  runSharedStatement<Row>(database, statement, {
    forMs: keptForMs,
    key: JSON.stringify([day, days.get(day)?.state, withoutClock(statement.params)]),
    day,
  });

/** A question about a range whose days hold what `days` says: panels of one dashboard ask the same at one time. */
export const askNow = <Row>(database: Database, statement: Statement, days: StoredDays) =>
  runSharedStatement<Row>(database, statement, {
    forMs: 1_000,
    key: JSON.stringify([[...days.values()].map(({ state }) => state), withoutClock(statement.params)]),
  });

/** The answers in the order of the days. */
export async function eachDay<Answer>(
  days: readonly string[],
  ask: (day: string) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let at = 0; at < days.length; at += daysAtOnce)
    answers.push(...(await Promise.all(days.slice(at, at + daysAtOnce).map(ask))));
  return answers;
}

/**
 * What was asked of a long range: whole days, whose answers are remembered, and the cut days at its ends. So a dashboard of a week
 * that is refreshed reads a day's worth of rows and not a week's.
 *
 * @returns rows of each day, oldest first; null if the range holds no whole day, or a day has more rows than its statement may give
 *   (`isAll`): ask for the range as one.
 */
export async function askByDays<Row>(
  database: Database,
  { range, days }: { readonly range: TimeRange; readonly days: StoredDays },
  compile: (part: TimeRange) => Statement,
  isAll: (rows: readonly Row[]) => boolean = () => true,
): Promise<(readonly Row[])[] | null> {
  const partOf = (day: string): TimeRange => ({
    fromMs: Math.max(range.fromMs, dayStartMs(day)),
    toMs: Math.min(range.toMs, dayEndMs(day)),
  });
  const isWhole = (day: string) => dayStartMs(day) >= range.fromMs && dayEndMs(day) <= range.toMs;
  const whole = [...days.keys()].filter(isWhole);
  if (whole.length === 0) return null;
  const found = new Map<string, readonly Row[]>();
  const remembered = await eachDay(whole, (day) => askDay<Row>(database, compile(partOf(day)), day, days));
  if (!remembered.every(isAll)) return null;
  for (const [i, rows] of remembered.entries()) found.set(whole[i] as string, rows);
  const cut = [...days.keys()].filter((day) => !isWhole(day));
  const read = await Promise.all(cut.map((day) => askNow<Row>(database, compile(partOf(day)), days)));
  if (!read.every(isAll)) return null;
  for (const [i, rows] of read.entries()) found.set(cut[i] as string, rows);
  return [...days.keys()].map((day) => found.get(day) as readonly Row[]);
}
