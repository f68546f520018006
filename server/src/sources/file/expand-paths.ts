import { readdir, stat } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { matchesGlob } from '../../text/glob.js';

export interface FoundFile {
  readonly path: string;
  /** Of device and inode: the same file by two names is one file. */
  readonly key: string;
  readonly inode: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Names that nothing has. */
  readonly missing: ReadonlyMap<string, string>;
  /** What could not be looked at, by path. */
  readonly problems: ReadonlyMap<string, string>;
}

/** Files of these paths; `*` and `?` stand for any characters of one name, hidden names must be asked for. Links are followed. */
export async function expandPaths(patterns: readonly string[]): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const missing = new Map<string, string>();
  const problems = new Map<string, string>();
  for (const pattern of patterns) {
    const paths = await pathsOf(resolve(pattern), problems);
    if (paths.length === 0) missing.set(pattern, 'there is no such file yet');
    for (const path of paths) await look(path);
  }
  return { files: [...files.values()], missing, problems };

  async function look(path: string): Promise<void> {
    try {
      const found = await stat(path, { bigint: true });
      const { dev, ino, size, mtimeMs } = found;
      const key = `${dev}:${ino}`;
      // A device or a pipe is no log file.
      if (!found.isFile() || files.has(key)) return;
      files.set(key, { path, key, inode: String(ino), size: Number(size), mtimeMs: Number(mtimeMs) });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') missing.set(path, 'there is no such file yet');
      else problems.set(path, reasonOf(error));
    }
  }
}

async function pathsOf(pattern: string, problems: Map<string, string>): Promise<string[]> {
  const { root } = parse(pattern);
  let paths = [root];
  const names = pattern.slice(root.length).split(sep);
  for (const [index, name] of names.entries()) {
    if (!/[*?]/.test(name)) {
      paths = paths.map((path) => join(path, name));
      continue;
    }
    const found: string[] = [];
    for (const path of paths) {
      const listed = await list(path, problems);
      for (const each of listed) if (fits(each, name)) found.push(join(path, each));
    }
    paths = found;
    if (index === names.length - 1) paths.sort();
  }
  return paths;
}

async function list(path: string, problems: Map<string, string>): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    // `logs/*/access.log`: what is no directory is not meant.
    if (codeOf(error) !== 'ENOTDIR' && codeOf(error) !== 'ENOENT') problems.set(path, reasonOf(error));
    return [];
  }
}

/** Hidden names must be asked for. */
export const fits = (name: string, pattern: string): boolean =>
  (pattern.startsWith('.') || !name.startsWith('.')) && matchesGlob(pattern, name);

export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ELOOP: 'its links lead back to themselves',
  EMFILE: 'too many files are open in this process',
  EIO: 'the disk does not give it',
};

export const reasonOf = (error: unknown): string => {
  const code = codeOf(error);
  return code === null ? 'it cannot be read' : (reasons[code] ?? `it cannot be read (${code})`);
};
