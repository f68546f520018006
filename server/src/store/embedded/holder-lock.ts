import { readFile, rm, writeFile } from 'node:fs/promises';
// Only who holds a directory is asked for here; everything else about the process stays in main.ts.
import { kill, pid as ownPid } from 'node:process';
import { locked } from './data-directory-error.js';
import { writeWhole } from './write-whole.js';

/** A process and when it began: in containers the same id comes back at each start. */
interface ProcessName {
  readonly pid: number;
  readonly startedAt: string | null;
}
interface Lock {
  readonly holder: ProcessName;
  readonly database: ProcessName | null;
}

export interface HolderLock {
  /** Should we die and it not, the next holder ends it. */
  noteDatabaseProcess(pid: number): Promise<void>;
  /** Lets another process have the directory. */
  release(): Promise<void>;
}

/** A lock file that names its holder. The engine's own lock is the last word, should two claim a dead one's place at once. */
export async function createHolderLock(path: string, directory: string): Promise<HolderLock> {
  const holder = { pid: ownPid, startedAt: await readStartTime(ownPid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await unlessFull(writeFile(path, `${JSON.stringify({ holder, database: null })}\n`, { flag: 'wx', mode: 0o600 }));
      return {
        async noteDatabaseProcess(pid) {
          const content = { holder, database: { pid, startedAt: await readStartTime(pid) } };
          if (isSame((await readLock(path))?.holder, holder)) await unlessFull(writeWhole(path, content));
        },
        async release() {
          if (isSame((await readLock(path))?.holder, holder)) await rm(path, { force: true });
        },
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = await readLock(path);
    if (found !== null && (await isLiving(found.holder))) throw locked(directory, found.holder.pid);
    // A database process that outlived its holder is deaf, or it would have ended itself. Its id alone would not prove that it is ours.
    const orphan = found?.database ?? null;
    if (orphan !== null && orphan.startedAt !== null && (await isLiving(orphan))) kill(orphan.pid, 'SIGKILL');
    await rm(path, { force: true });
  }
  throw locked(directory, null);
}

/** A full disk must not keep what is stored from being read; without its name a holder has the engine's lock still. */
async function unlessFull(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

/** null when it is damaged or just being written; the engine's own lock decides then. */
async function readLock(path: string): Promise<Lock | null> {
  let content: Partial<Lock> | null;
  try {
    content = JSON.parse(await readFile(path, 'utf8')) as Partial<Lock> | null;
  } catch {
    return null;
  }
  const holder = readProcessName(content?.holder);
  return holder === null ? null : { holder, database: readProcessName(content?.database) };
}

const isSame = (one: ProcessName | undefined, other: ProcessName) =>
  one?.pid === other.pid && one.startedAt === other.startedAt;

function readProcessName(value: unknown): ProcessName | null {
  const { pid, startedAt } = (value ?? {}) as Partial<ProcessName>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return { pid, startedAt: typeof startedAt === 'string' ? startedAt : null };
}

async function isLiving({ pid, startedAt }: ProcessName): Promise<boolean> {
  return isAlive(pid) && (await readStartTime(pid)) === startedAt;
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in ticks since the machine did; null where the system does not show it. */
async function readStartTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // 4242 (node (x)) S 1 4242 … : the name may hold anything, so count from its last bracket. The 22nd field is the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Dead, and only not buried yet.
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}
