import { expect, it } from 'vitest';
import type { CountedRequests } from '../../parsers/src/index.js';
import type { Database } from '../../server/src/store/database.js';
import type { OpenedStore, OpenStore } from './event-store.js';
import { hookWrites, Killed, killAt, overtakeAt } from './statement-hook.js';
import { counted, dayMs, generation, hourMs, minuteMs, readCounts, readSum, startMs, writeUnit } from './store-rows.js';

/** Facts are kept 48 h: the day of `startMs` (which is noon) is compacted from here on. */
const oldEnoughMs = startMs + dayMs / 2 + 3 * dayMs;

const dayOfStart = [startMs - dayMs / 2, startMs + dayMs / 2] as const;

/** Writing statements of a compaction: list of units, rows, marker. */
const statements = [1, 2, 3] as const;

export function testCompaction(open: OpenStore): void {
  it('counts a day the same before, between and after compacting and dropping', async () => {
    const opened = await open();
    await writeDay(opened, 0);
    const truth = await readAll(opened.database);
    expect(Object.values(truth).sort((a, b) => a - b)).toEqual([1, 4, 7, 10, 300]);

    await keepHouseAt(opened, oldEnoughMs - 1);
    expect(await tableSizes(opened.database)).toEqual({ totals: 8, compacted: 0 });
    await keepHouseAt(opened, oldEnoughMs);
    expect(await readAll(opened.database)).toEqual(truth);
    expect(await tableSizes(opened.database)).toEqual({ totals: 8, compacted: 4 });
    await keepHouseAt(opened, oldEnoughMs + hourMs - 1);
    expect(await tableSizes(opened.database)).toEqual({ totals: 8, compacted: 4 });
    await keepHouseAt(opened, oldEnoughMs + hourMs);
    expect(await readAll(opened.database)).toEqual(truth);
    // What is left: the day after, which is younger, and the rows without a marker, which belong to no closed unit.
    expect(await tableSizes(opened.database)).toEqual({ totals: 2, compacted: 4 });
    expect(await readSum(opened.database, startMs, startMs + minuteMs)).toBe(14);
    expect(await readSum(opened.database, dayOfStart[1], dayOfStart[1] + dayMs)).toBe(1);
  });

  it('ends up with the truth when it is killed at any statement, once or twice, and called again', async () => {
    const opened = await open();
    const { clock } = opened;
    const database = hookWrites(opened.database);
    const store = await opened.reopen(database);
    const kills = statements.flatMap((first) =>
      (['before', 'after'] as const).flatMap((when) => [
        { at: [first], when },
        { at: [first, 2], when },
      ]),
    );
    for (const [n, { at: last, when }] of kills.entries()) {
      // Each time an earlier day, so that nothing else is to be done.
      const day = 3 * (kills.length - n);
      await writeDay(opened, day);
      const truth = await readAll(opened.database);
      clock.nowMs = oldEnoughMs + day * dayMs;
      for (const statement of last) {
        database.hook(killAt(statement, when));
        const killed = await store.keepHouse(clock.nowMs).catch((error: unknown) => error);
        // Killed after the marker, nothing is left to do: then a second run does not come to be killed.
        if (killed !== undefined) expect(killed).toBeInstanceOf(Killed);
        expect(await readAll(opened.database), `killed ${when} ${last.join()}`).toEqual(truth);
      }
      database.hook((_, run) => run());
      await store.keepHouse(clock.nowMs);
      expect(await readAll(opened.database)).toEqual(truth);
    }
  });

  it('ends up with the truth when it is killed while it drops rows', async () => {
    const opened = await open();
    const { clock } = opened;
    const database = hookWrites(opened.database);
    const store = await opened.reopen(database);
    await writeDay(opened, 0);
    await writeDay(opened, 3);
    const truth = await readAll(opened.database);
    clock.nowMs = oldEnoughMs + 3 * dayMs;
    await store.keepHouse(clock.nowMs);
    clock.nowMs += hourMs;
    for (const when of ['before', 'after'] as const) {
      database.hook(killAt(1, when));
      expect(await store.keepHouse(clock.nowMs).catch((error: unknown) => error)).toBeInstanceOf(Killed);
      expect(await readAll(opened.database)).toEqual(truth);
    }
    database.hook((_, run) => run());
    await store.keepHouse(clock.nowMs);
    expect(await readAll(opened.database)).toEqual(truth);
    // The last day after, and rows without a marker.
    expect(await tableSizes(opened.database)).toMatchObject({ totals: 3 });
  });

  it('counts a unit that comes at any moment of a compaction, and after it', async () => {
    const opened = await open();
    const { clock } = opened;
    const database = hookWrites(opened.database);
    const store = await opened.reopen(database);
    for (const statement of statements) {
      const day = statement * 10;
      await writeDay(opened, day);
      const sum = await readSum(opened.database, ...shifted(day));
      clock.nowMs = oldEnoughMs + day * dayMs;
      const late = (n: number) =>
        writeUnit(opened.store, `late ${n} ${day}`, generation(1), [at(day, 0, 1000)], clock.nowMs);
      database.hook(overtakeAt(statement, () => late(1)));
      await store.keepHouse(clock.nowMs);
      expect(await readSum(opened.database, ...shifted(day)), `overtaken at ${statement}`).toBe(sum + 1000);
      await store.keepHouse(clock.nowMs);
      await late(2);
      expect(await readSum(opened.database, ...shifted(day))).toBe(sum + 2000);
      clock.nowMs += hourMs;
      database.hook(overtakeAt(1, () => late(3)));
      await store.keepHouse(clock.nowMs);
      expect(await readSum(opened.database, ...shifted(day))).toBe(sum + 3000);
      await store.keepHouse(clock.nowMs);
      await late(4);
      await late(2);
      expect(await readSum(opened.database, ...shifted(day))).toBe(sum + 4000);
    }
  });

  it('does not compact what was read again in the middle of it', async () => {
    const opened = await open();
    const { clock } = opened;
    const database = hookWrites(opened.database);
    const store = await opened.reopen(database);
    for (const statement of [1, 2]) {
      const day = statement * 10;
      await writeUnit(opened.store, `unit ${day}`, generation(1), [at(day, 0, 1)]);
      clock.nowMs = oldEnoughMs + day * dayMs;
      database.hook(
        overtakeAt(statement, () => writeUnit(opened.store, `unit ${day}`, generation(2), [at(day, 0, 2)])),
      );
      await store.keepHouse(clock.nowMs);
      expect(await readSum(opened.database, ...shifted(day))).toBe(2);
      database.hook((_, run) => run());
      await store.keepHouse(clock.nowMs);
      clock.nowMs += hourMs;
      await store.keepHouse(clock.nowMs);
      expect(await readSum(opened.database, ...shifted(day))).toBe(2);
    }
  });

  it('closes the units of a compacted day: read again later they change nothing there, but do on other days', async () => {
    const opened = await open();
    const { store, database, clock } = opened;
    const counts = (requests: number): CountedRequests[] => [at(0, 0, requests), at(1, 0, requests * 10)];
    await writeUnit(store, 'unit', generation(5), counts(1));
    await keepHouseAt(opened, oldEnoughMs);
    await writeUnit(store, 'unit', generation(6), counts(2), clock.nowMs);
    expect(await readSum(database, ...shifted(0))).toBe(1);
    expect(await readSum(database, ...shifted(1))).toBe(20);
    await keepHouseAt(opened, oldEnoughMs + hourMs);
    // Rows of closed units that came after the dropping are dropped too.
    await writeUnit(store, 'unit', generation(7), counts(3), clock.nowMs);
    expect(await tableSizes(database)).toMatchObject({ totals: 4 });
    await keepHouseAt(opened, oldEnoughMs + 2 * hourMs);
    expect(await tableSizes(database)).toMatchObject({ totals: 3 });
    expect(await readSum(database, ...shifted(0))).toBe(1);
    expect(await readSum(database, ...shifted(1))).toBe(30);
  });

  it('agrees with itself when two nodes compact one day from what each has seen', async () => {
    const opened = await open();
    const { clock } = opened;
    const first = hookWrites(opened.database);
    const slow = await opened.reopen(first);
    for (const statement of statements) {
      const day = statement * 10;
      await writeDay(opened, day);
      const sum = await readSum(opened.database, ...shifted(day));
      clock.nowMs = oldEnoughMs + day * dayMs;
      first.hook(
        overtakeAt(statement, async () => {
          await writeUnit(opened.store, `late ${day}`, generation(1), [at(day, 0, 1000)], clock.nowMs);
          await opened.store.keepHouse(clock.nowMs);
        }),
      );
      await slow.keepHouse(clock.nowMs);
      expect(await readSum(opened.database, ...shifted(day))).toBe(sum + 1000);
      clock.nowMs += hourMs;
      first.hook((_, run) => run());
      await Promise.all([slow.keepHouse(clock.nowMs), opened.store.keepHouse(clock.nowMs)]);
      expect(await readSum(opened.database, ...shifted(day))).toBe(sum + 1000);
    }
  });

  it('keeps to the earliest compaction of a day, also when its marker arrives again', async () => {
    const opened = await open();
    const { database, clock, store } = opened;
    await writeUnit(store, 'a', generation(1), [at(0, 0, 1)]);
    await keepHouseAt(opened, oldEnoughMs);
    await writeUnit(store, 'b', generation(1), [at(0, 0, 10)], clock.nowMs);
    const [marker] = await database.query<Record<string, unknown>>(
      'SELECT toString(day) AS day, compaction, units, toString(written_at) AS written_at FROM compaction',
    );
    // Another node's, of both units, a moment later; then the first one's once more, later still.
    const other = {
      day: '2061-03-10',
      compaction: '2061-03-10.other',
      units: 2,
      written_at: '2061-03-14 00:00:01.000',
    };
    await database.insert('compacted_unit', [
      { day: '2061-03-10', compaction: other.compaction, unit: 'a', generation: '1.1.1 lines' },
    ]);
    await database.insert('compaction', [other]);
    await database.insert('compaction', [{ ...marker, written_at: '2061-03-14 00:00:02.000' }]);
    await database.command('OPTIMIZE TABLE compaction FINAL');
    expect(await readSum(database, ...shifted(0))).toBe(11);
    await keepHouseAt(opened, oldEnoughMs + 2 * hourMs);
    expect(await readSum(database, ...shifted(0))).toBe(11);
  });

  it('does not look at a compaction that was marked after the question was asked', async () => {
    const opened = await open();
    await writeDay(opened, 0);
    const before = await readSum(opened.database, ...dayOfStart, oldEnoughMs - 1);
    await keepHouseAt(opened, oldEnoughMs);
    await opened.database.command('TRUNCATE TABLE compacted');
    expect(await readSum(opened.database, ...dayOfStart, oldEnoughMs - 1)).toBe(before);
    expect(await readSum(opened.database, ...dayOfStart, oldEnoughMs)).toBe(0);
  });

  it('leaves a day without a counting unit alone', async () => {
    const opened = await open();
    await opened.store.insertTotals('dead', generation(1), 'file:access', [at(0, 0, 5)]);
    await keepHouseAt(opened, oldEnoughMs);
    const [found] = await opened.database.query<{ markers: number }>('SELECT count() AS markers FROM compaction');
    expect(Number(found?.markers)).toBe(0);
  });
}

const at = (day: number, minute: number, requests: number, more: Partial<CountedRequests> = {}): CountedRequests =>
  counted(startMs + day * dayMs + minute * minuteMs, requests, more);

const shifted = (day: number): [number, number] => [dayOfStart[0] + day * dayMs, dayOfStart[1] + day * dayMs];

/** Three units, one of them read twice and reaching into the next day, and rows of a reading that never got its marker. */
async function writeDay({ store }: OpenedStore, day: number): Promise<void> {
  await writeUnit(store, `a ${day}`, generation(1), [at(day, 0, 3), at(day, 1, 5)]);
  await writeUnit(store, `a ${day}`, generation(2), [at(day, 0, 4), at(day, 1, 7)]);
  await writeUnit(store, `b ${day}`, generation(1), [at(day, 0, 10, { apiId: 'basket', method: 'PUT' })]);
  await writeUnit(store, `c ${day}`, generation(1), [at(day, 2, 300), at(day, 12 * 60, 1)]);
  await store.insertTotals(`dead ${day}`, generation(1), 'file:access', [at(day, 0, 5_000)]);
}

const readAll = (database: Database) => readCounts(database, startMs - dayMs, startMs + 400 * dayMs);

async function keepHouseAt({ store, clock }: OpenedStore, nowMs: number): Promise<void> {
  clock.nowMs = nowMs;
  await store.keepHouse(nowMs);
}

async function tableSizes(database: Database): Promise<Record<string, number>> {
  const [sizes] = await database.query<{ totals: number; compacted: number }>(
    `SELECT (SELECT count() FROM totals FINAL) AS totals, (SELECT count() FROM compacted FINAL) AS compacted`,
  );
  return { totals: Number(sizes?.totals), compacted: Number(sizes?.compacted) };
}
