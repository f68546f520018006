import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import {
  type ClickHouseDatabaseOptions,
  createClickHouseDatabase,
} from '../../server/src/store/clickhouse-database.js';
import type { Database } from '../../server/src/store/database.js';
import {
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
  startEmbeddedDatabase,
} from '../../server/src/store/embedded/embedded-database.js';
import { silentTelemetry } from '../../server/src/telemetry/telemetry.js';
import { buildChildEntry } from './embedded-child.js';

export interface TestDatabase {
  /** A Database on a new, empty Atomic database; closed and dropped with the file. */
  freshDatabase(options?: Partial<ClickHouseDatabaseOptions>): Promise<Database>;
  /** Another Database on the database that a fresh one stands on: a second client, or other limits. */
  sameDatabase(database: Database, options?: Partial<ClickHouseDatabaseOptions>): Database;
  /** What a service would be configured with. */
  connection(): Pick<EmbeddedDatabase, 'url' | 'username' | 'password'>;
  readonly pid: number | null;
  /** kill -9: the supervisor starts it again. */
  kill(): void;
  /** Stops the process without ending it (SIGSTOP): give `checkEveryMs` and `hungAfterMs` to have it killed soon. */
  hang(): void;
  /** Resolves when a statement is answered again. */
  untilUp(): Promise<void>;
}

/** A folder in memory spares the disk; TMPDIR itself shows in what is tested. */
const databasesFolder = process.env['WHY403_TEST_DATABASES'] ?? tmpdir();

/** One embedded database for each test file, started before its first test, gone with its directory after the last. */
export function useTestDatabase(options: Partial<EmbeddedDatabaseOptions> = {}): TestDatabase {
  // A process is started and statements run on a machine that has other work.
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

  let directory: string;
  let embedded: EmbeddedDatabase;
  let made = 0;
  const open: Database[] = [];
  const names = new WeakMap<Database, string>();

  function connect(name: string, limits: Partial<ClickHouseDatabaseOptions> = {}): Database {
    const { url, username, password } = embedded;
    const database = createClickHouseDatabase({
      url,
      username,
      password,
      database: name,
      telemetry: silentTelemetry,
      ...limits,
    });
    open.push(database);
    names.set(database, name);
    return database;
  }

  function signal(name: NodeJS.Signals): void {
    const { pid } = embedded;
    if (pid !== null) process.kill(pid, name);
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(databasesFolder, 'why403-test-'));
    embedded = await startEmbeddedDatabase({
      directory,
      owner: 'test',
      telemetry: silentTelemetry,
      childEntry: await buildChildEntry(),
      firstPauseMs: 20,
      ...options,
    });
  });

  afterAll(async () => {
    await Promise.all(open.map((database) => database.close()));
    await embedded?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    async freshDatabase(limits) {
      made += 1;
      const name = `test_${made}`;
      await connect('default').command(`CREATE DATABASE ${name} ENGINE = Atomic`);
      return connect(name, limits);
    },
    sameDatabase: (database, limits) => connect(names.get(database) ?? 'default', limits),
    connection: () => ({ url: embedded.url, username: embedded.username, password: embedded.password }),
    get pid() {
      return embedded.pid;
    },
    kill: () => signal('SIGKILL'),
    hang: () => signal('SIGSTOP'),
    async untilUp() {
      const database = connect('default');
      for (;;) {
        const answered = await database.ping().then(
          () => true,
          () => false,
        );
        if (answered) return;
        // Refusals come at once; the process that starts needs the machine too.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
