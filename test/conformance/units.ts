import { expect, it } from 'vitest';
import type { OpenStore } from './event-store.js';
import {
  counted,
  dayMs,
  daysOf,
  dayText,
  generation,
  minuteMs,
  readCounts,
  readSum,
  startMs,
  storedUnit,
  writeUnit,
} from './store-rows.js';

const from = startMs - 40 * dayMs;
const to = startMs + 400 * dayMs;

export function testUnits(open: OpenStore): void {
  it('treats a range of minutes as [from, to)', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(3), [
      counted(startMs - minuteMs, 1),
      counted(startMs, 10),
      counted(startMs + minuteMs, 100),
      counted(startMs + 2 * minuteMs, 1000),
    ]);
    expect(await readSum(database, startMs, startMs + 2 * minuteMs)).toBe(110);
    expect(await readSum(database, startMs + 1, startMs + 2 * minuteMs + 1)).toBe(1100);
    expect(await readSum(database, startMs, startMs)).toBe(0);
    expect(await readSum(database, startMs + minuteMs, startMs)).toBe(0);
    expect(await readSum(database, 0, Number.MAX_SAFE_INTEGER)).toBe(1111);
  });

  it('keeps every label of a count', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(2), [
      counted(startMs, 4),
      counted(startMs, 1, { statusClass: '403' }),
      counted(startMs, 2, { countedFrom: 'waf', apiId: 'unknown' }),
    ]);
    expect(await readCounts(database, from, to)).toEqual({
      '2061-03-10 12:00 111122223333 eu-west-1 orders prod /orders/{id} GET 2xx access': 4,
      '2061-03-10 12:00 111122223333 eu-west-1 orders prod /orders/{id} GET 403 access': 1,
      '2061-03-10 12:00 111122223333 eu-west-1 unknown prod /orders/{id} GET 2xx waf': 2,
    });
  });

  it('replaces a unit that is read again, and no other', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(3), [counted(startMs, 3), counted(startMs + minuteMs, 5)]);
    await writeUnit(store, 'u2', generation(4), [counted(startMs, 40)]);
    await writeUnit(store, 'u1', generation(5), [counted(startMs, 4), counted(startMs, 1, { method: 'PUT' })]);
    expect(await readSum(database, from, to)).toBe(45);
    expect((await store.readUnits(['u1', 'u2', 'u3'])).get('u1')).toEqual(storedUnit('u1', generation(5)));
  });

  it.each([
    ['more lines', generation(10, 'a'), generation(9, 'z', 7)],
    ['more lines, though fewer digits would sort higher', generation(10, 'a'), generation(9, 'a')],
    ['equal lines, newer counting code', generation(5, 'a', 10), generation(5, 'z', 9)],
    ['equal lines and code, the greater name', generation(5, 'b', 1), generation(5, 'a', 1)],
  ])('counts the higher generation, whichever is written last: %s', async (_, higher, lower) => {
    const { store, database } = await open();
    const orders = { up: [lower, higher], down: [higher, lower] };
    for (const [unit, order] of Object.entries(orders)) {
      for (const each of order) await writeUnit(store, unit, each, [counted(startMs, each === higher ? 7 : 1000)]);
    }
    expect(await readSum(database, from, to)).toBe(14);
    const stored = [...(await store.readUnits(['up', 'down'])).values()];
    expect(stored.map((unit) => unit.generation)).toEqual([higher, higher]);
  });

  it('does not count totals without a marker', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(3), [counted(startMs, 3)]);
    await store.insertTotals('u1', generation(4), 'file:access', [counted(startMs, 4)]);
    await store.insertTotals('u2', generation(4), 'file:access', [counted(startMs, 400)]);
    expect(await readSum(database, from, to)).toBe(3);
    expect([...(await store.readUnits(['u1', 'u2'])).keys()]).toEqual(['u1']);
  });

  it('does not count a generation that lacks the marker of one of its days', async () => {
    const { store, database } = await open();
    const night = startMs + dayMs / 2;
    const before = [counted(night - minuteMs, 1), counted(night, 10)];
    const after = [counted(night - minuteMs, 2), counted(night, 20)];
    await writeUnit(store, 'u1', generation(11), before);
    await store.insertTotals('u1', generation(22), 'file:access', after);
    // What is left of an insert into two partitions when the database stops in between.
    await database.insert('unit', [markerRow('u1', 22, daysOf(after), 1)]);
    await store.insertTotals('u2', generation(22), 'file:access', after);
    await database.insert('unit', [markerRow('u2', 22, daysOf(after), 0)]);

    expect(await readSum(database, night - minuteMs, night)).toBe(1);
    expect(await readSum(database, night, night + minuteMs)).toBe(10);
    expect(await readSum(database, from, to)).toBe(11);
    expect([...(await store.readUnits(['u1', 'u2'])).values()]).toEqual([storedUnit('u1', generation(11))]);

    await store.insertMarker(storedUnit('u1', generation(22)), daysOf(after), startMs);
    expect(await readSum(database, night - minuteMs, night)).toBe(2);
    expect(await readSum(database, night, night + minuteMs)).toBe(20);
    expect((await store.readUnits(['u1'])).get('u1')).toEqual(storedUnit('u1', generation(22)));
  });

  it('removes a day that the next generation has nothing of any more', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(5), [counted(startMs, 1), counted(startMs + dayMs, 10)]);
    await writeUnit(store, 'u1', generation(6), [counted(startMs + dayMs, 20)]);
    expect(await readSum(database, startMs, startMs + minuteMs)).toBe(0);
    expect(await readSum(database, from, to)).toBe(20);
    await writeUnit(store, 'u1', generation(7), []);
    expect(await readSum(database, from, to)).toBe(0);
  });

  it('keeps units apart that are written in one turn: each its own days, generation and earlier days', async () => {
    const { store, database } = await open();
    const at = (day: number, requests: number) => counted(startMs + day * dayMs, requests);
    await writeUnit(store, 'u1', generation(1), [at(0, 1000), at(3, 1000)]);
    const all = new Map([
      ['u1', [at(0, 1)]],
      ['u2', [at(0, 2), at(1, 20)]],
      ['u3', [at(2, 300)]],
      ['u4', []],
    ]);
    const of = generation(2);
    await Promise.all([...all].map(([unit, counts]) => store.insertTotals(unit, of, 'file:access', counts)));
    const marked = [...all].filter(([unit]) => unit !== 'u3');
    await Promise.all(
      marked.map(([unit, counts]) => store.insertMarker(storedUnit(unit, of), daysOf(counts), startMs)),
    );
    expect([...(await store.readUnits([...all.keys()])).keys()].sort()).toEqual(['u1', 'u2', 'u4']);
    expect(await readSum(database, startMs, startMs + minuteMs)).toBe(3);
    expect(await readSum(database, from, to)).toBe(23);
  });

  it('remembers a unit without requests', async () => {
    const { store } = await open();
    const empty = storedUnit('u1', generation(2), { requests: 0, rejected: { not_json: 2, __proto__x: 1 } });
    await store.insertMarker(empty, [], startMs);
    expect((await store.readUnits(['u1'])).get('u1')).toEqual(empty);
  });

  it('takes a unit of more days than one insert may touch', async () => {
    const { store, database } = await open();
    const counts = Array.from({ length: 110 }, (_, day) => counted(startMs + day * dayMs, 1));
    await writeUnit(store, 'u1', generation(110), counts);
    expect(await readSum(database, from, to)).toBe(110);
    expect((await store.readUnits(['u1'])).size).toBe(1);
  });

  it('changes nothing when an insert is repeated, later and in parts too', async () => {
    const { store, database } = await open();
    const stored = storedUnit('u1', generation(8), { rejected: { malformed: 1 } });
    const counts = [counted(startMs, 3), counted(startMs + minuteMs, 5), counted(startMs + dayMs, 7)];
    for (const nowMs of [startMs, startMs + 5, startMs + 2 * dayMs]) {
      await store.insertTotals('u1', generation(8), 'file:access', counts);
      for (const count of counts) await store.insertTotals('u1', generation(8), 'file:access', [count]);
      await store.insertMarker(stored, daysOf(counts), nowMs);
      await store.insertRejects('u1', 'file:access', startMs, [
        { line: 3, reason: 'malformed', detail: 'expected {', shape: 'aaa 999' },
      ]);
      expect(await readSum(database, from, to)).toBe(15);
      expect(await store.readUnitsOf('u')).toEqual([stored]);
      expect(await store.readRejects(10)).toHaveLength(1);
    }
  });

  it('does not look at a unit that was marked after the question was asked', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u1', generation(3), [counted(startMs, 3)], startMs);
    await writeUnit(store, 'u1', generation(4), [counted(startMs, 4)], startMs + 1);
    expect(await readSum(database, from, to, startMs)).toBe(3);
    expect(await readSum(database, from, to, startMs + 1)).toBe(4);
  });

  it('finds units by the beginning of their names, in order', async () => {
    const { store } = await open();
    const names = ['file:a%:10', 'file:a%:9', 'file:a_:1', 'file:ab:1', 'FILE:a%:1', "file:a%':2"];
    for (const name of names) await writeUnit(store, name, generation(1), [counted(startMs, 1)]);
    const found = async (prefix: string) => (await store.readUnitsOf(prefix)).map((each) => each.unit);
    expect(await found('file:a%')).toEqual(["file:a%':2", 'file:a%:10', 'file:a%:9']);
    expect(await found('file:a_')).toEqual(['file:a_:1']);
    expect(await found('nothing')).toEqual([]);
    expect(await found('')).toHaveLength(names.length);
  });

  it('looks up more units than one statement can name', async () => {
    const { store } = await open();
    const names = Array.from({ length: 2_500 }, (_, n) => `http:feed:${String(n).padStart(60, '0')}`);
    await writeUnit(store, names[0] ?? '', generation(1), [counted(startMs, 1)]);
    await writeUnit(store, names.at(-1) ?? '', generation(1), [counted(startMs, 1)]);
    expect([...(await store.readUnits(names)).keys()]).toEqual([names[0], names.at(-1)]);
    expect(await store.readUnits([])).toEqual(new Map());
  });

  it('never takes the progress of a feed back', async () => {
    const { store } = await open();
    await store.reportProgress('access', 'file', startMs, startMs);
    await store.reportProgress('access', 'file', startMs + 5, startMs + 1);
    await store.reportProgress('access', 'file', startMs - dayMs, startMs + 2);
    await store.reportProgress('push', 'http', startMs - 7, startMs);
    const feeds = (await store.readFeeds(startMs + minuteMs)).map((each) => [
      each.feed,
      each.kind,
      each.completeUntilMs,
    ]);
    expect(feeds.sort()).toEqual([
      ['access', 'file', startMs + 5],
      ['push', 'http', startMs - 7],
    ]);
  });

  it('keeps a bounded number of rejects, and counts all', async () => {
    const { store } = await open();
    const unread = (['malformed', 'template_mismatch'] as const).flatMap((reason) =>
      Array.from({ length: 300 }, (_, line) => ({ line, reason, detail: 'expected {', shape: `a${line}` })),
    );
    await store.insertRejects('u1', 'file:access', startMs, unread);
    const stored = await store.readRejects(1_000);
    expect(stored.filter((each) => each.reason === 'malformed')).toHaveLength(100);
    expect(stored).toHaveLength(200);
    expect(await store.readRejects(7)).toHaveLength(7);
  });
}

function markerRow(unit: string, rank: number, days: readonly string[], which: number): object {
  const { generation: of, firstMs, newestMs, feed, lines, requests, bytes } = storedUnit(unit, generation(rank));
  return {
    unit,
    day: days[which] ?? dayText(startMs),
    days,
    ...of,
    feed,
    first_ms: firstMs,
    newest_ms: newestMs,
    lines,
    requests,
    bytes,
    rejected: {},
    written_at: '2061-03-10 12:00:00.000',
  };
}
