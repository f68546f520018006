import { expect, it } from 'vitest';
import { changeEventOf } from '../../server/src/store/change-event.js';
import type { OpenStore } from './event-store.js';
import {
  counted,
  dayMs,
  generation,
  readSum,
  refusedRow,
  retention,
  sampleRow,
  startMs,
  storedFact,
  writeUnit,
} from './store-rows.js';

const longAgoMs = Date.UTC(2001, 0, 1);

export function testRetention(open: OpenStore): void {
  it('forgets what is older than the retention, table by table, and keeps the rest', async () => {
    const { store, database } = await open();
    for (const tsMs of [longAgoMs, startMs]) {
      await writeUnit(store, `u ${tsMs}`, generation(1), [counted(tsMs, 1)], tsMs);
      const place = { account: '111122223333', region: 'eu-west-1', apiId: 'orders', stage: 'prod' };
      const minuteMs = Math.floor(tsMs / 60_000) * 60_000;
      await store.insertRefusalsOnly('feed', [{ ...place, minuteMs, countedFrom: null, inReading: true }]);
      await store.insertRequestTotals([{ ...place, minuteMs, requests: 1 }], tsMs);
      await store.insertRejects('u', 'feed', tsMs, [{ line: 1, reason: 'malformed', detail: 'd', shape: 's' }]);
      await store.insertRefused([refusedRow(`e ${tsMs}`, { tsMs })], tsMs);
      await store.insertSamples([sampleRow(`e ${tsMs}`, { tsMs })], tsMs);
      await store.insertFacts([storedFact(`f ${tsMs}`, ['x:1'])], tsMs);
      await store.announceSettling([{ attempt: 'a', factId: `f ${tsMs}`, ruleSet: 1 }], tsMs);
      const day = new Date(tsMs).toISOString().slice(0, 10);
      const minute = `${day} 00:00:00`;
      await database.insert('compacted', [{ compaction: 'c', minute, requests: 1 }]);
      await database.insert('compacted_unit', [{ day, compaction: 'c', unit: 'u' }]);
      await store.insertConfigSnapshots([{ ...place, takenMs: tsMs, config: { ageMs: 0, webAcl: null } }], tsMs);
      const change = { ...place, kind: 'web_acl', what: 'acl', summary: 'Changed.', before: '', after: day } as const;
      await store.insertChangeEvents([changeEventOf({ ...change, tookEffectMs: tsMs, seenMs: tsMs })]);
      await database.insert('compaction', [{ day, compaction: 'c', units: 1, written_at: `${minute}.000` }]);
    }
    const tables = [
      'refused',
      'sample',
      'fact',
      'settle_step',
      'totals',
      'unit',
      'reject',
      'refusals_only',
      'metric_totals',
    ];
    const ofControlPlane = ['config_snapshot', 'change_event'];
    for (const table of [...tables, 'compacted', 'compacted_unit', 'compaction', ...ofControlPlane]) {
      await database.command(`OPTIMIZE TABLE ${table} FINAL`);
      const [found] = await database.query<{ rows: number }>(`SELECT count() AS rows FROM ${table}`);
      expect(Number(found?.rows), table).toBe(1);
    }
  });

  it('keeps the markers of a unit until the last of its days is forgotten', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u', generation(2), [counted(longAgoMs, 1), counted(startMs, 10)]);
    await database.command('OPTIMIZE TABLE unit FINAL');
    await database.command('OPTIMIZE TABLE totals FINAL');
    expect(await readSum(database, 0, startMs + dayMs)).toBe(10);
    expect((await store.readUnits(['u'])).size).toBe(1);
  });

  it('remembers that old input was read, though its rows are forgotten at once', async () => {
    const { store, database } = await open();
    await writeUnit(store, 'u', generation(2), [counted(longAgoMs, 1)], startMs);
    await database.command('OPTIMIZE TABLE unit FINAL');
    expect((await store.readUnits(['u'])).size).toBe(1);
    expect(await readSum(database, 0, startMs)).toBe(0);
  });

  it('changes the tables only when the figures change', async () => {
    const opened = await open();
    const changed: string[] = [];
    const command = (sql: string) => {
      changed.push(sql);
      return opened.database.command(sql);
    };
    const watched = await opened.reopen({ ...opened.database, command });
    expect(changed.filter((sql) => sql.startsWith('ALTER'))).toEqual([]);
    await watched.migrate({ ...retention, evidenceDays: 3 });
    expect(changed.filter((sql) => sql.startsWith('ALTER')).map((sql) => sql.split(' ')[2])).toEqual([
      'sample',
      'reject',
      'config_snapshot',
      'config_part',
    ]);
    changed.length = 0;
    await watched.migrate({ ...retention, evidenceDays: 3 });
    expect(changed.filter((sql) => sql.startsWith('ALTER'))).toEqual([]);
  });

  it('refuses a retention that is no number of days', async () => {
    const { store } = await open();
    for (const rowsDays of [0, -1, 1.5, Number.NaN, 1e9]) {
      await expect(store.migrate({ ...retention, rowsDays }), String(rowsDays)).rejects.toThrow('Retention is');
    }
  });
}
