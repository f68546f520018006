import { expect, it } from 'vitest';
import { confirmedEveryMs, type StoredLook } from '../../server/src/store/control-plane-store.js';
import type { OpenStore } from './event-store.js';
import { dayMs, hourMs, minuteMs, startMs } from './store-rows.js';

const place = { account: '111122223333', region: 'eu-west-1', scope: 'all' };
const look = (takenMs: number, ...parts: string[]): StoredLook => ({
  ...place,
  takenMs,
  parts: ['{"of":"all"}', ...parts],
});

export function testLooks(open: OpenStore): void {
  it('gives back the looks since a time and the last one before, in order, as they were', async () => {
    const { store, database, reopen } = await open();
    const looks = [-3, -2, 0, 1].map((hours) =>
      look(startMs + hours * hourMs, `{"hour":${hours}}`, '{"name":"Größe \\u0000 ’"}'),
    );
    for (const each of looks) await store.insertLook(each, each.takenMs);
    expect(await store.readLooks(place, startMs - hourMs)).toEqual(looks.slice(1));
    expect(await store.readLooks(place, startMs)).toEqual(looks.slice(2));
    expect(await (await reopen(database)).readLooks(place, 0)).toEqual(looks);
    expect(await store.readLooks(place, startMs + 99 * dayMs)).toEqual(looks.slice(3));
  });

  it('keeps apart who looks at other accounts, regions or APIs', async () => {
    const { store } = await open();
    await store.insertLook(look(startMs), startMs);
    for (const other of [{ account: '444455556666' }, { region: 'us-east-1' }, { scope: 'some' }]) {
      expect(await store.readLooks({ ...place, ...other }, 0)).toEqual([]);
      await store.insertLook({ ...look(startMs + 1), ...other }, startMs);
    }
    expect(await store.readLooks(place, 0)).toEqual([look(startMs)]);
  });

  it('leaves out what only confirms, and stores what looks share once', async () => {
    const { store, database } = await open();
    const times = [0, minuteMs, confirmedEveryMs, confirmedEveryMs + minuteMs];
    for (const at of times) {
      const parts = at === times[3] ? ['{"stage":"prod"}', '{"stage":"beta"}'] : ['{"stage":"prod"}'];
      await store.insertLook(look(startMs + at, ...parts), startMs + at);
    }
    expect((await store.readLooks(place, 0)).map(({ takenMs }) => takenMs - startMs)).toEqual([0, ...times.slice(2)]);
    const [bodies] = await database.query<{ n: number | string }>('SELECT count() AS n FROM config_part');
    expect(Number(bodies?.n)).toBe(3);
  });

  it('counts a look once that was stored twice, and leaves out one of which a part is gone', async () => {
    const { store, database, reopen } = await open();
    const [first, second] = [look(startMs, '"a"'), look(startMs + minuteMs, '"b"')];
    for (const on of [store, await reopen(database)]) {
      for (const each of [first, second]) await on.insertLook(each, each.takenMs);
    }
    expect(await store.readLooks(place, 0)).toEqual([first, second]);
    await database.command(`ALTER TABLE config_part DELETE WHERE body = '"a"' SETTINGS mutations_sync = 1`);
    expect(await store.readLooks(place, 0)).toEqual([second]);
  });

  it('are no configuration of a stage, and nothing to settle', async () => {
    const { store } = await open();
    await store.insertLook(look(startMs), startMs);
    expect(await store.readUnsettledSnapshots({ sinceMs: 0, limit: 10 })).toEqual([]);
    expect(await store.readConfigSnapshots(['orders'], { fromMs: 0, toMs: startMs + 1 })).toEqual([]);
  });
}
