import type { Wait } from '../../aws/rate-budget.js';
import type { RateBudgets } from '../../aws/rate-budgets.js';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import { groupBy } from '../../query/group-by.js';
import { pauseAfter } from '../../time/pause.js';
import type { PastGroup, PastReading } from '../past-reading.js';
import { type CloudWatchGroup, unitOf } from './cloudwatch-group.js';
import { failureOf } from './group-state.js';
import type { LogEventsClient } from './log-events-client.js';
import { createWindowReader } from './read-windows.js';
import { defaultRules, type ReadingRules } from './reading-rules.js';
import { storedWindows } from './stored-windows.js';
import type { WindowContent } from './window-content.js';
import { floorTo, nextWindows, type ReadSoFar, readSoFar, type Window } from './windows.js';

export interface BackfillOptions {
  readonly groups: readonly CloudWatchGroup[];
  /** Event time, ms; widened to whole windows, and cut where windows have not settled yet. */
  readonly range: Window;
  readonly client: LogEventsClient;
  /** The same as live reading's, if that runs in this process: it goes first. */
  readonly budgets: RateBudgets;
  /** The same as live reading's: windows of one length, or a window that both read would be two units. */
  readonly rules?: Partial<ReadingRules>;
  readonly nowMs: () => number;
  readonly wait: Wait;
  /** A group cannot be read by a defect of ours. */
  readonly onDefect?: (error: unknown) => void;
}

/** Of one account and region. */
const groupsAtOnce = 4;
/** In a row, with growing pauses: about a minute. */
const attempts = 9;
const mostWindows = 240;
/** Of a group. Few, so that live reading finds its place between them. */
const writesAtOnce = 4;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Reads a past range into the same windows that live reading has, so that neither counts twice what the other has read. Windows that are
 * stored are left out: begun again after an end of any kind, it goes on.
 */
export function openBackfill(options: BackfillOptions): Pick<PastReading, 'groups' | 'run'> {
  const { range, nowMs, client, budgets, wait } = options;
  const { windowMs, settleMs } = { ...defaultRules, ...options.rules };
  const fromMs = floorTo(windowMs, range.fromMs);
  const toMs = Math.min(floorTo(windowMs, range.toMs + windowMs - 1), floorTo(windowMs, nowMs() - settleMs));
  const windows = Math.max(0, Math.ceil((toMs - fromMs) / windowMs));
  const members = options.groups.map((of) => ({
    of,
    report: {
      group: of.group,
      state: 'waiting',
      message: '',
      windows,
      doneWindows: 0,
      events: 0,
    } as Mutable<PastGroup>,
  }));
  type Member = (typeof members)[number];

  async function readGroup({ of, report }: Member, sink: UnitSink, signal: AbortSignal): Promise<void> {
    const { account, region } = of.group;
    const budget = budgets.of(account, region, 'logs:FilterLogEvents');
    const reader = createWindowReader(of.group, { client, budget, wait, onThrottled: () => {} });
    let read: ReadSoFar | null = null;
    const reach = ({ positionMs }: ReadSoFar): void => {
      const reached = Math.min(windows, Math.floor((positionMs - fromMs) / windowMs));
      report.doneWindows = Math.max(report.doneWindows, reached);
    };
    const store = async (content: WindowContent): Promise<void> => {
      const { unit } = await sink.accept(unitOf(of, 'whole', content));
      report.events += unit.lines;
      report.doneWindows = Math.min(windows, report.doneWindows + 1);
    };
    report.state = 'reading';
    for (let failed = 0; (read?.positionMs ?? fromMs) < toMs; ) {
      // Nothing follows from one window for the next: those that are held are stored side by side.
      const writing = new Set<Promise<void>>();
      const unwritten: unknown[] = [];
      const before = report.doneWindows;
      try {
        read ??= readSoFar(fromMs, await storedWindows(sink, of.group, { fromMs, toMs }));
        reach(read);
        const next = nextWindows(read, windowMs, toMs, mostWindows);
        const taken = await reader.read({
          windows: next,
          patternsOf: null,
          priority: 'backfill',
          signal,
          handIn: async (content) => {
            if (content.bytes === null) return store(content);
            const writes = store(content)
              .catch((error) => void unwritten.push(error))
              .finally(() => writing.delete(writes));
            writing.add(writes);
            if (writing.size >= writesAtOnce) await Promise.race(writing);
            if (unwritten.length > 0) throw unwritten[0];
          },
        });
        await Promise.all(writing);
        if (unwritten.length > 0) throw unwritten[0];
        const last = next[taken - 1];
        if (last !== undefined) read = readSoFar(last.toMs, read.ahead);
        reach(read);
        failed = 0;
      } catch (error) {
        await Promise.all(writing);
        // Some of it may be stored.
        read = null;
        if (report.doneWindows > before) failed = 0;
        signal.throwIfAborted();
        const { state, message, pauseMs, isDefect } = failureOf(error);
        if (++failed < attempts && pauseMs === null) {
          await wait(pauseAfter(failed), signal);
          signal.throwIfAborted();
          continue;
        }
        if (isDefect) options.onDefect?.(error);
        const isAbsent = state === 'deleted' && of.mayBeMissing === true;
        report.state = isAbsent ? 'absent' : state === 'reading' ? 'failing' : state;
        report.message = isAbsent ? '' : message;
        return;
      }
    }
    report.doneWindows = windows;
    report.state = 'done';
  }

  async function readLane(waiting: Member[], sink: UnitSink, signal: AbortSignal): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        // A signal of its own: many waiting at one would look like a leak.
        await readGroup(next, sink, AbortSignal.any([signal]));
      }
    };
    await Promise.all(Array.from({ length: groupsAtOnce }, worker));
  }

  return {
    groups: () => members.map(({ report }) => ({ ...report })),
    async run(sink, signal) {
      signal.throwIfAborted();
      // One that does not answer stops no other.
      const lanes = groupBy(members, ({ of: { group } }) => `${group.account} ${group.region}`);
      await Promise.all([...lanes.values()].map((lane) => readLane(lane, sink, signal)));
    },
  };
}
