/** [fromMs, toMs), on a grid of its own size. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Smallest window, for live traffic. */
export const gridMs = 10 * second;
/** Sizes of windows, each a multiple of the next, so that a gap needs few of them. */
const sizesMs = [3 * hour, hour, 20 * minute, 10 * minute, 2 * minute, minute, 20 * second, gridMs];

/**
 * What of [fromMs, toMs) is in no stored window, cut into the largest windows that fit, oldest first. Windows never
 * overlap a stored one, of whatever size that is: nothing is counted twice. Both ends are on the grid.
 */
export function missingWindows(stored: readonly Window[], fromMs: number, toMs: number): Window[] {
  const missing: Window[] = [];
  let at = fromMs;
  for (const window of [...stored].sort((a, b) => a.fromMs - b.fromMs)) {
    if (window.toMs <= at) continue;
    if (window.fromMs >= toMs) break;
    cut(at, window.fromMs, missing);
    at = window.toMs;
  }
  cut(at, toMs, missing);
  return missing;
}

function cut(fromMs: number, toMs: number, windows: Window[]): void {
  let at = fromMs;
  while (at < toMs) {
    const from = at;
    const sizeMs = sizesMs.find((size) => from % size === 0 && from + size <= toMs) ?? gridMs;
    windows.push({ fromMs: from, toMs: from + sizeMs });
    at += sizeMs;
  }
}

/** `2026-06-17T06:00:00Z+7200`: begins with its day, so that the units of a day can be asked for. */
export const windowName = ({ fromMs, toMs }: Window): string =>
  `${new Date(fromMs).toISOString().slice(0, 19)}Z+${(toMs - fromMs) / second}`;

const namePattern = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\+(\d{1,6})$/;

/** null when it is the name of something else. */
export function readWindowName(name: string): Window | null {
  const match = namePattern.exec(name);
  if (match === null) return null;
  const fromMs = Date.parse(match[1] as string);
  return Number.isNaN(fromMs) ? null : { fromMs, toMs: fromMs + Number(match[2]) * second };
}

/** Days (UTC, `2026-06-17`) that [fromMs, toMs) touches. */
export function daysOf(fromMs: number, toMs: number): string[] {
  const days: string[] = [];
  for (let day = Math.floor(fromMs / (24 * hour)); day * 24 * hour < toMs; day++) {
    days.push(new Date(day * 24 * hour).toISOString().slice(0, 10));
  }
  return days;
}

export const onGrid = (timeMs: number): number => Math.floor(timeMs / gridMs) * gridMs;
export const onHour = (timeMs: number): number => Math.floor(timeMs / hour) * hour;
