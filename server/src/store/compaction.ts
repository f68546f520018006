import type { Database } from './database.js';
import { generationOrderSql, generationSql, isComplete } from './generation.js';
import { dateTime64 } from './stored-values.js';

/** What a day was rebuilt from and when; from then on its units are closed. */
export interface Compaction {
  readonly name: string;
  readonly writtenAtMs: number;
}

/** The compaction that stands: the earliest, so that nothing which comes later changes what its dropped rows were. */
export async function readCompaction(database: Database, day: string): Promise<Compaction | null> {
  const [found] = await database.query<{ compaction: string; written_at_ms: number | string }>(
    `SELECT compaction, toUnixTimestamp64Milli(written_at) AS written_at_ms
    FROM compaction
    WHERE day = {day:Date}
    ORDER BY written_at, compaction
    LIMIT 1`,
    { day },
  );
  return found === undefined ? null : { name: found.compaction, writtenAtMs: Number(found.written_at_ms) };
}

/**
 * Rebuilds a day from the rows that count: the list of its units, its rows, the marker. Every step can be repeated, and a day that
 * was left half-way is begun again: what went in names it, so the same rows are written, or rows of another name that nobody reads.
 * Returns the requests of the day; null when something else came in meanwhile, or nothing is there to be compacted.
 */
export async function compactDay(database: Database, day: string, nowMs: () => number): Promise<number | null> {
  const before = await nameOf(database, 'highestOfDay', { day });
  if (before.units === 0) return null;
  const draft = { day, compaction: before.name };
  if ((await nameOf(database, 'listed', draft)).name !== before.name) {
    await database.command(insertUnits, { day });
    if ((await nameOf(database, 'listed', draft)).name !== before.name) return null;
  }
  await database.command(insertRows, draft);
  const [sums] = await database.query<{ rebuilt: number | string; counted: number | string }>(
    compareSums,
    draft,
    patient,
  );
  if (sums === undefined || Number(sums.rebuilt) !== Number(sums.counted)) return null;
  // The last look: what was marked since is closed out by the marker, so let it be next to nothing.
  if ((await nameOf(database, 'highestOfDay', { day })).name !== before.name) return null;
  if ((await readCompaction(database, day)) !== null) return null;
  const marker = { ...draft, units: before.units, written_at: dateTime64(nowMs()) };
  await database.insert('compaction', [marker]);
  return Number(sums.rebuilt);
}

/** Removes rows that the compaction stands for, those of late leftovers too. Returns how many there were. */
export async function dropCompacted(database: Database, day: string, compaction: string): Promise<number> {
  const params = { day, compaction };
  const [found] = await database.query<{ found: number | string }>(
    `SELECT count() AS found FROM totals WHERE ${closedRows}`,
    params,
    patient,
  );
  const rows = Number(found?.found ?? 0);
  if (rows === 0) return 0;
  // The list of units never changes, so replicas that run this at different times remove the same.
  await database.command(
    `ALTER TABLE totals DELETE IN PARTITION ID {partition:String} WHERE ${closedRows}
    SETTINGS mutations_sync = 1, allow_nondeterministic_mutations = 1`,
    { ...params, partition: day.replaceAll('-', '') },
  );
  return rows;
}

/** (unit, generation) that count for a day which has no compaction. */
const highestOfDay = `
  SELECT unit, argMax(${generationSql}, ${generationOrderSql}) AS generation
  FROM unit
  WHERE day = {day:Date} AND ${isComplete('day = {day:Date}')}
  GROUP BY unit`;

/** (unit, generation) that a compaction is made of. */
const listed = `
  SELECT DISTINCT unit, generation
  FROM compacted_unit
  WHERE day = {day:Date} AND compaction = {compaction:String}`;

/** Hashes of them: looked up for each row of a day. */
const listedRows = `SELECT sipHash128(unit, generation) FROM (${listed})`;

/** What went in, in whatever order. Begins with the day, so that no two days share a name. */
const nameSql = `concat(toString({day:Date}), '.', toString(count()), '.',
  lower(hex(groupBitXor(sipHash64(unit, generation)))), lower(hex(sum(cityHash64(unit, generation)))))`;

/** A day may have many millions of rows, and nobody waits for it. */
const patient = { maxExecutionSeconds: 300 };

const selections = { highestOfDay, listed } as const;

async function nameOf(
  database: Database,
  selection: keyof typeof selections,
  params: Readonly<Record<string, string>>,
): Promise<{ name: string; units: number }> {
  const [row] = await database.query<{ name: string; units: number | string }>(
    `SELECT ${nameSql} AS name, count() AS units FROM (${selections[selection]})`,
    params,
    patient,
  );
  return { name: row?.name ?? '', units: Number(row?.units ?? 0) };
}

/** One look at the markers gives the list and its name: they always fit together. */
const insertUnits = `
INSERT INTO compacted_unit (day, compaction, unit, generation)
SELECT {day:Date}, name, each.1, each.2
FROM (
  SELECT ${nameSql} AS name, groupArray((unit, generation)) AS units
  FROM (${highestOfDay})
)
ARRAY JOIN units AS each`;

const labels = 'minute, account, region, api_id, stage, route, method, status_class, counted_from';

const insertRows = `
INSERT INTO compacted (compaction, ${labels}, requests)
SELECT {compaction:String}, ${labels}, sum(requests)
FROM totals FINAL
WHERE toDate(minute) = {day:Date} AND sipHash128(unit, generation) IN (${listedRows})
GROUP BY ${labels}`;

/** Rows are dropped on the word of this comparison. */
const compareSums = `
SELECT
  (SELECT sum(requests) FROM compacted FINAL
    WHERE toDate(minute) = {day:Date} AND compaction = {compaction:String}) AS rebuilt,
  (SELECT sum(requests) FROM totals FINAL
    WHERE toDate(minute) = {day:Date} AND sipHash128(unit, generation) IN (${listedRows})) AS counted`;

const closedRows = `toDate(minute) = {day:Date} AND unit IN (
  SELECT unit FROM compacted_unit WHERE day = {day:Date} AND compaction = {compaction:String})`;
