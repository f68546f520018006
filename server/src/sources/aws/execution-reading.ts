import { type Cause, executionRefusals, refusedRequestOf } from '@why403/parsers';
import type { LiveGroup } from '../../aws/discovery/live-groups.js';
import type { UncertainReader } from '../../store/event-store.js';
import type { PatternsAsked, ThriftyReading } from '../cloudwatch/cloudwatch-group.js';
import type { GroupState } from '../cloudwatch/group-state.js';
import { isPlainId, patternsOfIds } from '../cloudwatch/id-patterns.js';
import type { LogGroup } from '../cloudwatch/log-events-client.js';
import { type PageDeps, readPages } from '../cloudwatch/read-pages.js';
import { feedOf } from '../cloudwatch/unit-names.js';
import { isSameWindow, type Window } from '../cloudwatch/windows.js';

export interface ExecutionReadingDeps {
  readonly store: UncertainReader;
  readonly pagesOf: (group: LogGroup) => Omit<PageDeps, 'onThrottled'>;
  /** How long windows settle before they are read. */
  readonly settleMs: number;
}

/**
 * Execution lines lie so far from the access line of their request at most: an integration may take 29 s, and access lines have the time
 * at which the request began, or at which it was over.
 */
const reachMs = 30_000;
/** Sweeps of access logs, which bring the ids of late lines, are done so long after they are due, mostly. */
const sweepDelayMs = 600_000;
/** Requests of one window: a call brings the lines of 24. */
const mostIds = 500;
/** Pages of lines that tell of refusals, of one window: text that callers send could make them many. */
const mostPages = 20;

/** Refusals for these causes have no execution lines, or none that would tell more. */
export const causesWithoutLines: readonly Cause[] = [
  'route_not_found',
  'cors_preflight_refused',
  'invalid_signature',
  'expired_token',
  'waf_blocked',
];

/**
 * How execution logs are read thriftily: their lines are asked for by the ids of requests that were refused without certainty, many at
 * once. The ids come from the store, where access logs have brought them; of stages without access log that can be read, from the lines
 * that tell of refusals.
 */
export class ExecutionReading {
  private readonly deps: ExecutionReadingDeps;
  /** By feed, what was left out of the window read last. */
  private omitted = new Map<string, string>();
  /** Of each chain of readings, what was found last: mostly for the window that was asked ahead, with which the next one begins. */
  private readonly foundLast = new WeakMap<object, FoundIn>();

  constructor(deps: ExecutionReadingDeps) {
    this.deps = deps;
  }

  /** The groups, those of execution logs with their way to be read thriftily. `states`: how far they are read. */
  addTo(groups: readonly LiveGroup[], states: readonly GroupState[]): LiveGroup[] {
    const lags = lagsOfStages(groups, states);
    const feeds = new Set<string>();
    const added = groups.map((of) => {
      if (of.discovered.kind !== 'execution') return of;
      feeds.add(feedOf(of.group));
      return { ...of, thrifty: this.thriftyOf(of, lags) };
    });
    for (const feed of this.omitted.keys()) if (!feeds.has(feed)) this.omitted.delete(feed);
    return added;
  }

  private thriftyOf({ group, discovered }: LiveGroup, lags: ReadonlyMap<string, number>): ThriftyReading {
    const { stages, countedStages } = discovered;
    const areAllTold = stages.every((stage) => lags.has(keyOf(stage)));
    const lagMs = Math.max(0, ...stages.map((stage) => lags.get(keyOf(stage)) ?? 0));
    const omitted = this.omitted.get(feedOf(group));
    return {
      patternsOf: (window, asked) => this.patternsOf(group, { stages, areAllTold }, window, asked),
      misses: [
        `Execution lines more than ${reachMs / 1000} s from the access line of their request.`,
        ...(areAllTold ? [] : executionRefusals.misses),
        ...(omitted === undefined ? [] : [omitted]),
      ],
      // All access lines that may belong to lines of the window have been read then.
      delayMs: Math.max(0, lagMs - this.deps.settleMs) + reachMs,
      sweepDelayMs,
      countedStages,
    };
  }

  private async patternsOf(
    group: LogGroup,
    { stages, areAllTold }: { readonly stages: LiveGroup['discovered']['stages']; readonly areAllTold: boolean },
    window: Window,
    asked: PatternsAsked,
  ): Promise<readonly string[]> {
    const { store } = this.deps;
    const range = { fromMs: window.fromMs - reachMs, toMs: window.toMs + reachMs };
    const told = await store.readUncertainIds({ ...range, stages, exceptCauses: causesWithoutLines, limit: mostIds });
    const found = areAllTold ? nothingFound : await this.findOnce(group, range, asked);
    const all = new Set([...told.ids, ...found.ids]);
    const ids = [...all].slice(0, mostIds);
    const left = told.omitted + all.size - ids.length;
    const feed = feedOf(group);
    if (left === 0 && found.areAll) this.omitted.delete(feed);
    else this.omitted.set(feed, omission(window, left));
    // What tells of refusals is read as well: so they all count, also those whose other lines are left out.
    return areAllTold ? patternsOfIds(ids) : [executionRefusals.pattern, ...patternsOfIds(ids)];
  }

  /** Once in a chain of readings. What the store tells is asked each time: it takes no call, and may be more by then. */
  private async findOnce(group: LogGroup, range: Window, asked: PatternsAsked): Promise<FoundIds> {
    const before = this.foundLast.get(asked.chain);
    const isKnown = before !== undefined && isSameWindow(before.range, range);
    const found = isKnown ? before.found : await this.findRefused(group, range, asked);
    this.foundLast.set(asked.chain, { range, found });
    asked.onPages(found.pages);
    return found;
  }

  private async findRefused(
    group: LogGroup,
    range: Window,
    { priority, signal, onThrottled }: PatternsAsked,
  ): Promise<FoundIds> {
    const ids = new Set<string>();
    const request = { group, filterPattern: executionRefusals.pattern, ...range };
    const deps = { ...this.deps.pagesOf(group), onThrottled };
    let pages = 0;
    for await (const events of readPages(request, priority, deps, signal)) {
      for (const { message } of events) {
        const id = refusedRequestOf(message);
        if (id !== null && isPlainId(id)) ids.add(id);
      }
      pages++;
      if (ids.size > mostIds || pages >= mostPages) return { ids, areAll: false, pages };
    }
    return { ids, areAll: true, pages };
  }
}

interface FoundIds {
  readonly ids: ReadonlySet<string>;
  readonly areAll: boolean;
  /** So many were read for it. */
  readonly pages: number;
}
const nothingFound: FoundIds = { ids: new Set(), areAll: true, pages: 0 };

interface FoundIn {
  readonly range: Window;
  readonly found: FoundIds;
}

const omission = ({ fromMs }: Window, left: number): string =>
  `Of the window from ${new Date(fromMs).toISOString()}: execution lines of ${left === 0 ? '' : `at least ${left} `}refused requests beyond ${mostIds}.`;

type Stage = Pick<LiveGroup['discovered']['stages'][number], 'apiId' | 'stage'>;
const keyOf = ({ apiId, stage }: Stage): string => `${apiId}/${stage}`;

/** Of stages whose access lines tell the ids of requests: how far reading them is behind, ms. */
function lagsOfStages(groups: readonly LiveGroup[], states: readonly GroupState[]): ReadonlyMap<string, number> {
  const stateOf = new Map(states.map((state) => [feedOf(state.group), state]));
  const lags = new Map<string, number>();
  for (const { group, discovered } of groups) {
    if (discovered.kind !== 'access' || !discovered.formats.every((format) => requestId.test(format))) continue;
    const state = stateOf.get(feedOf(group));
    // One that cannot be read tells nothing, and is not waited for.
    if (state !== undefined && !isRead.has(state.state)) continue;
    // Where reading begins is not known yet: nothing has been read.
    const lagMs = state?.lagMs ?? Number.POSITIVE_INFINITY;
    for (const stage of discovered.stages) lags.set(keyOf(stage), Math.max(lagMs, lags.get(keyOf(stage)) ?? 0));
  }
  return lags;
}

const requestId = /\$context\.requestId(?![\w.])/;
const isRead: ReadonlySet<GroupState['state']> = new Set(['reading', 'throttled']);
