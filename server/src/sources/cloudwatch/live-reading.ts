import type { UnitSink } from '../../pipeline/counting-unit.js';
import { type CloudWatchGroup, patternsIn, type ReadingMode, unitOf } from './cloudwatch-group.js';
import type { WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
import { knownSince } from './settings-history.js';
import type { ThriftyMinutes } from './thrifty-minutes.js';
import { feedOf } from './unit-names.js';
import type { WindowContent } from './window-content.js';
import { floorTo, nextEndMs, nextWindows, type ReadSoFar, readSoFar, type Window } from './windows.js';

export interface LiveReadingOptions {
  readonly of: () => CloudWatchGroup;
  /** For windows that were never read. */
  readonly mode: () => ReadingMode;
  /** From the start on. */
  readonly thriftyMinutes: ThriftyMinutes;
  readonly start: { readonly startMs: number; readonly read: ReadSoFar };
  readonly reader: WindowReader;
  readonly sink: UnitSink;
  readonly rules: ReadingRules;
  /** While the window was being read, its settings turned out to be wrong. */
  readonly onOutdated: (window: Window) => void;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

const mostWindows = 240;

/** One window after the other, oldest first; what was read last is the watermark. */
export class LiveReading {
  events = 0;
  private readonly options: LiveReadingOptions;
  private read: ReadSoFar;
  private reportedMs: number;

  constructor(options: LiveReadingOptions) {
    this.options = options;
    this.read = options.start.read;
    // Before the first window nothing was read.
    this.reportedMs = options.start.startMs;
  }

  /** All windows before were read once, without a hole since the start. */
  get positionMs(): number {
    return this.read.positionMs;
  }

  /** null as long as nothing was read. */
  get watermarkMs(): number | null {
    const { positionMs } = this.read;
    return positionMs > this.options.start.startMs ? positionMs : null;
  }

  get isLong(): boolean {
    const next = this.nextWindow;
    return this.options.reader.isLong(next, this.modeOf(next));
  }

  dueMs(): number {
    if (this.reportedMs < this.read.positionMs) return Number.NEGATIVE_INFINITY;
    return this.nextWindow.toMs + this.settleMs;
  }

  windowsBehind(nowMs: number): number {
    const { windowMs } = this.options.rules;
    return Math.max(0, Math.floor((floorTo(windowMs, nowMs - this.settleMs) - this.read.positionMs) / windowMs));
  }

  async turn(): Promise<void> {
    const { of, reader, sink, rules, thriftyMinutes, onOutdated, nowMs, signal } = this.options;
    await this.report();
    const settled = nextWindows(this.read, rules.windowMs, nowMs() - this.settleMs, mostWindows);
    const [first] = settled;
    if (first === undefined) return;
    const mode = this.modeOf(first);
    const others = settled.findIndex((window) => this.modeOf(window) !== mode);
    const spec = of();
    const writing: Promise<() => void>[] = [];
    const store = async (content: WindowContent): Promise<() => void> => {
      const { window } = content;
      // Whatever becomes of it.
      if (mode === 'thrifty') thriftyMinutes.add(window);
      const { unit } = await sink.accept(unitOf(spec, mode, content));
      return () => {
        this.events += unit.lines;
        this.read = readSoFar(window.toMs, this.read.ahead);
        if (knownSince(of().settings, window) > knownSince(spec.settings, window)) onOutdated(window);
        thriftyMinutes.forgetBefore(this.read.positionMs);
      };
    };
    const reading = reader.read({
      windows: others < 0 ? settled : settled.slice(0, others),
      patternsOf: patternsIn(spec, mode),
      priority: 'live',
      signal,
      handIn: async (content) => {
        const writes = store(content);
        if (content.bytes === null) return (await writes)();
        // Those that are held are stored side by side.
        writing.push(writes);
        writes.catch(() => {});
      },
    });
    // Even if it fails, what it handed in is stored first.
    await reading.catch(() => {});
    // The position goes on in the order of the windows, up to the first that is not stored.
    for (const each of await Promise.allSettled(writing)) {
      if (each.status === 'rejected') throw each.reason;
      each.value();
    }
    await reading;
    await this.report();
  }

  /** There is no such group, and that says nothing: whatever it had was read, and sums over several groups need not wait for it. */
  async reportAbsence(): Promise<void> {
    const { rules, nowMs } = this.options;
    if (this.watermarkMs !== null) await this.report(floorTo(rules.windowMs, nowMs() - rules.settleMs));
  }

  /** As it was begun; else as the group is read now. */
  private modeOf(window: Window): ReadingMode {
    const { mode, thriftyMinutes } = this.options;
    return thriftyMinutes.has(window) ? 'thrifty' : mode();
  }

  private get nextWindow(): Window {
    return { fromMs: this.read.positionMs, toMs: nextEndMs(this.read, this.options.rules.windowMs) };
  }

  /** After the end of a window. */
  private get settleMs(): number {
    const { of, mode, rules } = this.options;
    return rules.settleMs + (mode() === 'thrifty' ? (of().thrifty?.delayMs ?? 0) : 0);
  }

  private async report(untilMs = this.read.positionMs): Promise<void> {
    if (untilMs <= this.reportedMs) return;
    await this.options.sink.reportProgress(feedOf(this.options.of().group), 'cloudwatch', untilMs);
    this.reportedMs = untilMs;
  }
}
