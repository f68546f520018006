import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type ClickHouseDatabaseOptions,
  createClickHouseDatabase,
} from '../../../../server/src/store/clickhouse-database.js';
import type { Database } from '../../../../server/src/store/database.js';
import { DataDirectoryError } from '../../../../server/src/store/embedded/data-directory-error.js';
import {
  type EmbeddedDatabase,
  startEmbeddedDatabase,
} from '../../../../server/src/store/embedded/embedded-database.js';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { silentTelemetry, type Telemetry } from '../../../../server/src/telemetry/telemetry.js';
import { buildChildEntry } from '../../../support/embedded-child.js';

// Processes are started and killed here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let parent: string;
let childEntry: URL;
const running: EmbeddedDatabase[] = [];
const open: Database[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'why403-supervision-'));
  childEntry = await buildChildEntry();
});
afterAll(async () => {
  await Promise.all(open.map((database) => database.close()));
  await Promise.all(running.map((embedded) => embedded.stop()));
  await rm(parent, { recursive: true, force: true });
});

/** What was told, and a way to wait for it. */
function createListener() {
  const told: string[] = [];
  let wake = () => {};
  const tell = (what: string) => {
    told.push(what);
    wake();
  };
  const telemetry: Telemetry = {
    ...silentTelemetry,
    databaseStarted: ({ pid }) => tell(`started ${pid > 0}`),
    databaseStopped: ({ reason, willRestart }) => tell(`stopped: ${reason}${willRestart ? ', restarts' : ''}`),
    sourceProblem: ({ problem }) => tell(`problem: ${problem}`),
    defect: ({ error }) => tell(`defect: ${String(error)}`),
  };
  async function heard(count: number): Promise<string[]> {
    while (told.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return told;
  }
  return { telemetry, told, heard };
}

async function start(name: string, given: Partial<Parameters<typeof startEmbeddedDatabase>[0]> = {}) {
  const embedded = await startEmbeddedDatabase({
    directory: join(parent, name),
    owner: 'test',
    telemetry: silentTelemetry,
    childEntry,
    firstPauseMs: 20,
    ...given,
  });
  running.push(embedded);
  return embedded;
}

function connect(embedded: EmbeddedDatabase, given: Partial<ClickHouseDatabaseOptions> = {}): Database {
  const database = createClickHouseDatabase({ ...connection(embedded), telemetry: silentTelemetry, ...given });
  open.push(database);
  return database;
}
/** Without one, 0 would signal the test's own process group. */
function pidOf({ pid }: EmbeddedDatabase): number {
  if (pid === null) throw new Error('the database has no process');
  return pid;
}
const connection = ({ url, username, password, database }: EmbeddedDatabase) => ({ url, username, password, database });

/** As a caller would: again until it is stored or refused for good. Says how often it was unavailable. */
async function untilDone<T>(
  work: () => Promise<T>,
  pause: () => Promise<unknown> = async () => {},
): Promise<{ value: T; failures: number }> {
  for (let failures = 0; ; failures += 1) {
    try {
      return { value: await work(), failures };
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'unavailable') throw error;
      await pause();
    }
  }
}

describe('a killed process', () => {
  it('is started again at the same address, and what it acknowledged is there: five times, in mid-insert', async () => {
    const { telemetry, told, heard } = createListener();
    let restarts = 0;
    const embedded = await start('killed', { telemetry, onRestart: () => (restarts += 1) });
    const before = connection(embedded);
    const database = connect(embedded);
    await database.command(
      'CREATE TABLE t (batch UInt32, n UInt32, s String) ENGINE = ReplacingMergeTree ORDER BY (batch, n)',
    );
    let failures = 0;
    let batch = 0;
    for (let kill = 1; kill <= 5; kill += 1) {
      const pid = pidOf(embedded);
      // Batches go on while the process dies and comes back; each is sent until it is acknowledged.
      for (let i = 0; i < 6; i += 1) {
        batch += 1;
        const rows = Array.from({ length: 500 }, (_, n) => ({ batch, n, s: 'x'.repeat(100) }));
        const insert = untilDone(
          () => database.insert('t', rows),
          () => heard(2 * kill + 1),
        );
        if (i === 2) setImmediate(() => process.kill(pid, 'SIGKILL'));
        failures += (await insert).failures;
      }
      await heard(2 * kill + 1);
    }
    expect(failures).toBeGreaterThan(0);
    const counts = await database.query('SELECT uniqExact(batch) AS batches, count() AS n FROM t FINAL');
    expect(counts).toEqual([{ batches: batch, n: batch * 500 }]);
    expect(restarts).toBe(5);
    expect(connection(embedded)).toEqual(before);
    expect(told).toEqual([
      'started true',
      ...Array(5).fill(['stopped: ended by SIGKILL, restarts', 'started true']).flat(),
    ]);
    await embedded.stop();
  });
});

describe('a process that hangs', () => {
  /** A busy machine may let a healthy one wait for some seconds. */
  const hungAfterMs = 6_000;

  it('is killed and started again; meanwhile statements are unavailable or wait, and work afterwards', async () => {
    const { telemetry, heard } = createListener();
    const embedded = await start('hung', { telemetry, checkEveryMs: 20, hungAfterMs });
    const database = connect(embedded);
    await database.command('CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n');
    await database.insert('t', [{ n: 1 }]);
    process.kill(pidOf(embedded), 'SIGSTOP');
    const asked = database.query('SELECT n FROM t').catch((error: unknown) => error);
    expect(await asked).toMatchObject({ name: 'StoreError', kind: 'unavailable' });
    expect((await heard(3)).slice(1)).toEqual([
      `stopped: it did not answer for ${hungAfterMs} ms and was killed, restarts`,
      'started true',
    ]);
    expect((await untilDone(() => database.query('SELECT n FROM t'))).value).toEqual([{ n: 1 }]);
    await embedded.stop();
  });

  it('is not one that answers while this process stands still itself', async () => {
    const { telemetry, told } = createListener();
    const embedded = await start('patient', { telemetry, checkEveryMs: 1, hungAfterMs: 2_000 });
    const database = connect(embedded);
    for (let times = 0; times < 3; times += 1) {
      await database.query('SELECT 1');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
    }
    await database.query('SELECT 1');
    expect(told).toEqual(['started true']);
    await embedded.stop();
  });

  it('after a fatal signal, when the engine keeps it alive, too', async () => {
    const { telemetry, heard } = createListener();
    const embedded = await start('fatal', { telemetry, checkEveryMs: 20, hungAfterMs });
    process.kill(pidOf(embedded), 'SIGSEGV');
    expect((await heard(3))[2]).toBe('started true');
    await untilDone(() => connect(embedded).ping());
    await embedded.stop();
  });
});

describe('stop', () => {
  it('does not wait for statements, leaves nothing behind, and can be called again', async () => {
    const { telemetry, told } = createListener();
    const embedded = await start('stopped', { telemetry });
    const database = connect(embedded);
    await database.command('CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n');
    await database.insert('t', [{ n: 1 }]);
    const pid = pidOf(embedded);
    const long = Array.from({ length: 4 }, () =>
      database
        .query('SELECT sum(sleepEachRow(0.05)) FROM numbers(100000)', {}, { settings: { max_block_size: 1 } })
        .catch((error: unknown) => error),
    );
    await connect(embedded).query('SELECT 1');
    await Promise.all([embedded.stop(), embedded.stop()]);
    for (const failure of await Promise.all(long)) expect(failure).toMatchObject({ kind: 'unavailable' });
    expect(embedded.pid).toBeNull();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(told).toEqual(['started true', 'stopped: it was told to stop']);
    const again = await start('stopped');
    expect(await connect(again).query('SELECT n FROM t')).toEqual([{ n: 1 }]);
    await again.stop();
  });

  it('ends a pause before a restart', async () => {
    const { telemetry, heard } = createListener();
    const embedded = await start('pausing', { telemetry, firstPauseMs: 3_600_000 });
    process.kill(pidOf(embedded), 'SIGKILL');
    await heard(2);
    await embedded.stop();
    expect(embedded.pid).toBeNull();
  });
});

describe('a directory that cannot be used', () => {
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it('is one that another holds', async () => {
    const embedded = await start('held');
    const failure = await failureOf(start('held'));
    expect(failure).toBeInstanceOf(DataDirectoryError);
    expect(failure).toMatchObject({ kind: 'locked', message: expect.stringContaining('is in use by process') });
    await connect(embedded).ping();
    await embedded.stop();
  });

  it('is one whose engine another holds, though its lock file is gone', async () => {
    const embedded = await start('held-by-engine');
    await rm(join(parent, 'held-by-engine', 'why403.lock'));
    const failure = await failureOf(start('held-by-engine', { lockedForAtMostMs: 100 }));
    expect(failure).toMatchObject({ kind: 'locked', message: expect.stringContaining('is in use by another process') });
    await connect(embedded).ping();
    await embedded.stop();
  });

  it('is one of another owner', async () => {
    await (await start('owned')).stop();
    expect(await failureOf(start('owned', { owner: 'demo' }))).toMatchObject({ kind: 'owned_by_other' });
  });

  it('is one with a broken table, which is told in a sentence; the next may have it', async () => {
    const embedded = await start('broken');
    await connect(embedded).command('CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n');
    const [table] = await connect(embedded).query<{ path: string }>(
      "SELECT metadata_path AS path FROM system.tables WHERE name = 't'",
    );
    await embedded.stop();
    const path = table?.path ?? '';
    await writeFile(path.startsWith('/') ? path : join(parent, 'broken', 'database', path), '');
    const failure = await failureOf(start('broken'));
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({
      kind: 'broken',
      message: expect.stringMatching(/could not open the data directory .*ClickHouse code \d+/),
    });
    expect(await failureOf(start('broken'))).toMatchObject({ kind: 'broken' });
  });
});

describe('an installation without chdb', () => {
  it('says the one command to run', async () => {
    // Outside of the repository nothing is found to load.
    const elsewhere = join(parent, 'child.mjs');
    await cp(childEntry, elsewhere);
    const failure = await start('missing', { childEntry: new URL(`file://${elsewhere}`) }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('run `npm install chdb@3.4.0`'),
    });
  });

  it('or that the file to run is not there', async () => {
    const failure = await start('no-entry', { childEntry: new URL('file:///nowhere/child.js') }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('did not start') });
  });
});

it('parts that are set aside as broken are told at the start, those that someone detached are not', async () => {
  const embedded = await start('aside');
  const database = connect(embedded);
  for (const table of ['whole', 'detached', 'damaged']) {
    await database.command(`CREATE TABLE ${table} (n UInt32) ENGINE = MergeTree ORDER BY n`);
    await database.insert(table, [{ n: 1 }]);
  }
  await database.command('ALTER TABLE detached DETACH PARTITION tuple()');
  const [part] = await database.query<{ path: string }>("SELECT path FROM system.parts WHERE table = 'damaged'");
  await embedded.stop();
  await writeFile(join(part?.path ?? '', 'checksums.txt'), '');
  const { telemetry, told } = createListener();
  await (await start('aside', { telemetry })).stop();
  expect(told.filter((what) => what.startsWith('problem'))).toEqual([
    expect.stringMatching(/set aside and are missing from answers \(why403\.damaged: 1\)/),
  ]);
});

it('the process ends when whoever started it is gone', async () => {
  const { spawn } = await import('node:child_process');
  // A parent that starts the entry as we do, says its id, and is killed.
  const script = `
    const child = require('node:child_process').fork(process.argv[1], [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true });
    child.on('message', () => console.log(child.pid));
    child.send({ kind: 'start', directory: process.argv[2], username: 'u', password: 'p', database: 'd', port: 0, memoryBytes: 300000000, maxBodyBytes: 1000 });
  `;
  const { fileURLToPath } = await import('node:url');
  const parentProcess = spawn(process.execPath, ['-e', script, fileURLToPath(childEntry), join(parent, 'orphan')]);
  const [line] = (await once(parentProcess.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(process.kill(pid, 0)).toBe(true);
  parentProcess.kill('SIGKILL');
  await once(parentProcess, 'exit');
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (isThere()) await new Promise((resolve) => setImmediate(resolve));
});
