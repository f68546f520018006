import type { FileHandle } from 'node:fs/promises';
import type { ReadingSettings } from '@why403/parsers';
import type { CountingUnit, UnitSink } from '../../pipeline/counting-unit.js';
import { findLastNewline, findNewline, hashOf, isGzip, readHead, readRange } from './file-bytes.js';
import { positionOf, rangeAt, unitId, unitPrefix } from './unit-range.js';

export interface FileReading {
  readonly feed: string;
  readonly settings: ReadingSettings;
  readonly unitBytes: number;
  /** A unit that grows is stored again at most so often. */
  readonly flushMs: number;
  readonly sink: UnitSink;
  readonly problem: (path: string, sentence: string) => void;
}

/** What a turn found out. */
export interface FileTurn {
  /** There is more to read at once. */
  readonly more: boolean;
  /** Every whole line that the file had when the turn began is stored. */
  readonly clean: boolean;
  readonly storedTo: number;
  /** It is no plain file: nothing of it is read. */
  readonly isCompressed: boolean;
}

/** A plain file that grows, held open: its name may go to another file, or away, and it is read to its end all the same. */
export interface TailedFile {
  /** Hash of the first line; null while nothing is known of it. */
  readonly head: string | null;
  /** `ended`: nobody writes to it any more, so what stands behind the last newline is a line too. */
  turn(nowMs: number, ended: boolean): Promise<FileTurn>;
  stat(): Promise<{ readonly size: number; readonly mtimeMs: number }>;
  close(): Promise<void>;
}

const unitsAtOnce = 4;
/** A turn that found no more to read. */
const nothing: FileTurn = { more: false, clean: true, storedTo: 0, isCompressed: false };
/** The fuller a growing unit, the dearer it is to store it again: up to so many times rarer. */
const slowestFlush = 6;
const flushStepBytes = 64 * 1024;

/** The file was cut off and written anew while it was read: what was read of it is not stored. */
class FileReplaced extends Error {}

interface Piece {
  readonly range: number;
  readonly from: number;
  readonly to: number;
  /** All lines that begin in the range are whole. */
  readonly full: boolean;
}

interface Identified {
  readonly identity: string;
  readonly head: string;
  readonly headLength: number;
  readonly unitBytes: number;
  from: number;
  storedTo: number;
}

export function createTailedFile(path: string, inode: string, file: FileHandle, reading: FileReading): TailedFile {
  const { sink, flushMs } = reading;
  let known: Identified | null = null;
  let flushedMs = Number.NEGATIVE_INFINITY;
  /** No newline between the end of the range and here. */
  let scannedTo = 0;

  async function turn(nowMs: number, ended: boolean): Promise<FileTurn> {
    const { size } = await file.stat();
    if (known !== null && !(await isStill(known, size))) forget();
    if (known === null) {
      const identified = await identify(ended);
      if (identified === 'compressed') return { ...nothing, clean: false, isCompressed: true };
      if (typeof identified === 'number') return { ...nothing, storedTo: identified };
      known = identified;
    }
    const pieces: Piece[] = [];
    let from = known.from;
    while (pieces.length < unitsAtOnce) {
      const piece = await nextPiece(known, from, size, ended);
      if (piece === null) break;
      pieces.push(piece);
      if (!piece.full) break;
      from = piece.to;
    }
    const last = pieces.at(-1);
    if (last === undefined) return { ...nothing, storedTo: known.storedTo };
    const waits = !last.full && !ended && !isDue(known, last, nowMs);
    if (waits) pieces.pop();
    try {
      await store(known, pieces, nowMs);
    } catch (error) {
      if (!(error instanceof FileReplaced)) throw error;
      forget();
      return { ...nothing, more: true, clean: false };
    }
    const { storedTo } = known;
    return { ...nothing, more: last.full, clean: !last.full && storedTo >= last.to, storedTo };
  }

  function forget(): void {
    known = null;
    scannedTo = 0;
    flushedMs = Number.NEGATIVE_INFINITY;
  }

  /** `copytruncate` gives the file another first line; then it is another file. */
  async function isStill({ head, headLength, from, storedTo }: Identified, size: number): Promise<boolean> {
    if (size < Math.max(from, storedTo)) return false;
    return hashOf((await readHead(file)).bytes.subarray(0, headLength)) === head;
  }

  /** A number when there is nothing to read: all up to there is taken for stored. */
  async function identify(ended: boolean): Promise<Identified | number | 'compressed'> {
    const { bytes, whole } = await readHead(file);
    if (isGzip(bytes)) return 'compressed';
    if (bytes.length === 0 || (!whole && !ended)) return 0;
    const head = hashOf(bytes);
    // Not the device: its number can be another one after the next mount, and then all would be read again.
    const identity = `${head}-${inode}`;
    const position = positionOf(identity, await sink.readUnitsOf(unitPrefix(identity)), reading.unitBytes);
    const { size } = await file.stat();
    if (size < position.storedTo) {
      reading.problem(
        path,
        'it became shorter but begins with the same line as before: lines up to where it was read before are taken for read',
      );
      return size;
    }
    return { identity, head, headLength: bytes.length, ...position };
  }

  async function nextPiece(
    { unitBytes }: Identified,
    from: number,
    size: number,
    ended: boolean,
  ): Promise<Piece | null> {
    if (size <= from) return null;
    const range = rangeAt(from, unitBytes);
    const limit = (range + 1) * unitBytes;
    if (size >= limit) {
      // The last line that begins before the limit ends at the first newline from here.
      const found = await findNewline(file, Math.max(limit - 1, scannedTo), size);
      if (found >= 0) return { range, from, to: found + 1, full: true };
      scannedTo = size;
    }
    const to = ended ? size : (await findLastNewline(file, from, Math.min(size, limit))) + 1;
    return to > from ? { range, from, to, full: false } : null;
  }

  function isDue({ from, storedTo }: Identified, piece: Piece, nowMs: number): boolean {
    if (piece.from === from && piece.to <= storedTo) return true;
    const stored = piece.from === from ? storedTo - from : 0;
    const factor = Math.min(Math.max(stored / flushStepBytes, 1), slowestFlush);
    return nowMs - flushedMs >= flushMs * factor;
  }

  async function store(at: Identified, pieces: readonly Piece[], nowMs: number): Promise<void> {
    const wanted = pieces.filter((piece) => piece.full || piece.from !== at.from || piece.to > at.storedTo);
    const stored = await Promise.allSettled(wanted.map((piece) => sink.accept(unitOf(at, piece))));
    for (const [index, { from, to, full }] of wanted.entries()) {
      const result = stored[index];
      // Those behind it are stored, and recognised when they are sent again.
      if (result?.status === 'rejected') throw result.reason;
      at.from = full ? to : from;
      at.storedTo = to;
      if (!full) flushedMs = nowMs;
    }
  }

  function unitOf(at: Identified, { range, from, to }: Piece): CountingUnit {
    const { feed, settings } = reading;
    const verify = async (): Promise<void> => {
      if (!(await isStill({ ...at, from: to, storedTo: to }, (await file.stat()).size))) throw new FileReplaced();
    };
    return { id: unitId(at, range), feed, kind: 'file', settings, content: readRange(file, from, to, verify) };
  }

  return {
    get head() {
      return known?.head ?? null;
    },
    turn,
    stat: () => file.stat(),
    close: () => file.close(),
  };
}
