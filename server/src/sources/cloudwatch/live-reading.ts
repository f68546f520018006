import type { UnitSink } from '../../pipeline/counting-unit.js';
import { type CloudWatchGroup, unitOf } from './cloudwatch-group.js';
import type { WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
import { feedOf } from './unit-names.js';
import { floorTo, nextEndMs, nextWindows, type ReadSoFar, readSoFar } from './windows.js';

export interface LiveReadingOptions {
  readonly of: () => CloudWatchGroup;
  readonly start: { readonly startMs: number; readonly read: ReadSoFar };
  readonly reader: WindowReader;
  readonly sink: UnitSink;
  readonly rules: ReadingRules;
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
    const { reader, rules } = this.options;
    const { positionMs } = this.read;
    return reader.isLong({ fromMs: positionMs, toMs: nextEndMs(this.read, rules.windowMs) });
  }

  dueMs(): number {
    if (this.reportedMs < this.read.positionMs) return Number.NEGATIVE_INFINITY;
    const { windowMs, settleMs } = this.options.rules;
    return nextEndMs(this.read, windowMs) + settleMs;
  }

  windowsBehind(nowMs: number): number {
    const { windowMs, settleMs } = this.options.rules;
    return Math.max(0, Math.floor((floorTo(windowMs, nowMs - settleMs) - this.read.positionMs) / windowMs));
  }

  async turn(): Promise<void> {
    const { of, reader, sink, rules, nowMs, signal } = this.options;
    await this.report();
    const windows = nextWindows(this.read, rules.windowMs, nowMs() - rules.settleMs, mostWindows);
    if (windows.length === 0) return;
    const spec = of();
    await reader.read({
      windows,
      filterPattern: spec.filterPattern,
      priority: 'live',
      signal,
      handIn: async (content) => {
        const { unit } = await sink.accept(unitOf(spec, content));
        this.events += unit.lines;
        this.read = readSoFar(content.window.toMs, this.read.ahead);
      },
    });
    await this.report();
  }

  /** There is no such group, and that says nothing: whatever it had was read, and sums over several groups need not wait for it. */
  async reportAbsence(): Promise<void> {
    const { rules, nowMs } = this.options;
    if (this.watermarkMs !== null) await this.report(floorTo(rules.windowMs, nowMs() - rules.settleMs));
  }

  private async report(untilMs = this.read.positionMs): Promise<void> {
    if (untilMs <= this.reportedMs) return;
    await this.options.sink.reportProgress(feedOf(this.options.of().group), 'cloudwatch', untilMs);
    this.reportedMs = untilMs;
  }
}
