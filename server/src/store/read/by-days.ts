import type { TimeRange } from '../../query/query.js';
import { withoutClock } from '../counting-totals.js';
import type { Database } from '../database.js';
import { dayEndMs, dayStartMs } from '../stored-values.js';
import { runSharedStatement, runStatement, type Statement } from './statement.js';
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
    key: JSON.stringify([day, days.get(day), withoutClock(statement.params)]),
    day,
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
 * What was asked of a long range, piece by piece: whole days, whose answers are remembered, and the cut days at its ends. So a
 * dashboard of a week that is refreshed reads a day's worth of rows and not a week's.
 *
 * @returns rows of each piece, oldest first; null if the range is too short for that, or a piece has more rows than its statement
 *   may give (`isAll`): ask for the range as one.
 */
export async function askByDays<Row>(
  database: Database,
  { range, days }: { readonly range: TimeRange; readonly days: StoredDays },
  compile: (piece: TimeRange) => Statement,
  isAll: (rows: readonly Row[]) => boolean = () => true,
): Promise<(readonly Row[])[] | null> {
  const pieces = [...days.keys()].map((day) => ({
    day,
    fromMs: Math.max(range.fromMs, dayStartMs(day)),
    toMs: Math.min(range.toMs, dayEndMs(day)),
  }));
  const isWhole = ({ day, fromMs, toMs }: (typeof pieces)[number]) =>
    fromMs === dayStartMs(day) && toMs === dayEndMs(day);
  const whole = pieces.filter(isWhole).map(({ day }) => day);
  if (whole.length === 0) return null;
  const remembered = await eachDay(whole, (day) =>
    askDay<Row>(database, compile({ fromMs: dayStartMs(day), toMs: dayEndMs(day) }), day, days),
  );
  if (!remembered.every(isAll)) return null;
  const cut = await Promise.all(
    pieces.map((piece) => (isWhole(piece) ? null : runStatement<Row>(database, compile(piece)))),
  );
  const wholeInTurn = remembered.values();
  const answers = cut.map((rows) => rows ?? (wholeInTurn.next().value as readonly Row[]));
  return answers.every(isAll) ? answers : null;
}
