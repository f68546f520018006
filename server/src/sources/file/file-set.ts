import type { FileHandle } from 'node:fs/promises';
import { pauseAfter } from '../../time/pause.js';
import { codeOf, expandPaths, type FoundFile, reasonOf } from './expand-paths.js';
import { readGzipFile } from './gzip-file.js';
import { createTailedFile, type FileReading, type TailedFile } from './tailed-file.js';

export interface FileSetOptions {
  readonly paths: readonly string[];
  readonly open: (path: string) => Promise<FileHandle>;
  readonly reading: FileReading;
  /** The path is all right again. */
  readonly solved: (path: string) => void;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

export interface FileSet {
  /** Looks which files there are. */
  list(): Promise<void>;
  /** Reads all files in turn for a while; true when there is more to read at once. */
  read(): Promise<boolean>;
  /** Until when all whole lines of all files are stored, ms; null when that cannot be said. */
  cleanMs(): number | null;
  close(): Promise<void>;
}

interface Entry {
  found: FoundFile;
  listed: boolean;
  tail: TailedFile | null;
  /** When it was last seen under a name that is asked for. */
  listedMs: number;
  /** All of it was stored when it had this size and time: it is opened again when they change. */
  done: { readonly size: number; readonly mtimeMs: number } | null;
  cleanMs: number | null;
  failures: number;
  retryMs: number;
}

const workers = 4;
/** Then others have their turn: listing, progress. */
const readForMs = 1_000;
const maxOpenFiles = 256;

/** A last line without a newline is a line when nobody has written for so long: after rotation, and of a file that stays. */
const endedAfterMs = { gone: 30_000, listed: 3_600_000 };
/** A file at rest is closed; whoever rotates it has to be faster than that. */
const closedAfterMs = 5 * 60_000;
/** A compressed file that is still being written is not whole. */
const compressedAfterMs = 2_000;

export function createFileSet(options: FileSetOptions): FileSet {
  const { reading, nowMs, signal } = options;
  const entries = new Map<string, Entry>();
  let first = 0;
  let listedMs: number | null = null;
  let told: ReadonlyMap<string, string> = new Map();

  async function list(): Promise<void> {
    const now = nowMs();
    const { files, missing, problems } = await expandPaths(options.paths);
    // A name that nothing has yet may never come; what cannot be looked at hides lines.
    if (files.length > 0 && problems.size === 0) listedMs = now;
    const all = new Map([...missing, ...problems]);
    for (const path of told.keys()) if (!all.has(path)) options.solved(path);
    for (const [path, sentence] of all) reading.problem(path, sentence);
    told = all;
    for (const entry of entries.values()) entry.listed = false;
    for (const found of files) {
      const entry = entries.get(found.key);
      if (entry === undefined) entries.set(found.key, newEntry(found, now));
      else {
        entry.found = found;
        entry.listed = true;
        entry.listedMs = now;
        if (entry.done !== null && (entry.done.size !== found.size || entry.done.mtimeMs !== found.mtimeMs)) {
          entry.done = null;
        }
      }
    }
    for (const [key, entry] of entries) if (!entry.listed && entry.tail === null) entries.delete(key);
  }

  async function read(): Promise<boolean> {
    const untilMs = nowMs() + readForMs;
    const all = [...entries.values()].filter((entry) => entry.done === null);
    // Whoever was last in the turn before is not always last.
    const start = all.length === 0 ? 0 : first++ % all.length;
    const queue = [...all.slice(start), ...all.slice(0, start)];
    let again: Entry[] = [];
    async function work(): Promise<void> {
      for (;;) {
        const entry = queue.shift();
        if (entry === undefined || signal.aborted) return;
        if (!(await turn(entry))) continue;
        if (nowMs() < untilMs) queue.push(entry);
        else again = [...again, entry];
      }
    }
    await Promise.all(Array.from({ length: workers }, work));
    return again.length > 0;
  }

  /** True when there is more to read at once. */
  async function turn(entry: Entry): Promise<boolean> {
    const now = nowMs();
    if (now < entry.retryMs) return false;
    try {
      const more = await readEntry(entry, now);
      if (entry.failures > 0) options.solved(entry.found.path);
      entry.failures = 0;
      return more;
    } catch (error) {
      entry.failures++;
      entry.retryMs = now + pauseAfter(entry.failures);
      // Failures of the sink were told by the sink.
      if (codeOf(error) !== null) reading.problem(entry.found.path, reasonOf(error));
      return false;
    }
  }

  async function readEntry(entry: Entry, now: number): Promise<boolean> {
    const { found } = entry;
    if (entry.tail === null) {
      if (openFiles() >= maxOpenFiles) return false;
      const file = await options.open(found.path);
      const { dev, ino } = await file.stat({ bigint: true });
      if (`${dev}:${ino}` !== found.key) {
        // Rotated between the look and the opening: the next look sees what is there now.
        await file.close();
        return false;
      }
      entry.tail = createTailedFile(found.path, found.inode, file, reading);
    }
    const { size, mtimeMs } = await entry.tail.stat();
    const quietMs = now - Math.max(mtimeMs, entry.listed ? 0 : entry.listedMs);
    const ended = quietMs >= (entry.listed ? endedAfterMs.listed : endedAfterMs.gone);
    const { more, clean, storedTo, isCompressed } = await entry.tail.turn(now, ended);
    if (isCompressed) {
      await entry.tail.close();
      entry.tail = null;
      return readCompressed(entry, now);
    }
    if (clean) entry.cleanMs = now;
    const isAtEnd = clean && storedTo >= size;
    if (isAtEnd && (entry.listed ? quietMs >= closedAfterMs : ended)) {
      await entry.tail.close();
      entry.tail = null;
      entry.done = { size, mtimeMs };
    }
    return more;
  }

  async function readCompressed(entry: Entry, now: number): Promise<boolean> {
    const { found } = entry;
    const quietMs = now - found.mtimeMs;
    if (quietMs < compressedAfterMs) return false;
    const outcome = await readGzipFile(found, reading, {
      acceptCutOff: quietMs >= endedAfterMs.listed,
      isOpen: (head) => [...entries.values()].some((other) => other.tail?.head === head),
      signal,
    });
    if (outcome === 'cut off') reading.problem(found.path, 'it is compressed and its end is missing; waiting for it');
    if (outcome === 'not now' && quietMs >= endedAfterMs.gone && !signal.aborted) {
      reading.problem(
        found.path,
        'a file that is not compressed begins with the same line and is still there; nothing counts as complete until one of them is gone',
      );
    }
    if (outcome !== 'done') return false;
    entry.cleanMs = now;
    entry.done = { size: found.size, mtimeMs: found.mtimeMs };
    return false;
  }

  function openFiles(): number {
    let open = 0;
    for (const { tail } of entries.values()) if (tail !== null) open++;
    return open;
  }

  return {
    list,
    read,
    cleanMs() {
      if (listedMs === null) return null;
      let least = listedMs;
      for (const { done, cleanMs } of entries.values()) {
        if (done !== null) continue;
        if (cleanMs === null) return null;
        least = Math.min(least, cleanMs);
      }
      return least;
    },
    async close() {
      await Promise.all([...entries.values()].map(({ tail }) => tail?.close()));
      entries.clear();
    },
  };
}

const newEntry = (found: FoundFile, listedMs: number): Entry => ({
  found,
  listed: true,
  listedMs,
  tail: null,
  done: null,
  cleanMs: null,
  failures: 0,
  retryMs: 0,
});
