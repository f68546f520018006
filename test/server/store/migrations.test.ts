import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createClickHouseEventStore } from '../../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../../server/src/store/database.js';
import {
  applyMigrations,
  loadMigrations,
  type Migration,
  parseMigration,
} from '../../../server/src/store/migrations.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { hookWrites, Killed, killAt } from '../../conformance/statement-hook.js';
import {
  counted,
  generation,
  hourMs,
  readSum,
  refusedRow,
  retention,
  startMs,
  storedFact,
  storedUnit,
} from '../../conformance/store-rows.js';
import { useTestDatabase } from '../../support/test-database.js';

const embedded = useTestDatabase();
const nowMs = () => startMs;

const one = parseMigration('0001-one.sql', 'CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = MergeTree ORDER BY a;');
const two = parseMigration(
  '0002-two.sql',
  `ALTER TABLE one ADD COLUMN IF NOT EXISTS b String DEFAULT 'none';
  CREATE TABLE IF NOT EXISTS two (a UInt8) ENGINE = MergeTree ORDER BY a;`,
);

const tablesOf = async (database: Database): Promise<string[]> =>
  (
    await database.query<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    )
  ).map(({ name }) => name);

const applied = (database: Database) =>
  database.query<{ number: number; name: string }>('SELECT number, name FROM migration FINAL ORDER BY number');

describe('migrations', () => {
  it('are applied once each, in order, and recorded', async () => {
    const database = await embedded.freshDatabase();
    const sent: string[] = [];
    const command = (sql: string) => {
      if (!sql.includes('EXISTS migration')) sent.push(sql);
      return database.command(sql);
    };
    await applyMigrations({ ...database, command }, [one], nowMs);
    await database.insert('one', [{ a: 1 }]);
    await applyMigrations({ ...database, command }, [one, two], nowMs);
    await applyMigrations({ ...database, command }, [one, two], nowMs);
    expect(sent).toEqual([...one.statements, ...two.statements]);
    expect(await applied(database)).toEqual([
      { number: 1, name: '0001-one.sql' },
      { number: 2, name: '0002-two.sql' },
    ]);
    expect(await database.query('SELECT a, b FROM one')).toEqual([{ a: 1, b: 'none' }]);
  });

  it('go on after a stop at any statement', async () => {
    // Table `migration`, one, record, then two statements and the record of two.
    for (const statement of [1, 2, 3, 4, 5, 6]) {
      for (const when of ['before', 'after'] as const) {
        const raw = await embedded.freshDatabase();
        const database = hookWrites(raw);
        database.hook(killAt(statement, when));
        await expect(applyMigrations(database, [one, two], nowMs)).rejects.toThrow(Killed);
        await applyMigrations(raw, [one, two], nowMs);
        expect(await tablesOf(raw)).toEqual(['migration', 'one', 'two']);
        expect(await applied(raw)).toHaveLength(2);
      }
    }
  });

  it('may be applied by two nodes at once', async () => {
    const database = await embedded.freshDatabase();
    await Promise.all([1, 2, 3].map(() => applyMigrations(database, [one, two], nowMs)));
    expect(await applied(database)).toHaveLength(2);
  });

  it('refuse a database that is newer than the program, and change nothing in it', async () => {
    const database = await embedded.freshDatabase();
    await applyMigrations(database, [one, two], nowMs);
    const refusal = applyMigrations(database, [one], nowMs);
    await expect(refusal).rejects.toThrow(StoreError);
    await expect(refusal).rejects.toThrow('The database has schema 2; this version of why403 knows up to 1.');
  });

  it('refuse a database that was made with another text of theirs', async () => {
    const database = await embedded.freshDatabase();
    await applyMigrations(database, [one], nowMs);
    const other = parseMigration(
      '0001-one.sql',
      'CREATE TABLE IF NOT EXISTS one (a UInt64) ENGINE = MergeTree ORDER BY a;',
    );
    await expect(applyMigrations(database, [other], nowMs)).rejects.toThrow('made with another 0001-one.sql');
  });

  it.each<[string, string, readonly string[]]>([
    ['one statement', 'SELECT 1;', ['SELECT 1']],
    ['several', 'SELECT 1;\n\nSELECT\n  2;\n', ['SELECT 1', 'SELECT\n  2']],
    ['comments between and in statements', '-- a; b;\nSELECT 1,\n  -- c;\n  2;\n-- d', ['SELECT 1,\n  2']],
    ['a semicolon inside of a line', "SELECT 'a;b';", ["SELECT 'a;b'"]],
    ['no last semicolon', 'SELECT 1', ['SELECT 1']],
    ['nothing', '-- nothing\n', []],
  ])('are cut into statements: %s', (_, sql, statements) => {
    expect(parseMigration('0001-a.sql', sql).statements).toEqual(statements);
  });

  it('have a checksum of their statements, not of comments and line breaks', () => {
    const checksum = (sql: string) => parseMigration('0001-a.sql', sql).checksum;
    expect(checksum('-- new words\nSELECT\n  1;\n')).toBe(checksum('SELECT 1;'));
    expect(checksum('SELECT 2;')).not.toBe(checksum('SELECT 1;'));
    expect(checksum('SELECT 1;\nSELECT 1;')).not.toBe(checksum('SELECT 1;'));
  });

  it.each(['1-a.sql', '0000-a.sql', '0001.sql', '0001-A.sql', '0001-a.txt'])('are not called %s', (name) => {
    expect(() => parseMigration(name, 'SELECT 1;')).toThrow('A migration is called');
  });

  it('that the program has are numbered without a gap', async () => {
    const numbers = (await loadMigrations()).map((migration) => migration.number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('a database made by schema 1', () => {
  it('comes through to the schema of today with all its rows', async () => {
    const database = await embedded.freshDatabase();
    await applyMigrations(database, [await frozen()], nowMs);
    for (const [table, rows] of Object.entries(rowsOfSchema1)) await database.insert(table, rows);

    const store = createClickHouseEventStore(database, { nowMs, telemetry: silentTelemetry });
    await store.migrate(retention);

    expect(await applied(database)).toHaveLength((await loadMigrations()).length);
    expect(await store.readUnitsOf('')).toEqual([
      storedUnit('file:1:0', generation(3), { rejected: { malformed: 1 } }),
    ]);
    expect(await readSum(database, startMs - hourMs, startMs + hourMs)).toBe(2);
    expect(await store.readRefused(['e1'])).toEqual([refusedRow('e1', { facts: 2, ruleSet: 3 })]);
    expect((await store.readFacts(['x:1'], 5)).get('x:1')).toEqual([storedFact('f1', ['x:1'])]);
    const [event] = await store.findEvents('e1');
    expect(event?.sample?.verdict).toMatchObject({ cause: 'waf_blocked' });
    expect(await store.readUnsettled({ sinceMs: 0, abandonedBeforeMs: 0, ruleSet: 1, limit: 5 })).toEqual([]);
    expect((await store.readFeeds(startMs)).map((feed) => feed.completeUntilMs)).toEqual([startMs]);
    expect(await store.readRejects(5)).toHaveLength(1);
    const [compaction] = await database.query<{ compaction: string }>('SELECT compaction FROM compaction');
    expect(compaction).toEqual({ compaction: '2061-02-01.1.a' });
    const compacted = Date.UTC(2061, 1, 1);
    expect(await readSum(database, compacted, compacted + hourMs)).toBe(9);
  });

  it('takes what is written now', async () => {
    const database = await embedded.freshDatabase();
    await applyMigrations(database, [await frozen()], nowMs);
    const store = createClickHouseEventStore(database, { nowMs, telemetry: silentTelemetry });
    await store.migrate(retention);
    await store.insertTotals('u', generation(1), 'file:access', [counted(startMs, 5)]);
    await store.insertMarker(storedUnit('u', generation(1)), ['2061-03-10'], startMs);
    expect(await readSum(database, startMs, startMs + hourMs)).toBe(5);
  });
});

/** The first schema as it was released. If this test fails because 0001 was changed: undo that, and add the next number. */
async function frozen(): Promise<Migration> {
  const sql = await readFile(new URL('../../fixtures/schema/0001-initial.sql', import.meta.url), 'utf8');
  return parseMigration('0001-initial.sql', sql);
}

const ts = '2061-03-10 12:00:00.123';
const labels = {
  account: '111122223333',
  region: 'eu-west-1',
  api_id: 'orders',
  stage: 'prod',
  route: '/orders/{id}',
  method: 'GET',
};
const counts = { ...labels, status_class: '2xx', counted_from: 'access' };

/** What the program of that time wrote. */
const rowsOfSchema1: Readonly<Record<string, readonly object[]>> = {
  refused: [
    {
      ...labels,
      ts,
      event_id: 'e1',
      version: String(2 * 65_536 + 3),
      cancelled: 0,
      counted_from: 'access',
      cause: 'waf_blocked',
      group: 'waf',
      detail: 'rule',
      confidence: 'certain',
      culprit_kind: 'waf_rule',
      culprit: 'block-bots',
      status: 403,
      source_ip: '203.0.113.9',
      principal: 'partner',
      api_key_id: 'key1',
      user_agent: 'curl/8.0',
      path: '/orders/7',
      request_id: 'request of e1',
      extended_request_id: 'extended e1',
      reason: 'The web ACL blocked it.',
      decided_by: 'waf-filtered',
      written_at: ts,
    },
  ],
  sample: [
    { event_id: 'e1', ts, version: '131075', body: '{"record":{},"verdict":{"cause":"waf_blocked"}}', written_at: ts },
  ],
  fact: [
    {
      link: 'x:1',
      fact_id: 'f1',
      kind: 'access',
      ts,
      event_id: 'event of f1',
      payload: JSON.stringify({
        timeMs: storedFact('f1', []).timeMs,
        links: ['x:1'],
        body: storedFact('f1', []).body,
      }),
      line: 7,
      seen_at: ts,
    },
  ],
  settle_step: [
    { fact_id: 'f1', attempt: 'a1', rule_set: 1, done: 0, at: ts },
    { fact_id: 'f1', attempt: 'a1', rule_set: 1, done: 1, at: ts },
  ],
  totals: [
    {
      ...counts,
      minute: '2061-03-10 12:00:00',
      feed: 'file:access',
      unit: 'file:1:0',
      generation: '3.1.3 lines',
      requests: 2,
    },
    {
      ...counts,
      minute: '2061-03-10 12:00:00',
      feed: 'file:access',
      unit: 'file:1:0',
      generation: '2.1.2 lines',
      requests: 1,
    },
  ],
  unit: [2, 3].map((rank) => ({
    unit: 'file:1:0',
    day: '2061-03-10',
    days: ['2061-03-10'],
    rank,
    version: 1,
    name: `${rank} lines`,
    feed: 'file:access',
    first_ms: startMs,
    newest_ms: startMs + 59_999,
    lines: rank,
    requests: rank,
    bytes: rank * 200,
    rejected: { malformed: 1 },
    written_at: ts,
  })),
  reject: [
    { seen_at: ts, feed: 'file:access', unit: 'file:1:0', line: 2, reason: 'malformed', detail: 'd', shape: 's' },
  ],
  feed_progress: [{ feed: 'file:access', kind: 'file', complete_until: '2061-03-10 12:00:00.000', updated_at: ts }],
  compacted: [{ ...counts, compaction: '2061-02-01.1.a', minute: '2061-02-01 00:00:00', requests: 9 }],
  compacted_unit: [{ day: '2061-02-01', compaction: '2061-02-01.1.a', unit: 'old', generation: '1.1.a' }],
  compaction: [{ day: '2061-02-01', compaction: '2061-02-01.1.a', units: 1, written_at: ts }],
};
