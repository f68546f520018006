import type { StoredUnit } from '../../store/event-store.js';

/** A file as a row of units. */
export interface FileGrid {
  /** Of the file, whatever its name. */
  readonly identity: string;
  readonly unitBytes: number;
}

/** Where reading goes on. */
export interface FilePosition {
  readonly unitBytes: number;
  /** Where the unit that is not full yet begins: at the beginning of a line. */
  readonly from: number;
  /** Up to where that unit is stored. */
  readonly storedTo: number;
}

export const unitPrefix = (identity: string): string => `file:${identity}:`;

export const unitId = ({ identity, unitBytes }: FileGrid, range: number): string =>
  `${unitPrefix(identity)}${unitBytes}:${String(range).padStart(8, '0')}`;

export const rangeAt = (offset: number, unitBytes: number): number => Math.floor(offset / unitBytes);

/**
 * A line belongs to the range it begins in, so the stored lengths of the units in order say where the next one begins. The grid
 * stays the one that the file was begun with.
 */
export function positionOf(identity: string, units: readonly StoredUnit[], unitBytes: number): FilePosition {
  const grids = new Map<number, Map<number, number>>();
  const prefix = unitPrefix(identity);
  for (const { unit, bytes } of units) {
    if (!unit.startsWith(prefix)) continue;
    const [grid = 0, range = 0] = unit.slice(prefix.length).split(':').map(Number);
    const ranges = grids.get(grid);
    if (ranges === undefined) grids.set(grid, new Map([[range, bytes]]));
    else ranges.set(range, bytes);
  }
  // Two grids only if two services with different settings read it: the one that is further goes on.
  let best: FilePosition = { unitBytes, from: 0, storedTo: 0 };
  for (const [grid, ranges] of grids) {
    const position = walk(ranges, grid);
    if (position.storedTo > best.storedTo) best = position;
  }
  return best;
}

function walk(ranges: ReadonlyMap<number, number>, unitBytes: number): FilePosition {
  for (let from = 0; ; ) {
    const range = rangeAt(from, unitBytes);
    const storedTo = from + (ranges.get(range) ?? 0);
    if (storedTo < (range + 1) * unitBytes) return { unitBytes, from, storedTo };
    from = storedTo;
  }
}
