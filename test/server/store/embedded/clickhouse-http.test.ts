import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../../server/src/store/database.js';
import { useTestDatabase } from '../../../support/test-database.js';

const testDatabase = useTestDatabase({ maxBodyBytes: 5_000_000 });
let database: Database;

beforeAll(async () => {
  database = await testDatabase.freshDatabase();
  await database.command('CREATE TABLE t (n UInt32, s String) ENGINE = MergeTree ORDER BY n');
});

interface Call {
  readonly search?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly method?: string;
  readonly password?: string;
}

/** One request in the interface's own words, without the client. */
async function call({ search = {}, body, headers = {}, path = '/', method = 'POST', password }: Call) {
  const { url, username, password: right } = testDatabase.connection();
  const credentials = Buffer.from(`${username}:${password ?? right}`).toString('base64');
  const response = await fetch(`${url}${path}?${new URLSearchParams(search)}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    code: response.headers.get('x-clickhouse-exception-code'),
    text: bytes.toString(),
    headers: response.headers,
  };
}

describe('who may ask', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['no password', { headers: { authorization: '' } }],
    ['a token instead', { headers: { authorization: 'Bearer x' } }],
    ['the health check with a wrong password', { password: 'wrong', path: '/alive' }],
  ])('%s is refused before anything runs', async (_name, given) => {
    const answer = await call({ body: 'SELECT 1', ...given });
    expect(answer).toMatchObject({ status: 403, code: '516' });
    expect(answer.text).toMatch(/^Code: 516\. DB::Exception: .*\(AUTHENTICATION_FAILED\)\n$/);
  });

  it('anybody may ask whether it is there', async () => {
    expect(await call({ path: '/ping', method: 'GET', password: 'wrong' })).toMatchObject({
      status: 200,
      text: 'Ok.\n',
    });
  });
});

describe('a statement', () => {
  it('stands in the body, in the URL, or in both', async () => {
    expect((await call({ body: 'SELECT 1' })).text).toBe('1\n');
    expect((await call({ search: { query: 'SELECT 2' } })).text).toBe('2\n');
    expect((await call({ search: { query: 'SELECT 3' }, method: 'GET' })).text).toBe('3\n');
    expect((await call({ search: { query: 'SELECT ' }, body: '4' })).text).toBe('4\n');
  });

  it('of a GET writes nothing', async () => {
    const answer = await call({ search: { query: 'CREATE DATABASE x' }, method: 'GET' });
    expect(answer).toMatchObject({ status: 403, code: '164' });
  });

  it('runs in the database of the request', async () => {
    expect((await call({ body: 'SELECT currentDatabase()' })).text).toBe('why403\n');
    expect((await call({ search: { database: 'system' }, body: 'SELECT currentDatabase()' })).text).toBe('system\n');
    expect(await call({ search: { database: 'nope' }, body: 'SELECT 1' })).toMatchObject({ status: 404, code: '81' });
    expect(await call({ search: { database: 'a`; DROP' }, body: 'SELECT 1' })).toMatchObject({ code: '81' });
  });

  it('takes placeholders from the URL and from a form', async () => {
    const sql = 'SELECT {x:String}';
    expect((await call({ search: { param_x: `it\\'s` }, body: sql })).text).toBe("it\\'s\n");
    const form = (...parts: [string, string][]) =>
      `${parts.map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('')}--B--\r\n`;
    const headers = { 'content-type': 'multipart/form-data; boundary=B' };
    expect((await call({ headers, body: form(['query', sql], ['param_x', 'a\r\n--\r\nb']) })).text).toBe(
      'a\\r\\n--\\r\\nb\n',
    );
    expect(await call({ headers, body: '--B\r\nnonsense' })).toMatchObject({ status: 400, code: '36' });
    expect(await call({ headers: { 'content-type': 'multipart/form-data' }, body: 'x' })).toMatchObject({ code: '36' });
  });

  it.each([
    ['nothing', '', '62'],
    ['no SQL', 'HELLO WORLD OF SQL', '62'],
    ['two', 'SELECT 1; SELECT 2', '62'],
    ['a table that is not there', 'SELECT * FROM nope', '60'],
    ['a column that is not there', 'SELECT nope FROM system.one', '47'],
    ['a missing value', 'SELECT {x:String}', '456'],
  ])('that is %s is refused with its code', async (_name, body, code) => {
    const answer = await call({ body });
    expect(answer.code).toBe(code);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [^\\n]*\\([A-Z_]+\\)\\n$`));
  });

  it('at another path is refused', async () => {
    expect(await call({ path: '/play', body: 'SELECT 1' })).toMatchObject({ status: 400 });
  });
});

describe('settings', () => {
  it('hold for one request and not for the next', async () => {
    const search = { max_execution_time: '7', max_threads: '3', readonly: '1', join_use_nulls: '1' };
    const sql = `SELECT getSetting('max_execution_time'), getSetting('max_threads'), getSetting('readonly'), getSetting('join_use_nulls')`;
    const without = (await call({ body: sql })).text;
    expect(without).toMatch(/^30\t\d\t0\tfalse\n$/);
    // Many at once, so that a connection that was used again would be seen.
    const mixed = await Promise.all(
      Array.from({ length: 40 }, (_, i) => call({ body: sql, search: i % 2 === 0 ? search : {} })),
    );
    for (const [i, { text }] of mixed.entries()) expect(text).toBe(i % 2 === 0 ? '7\t3\t1\ttrue\n' : without);
    // Neither does a SET, nor the database that was used.
    await call({ body: 'SET max_threads = 1' });
    await call({ body: 'USE system' });
    expect((await call({ body: `${sql}, currentDatabase()` })).text).toBe(without.replace('\n', '\twhy403\n'));
  });

  it.each([
    ['of another name', { nonsense: '1' }, '115'],
    ['that is not on the list', { allow_introspection_functions: '1' }, '115'],
    ['with a quote', { max_threads: `1' , readonly = '0` }, '36'],
    ['with a backslash', { max_threads: `1\\` }, '36'],
    ['that the engine refuses', { max_threads: 'many' }, '27'],
  ])('%s is refused', async (_name, search, code) => {
    expect(await call({ search: search as Record<string, string>, body: 'SELECT 1' })).toMatchObject({ code });
  });

  it('that only the interface knows are passed over', async () => {
    const search = { query_id: 'abc', wait_end_of_query: '1', default_format: 'JSONEachRow' };
    const answer = await call({ search, body: 'SELECT 1 AS a' });
    expect(answer.text).toBe('{"a":1}\n');
    expect(answer.headers.get('x-clickhouse-query-id')).toBe('abc');
  });
});

describe('gzip', () => {
  it('of an answer is given to whom asks for it', async () => {
    const { url, username, password } = testDatabase.connection();
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const { get } = await import('node:http');
    // fetch would inflate it silently.
    const [encoding, bytes] = await new Promise<[string | undefined, Buffer]>((resolve, reject) => {
      get(
        `${url}/?enable_http_compression=1&query=${encodeURIComponent("SELECT repeat('a', 10000)")}`,
        { headers: { authorization, 'accept-encoding': 'gzip' } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve([response.headers['content-encoding'], Buffer.concat(chunks)]));
        },
      ).on('error', reject);
    });
    expect(encoding).toBe('gzip');
    expect(gunzipSync(bytes).toString()).toBe(`${'a'.repeat(10000)}\n`);
  });

  const insert = { query: 'INSERT INTO t FORMAT JSONEachRow' };
  const headers = { 'content-encoding': 'gzip' };

  it('of an insert is inflated', async () => {
    const { text: name } = await call({ body: "SELECT name FROM system.databases WHERE name LIKE 'test%'" });
    const search = { ...insert, database: name.trim() };
    const answer = await call({ search, headers, body: gzipSync('{"n":1,"s":"x"}\n{"n":2,"s":"y"}\n') });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ written_rows: '2' });
    expect(await database.query('SELECT count() AS n FROM t')).toEqual([{ n: 2 }]);
  });

  it.each([
    ['that is damaged', headers, Buffer.from('not gzip'), '36'],
    ['that inflates beyond the limit', headers, gzipSync(Buffer.alloc(20_000_000, 0x20)), '307'],
    ['in another encoding', { 'content-encoding': 'br' }, Buffer.from('x'), '36'],
  ])('%s is refused', async (_name, given, body, code) => {
    expect(await call({ search: insert, headers: given, body })).toMatchObject({ code });
  });

  it('is not needed for a body beyond the limit to be refused', async () => {
    expect(await call({ search: insert, body: Buffer.alloc(20_000_000, 0x20) })).toMatchObject({
      status: 413,
      code: '307',
    });
    expect((await call({ body: 'SELECT 1' })).text).toBe('1\n');
  });
});
