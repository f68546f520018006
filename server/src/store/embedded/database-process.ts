import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StoreError } from '../store-error.js';
import type { ChildMessage, ListeningMessage, StartMessage } from './child-messages.js';
import { locked, unwritable } from './data-directory-error.js';

/** One run of the database process. */
export interface DatabaseProcess {
  readonly pid: number;
  /** Rejects with StoreError or DataDirectoryError, one sentence each, when it does not come up. */
  readonly listening: Promise<ListeningMessage>;
  /** Resolves with the reason in words when the process is gone. */
  readonly ended: Promise<string>;
  /** Always SIGKILL: the engine may not react to anything else, and what it acknowledged survives. */
  kill(reason: string): void;
}

const stderrKept = 16_384;
/** Running statements hold a thread each (see the lanes in clickhouse-http.ts), and DNS, files and gzip share them. */
const threadPoolSize = '24';

/** Starts `entry` (a built JavaScript file) as a process that ends with ours. */
export function startDatabaseProcess(entry: URL, start: StartMessage, directory: string): DatabaseProcess {
  const child = fork(fileURLToPath(entry), [], {
    // Nothing of our environment: it holds credentials, and the engine takes its time zone from it.
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: threadPoolSize },
    execArgv: ['--max-old-space-size=512'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Its own process group: Ctrl+C is for us, who then stop it after the last statement.
    detached: true,
    serialization: 'json',
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrKept);
  });

  let killedFor: string | null = null;
  let message: ChildMessage | null = null;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(`it could not be started (${error.code ?? error.name})`),
    );
    // 'close' comes after the last of stderr.
    child.once('close', (code, signal) =>
      resolve(killedFor ?? (signal ? `ended by ${signal}` : `ended with code ${code}`)),
    );
  });
  const listening = new Promise<ListeningMessage>((resolve, reject) => {
    child.once('message', (received) => {
      message = received as ChildMessage;
      if (message.kind === 'listening') resolve(message);
    });
    void ended.then((reason) => reject(explainFailure(message, stderr, reason, directory)));
  });
  // Whoever does not wait for it learns from `ended`.
  listening.catch(() => {});
  child.send(start, () => {});

  return {
    pid: child.pid ?? 0,
    listening,
    ended,
    kill(reason) {
      killedFor ??= reason;
      child.kill('SIGKILL');
    },
  };
}

/** What people are told when the process does not come up. */
function explainFailure(message: ChildMessage | null, stderr: string, reason: string, directory: string): Error {
  if (message?.kind !== 'failed') {
    return new StoreError('unavailable', `The embedded database did not start: ${reason}.`);
  }
  switch (message.reason) {
    case 'missing':
      return new StoreError(
        'unavailable',
        'The embedded database needs the package chdb, which is not installed: run `npm install chdb@3.4.0`, or set store.url to a ClickHouse server.',
      );
    case 'unsupported':
      return new StoreError(
        'unavailable',
        'The embedded database (chdb) runs on Linux with glibc and on macOS, x64 and arm64, and not on this machine: run `npm install chdb@3.4.0` if its platform package is missing, or set store.url to a ClickHouse server.',
      );
    case 'port':
      return new StoreError('unavailable', `The embedded database could not listen on 127.0.0.1 (${message.detail}).`);
    case 'open':
      return explainOpenFailure(`${stderr}\n${message.detail}`, directory);
  }
}

/** The engine writes why it cannot open a directory to stderr, and gives its caller next to nothing. */
function explainOpenFailure(text: string, directory: string): Error {
  // Code: 76. DB::Exception: Cannot lock file …/status. Another server instance in same directory is already running.
  if (/Cannot lock file|Another server instance/.test(text)) return locked(directory, null);
  // …errno: 28, strerror: No space left on device; Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)
  if (/errno: 28\b|No space left|NOT_ENOUGH_SPACE/.test(text)) {
    return new StoreError('full', `The disk of the data directory ${directory} is full: free some space.`);
  }
  // …errno: 30, strerror: Read-only file system; errno: 13, strerror: Permission denied
  if (/errno: (?:1|13|30)\b|Read-only file system|Permission denied/.test(text)) {
    return unwritable(directory, { code: /errno: 30\b|Read-only/.test(text) ? 'EROFS' : 'EACCES' });
  }
  const [, code] = /Code: (\d{1,6})\. DB::Exception/.exec(text) ?? [];
  const named = code === undefined ? '' : ` (ClickHouse code ${code})`;
  return new StoreError('broken', `The embedded database could not open the data directory ${directory}${named}.`);
}
