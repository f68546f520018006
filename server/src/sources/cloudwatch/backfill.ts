import type { Wait } from '../../aws/rate-budget.js';
import type { RateBudgets } from '../../aws/rate-budgets.js';
import type { UnitSink } from '../../pipeline/counting-unit.js';
import { pauseAfter } from '../../time/pause.js';
import { type CloudWatchGroup, unitOf } from './cloudwatch-group.js';
import { failureOf, type GroupCondition } from './group-state.js';
import type { LogEventsClient, LogGroup } from './log-events-client.js';
import { createWindowReader } from './read-windows.js';
import { defaultRules, type ReadingRules } from './reading-rules.js';
import { windowOfUnit, windowPrefixes } from './unit-names.js';
import { floorTo, hourMs, nextWindows, type ReadSoFar, readSoFar, type Window } from './windows.js';

export interface BackfillOptions {
  readonly groups: readonly CloudWatchGroup[];
  /** Event time, ms; widened to whole windows, and cut where windows have not settled yet. */
  readonly range: Window;
  readonly client: LogEventsClient;
  /** The same as live reading's, if that runs in this process: it goes first. */
  readonly budgets: RateBudgets;
  readonly sink: UnitSink;
  readonly rules?: Partial<ReadingRules>;
  readonly nowMs: () => number;
  readonly wait: Wait;
  readonly onProgress?: (progress: BackfillProgress) => void;
}

export interface BackfillProgress {
  /** Windows of all groups; what was stored before counts as done. */
  readonly windows: number;
  readonly doneWindows: number;
  /** Read by this backfill. */
  readonly events: number;
}

export interface BackfillFailure {
  readonly group: LogGroup;
  readonly state: GroupCondition;
  readonly message: string;
}

export interface BackfillResult extends BackfillProgress {
  /** Groups of which something is missing; begun again, the backfill reads what is. */
  readonly failures: readonly BackfillFailure[];
}

const groupsAtOnce = 4;
const attempts = 5;
const mostWindows = 240;

/**
 * Reads a past range into the same windows that live reading has, so that neither counts twice what the other has read. Windows that are
 * stored are left out: begun again after an end of any kind, it goes on. Rejects with the signal's reason only.
 */
export async function backfill(options: BackfillOptions, signal: AbortSignal): Promise<BackfillResult> {
  const { range, nowMs, onProgress } = options;
  const rules = { ...defaultRules, ...options.rules };
  const { windowMs, settleMs } = rules;
  const fromMs = floorTo(windowMs, range.fromMs);
  const toMs = Math.min(floorTo(windowMs, range.toMs + windowMs - 1), floorTo(windowMs, nowMs() - settleMs));
  const all = Math.max(0, Math.ceil((toMs - fromMs) / windowMs));
  const failures: BackfillFailure[] = [];
  const done = options.groups.map(() => 0);
  let events = 0;

  const progress = (): BackfillProgress => ({
    windows: all * options.groups.length,
    doneWindows: done.reduce((sum, each) => sum + each, 0),
    events,
  });

  async function readGroup(of: CloudWatchGroup, at: number): Promise<void> {
    const { client, budgets, sink, wait } = options;
    const { account, region } = of.group;
    const budget = budgets.of(account, region, 'logs:FilterLogEvents');
    const reader = createWindowReader(of.group, { client, budget, wait, onThrottled: () => {} });
    let read: ReadSoFar | null = null;
    const advance = (next: ReadSoFar): ReadSoFar => {
      done[at] = Math.min(all, Math.floor((next.positionMs - fromMs) / windowMs));
      onProgress?.(progress());
      return next;
    };
    for (let failed = 0; (read?.positionMs ?? fromMs) < toMs; ) {
      try {
        read ??= advance(readSoFar(fromMs, await storedWindows(sink, of.group, { fromMs, toMs })));
        await reader.read({
          windows: nextWindows(read, windowMs, toMs, mostWindows),
          filterPattern: of.filterPattern,
          priority: 'backfill',
          signal,
          handIn: async (content) => {
            const { unit } = await sink.accept(unitOf(of, content));
            events += unit.lines;
            read = advance(readSoFar(content.window.toMs, read?.ahead ?? []));
          },
        });
        failed = 0;
      } catch (error) {
        signal.throwIfAborted();
        const { state, message, pauseMs } = failureOf(error);
        if (++failed === attempts || pauseMs !== null) {
          failures.push({ group: of.group, state, message });
          return;
        }
        await wait(pauseAfter(failed), signal);
        signal.throwIfAborted();
      }
    }
  }

  const waiting = [...options.groups.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await readGroup(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: groupsAtOnce }, worker));
  return { ...progress(), failures };
}

async function storedWindows(sink: UnitSink, group: LogGroup, { fromMs, toMs }: Window): Promise<Window[]> {
  const stored: Window[] = [];
  for (const prefix of windowPrefixes(group, { fromMs: fromMs - hourMs, toMs })) {
    for (const { unit } of await sink.readUnitsOf(prefix)) {
      const window = windowOfUnit(unit);
      if (window !== null && window.toMs > fromMs) stored.push(window);
    }
  }
  return stored;
}
