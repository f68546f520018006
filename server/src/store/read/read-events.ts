import type { EventQuery, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import type { EventPage, NewEventsQuery, StoredEvent } from '../event-store.js';
import { refusedRowOf } from '../refused-row.js';
import { StoreError } from '../store-error.js';
import {
  compileEventKeys,
  compileEvents,
  compileKeysById,
  compileNewEventKeys,
  compileSamples,
  type EventColumns,
  type EventKeyRow,
  type NewEventKeyRow,
  type SampleTextRow,
} from './event-statement.js';
import { hourMs } from './range.js';
import { runStatement } from './statement.js';

/** One more than the page is looked for: it tells whether there is a next page. */
export async function readEvents(database: Database, query: EventQuery): Promise<EventPage> {
  const keys = await readKeys(database, query, query.limit + 1);
  const page = keys.slice(0, query.limit);
  const last = page.at(-1);
  const newestFirst = await readByKeys(database, page);
  return {
    events: query.order === 'oldest' ? newestFirst.toReversed() : newestFirst,
    next: keys.length > query.limit && last !== undefined ? { tsMs: Number(last.ts_ms), eventId: last.event_id } : null,
  };
}

const firstWindowMs = hourMs;
const growth = 8;

/** Looks into one hour first, then into windows eight times as long: most pages fill before the whole range was read. */
async function readKeys(database: Database, query: EventQuery, limit: number): Promise<EventKeyRow[]> {
  const keys: EventKeyRow[] = [];
  let rest = restOfRange(query);
  for (let windowMs = firstWindowMs; rest.toMs > rest.fromMs && keys.length < limit; windowMs *= growth) {
    const [window, later] = cutWindow(rest, windowMs, query.order);
    const statement = compileEventKeys(window, query, limit - keys.length);
    keys.push(...(await runStatement<EventKeyRow>(database, statement)));
    rest = later;
  }
  return keys;
}

/** What the cursor leaves of the range; events of its own millisecond may be in it. */
function restOfRange({ fromMs, toMs, cursor, order }: EventQuery): TimeRange {
  if (cursor === null) return { fromMs, toMs };
  return order === 'oldest'
    ? { fromMs: Math.max(fromMs, cursor.tsMs), toMs }
    : { fromMs, toMs: Math.min(toMs, cursor.tsMs + 1) };
}

/** The window that is read first, and what comes after it. */
function cutWindow({ fromMs, toMs }: TimeRange, windowMs: number, order: EventQuery['order']): [TimeRange, TimeRange] {
  if (order === 'oldest') {
    const cutMs = Math.min(toMs, fromMs + windowMs);
    return [
      { fromMs, toMs: cutMs },
      { fromMs: cutMs, toMs },
    ];
  }
  const cutMs = Math.max(fromMs, toMs - windowMs);
  return [
    { fromMs: cutMs, toMs },
    { fromMs, toMs: cutMs },
  ];
}

const maxFound = 20;
/** An id can stand in rows that do not stand any more, and callers can choose request ids. */
const maxCandidates = 5 * maxFound;

export async function findEvents(database: Database, id: string): Promise<readonly StoredEvent[]> {
  if (id === '') return [];
  const keys = await runStatement<EventKeyRow>(database, compileKeysById(id, maxCandidates));
  const events = await readByKeys(database, keys);
  return events.slice(0, maxFound);
}

/**
 * The version that stands is asked for its time of writing: a verdict that was written again comes again, with the same event id.
 * Rows on their way into the store can carry an earlier time than rows that are there: who must not miss them asks again from a
 * few seconds before and remembers what came.
 */
export async function readNewEvents(database: Database, query: NewEventsQuery): Promise<readonly StoredEvent[]> {
  const keys = await runStatement<NewEventKeyRow>(database, compileNewEventKeys(query));
  const untilMs = Number(keys.at(-1)?.written_at_ms ?? 0);
  // What was written again since the keys were read comes with a later question: the cursor must not jump over others.
  const events = (await readByKeys(database, keys)).filter((event) => event.writtenAtMs <= untilMs);
  return events.sort((a, b) => a.writtenAtMs - b.writtenAtMs || (a.eventId < b.eventId ? -1 : 1));
}

/** Newest first, with their samples. A sample of another version tells of another verdict and is left out. */
export async function readByKeys(database: Database, keys: readonly EventKeyRow[]): Promise<StoredEvent[]> {
  if (keys.length === 0) return [];
  const [rows, samples] = await Promise.all([
    runStatement<EventColumns>(database, compileEvents(keys)),
    runStatement<SampleTextRow>(database, compileSamples(keys)),
  ]);
  const wanted = new Set(keys.map((key) => `${key.event_id} ${key.ts_ms}`));
  const bodies = new Map(samples.map((sample) => [`${sample.event_id} ${sample.version}`, sample.body]));
  const found = rows.filter((row) => wanted.has(`${row.event_id} ${row.ts_ms}`));
  return found.map((row) => {
    const { cancelled: _, ...event } = refusedRowOf(row);
    const body = bodies.get(`${row.event_id} ${row.version_text}`);
    return { ...event, writtenAtMs: Number(row.written_at_ms), sample: body === undefined ? null : readSample(body) };
  });
}

function readSample(body: string): StoredEvent['sample'] {
  try {
    return JSON.parse(body) as StoredEvent['sample'];
  } catch (error) {
    throw new StoreError(
      'broken',
      'expected JSON in the column sample.body, got other text; it was written by another program',
      {
        cause: error,
      },
    );
  }
}
