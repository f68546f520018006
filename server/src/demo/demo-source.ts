import { setImmediate as breath, setTimeout as timer } from 'node:timers/promises';
import { compileAccessLogFormat, defaultLimits, type ReadingSettings } from '@why403/parsers';
import type { CountingUnit, UnitSink } from '../pipeline/counting-unit.js';
import type { Source } from '../sources/source.js';
import { linesOfWindow } from './demo-lines.js';
import { type DemoFeed, feedKeys, feeds } from './log-formats.js';
import { daysOf, gridMs, missingWindows, onGrid, onHour, readWindowName, type Window, windowName } from './windows.js';
import { createWorld } from './world.js';

/** One after another; none; or of each kind one at once, from the start on and without end. */
export type DemoIncidents = 'scheduled' | 'none' | 'now';

export interface DemoSourceOptions {
  /** The same seed makes the same company, traffic and incidents. */
  readonly seed: number;
  /** How much of the past is there at the first start, and at most made up for at a later one. */
  readonly historyHours?: number;
  readonly nowMs: () => number;
  /** How many times busier than usual the company is. */
  readonly speed?: number;
  /** `scheduled` unless told otherwise. */
  readonly incidents?: DemoIncidents;
  /** Ends early, without failing, on the signal. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Values count up to here behind the clock: what comes in live has been read by then. */
const watermarkDelayMs = 30_000;
const unitsAtOnce = 2;
/** The history begins so long before a full hour: a small window comes first, and with it something to see. */
const firstWindowMs = 20 * 60_000;
const longestPauseMs = 30_000;
const minutesAtATime = 10;

/**
 * Log lines of a made-up company: some hours of history, then live traffic. Its units are windows of time of each feed;
 * which of them are stored says what is left to do, so a second start fills the gap since the first and reads nothing twice.
 */
export function createDemoSource(options: DemoSourceOptions): Source {
  return { name: 'demo', run: (sink, signal) => new DemoRun(options, sink, signal).run() };
}

/** Units of one seed and plan make one history; those of others have other names. */
const unitPrefix = (seed: number, incidents: DemoIncidents): string =>
  `demo:${seed}:${incidents === 'scheduled' ? '' : `${incidents}:`}`;

interface FeedRun {
  readonly feed: DemoFeed;
  readonly settings: ReadingSettings;
  readonly prefix: string;
  stored: readonly Window[];
}

class DemoRun {
  private readonly nowMs: () => number;
  private readonly wait: NonNullable<DemoSourceOptions['wait']>;
  private readonly sink: UnitSink;
  private readonly signal: AbortSignal;
  private readonly world: ReturnType<typeof createWorld>;
  private readonly feeds: readonly FeedRun[];
  private readonly historyMs: number;

  constructor(options: DemoSourceOptions, sink: UnitSink, signal: AbortSignal) {
    this.nowMs = options.nowMs;
    this.wait = options.wait ?? waitOrAbort;
    this.historyMs = (options.historyHours ?? 24) * 3_600_000;
    this.sink = sink;
    this.signal = signal;
    const incidents = options.incidents ?? 'scheduled';
    const plan = incidents === 'now' ? { allFromMs: onGrid(this.nowMs()) } : incidents;
    this.world = createWorld(options.seed, options.speed, plan);
    this.feeds = feedKeys.map((key) => ({
      feed: feeds[key],
      settings: settingsOf(feeds[key]),
      prefix: `${unitPrefix(options.seed, incidents)}${feeds[key].name}:`,
      stored: [],
    }));
  }

  async run(): Promise<void> {
    let doneMs = onHour(this.nowMs() - this.historyMs) - firstWindowMs;
    await this.retried(() => this.readStored(doneMs));
    while (!this.signal.aborted) {
      const endMs = onGrid(this.nowMs());
      await this.fill(doneMs, endMs);
      doneMs = Math.max(doneMs, endMs);
      for (const run of this.feeds) run.stored = run.stored.filter(({ toMs }) => toMs > doneMs);
      // the clock may have been put back: then nothing is left to do for a while
      await this.wait(Math.min(gridMs, Math.max(0, doneMs + gridMs - this.nowMs())), this.signal);
    }
  }

  private async readStored(fromMs: number): Promise<void> {
    const days = daysOf(fromMs - 24 * 3_600_000, this.nowMs() + 24 * 3_600_000);
    for (const run of this.feeds) {
      const units = await Promise.all(days.map((day) => this.sink.readUnitsOf(run.prefix + day)));
      run.stored = units.flat().flatMap(({ unit }) => readWindowName(unit) ?? []);
    }
  }

  /** Reads what is not stored of [fromMs, toMs), oldest first; progress is told after each window. */
  private async fill(fromMs: number, toMs: number): Promise<void> {
    const left = new Map<string, { readonly window: Window; readonly runs: FeedRun[] }>();
    for (const run of this.feeds) {
      for (const window of missingWindows(run.stored, fromMs, toMs)) {
        const name = windowName(window);
        const found = left.get(name);
        if (found === undefined) left.set(name, { window, runs: [run] });
        else found.runs.push(run);
      }
    }
    const ordered = [...left.values()].sort((a, b) => a.window.fromMs - b.window.fromMs);
    for (const [i, { window, runs }] of ordered.entries()) {
      if (this.signal.aborted) return;
      await this.readWindow(window, runs);
      // what begins later in another feed's cut is not read yet
      await this.report(Math.min(window.toMs, ordered[i + 1]?.window.fromMs ?? toMs));
    }
    if (ordered.length === 0) await this.report(toMs);
  }

  private async readWindow(window: Window, runs: readonly FeedRun[]): Promise<void> {
    const contents = await this.write(window);
    const waiting = [...runs];
    const worker = async (): Promise<void> => {
      for (let run = waiting.shift(); run !== undefined && !this.signal.aborted; run = waiting.shift()) {
        await this.accept(run, window, contents.get(run.feed.name) ?? []);
        contents.delete(run.feed.name);
      }
    };
    await Promise.all(Array.from({ length: unitsAtOnce }, worker));
  }

  /** The lines of all feeds; whoever asks the service meanwhile gets a turn. */
  private async write({ fromMs, toMs }: Window): Promise<Map<string, Uint8Array[]>> {
    const contents = new Map(this.feeds.map(({ feed }): [string, Uint8Array[]] => [feed.name, []]));
    let minutes = 0;
    for (const lines of linesOfWindow(this.world, fromMs, toMs)) {
      for (const { name, bytes } of lines) if (bytes.length > 0) contents.get(name)?.push(bytes);
      if (++minutes % minutesAtATime === 0) await breath();
    }
    return contents;
  }

  private async accept(run: FeedRun, window: Window, content: readonly Uint8Array[]): Promise<void> {
    await this.retried(async () => {
      const unit: CountingUnit = {
        id: run.prefix + windowName(window),
        feed: run.feed.name,
        kind: 'demo',
        settings: run.settings,
        content,
      };
      await this.sink.accept(unit);
    });
  }

  private async report(untilMs: number): Promise<void> {
    if (this.signal.aborted) return;
    const completeUntilMs = Math.min(untilMs, onGrid(this.nowMs() - watermarkDelayMs));
    for (const { feed } of this.feeds) {
      await this.retried(() => this.sink.reportProgress(feed.name, 'demo', completeUntilMs));
    }
  }

  /** The pipeline tells of failures; here they only mean: again, a little later. */
  private async retried(work: () => Promise<void>): Promise<void> {
    for (let pauseMs = 250; !this.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await work();
        return;
      } catch {
        await this.wait(pauseMs, this.signal);
      }
    }
  }
}

function settingsOf({ template, place }: DemoFeed): ReadingSettings {
  const compiled = compileAccessLogFormat(template);
  if (!compiled.ok) throw new Error(`the demo's own access-log format: ${compiled.detail}`);
  const limits = { ...defaultLimits, totalBytes: Number.POSITIVE_INFINITY };
  return { template: compiled.value, fallbackPlace: place, limits };
}

const waitOrAbort = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await timer(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
