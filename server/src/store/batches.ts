import type { Database } from './database.js';

/** ClickHouse refuses an insert into more partitions. */
const maxPartitions = 100;

/** Statements carry their parameters in the URL or in their text: both are limited. */
const maxNames = 1_000;
const maxNameCharacters = 40_000;

type Row = Readonly<Record<string, unknown>>;

/** Inserts rows of a table that is partitioned by day, in as few statements as it takes. */
export async function insertByDay(
  database: Database,
  table: string,
  rows: readonly Row[],
  dayOfRow: (row: Row) => string,
): Promise<void> {
  const days = new Map<string, object[]>();
  for (const row of rows) {
    const day = dayOfRow(row);
    const ofDay = days.get(day);
    if (ofDay === undefined) days.set(day, [row]);
    else ofDay.push(row);
  }
  const parts = [...days.values()];
  for (let at = 0; at < parts.length; at += maxPartitions) {
    await database.insert(table, parts.slice(at, at + maxPartitions).flat());
  }
}

/** Distinct names in lists that one statement can carry. */
export function* nameLists(names: Iterable<string>): Generator<string[]> {
  let list: string[] = [];
  let characters = 0;
  for (const name of new Set(names)) {
    if (list.length > 0 && (list.length >= maxNames || characters + name.length > maxNameCharacters)) {
      yield list;
      list = [];
      characters = 0;
    }
    list.push(name);
    characters += name.length;
  }
  if (list.length > 0) yield list;
}
