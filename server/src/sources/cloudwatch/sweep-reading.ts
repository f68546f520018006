import type { UnitSink } from '../../pipeline/counting-unit.js';
import { type CloudWatchGroup, noteOf, unitOf } from './cloudwatch-group.js';
import type { CountEvents } from './log-events-client.js';
import type { WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
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
}

interface Sweep {
  readonly ageMs: number;
  readonly chunkMs: number;
  /** The chunk that begins here is next. */
  atMs: number;
}

/** A chunk under way. */
interface Task {
  readonly sweep: Sweep;
  readonly chunk: Window;
  left: readonly StoredWindow[];
  /** Its windows are looked at one by one: its count differs from what is stored. */
  isCounted: boolean;
}

/**
 * Reads stored windows again when they are older, and replaces those of which there is more to see now. A chunk of windows that was
 * swept leaves a note, so that it is not swept again after a restart.
 */
export class SweepReading {
  lateEvents = 0;
  private readonly options: SweepReadingOptions;
  /** The oldest age first: it says all that the others would. */
  private readonly sweeps: readonly Sweep[];
  private task: Task | null = null;
  private postponedMs = Number.NEGATIVE_INFINITY;

  constructor(options: SweepReadingOptions) {
    this.options = options;
    const { sweptUntilMs, rules } = options;
    this.sweeps = [...sweptUntilMs]
      .map(([ageMs, atMs]) => ({ ageMs, chunkMs: sweepChunkMs(ageMs, rules.windowMs), atMs }))
      .sort((a, b) => b.ageMs - a.ageMs);
  }

  /** What was read before is final; null without sweeps. */
  get finalUntilMs(): number | null {
    return this.sweeps[0]?.atMs ?? null;
  }

  dueMs(): number {
    if (this.task !== null) return Number.NEGATIVE_INFINITY;
    const positionMs = this.options.positionMs();
    const due = this.sweeps.map(({ ageMs, chunkMs, atMs }) =>
      atMs + chunkMs > positionMs ? Number.POSITIVE_INFINITY : atMs + chunkMs + ageMs,
    );
    return Math.max(this.postponedMs, Math.min(...due, Number.POSITIVE_INFINITY));
  }

  async turn(): Promise<void> {
    this.task ??= await this.begin();
    const { task } = this;
    if (task === null) return;
    await this.goOn(task);
    if (task.left.length > 0) return;
    const { of, sink } = this.options;
    const { sweep, chunk } = task;
    await sink.accept(noteOf(of(), sweptUnit(of().group, chunk, sweep.ageMs)));
    this.done(sweep, chunk);
    this.task = null;
  }

  private done(sweep: Sweep, { fromMs, toMs }: Window): void {
    for (const each of this.sweeps) {
      if (each === sweep || (each.ageMs < sweep.ageMs && each.atMs >= fromMs && each.atMs < toMs)) each.atMs = toMs;
    }
  }

  private async begin(): Promise<Task | null> {
    const { of, sink, positionMs, nowMs } = this.options;
    const now = nowMs();
    const readTo = positionMs();
    const sweep = this.sweeps.find(({ ageMs, chunkMs, atMs }) => atMs + chunkMs <= Math.min(readTo, now - ageMs));
    if (sweep === undefined) return null;
    const chunk = { fromMs: sweep.atMs, toMs: sweep.atMs + sweep.chunkMs };
    const left: StoredWindow[] = [];
    // Asked now and not remembered: a backfill may have stored some, in another process.
    for (const prefix of windowPrefixes(of().group, chunk)) {
      for (const { unit, lines, bytes } of await sink.readUnitsOf(prefix)) {
        const window = windowOfUnit(unit);
        if (window === null || window.fromMs < chunk.fromMs || window.fromMs >= chunk.toMs) continue;
        left.push({ ...window, lines, bytes });
      }
    }
    left.sort((a, b) => a.fromMs - b.fromMs);
    if (left.length === 0) {
      this.done(sweep, chunk);
      return null;
    }
    const youngMs = Math.max(...left.map(({ toMs }) => toMs)) + sweep.ageMs;
    if (youngMs > now) {
      // Windows were longer once than a chunk is now.
      this.postponedMs = Math.min(youngMs, now + hourMs);
      return null;
    }
    return { sweep, chunk, left, isCounted: false };
  }

  private async goOn(task: Task): Promise<void> {
    const { of, reader, sink, signal } = this.options;
    if (!task.isCounted) {
      task.isCounted = true;
      if (task.left.length > 1 && (await this.isUnchanged(task.left))) task.left = [];
    }
    const [first] = task.left;
    if (first === undefined) return;
    if ((task.left.length === 1 || reader.isLong(first)) && (await this.isUnchanged([first]))) {
      task.left = task.left.slice(1);
      return;
    }
    const spec = of();
    const stored = new Map(task.left.map((window) => [window.fromMs, window]));
    const writing: Promise<void>[] = [];
    const done = await reader.read({
      windows: task.left,
      filterPattern: spec.filterPattern,
      priority: 'sweep',
      signal,
      handIn: async ({ window, content, bytes }) => {
        const before = stored.get(window.fromMs);
        if (before === undefined || (bytes !== null && bytes <= before.bytes)) return;
        const writes = sink.accept(unitOf(spec, { window, content })).then(({ unit, isNew }) => {
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
    const { group, filterPattern } = of();
    if (countEvents === null || filterPattern !== null || first === undefined || last === undefined) return false;
    const isWithoutHoles = windows.every(({ toMs }, i) => toMs === (windows[i + 1]?.fromMs ?? last.toMs));
    if (!isWithoutHoles) return false;
    const stored = windows.reduce((sum, { lines }) => sum + lines, 0);
    try {
      return (await countEvents(group, first.fromMs, last.toMs, signal)) === stored;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }
}
