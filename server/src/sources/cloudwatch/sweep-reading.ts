import { knownSinceOf } from '@why403/parsers';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import { type CloudWatchGroup, noteOf, patternsIn, type ReadingMode, unitOf } from './cloudwatch-group.js';
import type { CountEvents } from './log-events-client.js';
import type { WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
import { knownSince } from './settings-history.js';
import { readThriftyMinutes } from './thrifty-minutes.js';
import { sweptUnit, windowOfUnit, windowPrefixes } from './unit-names.js';
import { hourMs, sweepChunkMs, type Window } from './windows.js';

export interface SweepReadingOptions {
  readonly of: () => CloudWatchGroup;
  readonly sweptUntilMs: ReadonlyMap<number, number>;
  /** Live reading has been there. */
  readonly positionMs: () => number;
  readonly reader: WindowReader;
  readonly countEvents: CountEvents | null;
  readonly sink: UnitSink;
  readonly rules: ReadingRules;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

interface StoredWindow extends Window {
  readonly lines: number;
  readonly bytes: number;
  /** How it was read first. */
  readonly mode: ReadingMode;
  /** Of its settings. */
  readonly knownSinceMs: number;
}

interface Sweep {
  readonly ageMs: number;
  readonly chunkMs: number;
  /** The chunk that begins here is next. */
  atMs: number;
}

/** A chunk under way. */
interface Task {
  /** null: windows that were read by settings that turned out to be wrong. */
  readonly sweep: Sweep | null;
  readonly chunk: Window;
  left: readonly StoredWindow[];
  /** Its windows are looked at one by one: its count differs from what is stored. */
  isCounted: boolean;
}

const correctedAtOnceMs = 6 * hourMs;

/**
 * Reads stored windows again when they are older, and replaces those of which there is more to see now. A chunk of windows that was
 * swept leaves a note, so that it is not swept again after a restart. Windows that were read by formats which had changed, as is known now,
 * are read again at once; what is stored of them says which.
 */
export class SweepReading {
  lateEvents = 0;
  private readonly options: SweepReadingOptions;
  /** The oldest age first: it says all that the others would. */
  private readonly sweeps: readonly Sweep[];
  private task: Task | null = null;
  /** Spans to look through for windows that were read wrongly. */
  private readonly doubtful: Window[] = [];
  private postponedMs = Number.NEGATIVE_INFINITY;

  constructor(options: SweepReadingOptions) {
    this.options = options;
    const { sweptUntilMs, rules } = options;
    this.sweeps = [...sweptUntilMs]
      .map(([ageMs, atMs]) => ({ ageMs, chunkMs: sweepChunkMs(ageMs, rules.windowMs), atMs }))
      .sort((a, b) => b.ageMs - a.ageMs);
  }

  /** Some windows of the span may have been read by settings that are known to be wrong now. */
  correct(span: Window): void {
    this.doubtful.push(span);
  }

  /** What was read before is final; null without sweeps. */
  get finalUntilMs(): number | null {
    return this.sweeps[0]?.atMs ?? null;
  }

  dueMs(): number {
    if (this.task !== null || this.doubtful.length > 0) return Number.NEGATIVE_INFINITY;
    const positionMs = this.options.positionMs();
    const due = this.sweeps.map(({ ageMs, chunkMs, atMs }) =>
      atMs + chunkMs > positionMs ? Number.POSITIVE_INFINITY : atMs + chunkMs + ageMs + this.delayMs,
    );
    return Math.max(this.postponedMs, Math.min(...due, Number.POSITIVE_INFINITY));
  }

  async turn(): Promise<void> {
    this.task ??= this.doubtful.length > 0 ? await this.beginCorrection() : await this.begin();
    const { task } = this;
    if (task === null) return;
    await this.goOn(task);
    if (task.left.length > 0) return;
    const { of, sink } = this.options;
    const { sweep, chunk } = task;
    if (sweep !== null) {
      await sink.accept(noteOf(of(), sweptUnit(of().group, chunk, sweep.ageMs)));
      this.done(sweep, chunk);
    }
    this.task = null;
  }

  private get delayMs(): number {
    return this.options.of().thrifty?.sweepDelayMs ?? 0;
  }

  private done(sweep: Sweep, { fromMs, toMs }: Window): void {
    for (const each of this.sweeps) {
      if (each === sweep || (each.ageMs < sweep.ageMs && each.atMs >= fromMs && each.atMs < toMs)) each.atMs = toMs;
    }
  }

  private async begin(): Promise<Task | null> {
    const { positionMs, nowMs } = this.options;
    const now = nowMs() - this.delayMs;
    const readTo = positionMs();
    const sweep = this.sweeps.find(({ ageMs, chunkMs, atMs }) => atMs + chunkMs <= Math.min(readTo, now - ageMs));
    if (sweep === undefined) return null;
    const chunk = { fromMs: sweep.atMs, toMs: sweep.atMs + sweep.chunkMs };
    const left = await this.storedWindows(chunk);
    if (left.length === 0) {
      this.done(sweep, chunk);
      return null;
    }
    const youngMs = Math.max(...left.map(({ toMs }) => toMs)) + sweep.ageMs;
    if (youngMs > now) {
      // Windows were longer once than a chunk is now.
      this.postponedMs = Math.min(youngMs, now + hourMs) + this.delayMs;
      return null;
    }
    return { sweep, chunk, left, isCounted: false };
  }

  private async beginCorrection(): Promise<Task | null> {
    const [span] = this.doubtful;
    if (span === undefined) return null;
    const chunk = { fromMs: span.fromMs, toMs: Math.min(span.toMs, span.fromMs + correctedAtOnceMs) };
    const left = chunk.fromMs < this.options.positionMs() ? await this.storedWindows(chunk) : [];
    // One more may have come meanwhile, but only behind the others.
    this.doubtful.shift();
    if (chunk.toMs < Math.min(span.toMs, this.options.positionMs())) {
      this.doubtful.unshift({ fromMs: chunk.toMs, toMs: span.toMs });
    }
    // What was asked for by the patterns of another format may have been left out altogether.
    const outdated = left.filter((each) => (each.bytes > 0 || each.mode === 'thrifty') && this.isOutdated(each));
    return outdated.length === 0 ? null : { sweep: null, chunk, left: outdated, isCounted: true };
  }

  private isOutdated(window: StoredWindow): boolean {
    return window.knownSinceMs < knownSince(this.options.of().settings, window);
  }

  /** Those that begin in the span, in order. Asked now and not remembered: a backfill may have stored some, in another process. */
  private async storedWindows(span: Window): Promise<StoredWindow[]> {
    const { of, sink } = this.options;
    const thriftyMinutes = await readThriftyMinutes(sink, of().group, span);
    const found: StoredWindow[] = [];
    const prefixes = windowPrefixes(of().group, span);
    for (const units of await Promise.all(prefixes.map((prefix) => sink.readUnitsOf(prefix)))) {
      for (const { unit, lines, bytes, generation } of units) {
        const window = windowOfUnit(unit);
        if (window === null || window.fromMs < span.fromMs || window.fromMs >= span.toMs) continue;
        const mode = thriftyMinutes.has(window) ? 'thrifty' : 'whole';
        found.push({ ...window, lines, bytes, mode, knownSinceMs: knownSinceOf(generation.name) });
      }
    }
    return found.sort((a, b) => a.fromMs - b.fromMs);
  }

  private async goOn(task: Task): Promise<void> {
    const { of, reader, sink, signal } = this.options;
    if (!task.isCounted) {
      task.isCounted = true;
      if (task.left.length > 1 && (await this.isUnchanged(task.left))) task.left = [];
    }
    const [first] = task.left;
    if (first === undefined) return;
    const isAlone = task.left.length === 1 || reader.isLong(first, first.mode);
    if (isAlone && (await this.isUnchanged([first]))) {
      task.left = task.left.slice(1);
      return;
    }
    const spec = of();
    const { mode } = first;
    const others = task.left.findIndex((window) => window.mode !== mode);
    const stored = new Map(task.left.map((window) => [window.fromMs, window]));
    const writing: Promise<void>[] = [];
    const done = await reader.read({
      windows: others < 0 ? task.left : task.left.slice(0, others),
      patternsOf: patternsIn(spec, mode),
      priority: 'sweep',
      signal,
      handIn: async ({ window, content, bytes }) => {
        const before = stored.get(window.fromMs);
        if (before === undefined || (bytes !== null && this.tellsNothingNew(bytes, before))) return;
        const writes = sink.accept(unitOf(spec, mode, { window, content, bytes })).then(({ unit, isNew }) => {
          if (isNew) this.lateEvents += Math.max(0, unit.lines - before.lines);
        });
        // Nothing follows from one window for the next: those that are held are stored side by side.
        if (bytes === null) return writes;
        writing.push(writes);
        writes.catch(() => {});
      },
    });
    await Promise.all(writing);
    task.left = task.left.slice(done);
  }

  /** Asks for the number only; what cannot be counted is read. */
  private async isUnchanged(windows: readonly StoredWindow[]): Promise<boolean> {
    const { of, countEvents, signal } = this.options;
    const [first, last] = [windows[0], windows.at(-1)];
    if (countEvents === null || first === undefined || last === undefined) return false;
    if (windows.some((window) => window.mode === 'thrifty' || this.isOutdated(window))) return false;
    const isWithoutHoles = windows.every(({ toMs }, i) => toMs === (windows[i + 1]?.fromMs ?? last.toMs));
    if (!isWithoutHoles) return false;
    const stored = windows.reduce((sum, { lines }) => sum + lines, 0);
    try {
      return (await countEvents(of().group, first.fromMs, last.toMs, signal)) === stored;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }

  /**
   * A window that was begun thriftily and read whole has more bytes than a thrifty reading, which may show a late refusal all the same. And
   * what is asked for by the ids of other requests than the first time may be as long.
   */
  private tellsNothingNew(bytes: number, before: StoredWindow): boolean {
    if (before.mode === 'thrifty') return bytes === 0;
    return bytes < before.bytes || (bytes === before.bytes && !this.isOutdated(before));
  }
}
