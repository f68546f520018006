import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import { pauseAfter } from '../../time/pause.js';
import { type CloudWatchGroup, noteOf } from './cloudwatch-group.js';
import { failureOf, type GroupCondition, type GroupState } from './group-state.js';
import { LiveReading } from './live-reading.js';
import type { CountEvents } from './log-events-client.js';
import type { PageDeps } from './read-pages.js';
import { createWindowReader, type WindowReader } from './read-windows.js';
import type { ReadingRules } from './reading-rules.js';
import { findPosition, type StoredPosition } from './stored-position.js';
import { SweepReading } from './sweep-reading.js';
import { feedOf, startUnit } from './unit-names.js';

export interface GroupReaderOptions {
  readonly of: CloudWatchGroup;
  readonly pages: Omit<PageDeps, 'onThrottled'>;
  readonly countEvents: CountEvents | null;
  readonly sink: UnitSink;
  readonly rules: ReadingRules;
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/** Two kinds of work go side by side, so that sweeps do not delay what people wait for. */
export type WorkKind = 'live' | 'sweep';

/** The budget slows down by itself; the state tells of it. */
const untold: ReadonlySet<GroupCondition> = new Set(['throttled']);

/** What is known of one group while it is read: a few numbers. Whoever schedules it gives it turns. */
export class GroupReader {
  readonly feed: string;
  private readonly options: GroupReaderOptions;
  private readonly stopping = new AbortController();
  private readonly reader: WindowReader;
  private of: CloudWatchGroup;
  private position: StoredPosition | null = null;
  private live: LiveReading | null = null;
  private sweep: SweepReading | null = null;
  private readonly underWay = { live: false, sweep: false };
  private readonly failures = { live: 0, sweep: 0 };
  private readonly retryMs = { live: Number.NEGATIVE_INFINITY, sweep: Number.NEGATIVE_INFINITY };
  private condition: Pick<GroupState, 'state' | 'message' | 'sinceMs'>;
  private throttles = 0;

  constructor(options: GroupReaderOptions) {
    this.options = options;
    this.of = options.of;
    this.feed = feedOf(options.of.group);
    this.condition = { state: 'reading', message: '', sinceMs: options.nowMs() };
    const onThrottled = (): void => {
      this.throttles++;
    };
    this.reader = createWindowReader(options.of.group, { ...options.pages, onThrottled });
  }

  /** How it is read from now on. */
  update(of: CloudWatchGroup): void {
    this.of = of;
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

  state(nowMs: number): GroupState {
    const { live, sweep, position, throttles } = this;
    const watermarkMs = live?.watermarkMs ?? null;
    return {
      group: this.of.group,
      ...this.condition,
      lagMs: live === null ? null : Math.max(0, nowMs - live.positionMs),
      watermarkMs,
      windowsBehind: live?.windowsBehind(nowMs) ?? 0,
      sweptUntilMs: watermarkMs === null ? null : (sweep?.finalUntilMs ?? null),
      events: live?.events ?? 0,
      lateEvents: sweep?.lateEvents ?? 0,
      throttles,
      gaps: position?.gaps ?? [],
    };
  }

  private async begin(): Promise<void> {
    const { sink, rules, nowMs, countEvents, telemetry } = this.options;
    const { group } = this.of;
    const position = await findPosition(sink, group, rules, nowMs());
    if (position.isFirst) await sink.accept(noteOf(this.of, startUnit(group, position.startMs)));
    this.position = position;
    for (const { fromMs, toMs } of position.gaps) {
      const gap = `${new Date(fromMs).toISOString()} and ${new Date(toMs).toISOString()}`;
      const problem = `the service stood still for too long: events between ${gap} may not have been read; a backfill reads them.`;
      telemetry.sourceProblem({ source: this.feed, problem });
    }
    const shared = {
      of: () => this.of,
      reader: this.reader,
      sink,
      rules,
      nowMs,
      signal: this.stopping.signal,
    };
    const live = new LiveReading({ ...shared, start: position });
    this.sweep = new SweepReading({
      ...shared,
      sweptUntilMs: position.sweptUntilMs,
      positionMs: () => live.positionMs,
      countEvents,
    });
    this.live = live;
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
    if (state === 'deleted' && this.of.mayBeMissing) await this.live?.reportAbsence().catch(() => {});
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
