import { beforeAll, describe, expect, it } from 'vitest';
import type { EventFilter, EventQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { EventReader } from '../../../../server/src/store/event-store.js';
import { refusedRow, sampleRow } from '../../../conformance/store-rows.js';
import { payloads } from '../../../support/hostile-values.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, hourMs, noonMs, openWorld } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const dayMs = 24 * hourMs;
const query = (more: Partial<EventQuery> = {}): EventQuery => ({
  fromMs: noonMs - 30 * dayMs,
  toMs: noonMs + dayMs,
  filter: {},
  limit: 10,
  cursor: null,
  ...more,
});

async function readIds(reader: EventReader, more: Partial<EventQuery> = {}): Promise<string[]> {
  const page = await reader.readEvents(query(more));
  return page.events.map((event) => event.eventId);
}

/** All pages, and what happens between them. */
async function readPages(
  reader: EventReader,
  limit: number,
  between: () => Promise<void> = async () => {},
  order: EventQuery['order'] = 'newest',
) {
  const pages: string[][] = [];
  let cursor: EventQuery['cursor'] = null;
  do {
    const page = await reader.readEvents(query({ limit, cursor, order }));
    pages.push(page.events.map((event) => event.eventId));
    cursor = page.next;
    await between();
  } while (cursor !== null && pages.length < 20);
  return pages;
}

describe('events', () => {
  it('come newest first, from the whole range, over days and stages', async () => {
    const world = await openWorld(database);
    await world.insertRefused([
      refusedRow('weeks ago', { tsMs: noonMs - 20 * dayMs }),
      refusedRow('now', { tsMs: noonMs }),
      refusedRow('before the range', { tsMs: noonMs - 31 * dayMs }),
      refusedRow('yesterday', { tsMs: noonMs - dayMs, stage: 'test' }),
      refusedRow('a minute ago', { tsMs: at(-1), apiId: 'another' }),
    ]);
    expect(await readIds(world.reader)).toEqual(['now', 'a minute ago', 'yesterday', 'weeks ago']);
    expect(await readIds(world.reader, { fromMs: at(-1), toMs: noonMs })).toEqual(['a minute ago']);
  });

  it('show the verdict that stands: upgraded, moved, cancelled', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('a'), refusedRow('b'), refusedRow('c')]);
    await world.insertRefused(
      [
        refusedRow('a', { facts: 2, cause: 'api_key_missing', group: 'api_key' }),
        refusedRow('b', { facts: 2, cancelled: true }),
        refusedRow('b', { facts: 2, stage: 'test' }),
        refusedRow('c', { facts: 1, ruleSet: 2, cancelled: true }),
      ],
      at(1),
    );
    const { events } = await world.reader.readEvents(query({ toMs: noonMs + 10 * 365 * dayMs, fromMs: 0 }));
    expect(
      events.map(({ eventId, stage, cause, facts, writtenAtMs }) => [eventId, stage, cause, facts, writtenAtMs]),
    ).toEqual([
      ['b', 'test', 'waf_blocked', 2, at(1)],
      ['a', 'prod', 'api_key_missing', 2, at(1)],
    ]);
    expect(await readIds(world.reader, { fromMs: 0, filter: { cause: { in: ['waf_blocked'] } } })).toEqual(['b']);
  });

  it('are told as they were written', async () => {
    const world = await openWorld(database);
    const row = refusedRow('whole', { tsMs: noonMs + 7, facts: 3, ruleSet: 12, status: 0, sourceIp: '' });
    await world.insertRefused([row], at(2));
    const { events } = await world.reader.readEvents(query());
    const { cancelled: _, ...told } = row;
    expect(events).toEqual([{ ...told, writtenAtMs: at(2), sample: null }]);
  });

  it('are not left out for the kind of log they come from', async () => {
    const { reader } = await openWorld(database, {
      refused: [{ minute: 0 }, { minute: 1, countedFrom: 'waf' }, { minute: 2, countedFrom: 'execution' }],
    });
    expect(await readIds(reader)).toHaveLength(3);
  });

  it('have a sample if it tells of the verdict that stands', async () => {
    const world = await openWorld(database);
    const ids = ['sampled', 'upgraded', 'unsampled'];
    await world.insertRefused(ids.map((id) => refusedRow(id, { tsMs: noonMs })));
    await world.insertSamples(ids.slice(0, 2).map((id) => sampleRow(id, { tsMs: noonMs })));
    await world.insertRefused([refusedRow('upgraded', { tsMs: noonMs, facts: 2 })]);
    const { events } = await world.reader.readEvents(query());
    const { record, verdict } = sampleRow('sampled', { tsMs: noonMs });
    expect(events.map(({ eventId, sample }) => [eventId, sample])).toEqual([
      ['upgraded', null],
      ['unsampled', null],
      ['sampled', { record, verdict }],
    ]);
  });

  const filters: readonly { name: string; filter: EventFilter; ids: readonly string[] }[] = [
    { name: 'none', filter: {}, ids: ['c', 'b', 'a'] },
    { name: 'a label in', filter: { stage: { in: ['prod', 'none'] } }, ids: ['b', 'a'] },
    { name: 'a label not in', filter: { stage: { notIn: ['prod'] } }, ids: ['c'] },
    { name: 'not in nothing', filter: { stage: { notIn: [] } }, ids: ['c', 'b', 'a'] },
    { name: 'in nothing', filter: { stage: { in: [] } }, ids: [] },
    { name: 'several at once', filter: { stage: { in: ['prod'] }, principal: { notIn: ['root'] } }, ids: ['a'] },
    { name: 'no principal', filter: { principal: { in: [''] } }, ids: ['c'] },
    { name: 'a request id', filter: { request_id: { in: ['request of b'] } }, ids: ['b'] },
    { name: 'a word of SQL', filter: { group: { in: ['waf'] }, path: { in: ['/orders/7'] } }, ids: ['c', 'b', 'a'] },
  ];
  it.each(filters)('are filtered by: $name', async ({ filter, ids }) => {
    const { reader } = await openWorld(database).then(async (world) => {
      await world.insertRefused([
        refusedRow('a', { tsMs: at(1) }),
        refusedRow('b', { tsMs: at(2), principal: 'root' }),
        refusedRow('c', { tsMs: at(3), principal: '', stage: 'test' }),
      ]);
      return world;
    });
    expect(await readIds(reader, { filter })).toEqual(ids);
  });

  it('are found again under hostile values, each by its own and by no other', async () => {
    const world = await openWorld(database);
    await world.insertRefused(
      payloads.map((payload, index) =>
        refusedRow(`hostile-${index}`, { tsMs: noonMs, userAgent: payload, route: payload, requestId: payload }),
      ),
    );
    // Half of a surrogate pair is stored as U+FFFD, and so it is looked for.
    for (const [index, payload] of payloads.entries()) {
      const filter = { user_agent: { in: [payload] }, route: { in: [payload] } };
      expect(await readIds(world.reader, { filter, fromMs: noonMs, toMs: at(1) })).toEqual([`hostile-${index}`]);
      const found = await world.reader.findEvents(payload);
      expect(found.map((event) => event.eventId)).toEqual([`hostile-${index}`]);
    }
    expect(await readIds(world.reader, { filter: { route: { notIn: [...payloads] } } })).toEqual([]);
  });
});

describe('pages of events', () => {
  const eight = ['h', 'g', 'f', 'e', 'd', 'c', 'b', 'a'];
  /** Two in each minute of their own, far apart. */
  const rows = [...eight]
    .reverse()
    .map((id, index) => refusedRow(id, { tsMs: at(Math.floor(index / 2) * 200), stage: `stage ${index % 3}` }));

  it('end, and hold everything once', async () => {
    const world = await openWorld(database);
    await world.insertRefused(rows);
    expect(await readPages(world.reader, 3)).toEqual([
      ['h', 'g', 'f'],
      ['e', 'd', 'c'],
      ['b', 'a'],
    ]);
    expect(await readPages(world.reader, 4)).toEqual([eight.slice(0, 4), eight.slice(4)]);
    expect(await readPages(world.reader, 8)).toEqual([eight]);
  });

  it('go the other way as well, over windows and days', async () => {
    const world = await openWorld(database);
    await world.insertRefused(rows);
    const oldest = (limit: number) => readPages(world.reader, limit, undefined, 'oldest');
    expect(await oldest(3)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
      ['g', 'h'],
    ]);
    expect(await oldest(8)).toEqual([[...eight].reverse()]);
    expect(await readIds(world.reader, { order: 'oldest', fromMs: at(200), toMs: at(401) })).toEqual([
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  it('turn round at a cursor, and the event that it names is on neither side', async () => {
    const world = await openWorld(database);
    await world.insertRefused(rows);
    const { next: cursor } = await world.reader.readEvents(query({ limit: 3 }));
    expect(await readIds(world.reader, { cursor })).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(await readIds(world.reader, { cursor, order: 'oldest' })).toEqual(['g', 'h']);
  });

  it('are not moved by rows that come newer meanwhile', async () => {
    const world = await openWorld(database);
    await world.insertRefused(rows);
    let made = 0;
    const pages = await readPages(world.reader, 3, async () => {
      made += 1;
      await world.insertRefused([refusedRow(`newer ${made}`, { tsMs: at(610 + made) })]);
    });
    expect(pages).toEqual([
      ['h', 'g', 'f'],
      ['e', 'd', 'c'],
      ['b', 'a'],
    ]);
  });

  it('show what comes late in its place behind the cursor', async () => {
    const world = await openWorld(database);
    await world.insertRefused(rows);
    const { next } = await world.reader.readEvents(query({ limit: 3 }));
    await world.insertRefused([refusedRow('late', { tsMs: at(1) })]);
    expect(await readIds(world.reader, { cursor: next })).toEqual(['e', 'd', 'c', 'late', 'b', 'a']);
  });

  it('an empty range has one empty page', async () => {
    const { reader } = await openWorld(database);
    expect(await reader.readEvents(query())).toEqual({ events: [], next: null });
  });
});

describe('an event by its id', () => {
  it('is found by event id, request id and extended request id', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('one', { tsMs: noonMs }), refusedRow('two', { tsMs: at(1) })]);
    for (const id of ['one', 'request of one', 'extended one']) {
      const found = await world.reader.findEvents(id);
      expect(found.map((event) => event.eventId)).toEqual(['one']);
    }
  });

  const notFound = ['three', '', 'ONE', 'one%', 'on'];
  it.each(notFound)('is not found by %j', async (id) => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('one', { tsMs: noonMs, extendedRequestId: '' })]);
    expect(await world.reader.findEvents(id)).toEqual([]);
  });

  it('is told as it stands, wherever it was moved, and not when cancelled', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('moved', { tsMs: noonMs }), refusedRow('gone', { tsMs: noonMs })]);
    await world.insertRefused([
      refusedRow('moved', { tsMs: noonMs, facts: 2, cancelled: true }),
      refusedRow('moved', { tsMs: at(-2000), facts: 2, stage: 'test' }),
      refusedRow('gone', { tsMs: noonMs, facts: 2, cancelled: true }),
    ]);
    const found = await world.reader.findEvents('request of moved');
    expect(found.map(({ tsMs, stage }) => [tsMs, stage])).toEqual([[at(-2000), 'test']]);
    expect(await world.reader.findEvents('gone')).toEqual([]);
  });

  it('a request id that many callers chose gives the newest twenty', async () => {
    const { reader } = await openWorld(database, { refused: [{ minute: 0, times: 30, requestId: 'chosen' }] });
    const found = await reader.findEvents('chosen');
    expect(found.map((event) => event.eventId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `event-${String(30 - index).padStart(4, '0')}`),
    );
  });
});

describe('new events', () => {
  const read = async (reader: EventReader, afterMs: number, more = {}) =>
    (await reader.readNewEvents({ afterMs, filter: {}, limit: 10, ...more })).map((event) => event.eventId);

  it('come in the order of writing, whatever their time', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('first', { tsMs: at(5) })], at(10));
    await world.insertRefused([refusedRow('third', { tsMs: at(-3000) })], at(12));
    await world.insertRefused([refusedRow('second', { tsMs: at(6) })], at(11));
    expect(await read(world.reader, at(9))).toEqual(['first', 'second', 'third']);
    expect(await read(world.reader, at(10))).toEqual(['second', 'third']);
    expect(await read(world.reader, at(12))).toEqual([]);
  });

  it('a batch is not torn apart: its rows have one time, and go on by event id', async () => {
    const world = await openWorld(database);
    await world.insertRefused(
      ['d', 'a', 'c', 'b'].map((id) => refusedRow(id)),
      at(1),
    );
    await world.insertRefused([refusedRow('0 later')], at(2));
    expect(await read(world.reader, at(0), { limit: 3 })).toEqual(['a', 'b', 'c']);
    expect(await read(world.reader, at(1), { afterEventId: 'c', limit: 3 })).toEqual(['d', '0 later']);
    expect(await read(world.reader, at(1))).toEqual(['0 later']);
  });

  it('a verdict that is written again comes again, and only as it stands', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('a'), refusedRow('b'), refusedRow('c')], at(1));
    await world.insertRefused([refusedRow('a', { facts: 2 }), refusedRow('c', { facts: 2, cancelled: true })], at(2));
    expect(await read(world.reader, at(0))).toEqual(['b', 'a']);
    expect(await read(world.reader, at(1))).toEqual(['a']);
    // One that saw less was written last: it does not stand.
    await world.insertRefused([refusedRow('a', { facts: 1 })], at(3));
    expect(await read(world.reader, at(2))).toEqual([]);
  });

  it('are filtered before they are limited', async () => {
    const world = await openWorld(database);
    await world.insertRefused([refusedRow('a'), refusedRow('b', { stage: 'test' })], at(1));
    expect(await read(world.reader, at(0), { limit: 1, filter: { stage: { in: ['test'] } } })).toEqual(['b']);
  });
});
