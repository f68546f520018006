import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pauseAfter } from '../../time/pause.js';
import type { GroupDemand } from './choose-reading.js';
import { type CloudWatchGroup, noteOf, type ReadingMode } from './cloudwatch-group.js';
import { findGaps, readableGaps } from './gaps.js';
import { failureOf, type GroupCondition, type GroupState } from './group-state.js';
import { LiveReading } from './live-reading.js';
import type { CountEvents } from './log-events-client.js';
import type { PageDeps } from './read-pages.js';
import { createWindowReader, type WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
import { doubtfulSpans } from './settings-history.js';
import { findPosition } from './stored-position.js';
import { SweepReading } from './sweep-reading.js';
import { readThriftyMinutes } from './thrifty-minutes.js';
import { feedOf, gapUnit, startUnit } from './unit-names.js';
import { floorTo, hourMs, minuteMs, type Window } from './windows.js';

export interface GroupReaderOptions {
  readonly of: CloudWatchGroup;
  readonly pages: Omit<PageDeps, 'onThrottled'>;
  readonly countEvents: CountEvents | null;
  readonly sink: UnitSink;
  readonly rules: ReadingRules;
  /** What is read thriftily is looked at now and then, so that it is known what all of it would take. */
  readonly samplesWhole: boolean;
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

const noteEveryMs = 24 * hourMs;
/** Two calls at most, for the size of all of it. */
const sampleEveryMs = 5 * minuteMs;

/** Two kinds of work go side by side, so that sweeps do not delay what people wait for. */
export type WorkKind = 'live' | 'sweep';

/** The budget slows down by itself; the state tells of it. */
const untold: ReadonlySet<GroupCondition> = new Set(['throttled']);

const waitsForCalls: ReadonlySet<GroupCondition> = new Set(['reading', 'throttled']);

/** What is known of one group while it is read: a few numbers. Whoever schedules it gives it turns. */
export class GroupReader {
  readonly feed: string;
  /** The last window before the start was read thriftily; null: not looked up yet. */
  wasThrifty: boolean | null = null;
  private readonly options: GroupReaderOptions;
  private readonly stopping = new AbortController();
  /** What sweeps take says nothing of what comes in now. */
  private readonly readers: Record<WorkKind, WindowReader>;
  private of: CloudWatchGroup;
  private gaps: readonly Window[] = [];
  /** How often somebody may have read some of them, and of which of these the gaps above know. */
  private readonly gapReads = { made: 0, known: 0 };
  private live: LiveReading | null = null;
  private sweep: SweepReading | null = null;
  private readonly underWay = { live: false, sweep: false };
  private readonly failures = { live: 0, sweep: 0 };
  private readonly retryMs = { live: Number.NEGATIVE_INFINITY, sweep: Number.NEGATIVE_INFINITY };
  private condition: Pick<GroupState, 'state' | 'message' | 'sinceMs'>;
  private throttles = 0;
  private chosen: { readonly mode: ReadingMode; readonly sinceMs: number };
  private notedMs = Number.POSITIVE_INFINITY;
  private sampledMs = Number.NEGATIVE_INFINITY;

  constructor(options: GroupReaderOptions) {
    this.options = options;
    this.of = options.of;
    this.feed = feedOf(options.of.group);
    this.condition = { state: 'reading', message: '', sinceMs: options.nowMs() };
    this.chosen = { mode: 'whole', sinceMs: options.nowMs() };
    const onThrottled = (): void => {
      this.throttles++;
    };
    const open = (): WindowReader => createWindowReader(options.of.group, { ...options.pages, onThrottled });
    this.readers = { live: open(), sweep: open() };
  }

  /** How it is read from now on. */
  update(of: CloudWatchGroup): void {
    const { settings } = this.of;
    this.of = of;
    if (settings !== of.settings) for (const span of doubtfulSpans(of.settings, settings)) this.sweep?.correct(span);
  }

  /** How windows are read that were never read; whole where it cannot be otherwise. */
  setMode(mode: ReadingMode): void {
    const possible = this.of.thrifty === null ? 'whole' : mode;
    if (possible !== this.chosen.mode) this.chosen = { mode: possible, sinceMs: this.options.nowMs() };
  }

  demand(nowMs: number): GroupDemand {
    const { feed, of, live, condition, options } = this;
    const { windowMs } = options.rules;
    const callsOf = (mode: ReadingMode): number | null => {
      const calls = this.readers.live.callsOf({ fromMs: 0, toMs: windowMs }, mode);
      return calls === null ? null : (calls / windowMs) * 1000;
    };
    return {
      feed,
      canBeThrifty: of.thrifty !== null,
      isCounted: (of.thrifty?.countedStages.length ?? 0) > 0,
      wholeCalls: callsOf('whole'),
      thriftyCalls: callsOf('thrifty'),
      // What waits for something else does not wait for calls.
      windowsBehind: waitsForCalls.has(condition.state) ? (live?.windowsBehind(nowMs) ?? 0) : 0,
    };
  }

  /** When there is work of this kind, ms; Infinity while some is under way. */
  dueMs(kind: WorkKind): number {
    if (this.underWay[kind]) return Number.POSITIVE_INFINITY;
    const part = this[kind];
    // Where reading goes on is looked up as live work.
    const dueMs = part?.dueMs() ?? (kind === 'live' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
    return Math.max(dueMs, this.retryMs[kind]);
  }

  /** Its next window takes many pages. */
  get isLong(): boolean {
    return this.live?.isLong ?? false;
  }

  /** One turn; never rejects. */
  async turn(kind: WorkKind): Promise<void> {
    this.underWay[kind] = true;
    try {
      if (this.live === null) await this.begin();
      else await this[kind]?.turn();
      if (kind === 'live') {
        await this.noteWhenDue(this.live?.positionMs ?? Number.NEGATIVE_INFINITY);
        await this.lookForGapsWhenDue();
        await this.sampleWhenDue();
      }
      this.failures[kind] = 0;
      this.retryMs[kind] = Number.NEGATIVE_INFINITY;
      if (kind === 'live') this.become('reading', '');
    } catch (error) {
      if (!this.stopping.signal.aborted) await this.fail(kind, error);
    } finally {
      this.underWay[kind] = false;
    }
  }

  /** What is under way ends soon. */
  stop(): void {
    this.stopping.abort(new Error(`${this.feed} is no longer read`));
  }

  /** Some of the gaps may have been read by others. Never rejects: with the store away, a later turn does it. */
  async lookForGaps(): Promise<void> {
    // Until it has begun, it is not known whether there are any.
    const hasNone = this.live !== null && this.gaps.length === 0;
    if (this.stopping.signal.aborted || hasNone) return;
    this.gapReads.made++;
    if (this.live === null) return;
    await this.lookForGapsWhenDue().catch(() => {});
  }

  state(nowMs: number): GroupState {
    const { of, chosen, live, sweep, gaps, throttles, options } = this;
    const watermarkMs = live?.watermarkMs ?? null;
    return {
      group: of.group,
      ...this.condition,
      reading: chosen.mode,
      readingSinceMs: chosen.sinceMs,
      misses: chosen.mode === 'thrifty' ? (of.thrifty?.misses ?? []) : [],
      wholeBecause: of.wholeBecause ?? null,
      lagMs: live === null ? null : Math.max(0, nowMs - live.positionMs),
      watermarkMs,
      windowsBehind: live?.windowsBehind(nowMs) ?? 0,
      sweptUntilMs: watermarkMs === null ? null : (sweep?.finalUntilMs ?? null),
      events: live?.events ?? 0,
      lateEvents: sweep?.lateEvents ?? 0,
      throttles,
      gaps: readableGaps(gaps, options.rules.keptMs, nowMs),
    };
  }

  private async begin(): Promise<void> {
    const { sink, rules, nowMs, countEvents, telemetry } = this.options;
    const { group } = this.of;
    const position = await findPosition(sink, group, rules, nowMs());
    if (position.isFirst) await sink.accept(noteOf(this.of, startUnit(group, position.startMs)));
    this.notedMs = position.notedMs;
    // The next note of its reading would hide it.
    if (position.cut !== null) await sink.accept(noteOf(this.of, gapUnit(group, position.cut)));
    this.gaps = await findGaps(sink, group);
    const gaps = readableGaps(this.gaps, rules.keptMs, nowMs());
    const [firstGap, lastGap] = [gaps[0], gaps.at(-1)];
    if (firstGap !== undefined && lastGap !== undefined) {
      const gap = `${new Date(firstGap.fromMs).toISOString()} and ${new Date(lastGap.toMs).toISOString()}`;
      const problem = `it was not read for too long: events between ${gap} may be missing; a backfill reads them.`;
      telemetry.sourceProblem({ source: this.feed, problem });
    }
    const { positionMs } = position.read;
    const thriftyMinutes = await readThriftyMinutes(sink, group, {
      fromMs: positionMs - minuteMs,
      toMs: nowMs() + hourMs,
    });
    this.wasThrifty = thriftyMinutes.has({ fromMs: positionMs - minuteMs, toMs: positionMs });
    if (this.wasThrifty && this.options.samplesWhole) this.setMode('thrifty');
    const shared = {
      of: () => this.of,
      sink,
      rules,
      nowMs,
      signal: this.stopping.signal,
    };
    const live = new LiveReading({
      ...shared,
      reader: this.readers.live,
      start: position,
      mode: () => this.chosen.mode,
      thriftyMinutes,
      onOutdated: (window) => this.sweep?.correct(window),
    });
    const sweep = new SweepReading({
      ...shared,
      reader: this.readers.sweep,
      sweptUntilMs: position.sweptUntilMs,
      positionMs: () => live.positionMs,
      countEvents,
    });
    // What was learned of formats may not have been made good before the end.
    for (const span of doubtfulSpans(this.of.settings, [])) sweep.correct(span);
    this.sweep = sweep;
    this.live = live;
  }

  /** Once a day: that it is read from then on. The notes of earlier days expire. */
  private async noteWhenDue(untilMs: number): Promise<void> {
    const readMs = floorTo(this.options.rules.windowMs, untilMs);
    if (readMs - this.notedMs < noteEveryMs) return;
    await this.options.sink.accept(noteOf(this.of, startUnit(this.of.group, readMs)));
    this.notedMs = readMs;
  }

  private async lookForGapsWhenDue(): Promise<void> {
    const { made, known } = this.gapReads;
    if (made === known) return;
    const gaps = await findGaps(this.options.sink, this.of.group);
    // Several may look at once, and whoever began first need not end first.
    if (made <= this.gapReads.known) return;
    this.gaps = gaps;
    this.gapReads.known = made;
  }

  private async sampleWhenDue(): Promise<void> {
    const { samplesWhole, rules, nowMs } = this.options;
    const { live } = this;
    if (!samplesWhole || this.chosen.mode === 'whole' || live === null || live.watermarkMs === null) return;
    if (nowMs() - this.sampledMs < sampleEveryMs) return;
    this.sampledMs = nowMs();
    const newest = { fromMs: live.positionMs - rules.windowMs, toMs: live.positionMs };
    // Live reading meets whatever it is, and tells of it.
    await this.readers.live.sample(newest, this.stopping.signal).catch(() => {});
  }

  private async fail(kind: WorkKind, error: unknown): Promise<void> {
    const { state, message, pauseMs, isDefect } = failureOf(error);
    if (isDefect) this.options.telemetry.defect({ where: 'reading CloudWatch', error });
    this.failures[kind]++;
    this.retryMs[kind] = this.options.nowMs() + (pauseMs ?? pauseAfter(this.failures[kind]));
    // Live reading meets the same, and tells of it.
    if (kind !== 'live') return;
    this.become(state, message);
    // The store tells of its own failure; the next turn does it.
    if (state !== 'deleted' || !this.of.mayBeMissing) return;
    await this.live?.reportAbsence().catch(() => {});
    // There is nothing of before to be read.
    await this.noteWhenDue(this.options.nowMs()).catch(() => {});
  }

  private become(state: GroupCondition, message: string): void {
    if (this.condition.state === state && this.condition.message === message) return;
    const { nowMs, telemetry } = this.options;
    const isOther = this.condition.state !== state;
    this.condition = { state, message, sinceMs: isOther ? nowMs() : this.condition.sinceMs };
    if (state === 'deleted' && this.of.mayBeMissing) return;
    if (message !== '' && !untold.has(state)) telemetry.sourceProblem({ source: this.feed, problem: message });
  }
}
