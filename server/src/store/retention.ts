import type { Database } from './database.js';
import type { Retention } from './event-store.js';

/**
 * How long each table keeps its rows. Markers name days: they live a day longer than the rows of that day. Those of a unit live as
 * long as its last day, since it counts as read only while all of them are there; and as long after it was read, so that an old
 * file is not read again and again.
 */
const lifetimes: readonly { readonly table: string; readonly ttl: (retention: Retention) => string }[] = [
  { table: 'refused', ttl: ({ rowsDays }) => `toDateTime(ts) + ${days(rowsDays)}` },
  { table: 'totals', ttl: ({ rowsDays }) => `minute + ${days(rowsDays)}` },
  { table: 'refusals_only', ttl: ({ rowsDays }) => `minute + ${days(rowsDays)}` },
  { table: 'metric_totals', ttl: ({ rowsDays }) => `minute + ${days(rowsDays)}` },
  { table: 'unit', ttl: ({ rowsDays }) => `greatest(arrayMax(days), toDate(written_at)) + ${days(rowsDays + 1)}` },
  { table: 'compacted', ttl: ({ rowsDays }) => `minute + ${days(rowsDays)}` },
  { table: 'compacted_unit', ttl: ({ rowsDays }) => `day + ${days(rowsDays + 1)}` },
  { table: 'compaction', ttl: ({ rowsDays }) => `day + ${days(rowsDays + 1)}` },
  { table: 'sample', ttl: ({ evidenceDays }) => `toDateTime(ts) + ${days(evidenceDays)}` },
  { table: 'reject', ttl: ({ evidenceDays }) => `toDateTime(seen_at) + ${days(evidenceDays)}` },
  // Longer than any fact that is judged by them: what a verdict rests on does not grow less while it can be given again.
  { table: 'config_snapshot', ttl: (retention) => `toDateTime(taken_at) + ${hours(configHours(retention))}` },
  { table: 'config_part', ttl: (retention) => `toDateTime(stored_at) + ${hours(configHours(retention) + 2 * 24)}` },
  { table: 'change_event', ttl: ({ rowsDays }) => `toDateTime(at) + ${days(rowsDays)}` },
  { table: 'deployment_seen', ttl: ({ rowsDays }) => `hour + ${days(rowsDays)}` },
  { table: 'fact', ttl: ({ factsHours }) => `toDateTime(seen_at) + ${hours(factsHours)}` },
  { table: 'settle_step', ttl: ({ factsHours }) => `toDateTime(at) + ${hours(factsHours)}` },
];

const configHours = ({ evidenceDays, factsHours }: Retention): number =>
  Math.min(evidenceDays * 24 + factsHours, (mostDays - 2) * 24);

/** Changes what differs only: a change has every stored part looked through. */
export async function applyRetention(database: Database, retention: Retention): Promise<void> {
  const tables = await database.query<{ name: string; definition: string }>(
    'SELECT name, create_table_query AS definition FROM system.tables WHERE database = currentDatabase()',
  );
  const definitions = new Map(tables.map(({ name, definition }) => [name, definition]));
  for (const { table, ttl } of lifetimes) {
    const wanted = ttl(retention);
    if (lifetimeIn(definitions.get(table) ?? '') === wanted) continue;
    await database.command(`ALTER TABLE ${table} MODIFY TTL ${wanted}`);
  }
}

/** `… ORDER BY feed TTL minute + toIntervalDay(30) SETTINGS index_granularity = 8192` → `minute + toIntervalDay(30)` */
function lifetimeIn(definition: string): string | null {
  return / TTL (.*?)(?: SETTINGS |$)/.exec(definition)?.[1] ?? null;
}

/** As ClickHouse writes it itself, so that it can be compared. A definition takes no parameters: a checked number stands in its text. */
const days = (figure: number): string => `toIntervalDay(${wholeNumber(figure)})`;
const hours = (figure: number): string => `toIntervalHour(${wholeNumber(figure, mostDays * 24)})`;

/** A bit over ten years: later than that, the columns of time run over. */
const mostDays = 3_700;

function wholeNumber(figure: number, most = mostDays): number {
  if (Number.isSafeInteger(figure) && figure > 0 && figure <= most) return figure;
  throw new RangeError(`Retention is a whole number of days or hours, 1 to ${most}, not ${figure}.`);
}
