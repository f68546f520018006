import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClickHouseDatabase } from '../../../server/src/store/clickhouse-database.js';
import type { Database } from '../../../server/src/store/database.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { silentTelemetry, type Telemetry } from '../../../server/src/telemetry/telemetry.js';
import { useTestDatabase } from '../../support/test-database.js';

const testDatabase = useTestDatabase({ memoryBytes: 600_000_000 });

/** Runs until its limit: a block of one row, then a pause, for hours. */
const runaway = 'SELECT sum(sleepEachRow(0.05)) AS n FROM numbers(100000)';
const slowly = { max_block_size: 1 };

async function failureOf(work: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

async function withTable(database: Database): Promise<Database> {
  await database.command('CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n');
  return database;
}

const running = async (database: Database) => {
  const [row] = await database.query<{ n: number }>(
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow(0.05)%' AND query NOT LIKE '%processes%'",
  );
  return row?.n ?? 0;
};

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

describe('values', () => {
  it('keep whole numbers beyond what JSON programs expect as numbers, not strings', async () => {
    const database = await testDatabase.freshDatabase();
    const rows = await database.query(
      "SELECT toUInt64(9007199254740991) AS n, toInt64(-5) AS m, [toUInt64(1)] AS list, map('a', toUInt64(2)) AS map",
    );
    expect(rows).toEqual([{ n: 9007199254740991, m: -5, list: [1], map: { a: 2 } }]);
  });

  it('of every script, NUL and halves of pairs survive, in rows and placeholders', async () => {
    const database = await withTable(await testDatabase.freshDatabase());
    const sent = [
      'ünï',
      '🙂',
      '\0',
      'a\ud800b',
      '\udc00',
      '\\ud800',
      'line\nend\r\n\ttab',
      '"quoted"',
      "it's",
      '\u2028',
      '',
    ];
    await database.insert(
      't',
      sent.map((s, n) => ({ n, s })),
    );
    const stored = sent.map((s) => s.replace(/\p{Surrogate}/gu, '\ufffd'));
    expect((await database.query<{ s: string }>('SELECT s FROM t ORDER BY n')).map(({ s }) => s)).toEqual(stored);
    expect(await database.query('SELECT count() AS n FROM t WHERE s IN {list:Array(String)}', { list: sent })).toEqual([
      { n: sent.length },
    ]);
  });

  it('come in lists too long for a URL', async () => {
    const database = await withTable(await testDatabase.freshDatabase());
    const list = Array.from({ length: 30_000 }, (_, i) => `event-${i}`);
    await database.insert('t', [
      { n: 1, s: 'event-29999' },
      { n: 2, s: 'event-30000' },
    ]);
    expect(await database.query('SELECT n FROM t WHERE s IN {list:Array(String)}', { list })).toEqual([{ n: 1 }]);
  });

  it('come back in large answers', async () => {
    const database = await testDatabase.freshDatabase();
    const rows = await database.query<{ n: number; s: string }>(
      "SELECT number AS n, repeat('x', 100) AS s FROM numbers(200000)",
    );
    expect(rows.length).toBe(200_000);
    expect(rows.at(-1)).toEqual({ n: 199_999, s: 'x'.repeat(100) });
  });
});

describe('an insert', () => {
  it('of no rows sends nothing', async () => {
    const database = await testDatabase.freshDatabase();
    await database.insert('not_there', []);
  });

  it('with a bad row stores none, and says where without quoting it', async () => {
    const database = await withTable(await testDatabase.freshDatabase());
    const failure = await failureOf(
      database.insert('t', [
        { n: 1, s: 'a' },
        { n: 'secret-of-the-row', s: 'b' },
      ]),
    );
    expect(failure).toMatchObject({
      kind: 'broken',
      message: expect.stringMatching(/refused the insert .*, n, row 2\)/),
    });
    expect(`${failure.message}${String(failure.cause)}`).not.toContain('secret');
    expect(await database.query('SELECT count() AS n FROM t')).toEqual([{ n: 0 }]);
  });

  it('over too many partitions is our defect and stores nothing', async () => {
    const database = await testDatabase.freshDatabase();
    await database.command('CREATE TABLE t (n UInt64) ENGINE = MergeTree PARTITION BY n ORDER BY n');
    const rows = Array.from({ length: 101 }, (_, n) => ({ n }));
    expect(await failureOf(database.insert('t', rows))).toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('TOO_MANY_PARTS 252'),
    });
    expect(await database.query('SELECT count() AS n FROM t')).toEqual([{ n: 0 }]);
  });

  it('with a column that the table lacks is refused instead of dropped silently', async () => {
    const database = await withTable(await testDatabase.freshDatabase());
    expect((await failureOf(database.insert('t', [{ n: 1, s: 'a', cuase: 'x' }]))).kind).toBe('broken');
  });

  it.each(['t; DROP TABLE t', 't (n) VALUES (1) --', '`t`', "t' ", '', 'a.b.c'])(
    'into a table named %j is refused',
    async (name) => {
      const database = await testDatabase.freshDatabase();
      expect((await failureOf(database.insert(name, [{ n: 1 }]))).message).toMatch(/name of a table/);
    },
  );
});

describe('a reading', () => {
  it('writes nothing and opens nothing, whatever its text says', async () => {
    const database = await withTable(await testDatabase.freshDatabase());
    for (const sql of [
      'TRUNCATE TABLE t',
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
      "SELECT 1 INTO OUTFILE '/tmp/why403-never'",
    ]) {
      expect((await failureOf(database.query(sql))).kind).toBe('broken');
    }
  });

  it('names what the schema lacks, and no value', async () => {
    const database = await testDatabase.freshDatabase();
    const failure = await failureOf(
      database.query('SELECT nope FROM system.one WHERE dummy = {x:String}', { x: 'secret-value' }),
    );
    expect(failure.message).toMatch(/UNKNOWN_IDENTIFIER 47, nope\)/);
    expect(`${failure.message}${failure.stack}${String(failure.cause)}`).not.toContain('secret');
  });

  it('that runs away ends by its limit', async () => {
    const database = await testDatabase.freshDatabase({ graceMs: 40_000 });
    const failure = await failureOf(database.query(runaway, {}, { maxExecutionSeconds: 1, settings: slowly }));
    expect(failure).toMatchObject({ kind: 'timeout', message: expect.stringContaining('TIMEOUT_EXCEEDED 159') });
  });

  it('that wants too much memory is refused, and the database goes on', async () => {
    const database = await testDatabase.freshDatabase();
    const failure = await failureOf(
      database.query(
        'SELECT length(groupArray(number)) AS n FROM numbers(100000000)',
        {},
        { settings: { max_threads: 1 } },
      ),
    );
    expect(failure).toMatchObject({ kind: 'too_large', message: expect.stringContaining('MEMORY_LIMIT_EXCEEDED 241') });
    await database.ping();
  });

  it('with a result beyond the limit is refused', async () => {
    const database = await testDatabase.freshDatabase({ maxResultBytes: 100_000 });
    const failure = await failureOf(database.query('SELECT repeat(toString(number), 20) AS s FROM numbers(100000)'));
    expect(failure).toMatchObject({ kind: 'too_large', message: expect.stringContaining('396') });
  });

  it('that its caller gives up is ended in the database too', async () => {
    const database = await testDatabase.freshDatabase();
    const caller = new AbortController();
    const asked = failureOf(database.query(runaway, {}, { signal: caller.signal, settings: slowly }));
    await until(async () => (await running(database)) === 1);
    caller.abort();
    expect(await asked).toMatchObject({ kind: 'unavailable', message: 'The query was given up by its caller.' });
    await until(async () => (await running(database)) === 0);
    expect((await failureOf(database.query('SELECT 1', {}, { signal: caller.signal }))).kind).toBe('unavailable');
  });
});

describe('with all places taken', () => {
  it('inserts and commands run all the same, and readings wait their turn', async () => {
    const database = await withTable(await testDatabase.freshDatabase({ maxReads: 4 }));
    const other = testDatabase.sameDatabase(database);
    const callers = Array.from({ length: 4 }, () => new AbortController());
    const long = callers.map(({ signal }) => failureOf(database.query(runaway, {}, { signal, settings: slowly })));
    await until(async () => (await running(other)) === 4);
    for (let n = 0; n < 20; n += 1) await database.insert('t', [{ n, s: 'x' }]);
    await database.command('OPTIMIZE TABLE t FINAL');
    await database.ping();
    const waiting = database.query('SELECT count() AS n FROM t');
    callers[0]?.abort();
    expect(await waiting).toEqual([{ n: 20 }]);
    for (const caller of callers) caller.abort();
    await Promise.all(long);
  });

  it('more than may wait, or longer, are busy', async () => {
    const database = await testDatabase.freshDatabase({ maxReads: 1, maxWaitingReads: 1, maxWaitMs: 50 });
    const caller = new AbortController();
    const long = failureOf(database.query(runaway, {}, { signal: caller.signal, settings: slowly }));
    const waiting = failureOf(database.query('SELECT 1'));
    expect(await failureOf(database.query('SELECT 2'))).toMatchObject({
      kind: 'busy',
      message: expect.stringContaining('1 wait already'),
    });
    expect(await waiting).toMatchObject({ kind: 'busy', message: expect.stringContaining('within 50 ms') });
    caller.abort();
    await long;
    expect(await database.query('SELECT 3 AS n')).toEqual([{ n: 3 }]);
  });
});

it('20 readings at once beside inserts all end well', async () => {
  const database = await withTable(await testDatabase.freshDatabase());
  await database.insert(
    't',
    Array.from({ length: 20_000 }, (_, n) => ({ n, s: `value-${n % 100}` })),
  );
  const reads = Array.from({ length: 20 }, (_, i) =>
    database.query<{ n: number }>('SELECT count() AS n FROM t WHERE s = {s:String}', { s: `value-${i}` }),
  );
  const inserts = Array.from({ length: 10 }, (_, i) => database.insert('t', [{ n: 1_000_000 + i, s: 'later' }]));
  for (const [row] of await Promise.all(reads)) expect(row).toEqual({ n: 200 });
  await Promise.all(inserts);
  expect(await database.query('SELECT count() AS n FROM t')).toEqual([{ n: 20_010 }]);
});

describe('a database that is not there or not ours', () => {
  const open: Database[] = [];
  const connect = (given: { url?: string; password?: string; database?: string }) => {
    const database = createClickHouseDatabase({
      ...testDatabase.connection(),
      database: 'why403',
      telemetry: silentTelemetry,
      ...given,
    });
    open.push(database);
    return database;
  };
  afterEach(() => Promise.all(open.splice(0).map((database) => database.close())));

  it('refuses a wrong password', async () => {
    const failure = await failureOf(connect({ password: 'secret-wrong' }).ping());
    expect(failure).toMatchObject({ kind: 'broken', message: expect.stringContaining('AUTHENTICATION_FAILED 516') });
    expect(failure.message).not.toContain('secret');
  });

  it('refuses a database that does not exist', async () => {
    expect((await failureOf(connect({ database: 'elsewhere' }).query('SELECT 1'))).message).toContain(
      'UNKNOWN_DATABASE 81',
    );
  });

  it('that refuses, hangs up or talks nonsense is unavailable', async () => {
    let answer = '';
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const database = connect({ url: `http://127.0.0.1:${port}` });
    expect((await failureOf(database.query('SELECT 1'))).kind).toBe('unavailable');
    expect((await failureOf(database.insert('t', [{ n: 1 }]))).kind).toBe('unavailable');
    answer = 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 17\r\n\r\n<html>busy</html>';
    expect((await failureOf(database.query('SELECT 1'))).kind).toBe('unavailable');
    answer = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half';
    expect((await failureOf(database.query('SELECT 1'))).kind).toBe('unavailable');
    await new Promise((resolve) => server.close(resolve));
    expect(await failureOf(database.ping())).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('that cuts a kept connection once is asked again for a reading, and not for an insert', async () => {
    let requests = 0;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        requests += 1;
        if (requests % 2 === 1) socket.destroy();
        else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n{"n":1}\n');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const database = connect({ url: `http://127.0.0.1:${port}` });
    expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(requests).toBe(2);
    expect((await failureOf(database.insert('t', [{ n: 1 }]))).kind).toBe('unavailable');
    expect(requests).toBe(3);
    await new Promise((resolve) => server.close(resolve));
  });

  it('says so after it was closed', async () => {
    const database = connect({});
    await database.close();
    expect(await failureOf(database.query('SELECT 1'))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('closed'),
    });
  });
});

it('tells of each statement, its rows and its outcome', async () => {
  const told: Parameters<Telemetry['statementDone']>[0][] = [];
  const telemetry: Telemetry = { ...silentTelemetry, statementDone: (event) => told.push(event) };
  const database = await withTable(await testDatabase.freshDatabase({ telemetry }));
  await database.insert('t', [
    { n: 1, s: 'a' },
    { n: 2, s: 'b' },
  ]);
  await database.query('SELECT n FROM t');
  await failureOf(database.query('SELECT nope'));
  expect(told.map(({ operation, outcome, rows }) => [operation, outcome, rows])).toEqual([
    ['command', 'ok', 0],
    ['insert', 'ok', 2],
    ['query', 'ok', 2],
    ['query', 'broken', 0],
  ]);
});
