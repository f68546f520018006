import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Telemetry } from '../telemetry/telemetry.js';
import { wellFormed } from '../text/well-formed.js';
import { type Operation, toStoreError } from './clickhouse-failure.js';
import type { Database, QueryOptions, QueryParams } from './database.js';
import { createStatementGate, GateFullError, type GateLimits } from './statement-gate.js';
import { StoreError } from './store-error.js';

export interface ClickHouseDatabaseOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly telemetry: Telemetry;
  /** Questions at once. */
  readonly maxReads?: number;
  /** Look-ups of ingest at once. */
  readonly maxLookUps?: number;
  /** Readings that wait for a place; more are `busy` at once. */
  readonly maxWaitingReads?: number;
  readonly maxWaitMs?: number;
  readonly maxInserts?: number;
  readonly maxExecutionSeconds?: number;
  /** How long past its own limit a statement may still take to be refused by the server; 3 s unless told otherwise. */
  readonly graceMs?: number;
  /** Of one statement; ClickHouse's own limit for all of them stands above. */
  readonly maxMemoryBytes?: number;
  readonly maxResultBytes?: number;
  /** gzip both ways: for a server that is not on this machine. */
  readonly compress?: boolean;
}

type Setting = string | number;

/** A ClickHouse by URL. Questions, look-ups of ingest, inserts and commands have connections of their own: none waits for another kind. */
export function createClickHouseDatabase(options: ClickHouseDatabaseOptions): Database {
  const { telemetry } = options;
  const graceMs = options.graceMs ?? 3_000;
  const maxReads = options.maxReads ?? 4;
  const maxInserts = options.maxInserts ?? 4;
  const maxExecutionSeconds = options.maxExecutionSeconds ?? 30;
  // DDL and deletes wait for what they do to be done.
  const commandSeconds = Math.max(maxExecutionSeconds, 300);
  const maxMemoryBytes = options.maxMemoryBytes ?? 400_000_000;

  const reads = openLane({
    atOnce: maxReads,
    waiting: options.maxWaitingReads ?? 64,
    waitMs: options.maxWaitMs ?? 10_000,
  });
  const lookUps = openLane({ atOnce: options.maxLookUps ?? 4, waiting: 1_000, waitMs: 60_000 });
  const inserts = openLane({ atOnce: maxInserts, waiting: 1_000, waitMs: 60_000 });
  const commands = openLane({ atOnce: 2, waiting: 100, waitMs: 60_000 });
  const lanes = [reads, lookUps, inserts, commands];

  function openLane(limits: GateLimits) {
    return { gate: createStatementGate(limits), client: openClient(limits.atOnce) };
  }

  function openClient(connections: number): ClickHouseClient {
    return createClient({
      url: options.url,
      username: options.username,
      password: options.password,
      database: options.database,
      application: 'why403',
      max_open_connections: connections,
      // Each statement has its own, shorter deadline below.
      request_timeout: commandSeconds * 1000 + 2 * graceMs,
      compression: { request: options.compress ?? false, response: options.compress ?? false },
      // Long lists of ids do not fit into a URL.
      use_multipart_params_auto: true,
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  const limits = (seconds: number): Record<string, Setting> => ({
    max_execution_time: seconds,
    max_memory_usage: maxMemoryBytes,
    date_time_input_format: 'best_effort',
  });

  /** Waits for a place, runs with a deadline of `seconds` and a bit, counts, and makes every failure a StoreError. */
  async function run<Result>(
    lane: (typeof lanes)[number],
    operation: Operation,
    seconds: number,
    signal: AbortSignal | undefined,
    work: (client: ClickHouseClient, signal: AbortSignal) => Promise<Result>,
    countRows: (result: Result) => number,
  ): Promise<Result> {
    const began = performance.now();
    const done = (outcome: string, rows: number) =>
      telemetry.statementDone({ operation, durationMs: performance.now() - began, outcome, rows });
    const deadline = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => deadline.abort(signal?.reason);
    try {
      const leave = await lane.gate.enter(signal);
      try {
        signal?.addEventListener('abort', giveUp, { once: true });
        timer = setTimeout(() => deadline.abort(), seconds * 1000 + graceMs);
        const result = await work(lane.client, deadline.signal);
        done('ok', countRows(result));
        return result;
      } finally {
        leave();
      }
    } catch (error) {
      const failure = explain(error, operation, signal, deadline.signal);
      done(failure.kind, 0);
      throw failure;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  return {
    query<Row>(
      sql: string,
      params: QueryParams = {},
      { maxExecutionSeconds: own, signal, settings, lane }: QueryOptions = {},
    ) {
      const seconds = Math.min(own ?? maxExecutionSeconds, commandSeconds);
      const read = async (client: ClickHouseClient, abort: AbortSignal): Promise<Row[]> => {
        const answer = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: wellFormedParams(params),
          abort_signal: abort,
          clickhouse_settings: {
            ...settings,
            ...limits(seconds),
            max_result_bytes: String(options.maxResultBytes ?? 128_000_000),
            output_format_json_quote_64bit_integers: 0,
            // A reading writes nothing and opens no file or address, whatever its text says.
            readonly: '1',
          },
        });
        // Reading the body is part of the statement: the connection can still break.
        return await answer.json<Row>();
      };
      const readAgain = (client: ClickHouseClient, abort: AbortSignal) =>
        read(client, abort).catch((error: unknown) => {
          if (abort.aborted || !isCutConnection(error)) throw error;
          return read(client, abort);
        });
      return run(lane === 'ingest' ? lookUps : reads, 'query', seconds, signal, readAgain, (rows) => rows.length);
    },

    async command(sql, params = {}) {
      const send = async (client: ClickHouseClient, abort: AbortSignal) => {
        await client.command({
          query: sql,
          query_params: wellFormedParams(params),
          abort_signal: abort,
          clickhouse_settings: limits(commandSeconds),
        });
      };
      await run(commands, 'command', commandSeconds, undefined, send, () => 0);
    },

    async insert(table, rows) {
      if (rows.length === 0) return;
      const body = renderRows(rows);
      const send = async (client: ClickHouseClient, abort: AbortSignal) => {
        // Not client.insert(): that would serialize the rows itself, each a chunk of a stream.
        const answer = await client.exec({
          query: `INSERT INTO ${quoteTable(table)} FORMAT JSONEachRow`,
          values: Readable.from([body], { objectMode: false }),
          abort_signal: abort,
          clickhouse_settings: { ...limits(maxExecutionSeconds), input_format_skip_unknown_fields: 0 },
        });
        answer.stream.resume();
        await finished(answer.stream);
      };
      await run(inserts, 'insert', maxExecutionSeconds, undefined, send, () => rows.length);
    },

    async ping() {
      const ask = async (client: ClickHouseClient, abort: AbortSignal) => {
        // With a statement: it also proves the password.
        const answer = await client.ping({ select: true, abort_signal: abort });
        if (!answer.success) throw answer.error;
      };
      await run(commands, 'ping', 5, undefined, ask, () => 0);
    },

    async close() {
      for (const { gate } of lanes)
        gate.close(new StoreError('unavailable', 'The connection to the database is closed.'));
      await Promise.all(lanes.map(({ client }) => client.close()));
    },
  };
}

/** One JSON object a line. ClickHouse refuses a batch for one half of a surrogate pair, which JSON writes as an escape. */
function renderRows(rows: readonly object[]): Buffer {
  const lines = rows.map((row) => {
    const line = JSON.stringify(row);
    return /\\ud[89a-f]/.test(line) ? JSON.stringify(row, (_key, value: unknown) => wellFormedValue(value)) : line;
  });
  return Buffer.from(`${lines.join('\n')}\n`);
}

function wellFormedValue(value: unknown): unknown {
  return typeof value === 'string' ? wellFormed(value) : value;
}

function wellFormedParams(params: QueryParams): Record<string, unknown> {
  const made: [string, unknown][] = Object.entries(params).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(wellFormedValue) : wellFormedValue(value),
  ]);
  return Object.fromEntries(made);
}

/** `refused` → `refused` in backticks; `other.refused` → two names. */
function quoteTable(table: string): string {
  if (!/^[A-Za-z_]\w{0,100}(?:\.[A-Za-z_]\w{0,100})?$/.test(table)) {
    throw new StoreError(
      'broken',
      'The name of a table has characters that it cannot have: this is a defect of why403.',
    );
  }
  return table.replace(/\w+/g, '`$&`');
}

/** A connection kept open can be closed by either side just as it is used again. A reading can be sent twice; an insert is its caller's to repeat. */
function isCutConnection(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function explain(
  error: unknown,
  operation: Operation,
  signal: AbortSignal | undefined,
  deadline: AbortSignal,
): StoreError {
  if (error instanceof GateFullError) {
    return new StoreError('busy', `Too many statements wait for the database (${error.message}): try again later.`);
  }
  if (signal?.aborted) return new StoreError('unavailable', `The ${operation} was given up by its caller.`);
  if (deadline.aborted) {
    return new StoreError('timeout', `The database did not end the ${operation} by its time limit: ask for less.`);
  }
  return toStoreError(error, operation);
}
