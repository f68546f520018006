import { joinedSpans } from '../../time/joined-spans.js';

/** A span of event time, ms: [fromMs, toMs). */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export const isSameWindow = (a: Window, b: Window): boolean => a.fromMs === b.fromMs && a.toMs === b.toMs;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export const floorTo = (gridMs: number, timeMs: number): number => Math.floor(timeMs / gridMs) * gridMs;

/**
 * How far a group has been read without a hole, and what is stored beyond that (a backfill's, or of windows of another length). Windows
 * in `ahead` do not overlap.
 */
export interface ReadSoFar {
  readonly positionMs: number;
  /** In order of time. */
  readonly ahead: readonly Window[];
}

/** The position after all that is stored from `positionMs` on without a hole. `stored` in any order. */
export function readSoFar(positionMs: number, stored: readonly Window[]): ReadSoFar {
  const ordered = [...stored].sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
  let position = positionMs;
  let at = 0;
  for (let window = ordered[at]; window !== undefined && window.fromMs <= position; window = ordered[++at]) {
    position = Math.max(position, window.toMs);
  }
  return { positionMs: position, ahead: ordered.slice(at) };
}

/** What of the span is in no window, in order. `stored` in any order. */
export function holesIn(span: Window, stored: readonly Window[]): Window[] {
  const holes: Window[] = [];
  let { fromMs } = span;
  for (const window of joinedSpans(stored)) {
    if (window.fromMs >= span.toMs) break;
    if (window.fromMs > fromMs) holes.push({ fromMs, toMs: window.fromMs });
    fromMs = Math.max(fromMs, window.toMs);
  }
  if (fromMs < span.toMs) holes.push({ fromMs, toMs: span.toMs });
  return holes;
}

/**
 * The next windows to read, one behind the other, each on the grid of `windowMs` and ended by `endMs`; they never overlap what is stored,
 * of whatever length that is, or an event would be counted in two units.
 *
 * position 10:00:30, windowMs 60 s, stored ahead 10:02:15–… → 10:00:30–10:01:00, 10:01:00–10:02:00, 10:02:00–10:02:15
 */
export function nextWindows(
  { positionMs, ahead }: ReadSoFar,
  windowMs: number,
  endMs: number,
  atMost: number,
): Window[] {
  const holeEndMs = ahead[0]?.fromMs ?? Number.POSITIVE_INFINITY;
  const windows: Window[] = [];
  let fromMs = positionMs;
  while (windows.length < atMost && fromMs < holeEndMs) {
    const toMs = Math.min(floorTo(windowMs, fromMs) + windowMs, holeEndMs);
    if (toMs > endMs) break;
    windows.push({ fromMs, toMs });
    fromMs = toMs;
  }
  return windows;
}

/** When the next window has ended, ms. */
export const nextEndMs = ({ positionMs, ahead }: ReadSoFar, windowMs: number): number =>
  Math.min(floorTo(windowMs, positionMs) + windowMs, ahead[0]?.fromMs ?? Number.POSITIVE_INFINITY);

const chunkMinutes = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1];

/**
 * Sweeps read windows in chunks, so that a quiet group costs one call a chunk and not one a window: the longest part of an hour that is
 * not longer than the sweep's age, and made of whole windows.
 */
export function sweepChunkMs(ageMs: number, windowMs: number): number {
  const longest = Math.max(ageMs, windowMs);
  const fitting = chunkMinutes.map((minutes) => minutes * minuteMs);
  return fitting.find((chunkMs) => chunkMs <= longest && chunkMs % windowMs === 0) ?? windowMs;
}

/** Equal parts, in order; together the window. */
export function slicesOf({ fromMs, toMs }: Window, parts: number): Window[] {
  const lengthMs = toMs - fromMs;
  const count = Math.max(1, Math.min(Math.floor(parts), lengthMs));
  const limit = (i: number): number => fromMs + Math.floor((lengthMs * i) / count);
  return Array.from({ length: count }, (_, i) => ({ fromMs: limit(i), toMs: limit(i + 1) }));
}
