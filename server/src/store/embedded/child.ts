// The embedded database: a process of its own around chdb. Started by embedded-database.ts, never by hand.
// biome-ignore-all lint/style/noRestrictedGlobals: the entry file of a process of its own.
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import type { ChildMessage, FailureReason, StartMessage } from './child-messages.js';
import { createClickHouseHttp } from './clickhouse-http.js';
import { type Engine, EngineMissingError, loadNativeBinding, openEngine } from './native-engine.js';
import { quoteIdentifier } from './parameter-literal.js';

/** The engine's exit waits for statements that run and can wait for ever; what was acknowledged survives this. */
const end = () => process.kill(process.pid, 'SIGKILL');

const tell = (message: ChildMessage) =>
  new Promise<void>((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });

async function fail(reason: FailureReason, detail: string): Promise<void> {
  await tell({ kind: 'failed', reason, detail });
  end();
}

/** In force for each statement that does not set them itself. */
function defaultSettings(memoryBytes: number): ReadonlyMap<string, string> {
  return new Map([
    ['max_execution_time', '30'],
    ['max_memory_usage', String(Math.floor(memoryBytes * 0.7))],
    // Literals stand in the statement itself.
    ['max_query_size', String(256 * 1024 * 1024)],
    ['max_threads', String(Math.min(4, availableParallelism()))],
    ['max_insert_threads', '1'],
  ]);
}

async function readSetAside(engine: Engine): Promise<string[]> {
  const sql =
    "SELECT concat(database, '.', table, ': ', toString(count())) FROM system.detached_parts WHERE startsWith(reason, 'broken') GROUP BY database, table";
  const { bytes } = await engine.run({ sql, data: null, before: [], format: 'TabSeparated' });
  return Buffer.from(bytes).toString('utf8').split('\n').filter(Boolean);
}

async function start(message: StartMessage): Promise<void> {
  let native: ReturnType<typeof loadNativeBinding>;
  try {
    native = loadNativeBinding();
  } catch (error) {
    return fail(error instanceof EngineMissingError && /installed/.test(error.message) ? 'missing' : 'unsupported', '');
  }
  let engine: Engine;
  let setAside: string[];
  try {
    engine = openEngine(native, message);
    const sql = `CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(message.database)} ENGINE = Atomic`;
    await engine.run({ sql, data: null, before: [], format: 'TabSeparated' });
    setAside = await readSetAside(engine);
  } catch (error) {
    return fail('open', error instanceof Error ? error.message : '');
  }
  const server = createClickHouseHttp({ ...message, engine, settings: defaultSettings(message.memoryBytes) });
  server.once('error', (error: NodeJS.ErrnoException) => void fail('port', error.code ?? ''));
  server.listen(message.port, '127.0.0.1', () => {
    void tell({ kind: 'listening', port: (server.address() as AddressInfo).port, setAside });
  });
}

// Whoever started us is gone: nobody could stop us any more.
process.once('disconnect', end);
process.on('uncaughtException', (error) => {
  process.stderr.write(`defect of the embedded database: ${error.stack ?? error.name}\n`, end);
});
process.once('message', (message) => void start(message as StartMessage));
