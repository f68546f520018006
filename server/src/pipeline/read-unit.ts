import { setImmediate } from 'node:timers/promises';
import type { UnitContent, UnitReader } from '@why403/parsers';
import type { BudgetShare } from './byte-budget.js';
import type { CountingUnit } from './counting-unit.js';

/** So much is read between two looks at what else there is to do: some milliseconds of work. */
const pieceBytes = 64 * 1024;
/** Compressed bytes can grow a thousandfold. */
const compressedPieceBytes = 2 * 1024;

/** Reads the bytes of a unit piece by piece; others have their turn in between. */
export async function readUnit(unit: CountingUnit, reader: UnitReader, budget: BudgetShare): Promise<UnitContent> {
  let step = 0;
  for await (const bytes of unit.content) {
    if (bytes.length === 0) continue;
    if (step === 0) step = isCompressed(bytes) ? compressedPieceBytes : pieceBytes;
    await budget.take(bytes.length);
    await readPieces(reader, bytes, step);
  }
  return reader.end();
}

export async function readPieces(reader: UnitReader, bytes: Uint8Array, step = pieceBytes): Promise<void> {
  for (let at = 0; at < bytes.length; at += step) {
    reader.push(bytes.subarray(at, at + step));
    await setImmediate();
  }
}

/** The first byte of gzip; no log begins with it. */
const isCompressed = (bytes: Uint8Array): boolean => bytes[0] === 0x1f;
