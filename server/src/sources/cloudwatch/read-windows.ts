import type { Priority } from '../../aws/rate-budget.js';
import type { PatternsAsked, ReadingMode, ThriftyReading } from './cloudwatch-group.js';
import { encodeEvents } from './encode-events.js';
import type { LogEvent, LogGroup } from './log-events-client.js';
import { readAhead } from './read-ahead.js';
import { type PageDeps, readMatching } from './read-pages.js';
import { chainedPages, fullnessOf, heldPages, type ReadingSize, SizeEstimate } from './reading-size.js';
import type { WindowContent } from './window-content.js';
import { isSameWindow, type Window } from './windows.js';

export interface WindowReading {
  readonly windows: readonly Window[];
  /** For windows that are read thriftily; null: all of them is read. */
  readonly patternsOf: ThriftyReading['patternsOf'] | null;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** Is called for one window after the other, in order. */
  readonly handIn: (content: WindowContent) => Promise<void>;
}

export interface WindowReader {
  /**
   * Reads as many of the windows, from the first on, as one reading may take, and hands each in when all of it was read (or while it is
   * read, when it is long). Resolves with how many; 0 when it was more than expected, and next time it tries fewer.
   */
  read(reading: WindowReading): Promise<number>;
  /** A window of this length takes many pages. */
  isLong(window: Window, mode: ReadingMode): boolean;
  /** Calls that a window of this length takes beside its first; null: none was read so. */
  callsOf(window: Window, mode: ReadingMode): number | null;
  /** Learns what reading all of the window would take, by two pages of it: nothing is handed in. */
  sample(window: Window, signal: AbortSignal): Promise<void>;
}

/** Slices of one window that are read at once, and what each may hold before its turn. */
const slices = { atOnce: 4, ahead: 2 };
/** The second page tells that the first was not the last one. */
const sampledPages = 2;
const mostSampledPages = 4;
const sampledParts = 4;

/**
 * Reads the windows of one group. A quiet group's windows come many in one call, so that a group far behind, or one of hundreds, costs
 * calls by what it says and not by how many windows it has; a busy group's window comes in slices of time, side by side, since each page
 * needs the token of the one before.
 */
export function createWindowReader(group: LogGroup, deps: PageDeps): WindowReader {
  const estimates = { whole: new SizeEstimate(), thrifty: new SizeEstimate() } satisfies Record<
    ReadingMode,
    SizeEstimate
  >;
  let samples = 0;
  /** Where the thrifty reading before ended: the next one goes on there, or its chain ends. */
  let left: { readonly window: Window; readonly chain: object } | null = null;

  return {
    isLong: (window, mode) => estimates[mode].isLong(window),
    callsOf: (window, mode) => estimates[mode].callsOf(window),

    async sample({ fromMs, toMs }, signal) {
      // Another part each time: calls may come at the beginning of each minute.
      const range = {
        fromMs: fromMs + Math.floor(((toMs - fromMs) * (samples++ % sampledParts)) / sampledParts),
        toMs,
      };
      const tally = new Tally(range, { slices: 0, patterns: 1, patternPages: 0 });
      let isWhole = true;
      for await (const _ of tally.of(readMatching({ group, ...range }, [null], 'live', deps, signal))) {
        isWhole = false;
        // What has no event yet tells nothing.
        if (tally.pages >= (tally.fullness > 0 ? sampledPages : mostSampledPages)) break;
        isWhole = true;
      }
      if (isWhole || tally.fullness > 0) estimates.whole.sampled({ ...tally.size(isWhole), slices: isWhole ? 1 : 0 });
    },

    async read(reading) {
      const { windows, patternsOf } = reading;
      const [first] = windows;
      const chain = first !== undefined && left !== null && isSameWindow(left.window, first) ? left.chain : {};
      // Also when it fails.
      left = null;
      const count = await readNext(reading, chain);
      const window = windows[count];
      if (patternsOf !== null && window !== undefined) left = { window, chain };
      return count;
    },
  };

  async function readNext(
    { windows, patternsOf, priority, signal, handIn }: WindowReading,
    chain: object,
  ): Promise<number> {
    const estimate = estimates[patternsOf === null ? 'whole' : 'thrifty'];
    const atOnce = estimate.windowsAtOnce(windows);
    const { taken, patterns, patternPages } =
      patternsOf === null
        ? { taken: windows.slice(0, atOnce), patterns: [null], patternPages: 0 }
        : await askedAlike(windows, atOnce, (window, onPages) =>
            patternsOf(window, { priority, signal, chain, onPages, onThrottled: deps.onThrottled }),
          );
    const [first, last] = [taken[0], taken.at(-1)];
    if (first === undefined || last === undefined) return 0;
    if (patterns.length === 0) {
      for (const window of taken) await handIn({ window, content: [], bytes: 0 });
      return taken.length;
    }
    const range = { fromMs: first.fromMs, toMs: last.toMs };
    const parts = taken.length > 1 ? [range] : estimate.slicesOf(range);
    const tally = new Tally(range, { slices: parts.length, patterns: patterns.length, patternPages });
    const reading = tally.of(
      readAhead(
        parts.map((part) => (stop: AbortSignal) => readMatching({ group, ...part }, patterns, priority, deps, stop)),
        slices,
        signal,
      ),
    );
    // Nobody knows of the first whether it is long; that is begun again as such, which leaves places to others.
    const canBeLong = taken.length === 1 && !estimate.isFirst;
    const held: LogEvent[] = [];
    let isWhole = false;
    try {
      while (tally.fullness < heldPages && (canBeLong || tally.pages < chainedPages)) {
        const { done, value } = await reading.next();
        isWhole = done === true;
        if (isWhole) break;
        for (const event of value as readonly LogEvent[]) held.push(event);
      }
    } catch (error) {
      estimate.wasTooLong(taken.length, tally.size(false));
      throw error;
    }
    if (isWhole) {
      estimate.fitted(taken.length, tally.size(true));
      for (const [i, events] of byWindow(taken, held).entries()) {
        signal.throwIfAborted();
        const bytes = encodeEvents(group, events);
        await handIn({ window: taken[i] as Window, content: bytes.length > 0 ? [bytes] : [], bytes: bytes.length });
      }
      return taken.length;
    }
    if (!canBeLong) {
      await reading.return();
      estimate.wasTooLong(taken.length, tally.size(false));
      return 0;
    }
    estimate.soFar(tally.size(false));
    let isRead = false;
    try {
      await handIn({ window: first, content: encoded(group, held, reading), bytes: null });
      isRead = true;
    } finally {
      if (isRead) estimate.fitted(1, tally.size(true));
      else estimate.wasTooLong(1, tally.size(false));
      await reading.return();
    }
    return 1;
  }
}

interface AskedAlike {
  readonly taken: readonly Window[];
  readonly patterns: readonly string[];
  /** Pages that told the patterns of the windows that are taken. */
  readonly patternPages: number;
}

/** The first windows for which the same patterns are asked for: those without any, or as many as may be read at once. */
async function askedAlike(
  windows: readonly Window[],
  atOnce: number,
  patternsOf: (window: Window, onPages: PatternsAsked['onPages']) => Promise<readonly string[]>,
): Promise<AskedAlike> {
  const [first] = windows;
  if (first === undefined) return { taken: [], patterns: [], patternPages: 0 };
  let patternPages = 0;
  const patterns = await patternsOf(first, (pages) => {
    patternPages += pages;
  });
  const most = patterns.length === 0 ? windows.length : atOnce;
  let count = 1;
  for (const window of windows.slice(1, most)) {
    let pagesOfNext = 0;
    const others = await patternsOf(window, (pages) => {
      pagesOfNext += pages;
    });
    // Its pages count for the reading that takes it.
    if (others.length !== patterns.length || others.some((pattern, i) => pattern !== patterns[i])) break;
    patternPages += pagesOfNext;
    count++;
  }
  return { taken: windows.slice(0, count), patterns, patternPages };
}

async function* encoded(
  group: LogGroup,
  held: LogEvent[],
  rest: AsyncIterable<readonly LogEvent[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield encodeEvents(group, held);
  held.length = 0;
  for await (const events of rest) if (events.length > 0) yield encodeEvents(group, events);
}

/** The events of each window, in the order in which they came. Those of no window are left out: they were read with another. */
function byWindow(windows: readonly Window[], events: readonly LogEvent[]): LogEvent[][] {
  const found: LogEvent[][] = windows.map(() => []);
  let at = 0;
  for (const event of events) {
    // Events come in order of time, mostly: the search begins where the last one was found.
    const isInside = (i: number): boolean => {
      const window = windows[i];
      return window !== undefined && event.timestamp >= window.fromMs && event.timestamp < window.toMs;
    };
    const index = [at, at + 1].find(isInside) ?? windows.findIndex((_, i) => isInside(i));
    if (index < 0) continue;
    at = index;
    found[index]?.push(event);
  }
  return found;
}

interface AskedInRange {
  readonly slices: number;
  readonly patterns: number;
  /** Pages that told the patterns. */
  readonly patternPages: number;
}

/** Counts what a reading brings. */
class Tally {
  fullness = 0;
  pages = 0;
  private newestMs: number;
  private readonly range: Window;
  private readonly asked: AskedInRange;

  constructor(range: Window, asked: AskedInRange) {
    this.range = range;
    this.asked = asked;
    this.newestMs = range.fromMs;
  }

  async *of(pages: AsyncIterable<readonly LogEvent[]>): AsyncGenerator<readonly LogEvent[], void, undefined> {
    for await (const events of pages) {
      this.pages++;
      this.fullness += fullnessOf(events);
      const newest = events.at(-1);
      if (newest !== undefined && newest.timestamp > this.newestMs) this.newestMs = newest.timestamp;
      yield events;
    }
  }

  /** `isWhole`: the range was read to its end. */
  size(isWhole: boolean): ReadingSize {
    const { range, pages, fullness } = this;
    const { slices, patterns, patternPages } = this.asked;
    const endMs = isWhole ? range.toMs : this.newestMs;
    // They told of all of the range before any of it was read.
    const patternPagesPerMs = patternPages / (range.toMs - range.fromMs);
    return { lengthMs: Math.max(1, endMs - range.fromMs), pages, slices, patterns, fullness, patternPagesPerMs };
  }
}
