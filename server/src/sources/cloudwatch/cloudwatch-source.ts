import type { Wait } from '../../aws/rate-budget.js';
import type { RateBudgets } from '../../aws/rate-budgets.js';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import { groupBy } from '../../query/group-by.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import type { Source } from '../source.js';
import type { chooseReading } from './choose-reading.js';
import type { CloudWatchGroup } from './cloudwatch-group.js';
import { GroupReader, type WorkKind } from './group-reader.js';
import type { GroupState } from './group-state.js';
import type { CountEvents, LogEventsClient } from './log-events-client.js';
import { ReadingModes, type ThriftyPolicy } from './reading-modes.js';
import { defaultRules, type ReadingRules } from './reading-rules.js';
import { feedOf } from './unit-names.js';

export interface CloudWatchSourceOptions {
  /** All groups to read, as they are now; looked at every few seconds, each group once in it. */
  readonly groups: () => readonly CloudWatchGroup[];
  readonly client: LogEventsClient;
  readonly budgets: RateBudgets;
  readonly countEvents?: CountEvents;
  readonly rules?: Partial<ReadingRules>;
  /** Whether groups that can be read thriftily are; `auto` without it. */
  readonly thriftyReading?: ThriftyPolicy;
  /** Which of them, with `auto`. */
  readonly chooseReading?: typeof chooseReading;
  /** Windows under way at once in one account and region; a busy one holds some megabytes. */
  readonly windowsAtOnce?: number;
  readonly nowMs: () => number;
  readonly wait: Wait;
  readonly telemetry: Telemetry;
}

export interface CloudWatchSource extends Source {
  /** Of each group that is read; none before `run`. */
  states(): readonly GroupState[];
  /** Somebody else has read of the past: what was a gap may be none any more. */
  lookForGaps(): Promise<void>;
}

const lookEveryMs = 5_000;
const defaultWindowsAtOnce = 6;
const sweepsAtOnce = 2;

/** Reads log groups window by window, re-reads them later, and finds its place by what is stored. */
export function createCloudWatchSource(options: CloudWatchSourceOptions): CloudWatchSource {
  let running: CloudWatchRun | null = null;
  return {
    name: 'cloudwatch',
    states: () => running?.states() ?? [],
    lookForGaps: async () => running?.lookForGaps(),
    async run(sink, signal) {
      const run = new CloudWatchRun(options, sink);
      running = run;
      await run.until(signal);
    },
  };
}

/** An account and region: budget and places are its own, so that one that does not answer stops no other. */
interface Lane {
  readonly places: Record<WorkKind, number>;
  /** Places that long windows leave to others. */
  long: number;
  readonly modes: ReadingModes;
}

interface Member {
  readonly reader: GroupReader;
  readonly lane: Lane;
  /** Whoever had none for the longest time is next. */
  lastTurn: Record<WorkKind, number>;
}

class CloudWatchRun {
  private readonly options: CloudWatchSourceOptions;
  private readonly sink: UnitSink;
  private readonly rules: ReadingRules;
  private readonly members = new Map<string, Member>();
  private readonly lanes = new Map<string, Lane>();
  private readonly underWay = new Set<Promise<void>>();
  private resting: AbortController | null = null;
  private turns = 0;

  constructor(options: CloudWatchSourceOptions, sink: UnitSink) {
    this.options = options;
    this.sink = sink;
    this.rules = { ...defaultRules, ...options.rules };
  }

  states(): GroupState[] {
    const now = this.options.nowMs();
    return [...this.members.values()].map(({ reader }) => reader.state(now));
  }

  async lookForGaps(): Promise<void> {
    for (const { reader } of this.members.values()) await reader.lookForGaps();
  }

  async until(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.resting?.abort();
    signal.addEventListener('abort', wake, { once: true });
    while (!signal.aborted) {
      this.lookAtGroups();
      const now = this.options.nowMs();
      this.chooseModes(now);
      const nextMs = Math.min(this.giveTurns('live', now), this.giveTurns('sweep', now), now + lookEveryMs);
      this.resting = new AbortController();
      await this.options.wait(Math.max(1, nextMs - now), this.resting.signal).catch(() => {});
    }
    signal.removeEventListener('abort', wake);
    for (const { reader } of this.members.values()) reader.stop();
    await Promise.all(this.underWay);
  }

  private lookAtGroups(): void {
    const gone = new Set(this.members.keys());
    for (const of of this.options.groups()) {
      const feed = feedOf(of.group);
      gone.delete(feed);
      const member = this.members.get(feed);
      if (member === undefined) this.members.set(feed, this.memberOf(of));
      else member.reader.update(of);
    }
    for (const feed of gone) {
      this.members.get(feed)?.reader.stop();
      this.members.delete(feed);
    }
  }

  /** Of each account and region by itself. */
  private chooseModes(now: number): void {
    const members = groupBy([...this.members.values()], ({ lane }) => lane);
    for (const [{ modes }, readers] of members)
      modes.look(
        readers.map(({ reader }) => reader),
        now,
      );
  }

  private memberOf(of: CloudWatchGroup): Member {
    const { client, budgets, countEvents, nowMs, wait, telemetry, windowsAtOnce } = this.options;
    const policy = this.options.thriftyReading ?? 'auto';
    const budget = budgets.of(of.group.account, of.group.region, 'logs:FilterLogEvents');
    const { account, region } = of.group;
    const key = `${account} ${region}`;
    const live = windowsAtOnce ?? defaultWindowsAtOnce;
    const lane = this.lanes.get(key) ?? {
      places: { live, sweep: sweepsAtOnce },
      long: Math.ceil(live / 2),
      modes: new ReadingModes(policy, budget, this.options.chooseReading),
    };
    this.lanes.set(key, lane);
    const reader = new GroupReader({
      of,
      pages: { client, wait, budget },
      countEvents: countEvents ?? null,
      sink: this.sink,
      rules: this.rules,
      samplesWhole: policy === 'auto',
      nowMs,
      telemetry,
    });
    return { reader, lane, lastTurn: { live: 0, sweep: 0 } };
  }

  /** Gives a turn to all that have work and find a place; returns when the next has work, ms. */
  private giveTurns(kind: WorkKind, now: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    const due: Member[] = [];
    for (const member of this.members.values()) {
      const dueMs = member.reader.dueMs(kind);
      if (dueMs <= now) due.push(member);
      else nextMs = Math.min(nextMs, dueMs);
    }
    due.sort((a, b) => a.lastTurn[kind] - b.lastTurn[kind]);
    for (const { reader, lane, lastTurn } of due) {
      const isLong = kind === 'live' && reader.isLong;
      // Whoever finds no place is woken when one becomes free.
      if (lane.places[kind] === 0 || (isLong && lane.long === 0)) continue;
      lane.places[kind]--;
      if (isLong) lane.long--;
      lastTurn[kind] = ++this.turns;
      const turn = reader.turn(kind).then(() => {
        lane.places[kind]++;
        if (isLong) lane.long++;
        this.underWay.delete(turn);
        this.resting?.abort();
      });
      this.underWay.add(turn);
    }
    return nextMs;
  }
}
