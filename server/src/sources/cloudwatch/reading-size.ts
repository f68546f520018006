import type { LogEvent } from './log-events-client.js';
import { slicesOf, type Window } from './windows.js';

/** What AWS puts into one page at most. */
const fullPage = { bytes: 1_000_000, events: 10_000 };
/** Bytes of an event beside its message, about. */
const eventBytes = 120;

/** A reading of several windows is held until it is whole: at most so many full pages, and it aims for half of that. */
export const heldPages = 4;
/** Pages can be nearly empty; a chain of so many is broken off, since it begins again when its token is refused. */
export const chainedPages = 60;
const aimedPages = 2;
/** However quiet a group is: a reading takes at most so many times the windows of the one before, and so many at most. */
const growth = 4;
const mostWindows = 240;

/** More pages than that a window, and it is read in slices of about two pages at once. */
const pagesInOneGo = 4;
const pagesASlice = 2;
const mostSlices = 256;

/** How much a page holds of what it could hold. */
export function fullnessOf(events: readonly LogEvent[]): number {
  let bytes = 0;
  for (const { message } of events) bytes += message.length + eventBytes;
  return Math.max(bytes / fullPage.bytes, events.length / fullPage.events);
}

/** What a reading was like. */
export interface ReadingSize {
  /** What it covered of the time that was asked for. */
  readonly lengthMs: number;
  readonly pages: number;
  /** In so many slices; 0: none of the pages is part empty for being the last of one. */
  readonly slices: number;
  /** So many patterns were asked for in each slice. */
  readonly patterns: number;
  /** In full pages. */
  readonly fullness: number;
  /** Pages that were read beside these, to know the patterns: of the time that was asked for, a ms. */
  readonly patternPagesPerMs: number;
}

/** Learns from each reading of a group how large the next may be. */
export class SizeEstimate {
  private mostWindows = 1;
  private readings = 0;
  private pagesPerMs = 0;
  private fullnessPerMs = 0;
  private patternsPerMs = 0;
  private patternPagesPerMs = 0;

  /** Nothing was read yet. */
  get isFirst(): boolean {
    return this.readings === 0;
  }

  /** So many of these windows in one reading, at least one. */
  windowsAtOnce(windows: readonly Window[]): number {
    const most = Math.min(windows.length, this.mostWindows);
    const from = windows[0];
    let count = 1;
    while (from !== undefined && count < most) {
      const lengthMs = (windows[count] as Window).toMs - from.fromMs;
      if (lengthMs * this.fullnessPerMs > aimedPages) break;
      count++;
    }
    return count;
  }

  slicesOf(window: Window): readonly Window[] {
    const pages = this.pagesOf(window);
    if (pages <= pagesInOneGo) return [window];
    return slicesOf(window, Math.min(mostSlices, Math.ceil(pages / pagesASlice)));
  }

  isLong(window: Window): boolean {
    return this.pagesOf(window) > pagesInOneGo;
  }

  /**
   * Calls that a window of this length takes, however it is cut; null before the first reading. The first call of a window is none: a
   * quiet group's windows come many in one call where calls are scarce. Those that tell the patterns are asked for each window.
   */
  callsOf(window: Window): number | null {
    if (this.readings === 0) return null;
    const more = (window.toMs - window.fromMs) * (this.patternsPerMs + this.patternPagesPerMs);
    return more + this.pagesOf(window) * (this.isLong(window) ? 1 + 1 / pagesASlice : 1);
  }

  /** A look at a part of what was not read for long: what was believed before is old. */
  sampled(size: ReadingSize): void {
    this.readings = 0;
    this.learn(size);
  }

  /** What a reading that goes on was like so far. */
  soFar(size: ReadingSize): void {
    if (size.pages > 0) this.learn(size);
  }

  /** The reading went well with so many windows. */
  fitted(windows: number, size: ReadingSize): void {
    this.learn(size);
    this.mostWindows = Math.min(Math.max(windows * growth, this.mostWindows), mostWindows);
  }

  /** It was too much to be held, or failed on its way: fewer next time, or smaller slices. */
  wasTooLong(windows: number, size: ReadingSize): void {
    this.soFar(size);
    this.mostWindows = Math.max(1, Math.floor(windows / 2));
  }

  private learn({ lengthMs, pages, slices, patterns, fullness, patternPagesPerMs }: ReadingSize): void {
    const before = this.readings++ === 0 ? null : this;
    // A slice has a page that is part empty, however short it is, for each pattern.
    this.pagesPerMs = blend(before?.pagesPerMs, Math.max(fullness, pages - slices * patterns) / lengthMs);
    this.fullnessPerMs = blend(before?.fullnessPerMs, fullness / lengthMs);
    this.patternsPerMs = blend(before?.patternsPerMs, (Math.max(1, slices) * (patterns - 1)) / lengthMs);
    this.patternPagesPerMs = blend(before?.patternPagesPerMs, patternPagesPerMs);
  }

  private pagesOf({ fromMs, toMs }: Window): number {
    return (toMs - fromMs) * this.pagesPerMs;
  }
}

/** More is believed at once, less by and by. */
const blend = (before: number | undefined, now: number): number =>
  before === undefined || now > before ? now : (before + now) / 2;
