import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createStatementGate, GateFullError, type StatementGate } from '../statement-gate.js';
import { EngineError } from './engine-error.js';
import { readMultipartForm } from './multipart-form.js';
import type { Engine, Statement, StatementResult } from './native-engine.js';
import { quoteIdentifier } from './parameter-literal.js';
import { bindPlaceholders } from './placeholders.js';
import { readRequestBody, zip } from './request-body.js';
import { readRequestSettings, renderSettings } from './request-settings.js';

export interface ClickHouseHttpOptions {
  readonly engine: Engine;
  readonly username: string;
  readonly password: string;
  /** Where statements run that name no database. */
  readonly database: string;
  /** In force unless the request sets them. */
  readonly settings: ReadonlyMap<string, string>;
  readonly maxBodyBytes: number;
}

/** Each running statement holds one of libuv's threads; `UV_THREADPOOL_SIZE` of the process must be larger than all of these together. */
const readLane = { atOnce: 10, waiting: 256, waitMs: 60_000 };
const writeLane = { atOnce: 6, waiting: 256, waitMs: 60_000 };

/** The part of ClickHouse's HTTP interface that its own client for Node needs. The answer is complete when it begins: errors have a status. */
export function createClickHouseHttp(options: ClickHouseHttpOptions): Server {
  const reading = createStatementGate(readLane);
  const writing = createStatementGate(writeLane);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://embedded');
    if (url.pathname === '/ping') return send(response, 200, {}, Buffer.from('Ok.\n'));
    checkCredentials(request, options);
    if (url.pathname === '/alive') {
      await options.engine.run({ sql: 'SELECT 1', data: null, before: [], format: 'TabSeparated' });
      return send(response, 200, {}, Buffer.from('Ok.\n'));
    }
    if (url.pathname !== '/') throw new EngineError(36, 'BAD_ARGUMENTS', 'There is nothing at this path.');
    const { statement, reads } = await readStatement(request, url.searchParams, options);
    const result = reads
      ? await runUntilClosed(options.engine, statement, reading, response)
      : await runInTurn(writing, () => options.engine.run(statement));
    const headers = {
      'Content-Type': 'text/plain; charset=UTF-8',
      'X-ClickHouse-Query-Id': url.searchParams.get('query_id') ?? '',
      'X-ClickHouse-Timezone': 'UTC',
      'X-ClickHouse-Summary': renderSummary(result),
    };
    const wantsGzip =
      url.searchParams.get('enable_http_compression') === '1' &&
      /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (!wantsGzip) return send(response, 200, headers, result.bytes);
    return send(response, 200, { ...headers, 'Content-Encoding': 'gzip' }, await zip(result.bytes));
  }

  const server = createServer({ maxHeaderSize: 1 << 20, keepAliveTimeout: 10_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      // What was not read of the body would be taken for the next request.
      if (!request.complete) response.once('finish', () => request.destroy());
      sendError(response, error);
    });
  });
  return server;
}

async function runInTurn<Result>(
  lane: StatementGate,
  run: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  let leave: () => void;
  try {
    leave = await lane.enter(signal);
  } catch (error) {
    if (!(error instanceof GateFullError)) throw error;
    throw new EngineError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', error.message);
  }
  try {
    return await run();
  } finally {
    leave();
  }
}

/**
 * For readings: when the client goes away a waiting one is dropped and a running one is ended, so that what nobody waits for holds no place.
 * What writes is left to finish.
 */
async function runUntilClosed(
  engine: Engine,
  statement: Statement,
  lane: StatementGate,
  response: ServerResponse,
): Promise<StatementResult> {
  const gone = new AbortController();
  const onClose = () => gone.abort(new EngineError(394, 'QUERY_WAS_CANCELLED', 'The client went away.'));
  if (response.closed) onClose();
  response.once('close', onClose);
  const run = () => {
    const name = `/* ${randomUUID()} */ `;
    const running = engine.run({ ...statement, sql: name + statement.sql });
    gone.signal.addEventListener('abort', () => void endStatement(engine, name, running));
    return running;
  };
  try {
    return await runInTurn(lane, run, gone.signal);
  } finally {
    response.off('close', onClose);
  }
}

/** KILL … SYNC never returns in this engine. A statement that has not begun yet cannot be ended, so it is tried again. */
async function endStatement(engine: Engine, name: string, run: Promise<unknown>): Promise<void> {
  let running = true;
  const done = run.then(
    () => {},
    () => {},
  );
  void done.then(() => {
    running = false;
  });
  for (let attempt = 0; running && attempt < 20; attempt += 1) {
    const sql = `KILL QUERY WHERE startsWith(query, '${name}') ASYNC`;
    await engine.run({ sql, data: null, before: [], format: 'TabSeparated' }).catch(() => {});
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
}

async function readStatement(
  request: IncomingMessage,
  search: URLSearchParams,
  options: ClickHouseHttpOptions,
): Promise<{ statement: Statement; reads: boolean }> {
  const contentType = request.headers['content-type'] ?? '';
  const body = await readRequestBody(request, options.maxBodyBytes);
  const form = /^multipart\/form-data\b/i.test(contentType) ? readMultipartForm(contentType, body) : null;

  const parameters = new Map<string, string>();
  for (const [name, value] of [...search, ...(form ?? [])]) {
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
  }
  const inUrl = search.get('query') ?? '';
  const isInsert = form === null && body.length > 0 && /^\s*INSERT\s/i.test(inUrl);
  const text = form?.get('query') ?? (isInsert ? inUrl : inUrl + body.toString('utf8'));
  if (text.trim() === '') throw new EngineError(62, 'SYNTAX_ERROR', 'The request has no statement.');

  const settings = new Map([...options.settings, ...readRequestSettings(search)]);
  // ClickHouse takes GET for reading only.
  if (request.method !== 'POST') settings.set('readonly', '1');
  const database = search.get('database') ?? options.database;
  const statement = {
    sql: bindPlaceholders(text, parameters),
    data: isInsert ? body : null,
    before: [`USE ${quoteIdentifier(database)}`, renderSettings(settings)],
    format: search.get('default_format')?.replace(/\W/g, '') || 'TabSeparated',
  };
  return { statement, reads: settings.get('readonly') === '1' };
}

function checkCredentials(request: IncomingMessage, expected: { username: string; password: string }): void {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]{1,4096})$/.exec(request.headers.authorization ?? '') ?? [];
  const given = digest(Buffer.from(encoded ?? '', 'base64'));
  const right = digest(Buffer.from(`${expected.username}:${expected.password}`));
  if (!timingSafeEqual(given, right)) {
    throw new EngineError(
      516,
      'AUTHENTICATION_FAILED',
      'Authentication failed: password is incorrect, or there is no such user.',
    );
  }
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

function renderSummary(result: StatementResult): string {
  return JSON.stringify({
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: String(result.rowsWritten),
    written_bytes: String(result.bytesWritten),
  });
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: Uint8Array): void {
  response.writeHead(status, { ...headers, 'Content-Length': body.length });
  response.end(body);
}

/** HTTP status of ClickHouse's codes; clients decide by the code in the header. */
const statuses: ReadonlyMap<number, number> = new Map([
  [36, 400],
  [47, 404],
  [50, 404],
  [60, 404],
  [62, 400],
  [81, 404],
  [115, 404],
  [159, 408],
  [164, 403],
  [202, 503],
  [307, 413],
  [456, 400],
  [457, 400],
  [516, 403],
]);

function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof EngineError
      ? error
      : new EngineError(1002, 'UNKNOWN_EXCEPTION', 'The embedded database has a defect.');
  const headers = { 'Content-Type': 'text/plain; charset=UTF-8', 'X-ClickHouse-Exception-Code': String(known.code) };
  send(response, statuses.get(known.code) ?? 500, headers, Buffer.from(known.toText()));
}
