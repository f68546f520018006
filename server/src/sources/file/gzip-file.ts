import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { StoredUnit } from '../../store/event-store.js';
import type { FoundFile } from './expand-paths.js';
import { codeOf } from './expand-paths.js';
import { hashOf, headOf, maxHeadBytes } from './file-bytes.js';
import type { FileReading } from './tailed-file.js';
import { type FilePosition, positionOf, rangeAt, unitId } from './unit-range.js';

const fingerprintBytes = 64 * 1024;
/** A line that has no end within so many bytes is cut there. */
const longestPieceBytes = 64 * 1024 * 1024;

export type GzipOutcome = 'done' | 'cut off' | 'not now';

/**
 * A compressed file does not grow: it is read once, whole. Rotation compresses files that were read before, or in part, under their
 * own name: a first line that is known says which, and reading goes on where it ended there.
 */
export async function readGzipFile(
  found: FoundFile,
  reading: FileReading,
  options: {
    /** Read even if the end is missing: nobody is writing it any more. */
    readonly acceptCutOff: boolean;
    /** A plain file that begins so is still being read. */
    readonly isOpen: (head: string) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<GzipOutcome> {
  const { sink } = reading;
  const name = `gz-${hashOf(await readStart(found.path, fingerprintBytes), String(found.size))}`;
  const doneId = `file:${name}:done`;
  if ((await sink.readUnitsOf(doneId)).length > 0) return 'done';
  const shape = await measure(found.path);
  if (!shape.whole && !options.acceptCutOff) return 'cut off';
  const head = hashOf(headOf(shape.start).bytes);
  if (options.isOpen(head)) return 'not now';
  const position = await positionOfCopy(head, name, reading);
  if (position.storedTo < shape.bytes) {
    for await (const { range, content } of cutRanges(textOf(found.path), position)) {
      if (options.signal.aborted) return 'not now';
      await sink.accept({ ...unitBase(reading), id: unitId(position, range), content });
    }
  }
  // Spares the next start a look through the whole file.
  await sink.accept({ ...unitBase(reading), id: doneId, content: [] });
  return 'done';
}

const unitBase = ({ feed, settings }: FileReading) => ({ feed, kind: 'file' as const, settings });

/** The file that was read furthest among those that begin with the same line; without one, a file of its own. */
async function positionOfCopy(
  head: string,
  name: string,
  { sink, unitBytes }: FileReading,
): Promise<FilePosition & { readonly identity: string }> {
  const ofHead = new Map<string, StoredUnit[]>();
  for (const stored of await sink.readUnitsOf(`file:${head}-`)) {
    const identity = stored.unit.split(':')[1] ?? '';
    const units = ofHead.get(identity);
    if (units === undefined) ofHead.set(identity, [stored]);
    else units.push(stored);
  }
  let best = { identity: `${head}-${name}`, ...positionOf('', [], unitBytes) };
  for (const [identity, units] of ofHead) {
    const position = positionOf(identity, units, unitBytes);
    if (position.storedTo > best.storedTo) best = { identity, ...position };
  }
  return best;
}

/** Decompressed length and first bytes; `whole` when nothing is missing at the end. */
async function measure(path: string): Promise<{ bytes: number; start: Uint8Array; whole: boolean }> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let whole = true;
  try {
    for await (const chunk of decompressed(path)) {
      if (bytes < maxHeadBytes) parts.push(chunk.subarray(0, maxHeadBytes - bytes));
      bytes += chunk.length;
    }
  } catch (error) {
    if (!isCutOff(error)) throw error;
    whole = false;
  }
  return { bytes, start: Buffer.concat(parts), whole };
}

/** What can be decompressed. */
async function* textOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* decompressed(path);
  } catch (error) {
    if (!isCutOff(error)) throw error;
  }
}

async function* decompressed(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const text: Readable = createGunzip();
  file.on('error', (error) => text.destroy(error));
  try {
    for await (const chunk of file.pipe(text as ReturnType<typeof createGunzip>)) yield chunk as Uint8Array;
  } finally {
    file.destroy();
    text.destroy();
  }
}

/** zlib's own errors: the end is missing, or damaged. */
const isCutOff = (error: unknown): boolean => codeOf(error)?.startsWith('Z_') ?? false;

async function readStart(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

export interface RangePiece {
  readonly range: number;
  readonly content: readonly Uint8Array[];
}

/** Cuts a text into the lines that begin in each range, from a position on; one range is held at a time. */
export async function* cutRanges(
  text: AsyncIterable<Uint8Array>,
  { from, unitBytes }: Pick<FilePosition, 'from' | 'unitBytes'>,
): AsyncGenerator<RangePiece> {
  let at = 0;
  let pieceFrom = from;
  let piece: Uint8Array[] = [];
  for await (let bytes of text) {
    const skip = Math.min(Math.max(from - at, 0), bytes.length);
    at += skip;
    bytes = bytes.subarray(skip);
    while (bytes.length > 0) {
      const range = rangeAt(pieceFrom, unitBytes);
      const end = endOfPiece(bytes, at, (range + 1) * unitBytes, pieceFrom);
      const taken = bytes.subarray(0, end ?? bytes.length);
      piece.push(taken);
      at += taken.length;
      bytes = bytes.subarray(taken.length);
      if (end === null) continue;
      yield { range, content: piece };
      piece = [];
      pieceFrom = at;
    }
  }
  if (piece.length > 0) yield { range: rangeAt(pieceFrom, unitBytes), content: piece };
}

/** How many of these bytes, which begin at `at`, end the piece; null when it goes on behind them. */
function endOfPiece(bytes: Uint8Array, at: number, limit: number, pieceFrom: number): number | null {
  const found = bytes.indexOf(0x0a, Math.max(limit - 1 - at, 0));
  const longest = Math.max(limit, pieceFrom + longestPieceBytes) - at;
  if (found >= 0 && found < longest) return found + 1;
  return longest <= bytes.length ? Math.max(longest, 1) : null;
}
