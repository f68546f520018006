import { createReadStream } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { UsageError } from './usage-error.js';

const chunkBytes = 64 * 1024;
/** A log format is a line; AWS takes at most 3 KB of it. */
const maxTemplateBytes = 64 * 1024;

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: part of its path is a file',
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
  EISDIR: 'is a directory, not a file',
  ELOOP: 'cannot be reached: too many symbolic links',
  ENAMETOOLONG: 'cannot exist: its name is too long',
  EMFILE: 'cannot be opened: too many open files',
  ERR_INVALID_ARG_VALUE: 'cannot exist: its name holds a NUL character',
};

export function unreadable(
  what: string,
  error: unknown,
  hint = 'Give the path of a log file, or - for standard input.',
) {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return new UsageError(`${what} ${sentences[code] ?? `cannot be read (${code})`}.`, hint);
}

const theFile = (path: string): string => `The file ${path}`;

/** Says at once what cannot be read, before minutes go into the files before it. Opens nothing: a pipe has one opening. */
export async function checkReadable(path: string): Promise<void> {
  let directory: boolean;
  try {
    directory = (await stat(path)).isDirectory();
    await access(path, constants.R_OK);
  } catch (error) {
    throw unreadable(theFile(path), error);
  }
  if (directory) {
    throw new UsageError(`${path} is a directory, not a file.`, `Name the files in it: ${path.replace(/\/$/, '')}/*`);
  }
}

/** The file in chunks of 64 KiB, or so many bytes; it is opened when the first is asked for. */
export async function* readFileChunks(path: string, bytes = chunkBytes): AsyncGenerator<Uint8Array> {
  yield* readable(theFile(path), createReadStream(path, { highWaterMark: bytes }));
}

/** What stands behind `what` can still turn out to be unreadable while it is read: a `UsageError` as well. */
export async function* readable(what: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(what, error);
  }
}

/** `--access-log-format @FILE`: the template without its final newline. */
export async function readTemplate(path: string): Promise<string> {
  await checkReadable(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(theFile(path), error);
  }
  if (text.length > maxTemplateBytes) {
    throw new UsageError(
      `The file ${path} is too long for a log format (${text.length} characters).`,
      'A log format is one short text with $context variables, as `aws apigateway get-stage` shows it.',
    );
  }
  return text.replace(/\r?\n$/, '');
}
