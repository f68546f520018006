import type { CountedRequests, UnreadLine } from '@why403/parsers';
import { groupBy } from '../query/group-by.js';
import { wellFormed } from '../text/well-formed.js';
import { insertByDay, nameLists } from './batches.js';
import type { Database, QueryParams } from './database.js';
import type { FeedKind, Generation, StoredUnit, UnitStore } from './event-store.js';
import { gathered } from './gathered.js';
import { generationText } from './generation.js';
import { createRefusalsOnlyStore } from './refusals-only.js';
import { dateTime, dateTime64, dayOf, dayStartMs } from './stored-values.js';

/** Prefixes that one statement asks for; each may name the windows of a day. */
const maxPrefixes = 50;

/** Rejects of one reason that a unit may leave; the marker counts all. */
const maxRejectsPerReason = 100;

type Row = Readonly<Record<string, unknown>>;

export function createUnitStore(database: Database): UnitStore {
  const insertTotalRows = gathered<readonly Row[]>((lists) =>
    insertByDay(database, 'totals', lists.flat(), (row) => String(row['minute']).slice(0, 10)),
  );
  const insertMarker = gathered<Marker>((markers) => insertMarkers(database, markers));
  const readUnits = gathered((lists: readonly (readonly string[])[]) => readNamed(database, lists.flat()));
  const readPrefixed = gathered((prefixes: readonly string[]) => readByPrefix(database, prefixes), maxPrefixes);
  const insertProgress = gathered<Row>((rows) => insertByDay(database, 'feed_progress', rows, () => ''));
  return {
    ...createRefusalsOnlyStore(database),

    insertTotals: (unit: string, generation: Generation, feed: string, counts: readonly CountedRequests[]) =>
      insertTotalRows(
        counts.map((count) => ({
          minute: dateTime(count.minuteMs),
          account: count.account,
          region: count.region,
          api_id: count.apiId,
          stage: count.stage,
          route: count.route,
          method: count.method,
          status_class: count.statusClass,
          counted_from: count.countedFrom,
          feed,
          unit,
          generation: generationText(generation),
          requests: count.requests,
        })),
      ),

    async insertRejects(unit: string, feed: string, nowMs: number, unread: readonly UnreadLine[]) {
      const seen = new Map<string, number>();
      const rows = [];
      for (const { line, reason, detail, shape } of unread) {
        const ofReason = (seen.get(reason) ?? 0) + 1;
        seen.set(reason, ofReason);
        if (ofReason > maxRejectsPerReason) continue;
        rows.push({ seen_at: dateTime64(nowMs), feed, unit, line, reason, detail, shape });
      }
      await insertByDay(database, 'reject', rows, () => '');
    },

    insertMarker: (stored: StoredUnit, days: readonly string[], nowMs: number) => insertMarker({ stored, days, nowMs }),

    async readUnits(units: readonly string[]) {
      const asked = new Set(units.map(wellFormed));
      return new Map([...(await readUnits(units))].filter(([unit]) => asked.has(unit)));
    },

    async readUnitsOf(prefix: string) {
      const asked = wellFormed(prefix);
      return (await readPrefixed(asked)).get(asked) ?? [];
    },

    // The table keeps the row of the highest `complete_until`, whatever comes later.
    reportProgress: (feed: string, kind: FeedKind, completeUntilMs: number, nowMs: number) =>
      insertProgress({ feed, kind, complete_until: dateTime64(completeUntilMs), updated_at: dateTime64(nowMs) }),
  };
}

async function readNamed(database: Database, units: readonly string[]): Promise<ReadonlyMap<string, StoredUnit>> {
  const found = new Map<string, StoredUnit>();
  for (const list of nameLists(units)) {
    const standing = await readStanding(database, 'unit IN {units:Array(String)}', { units: list });
    for (const stored of standing) found.set(stored.unit, stored);
  }
  return found;
}

async function readByPrefix(
  database: Database,
  prefixes: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredUnit[]>> {
  const distinct = [...new Set(prefixes)];
  const condition = distinct.map((_, i) => `startsWith(unit, {prefix${i}:String})`).join(' OR ');
  const params = Object.fromEntries(distinct.map((prefix, i) => [`prefix${i}`, prefix]));
  const standing = await readStanding(database, condition, params);
  return new Map(distinct.map((prefix) => [prefix, standing.filter(({ unit }) => unit.startsWith(prefix))]));
}

interface Marker {
  readonly stored: StoredUnit;
  readonly days: readonly string[];
  readonly nowMs: number;
}

async function insertMarkers(database: Database, markers: readonly Marker[]): Promise<void> {
  // A reader of one day looks at the markers of that day only, so a generation also marks the days that it has nothing of any more.
  const earlier = new Map<string, string[]>();
  for (const units of nameLists(markers.map(({ stored }) => stored.unit))) {
    const rows = await database.query<{ unit: string; marked: string[] }>(
      'SELECT unit, arrayMap(day -> toString(day), groupUniqArrayArray(days)) AS marked FROM unit WHERE unit IN {units:Array(String)} GROUP BY unit',
      { units },
    );
    for (const { unit, marked } of rows) earlier.set(unit, marked);
  }
  const rows = markers.flatMap(({ stored, days, nowMs }) => {
    // Totals of days that no column can hold were stored under the nearest that fits.
    const own = days.length > 0 ? days.map((day) => dayOf(dayStartMs(day))) : [dayOf(nowMs)];
    const all = [...new Set([...own, ...(earlier.get(stored.unit) ?? [])])].sort();
    return all.map((day) => ({
      unit: stored.unit,
      day,
      days: all,
      ...stored.generation,
      feed: stored.feed,
      first_ms: stored.firstMs,
      newest_ms: stored.newestMs,
      lines: stored.lines,
      requests: stored.requests,
      bytes: stored.bytes,
      rejected: stored.rejected,
      written_at: dateTime64(nowMs),
    }));
  });
  await insertByDay(database, 'unit', rows, (row) => String(row['day']));
}

/**
 * The highest generation of each unit that is complete: markers of several days lie in several partitions, and an insert into several
 * partitions can be stored in part. `condition` is SQL of ours.
 */
async function readStanding(database: Database, condition: string, params: QueryParams): Promise<StoredUnit[]> {
  const rows = await database.query<UnitRow>(
    `SELECT unit, toString(day) AS day_text, arrayMap(each -> toString(each), days) AS wanted,
      rank, version, name, feed, first_ms, newest_ms, lines, requests, bytes, rejected
    FROM unit
    WHERE ${condition}
    ORDER BY unit, rank DESC, version DESC, name DESC`,
    params,
  );
  const standing: StoredUnit[] = [];
  for (const generation of groupBy(
    rows,
    ({ unit, rank, version, name }) => `${unit} ${rank} ${version} ${name}`,
  ).values()) {
    const [row] = generation as [UnitRow];
    if (standing.at(-1)?.unit === row.unit) continue;
    const present = new Set(generation.map(({ day_text }) => day_text));
    if (generation.some(({ wanted }) => wanted.every((day) => present.has(day)))) standing.push(storedUnitOf(row));
  }
  return standing;
}

/** Numbers of 64 bits may come as text. */
interface UnitRow {
  readonly unit: string;
  readonly day_text: string;
  readonly wanted: readonly string[];
  readonly rank: number | string;
  readonly version: number;
  readonly name: string;
  readonly feed: string;
  readonly first_ms: number | string;
  readonly newest_ms: number | string;
  readonly lines: number | string;
  readonly requests: number | string;
  readonly bytes: number | string;
  readonly rejected: Readonly<Record<string, number | string>>;
}

const storedUnitOf = (row: UnitRow): StoredUnit => ({
  unit: row.unit,
  generation: { rank: Number(row.rank), version: row.version, name: row.name },
  feed: row.feed,
  firstMs: Number(row.first_ms),
  newestMs: Number(row.newest_ms),
  lines: Number(row.lines),
  requests: Number(row.requests),
  bytes: Number(row.bytes),
  rejected: Object.fromEntries(Object.entries(row.rejected).map(([reason, lines]) => [reason, Number(lines)])),
});
