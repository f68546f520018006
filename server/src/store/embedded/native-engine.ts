import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError, readEngineError } from './engine-error.js';

/** A connection of the native binding; the engine knows what it points to. */
type NativeConnection = object;

/** The binding's own functions (private, so its version is pinned): its public Session closes a connection only when no statement runs anywhere. */
interface NativeBinding {
  CreateConnection(directory: string, args?: readonly string[]): NativeConnection | null;
  CloseConnection(connection: NativeConnection): void;
  QueryAsyncConnection(connection: NativeConnection, sql: string, format: string): Promise<NativeResult>;
  InsertRawAsyncConnection(
    connection: NativeConnection,
    statement: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<NativeWritten>;
}
interface NativeResult {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
}
interface NativeWritten {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
}

export interface Statement {
  readonly sql: string;
  /** Body of an INSERT … FORMAT statement. */
  readonly data: Buffer | null;
  /** Run before it on the same, fresh connection: SET and USE. */
  readonly before: readonly string[];
  /** Format of the result unless the statement names one. */
  readonly format: string;
}
export interface StatementResult {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
}

export interface Engine {
  /** On a connection of its own, so that no setting outlives its statement. Fails with EngineError. */
  run(statement: Statement): Promise<StatementResult>;
}

export interface EngineOptions {
  readonly directory: string;
  readonly memoryBytes: number;
}

/** `chdb` is not there, or not for this platform. */
export class EngineMissingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineMissingError';
  }
}

/** Loads the package only now: an installation that uses a ClickHouse by URL needs none of it. */
export function loadNativeBinding(): NativeBinding {
  const require = createRequire(import.meta.url);
  try {
    const home = dirname(require.resolve('chdb/package.json'));
    const { loadNative } = require(join(home, 'dist', 'loader.js')) as { loadNative(): NativeBinding };
    return loadNative();
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'MODULE_NOT_FOUND')
      throw new EngineMissingError('The package chdb is not installed.', { cause: error });
    throw new EngineMissingError('The package chdb has no engine that runs on this platform.', { cause: error });
  }
}

const megabyte = 1024 * 1024;

/** Server configuration: few threads, small caches, one cap for all memory. Inserts are on the disk when they are acknowledged. */
function renderConfiguration(memoryBytes: number): string {
  const server = {
    max_server_memory_usage: memoryBytes,
    mark_cache_size: Math.max(16 * megabyte, Math.floor(memoryBytes / 10)),
    index_mark_cache_size: 16 * megabyte,
    uncompressed_cache_size: 0,
    background_pool_size: 2,
    background_schedule_pool_size: 4,
    background_schedule_pool_initial_size: 2,
    max_parts_cleaning_thread_pool_size: 2,
    parts_killer_pool_size: 2,
    max_active_parts_loading_thread_pool_size: 2,
    max_outdated_parts_loading_thread_pool_size: 2,
    max_unexpected_parts_loading_thread_pool_size: 2,
    max_io_thread_pool_size: 8,
    max_thread_pool_size: 250,
  };
  const tables = { fsync_after_insert: 1, fsync_part_directory: 1 };
  const render = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');
  return `<clickhouse>${render(server)}<merge_tree>${render(tables)}</merge_tree></clickhouse>\n`;
}

/** Beside the data. Written only when it changes, so that a full disk can be opened. */
function writeConfiguration(path: string, text: string): void {
  let present = '';
  try {
    present = readFileSync(path, 'utf8');
  } catch {
    // Not there yet.
  }
  if (present !== text) writeFileSync(path, text, { mode: 0o600 });
}

/** Opens the data directory and keeps one connection for as long as the process lives, so that the engine stays up between statements. */
export function openEngine(native: NativeBinding, options: EngineOptions): Engine {
  const open = (args?: readonly string[]): NativeConnection => {
    const connection =
      args === undefined
        ? native.CreateConnection(options.directory)
        : native.CreateConnection(options.directory, args);
    if (connection === null) throw new EngineError(1002, 'UNKNOWN_EXCEPTION', 'The engine gave no connection.');
    return connection;
  };
  // Settings of tables can be given in a file only.
  const configurationPath = `${options.directory}.xml`;
  writeConfiguration(configurationPath, renderConfiguration(options.memoryBytes));
  const keeper = open([`--config-file=${configurationPath}`]);

  return {
    async run({ sql, data, before, format }) {
      // Named here so that the keeper is held for as long as the engine is.
      if (keeper === null) throw new EngineError(1002, 'UNKNOWN_EXCEPTION', 'The engine is closed.');
      let connection: NativeConnection | null = null;
      try {
        connection = open();
        for (const setup of before) await native.QueryAsyncConnection(connection, setup, 'TabSeparated');
        if (data !== null) {
          const written = await native.InsertRawAsyncConnection(connection, sql, data, false);
          return { bytes: new Uint8Array(0), rowsRead: 0, bytesRead: 0, ...written };
        }
        const result = await native.QueryAsyncConnection(connection, sql, format);
        return {
          bytes: result.bytes,
          rowsRead: result.rowsRead,
          bytesRead: result.bytesRead,
          rowsWritten: 0,
          bytesWritten: 0,
        };
      } catch (error) {
        throw readEngineError(error);
      } finally {
        // Never while a statement runs on it: that would end the engine.
        if (connection !== null) native.CloseConnection(connection);
      }
    },
  };
}
