import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const newline = 0x0a;
const chunkBytes = 64 * 1024;
/** So much of the first line tells one file from another: it names a request. */
export const maxHeadBytes = 1024;

/** The first line, cut at 1 KiB; `whole` when there is no more to come of it. */
export interface FileHead {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

export async function readHead(file: FileHandle): Promise<FileHead> {
  return headOf(await readAt(file, 0, maxHeadBytes));
}

export function headOf(start: Uint8Array): FileHead {
  const bytes = start.subarray(0, maxHeadBytes);
  const end = bytes.indexOf(newline);
  if (end >= 0) return { bytes: bytes.subarray(0, end), whole: true };
  return { bytes, whole: bytes.length === maxHeadBytes };
}

export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

export const hashOf = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 32);
};

async function readAt(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Offset of the first newline in [from, to); -1 without one. */
export async function findNewline(file: FileHandle, from: number, to: number): Promise<number> {
  for (let at = from; at < to; ) {
    const bytes = await readAt(file, at, Math.min(chunkBytes, to - at));
    const found = bytes.indexOf(newline);
    if (found >= 0) return at + found;
    if (bytes.length === 0) return -1;
    at += bytes.length;
  }
  return -1;
}

/** Offset of the last newline in [from, to); -1 without one. */
export async function findLastNewline(file: FileHandle, from: number, to: number): Promise<number> {
  for (let end = to; end > from; ) {
    const start = Math.max(from, end - chunkBytes);
    const found = (await readAt(file, start, end - start)).lastIndexOf(newline);
    if (found >= 0) return start + found;
    end = start;
  }
  return -1;
}

/** The bytes of [from, to). `verify` is asked after the last byte and throws when these are not the file's bytes any more. */
export async function* readRange(
  file: FileHandle,
  from: number,
  to: number,
  verify: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    const bytes = await readAt(file, at, Math.min(chunkBytes, to - at));
    if (bytes.length === 0) break;
    at += bytes.length;
    yield bytes;
  }
  await verify();
}
