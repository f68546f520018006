import { randomBytes } from 'node:crypto';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pause } from '../../time/pause.js';
import { StoreError } from '../store-error.js';
import type { StartMessage } from './child-messages.js';
import { claimDataDirectory } from './data-directory.js';
import { DataDirectoryError } from './data-directory-error.js';
import { type DatabaseProcess, startDatabaseProcess } from './database-process.js';
import { watchHealth } from './health.js';

export interface EmbeddedDatabaseOptions {
  readonly directory: string;
  /** Which command's data it is (`serve`, `demo`): a directory serves one. */
  readonly owner: string;
  readonly telemetry: Telemetry;
  /** Cap of all the engine's memory. */
  readonly memoryBytes?: number;
  /** The built child.js; by default the one beside this file. */
  readonly childEntry?: URL;
  /** After each restart that succeeded. */
  readonly onRestart?: () => void;
  /** Largest body of an insert, inflated. */
  readonly maxBodyBytes?: number;
  readonly startTimeoutMs?: number;
  readonly checkEveryMs?: number;
  /** A process that answers no check for so long is killed and started again. */
  readonly hungAfterMs?: number;
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** How long a directory that another process has may stay so: one whose parent was killed needs a moment to notice. */
  readonly lockedForAtMostMs?: number;
}

/** A ClickHouse by URL that lives as long as we do. URL and password stay the same when the process behind them is started anew. */
export interface EmbeddedDatabase {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Of the process that runs now; null while none does. */
  readonly pid: number | null;
  /** Ends it at once, statements or not: what was acknowledged is kept. The directory is free afterwards. */
  stop(): Promise<void>;
}

const megabyte = 1_000_000;
const database = 'why403';
const username = 'why403';
/** After so long without a failure the next pause is the first one again. */
const steadyAfterMs = 60_000;

export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { telemetry } = options;
  const entry = options.childEntry ?? new URL('./child.js', import.meta.url);
  const startTimeoutMs = options.startTimeoutMs ?? 60_000;
  const firstPauseMs = options.firstPauseMs ?? 200;
  const lockedForAtMostMs = options.lockedForAtMostMs ?? 5_000;
  const longestPauseMs = options.longestPauseMs ?? 30_000;
  const password = randomBytes(24).toString('hex');
  const stopping = new AbortController();

  const claim = await claimDataDirectory(options.directory, options.owner);
  let running: DatabaseProcess | null = null;
  let port = 0;

  /** Resolves when it answers. Rejects when it is gone again. */
  async function bringUp(): Promise<DatabaseProcess> {
    const began = performance.now();
    const message: StartMessage = {
      kind: 'start',
      directory: claim.databasePath,
      username,
      password,
      database,
      port,
      memoryBytes: options.memoryBytes ?? 600 * megabyte,
      maxBodyBytes: options.maxBodyBytes ?? 256 * megabyte,
    };
    const started = startDatabaseProcess(entry, message, options.directory);
    running = started;
    const tooLate = setTimeout(() => started.kill(`it did not answer within ${startTimeoutMs} ms`), startTimeoutMs);
    try {
      await claim.noteDatabaseProcess(started.pid);
      const listening = await started.listening;
      port = listening.port;
      telemetry.databaseStarted({ pid: started.pid, durationMs: performance.now() - began });
      for (const parts of listening.setAside) {
        telemetry.sourceProblem({
          source: 'embedded database',
          problem: `damaged parts of a table were set aside and are missing from answers (${parts}); see ${claim.databasePath}`,
        });
      }
      return started;
    } catch (error) {
      // Its id may be noted nowhere, and the next one needs the directory.
      started.kill('it did not come up');
      await started.ended;
      running = null;
      throw error;
    } finally {
      clearTimeout(tooLate);
    }
  }

  async function bringUpFirst(): Promise<DatabaseProcess> {
    const began = performance.now();
    for (;;) {
      try {
        return await bringUp();
      } catch (error) {
        const isLocked = error instanceof DataDirectoryError && error.kind === 'locked';
        if (!isLocked || performance.now() - began > lockedForAtMostMs) throw error;
        await pause(firstPauseMs, stopping.signal);
      }
    }
  }

  /** Until stop(): waits for the end of the process and starts it again. */
  async function supervise(first: DatabaseProcess): Promise<void> {
    let current: DatabaseProcess | null = first;
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      if (current !== null) {
        const began = performance.now();
        const reason = await watchUntilEnd(current);
        running = null;
        telemetry.databaseStopped({ pid: current.pid, reason, willRestart: !stopping.signal.aborted });
        if (performance.now() - began > steadyAfterMs) pauseMs = firstPauseMs;
      }
      if (stopping.signal.aborted) return;
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (stopping.signal.aborted) return;
      current = await bringUpAgain();
    }
  }

  async function bringUpAgain(): Promise<DatabaseProcess | null> {
    try {
      const again = await bringUp();
      options.onRestart?.();
      return again;
    } catch (error) {
      // Only sentences of ours; anything else is a defect.
      if (error instanceof StoreError || error instanceof DataDirectoryError) {
        if (!stopping.signal.aborted) telemetry.sourceProblem({ source: 'embedded database', problem: error.message });
      } else telemetry.defect({ where: 'embedded database', error });
      return null;
    }
  }

  async function watchUntilEnd(current: DatabaseProcess): Promise<string> {
    const over = new AbortController();
    const hungAfterMs = options.hungAfterMs ?? 10_000;
    watchHealth({
      port,
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      everyMs: options.checkEveryMs ?? 1_000,
      hungAfterMs,
      signal: over.signal,
      onHung: () => current.kill(`it did not answer for ${hungAfterMs} ms and was killed`),
    });
    const reason = await current.ended;
    over.abort();
    return reason;
  }

  let supervised: Promise<void>;
  try {
    supervised = supervise(await bringUpFirst());
  } catch (error) {
    await claim.release();
    throw error;
  }

  async function stopOnce(): Promise<void> {
    stopping.abort();
    running?.kill('it was told to stop');
    await supervised;
    await claim.release();
  }
  let stopped: Promise<void> | null = null;

  return {
    url: `http://127.0.0.1:${port}`,
    username,
    password,
    database,
    get pid() {
      return running?.pid ?? null;
    },
    stop() {
      stopped ??= stopOnce();
      return stopped;
    },
  };
}
