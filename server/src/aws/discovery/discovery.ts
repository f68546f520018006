import type { compileAccessLogFormat, Limits } from '@why403/parsers';
import type { ChangeEvent } from '../../store/change-event.js';
import type { Telemetry } from '../../telemetry/telemetry.js';
import type { AccountAccess } from '../account-access.js';
import type { AwsErrorKind } from '../aws-error.js';
import type { RegionClients } from '../clients.js';
import { controlPlaneBudget } from '../control-plane-budget.js';
import type { Wait } from '../rate-budget.js';
import type { KnownBudgets } from '../rate-budgets.js';
import { diffSnapshots, knownAfter } from './diff-snapshots.js';
import { discover } from './discover.js';
import { type LiveGroup, LiveGroups, rememberedMs } from './live-groups.js';
import { type Snapshot, wasAnswered } from './snapshot.js';
import type { StageFilters } from './stage-filters.js';
import type { LookMemory } from './stored-looks.js';

export interface DiscoveryOptions {
  readonly accounts: readonly AccountAccess[];
  readonly clients: { of(account: string, region: string): RegionClients };
  readonly filters: StageFilters;
  /** See `DiscoverOptions`. */
  readonly apiKeys: boolean;
  readonly limits: Limits;
  readonly compile: typeof compileAccessLogFormat;
  /** From the end of one reading to the next. */
  readonly refreshMs: number;
  /** Control-plane calls in any second, of each account and region; at least 2. AWS allows 10 to all tools together. */
  readonly callsPerSecond?: number;
  /** Budgets that are shared with others who ask about the same accounts. */
  readonly budgets?: KnownBudgets;
  readonly nowMs: () => number;
  readonly wait: Wait;
  /** From 0 to 1, so that many nodes do not ask at the same moment. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  /**
   * Each snapshot, and what changed since the last one that this took, in whatever process; none with the first. When it rejects, the
   * next call brings these changes again.
   */
  readonly onSnapshot: (snapshot: Snapshot, changes: readonly ChangeEvent[]) => Promise<void>;
  readonly memory: LookMemory;
}

export interface Discovery {
  /** The groups to read, as they are now: what `createCloudWatchSource` asks for. */
  groups(): readonly LiveGroup[];
  /** AWS said which stages there are, in some account and region; what is remembered of earlier is no answer. */
  readonly isAnswered: boolean;
  /** The newest of each account and region. */
  snapshots(): readonly Snapshot[];
  /** Until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

const defaultCallsPerSecond = 3;
/** Of the pause, to both sides. */
const jitter = 0.1;
/** After a reading that failed as a whole for reasons that pass or get mended. */
const againMs = 60_000;
const passing: ReadonlySet<AwsErrorKind> = new Set(['credentials', 'unreachable', 'throttled']);

/** What is remembered of an account and region from one look to the next. */
interface Followed {
  known: Snapshot | null;
  /** What `onSnapshot` took. */
  told: Snapshot | null;
  /** It is known what was seen before this process. */
  isRecalled: boolean;
  problems: ReadonlySet<string>;
}

/** Looks at each account and region regularly; one that fails stops no other. */
export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { filters, limits, compile } = options;
  const live = new LiveGroups({ filters, limits, compile });
  const newest = new Map<string, Snapshot>();
  let groups: readonly LiveGroup[] = [];
  let isAnswered = false;

  const show = (snapshot: Snapshot): void => {
    isAnswered ||= wasAnswered(snapshot);
    live.update(snapshot);
    groups = live.list();
  };

  async function follow(account: string, region: string, signal: AbortSignal): Promise<void> {
    const { nowMs, wait, telemetry, random, refreshMs } = options;
    const { callsPerSecond = defaultCallsPerSecond, budgets } = options;
    const budget = controlPlaneBudget(account, region, {
      ...(budgets && { known: budgets }),
      callsPerSecond,
      nowMs,
      wait,
    });
    const source = `discovery ${account} ${region}`;
    const state: Followed = { known: null, told: null, isRecalled: false, problems: new Set() };
    while (!signal.aborted) {
      let pauseMs = refreshMs;
      try {
        pauseMs = (await recall(state)) ? await look(state) : againMs;
      } catch (error) {
        if (signal.aborted) return;
        telemetry.defect({ where: source, error });
      }
      await wait(pauseMs * (1 - jitter + 2 * jitter * random()), signal).catch(() => {});
    }

    /** False when it has to be tried again: without it changes would be missed for good. */
    async function recall(state: Followed): Promise<boolean> {
      if (state.isRecalled) return true;
      try {
        const { looks, known } = await options.memory.recall(account, region, nowMs() - rememberedMs);
        // They are read once it is known that they are there.
        for (const earlier of looks) live.update(earlier);
        state.known = known;
        state.told = known;
        state.isRecalled = true;
        return true;
      } catch {
        // The store has told what was wrong.
        telemetry.sourceProblem({ source, problem: 'What was found before could not be read yet; it is tried again.' });
        return false;
      }
    }

    /** Returns how long to pause. */
    async function look(state: Followed): Promise<number> {
      const beginMs = nowMs();
      const clients = options.clients.of(account, region);
      const { apiKeys } = options;
      const snapshot = await discover({
        ...{ account, region, clients, budget, wait, signal, nowMs, filters, apiKeys },
        previous: state.known,
        onStages: show,
      });
      state.known = knownAfter(state.known, snapshot);
      show(snapshot);
      newest.set(`${account} ${region}`, snapshot);
      // Each once, not with every reading.
      const problems = new Set(snapshot.problems.map(({ message }) => message));
      for (const problem of problems) if (!state.problems.has(problem)) telemetry.sourceProblem({ source, problem });
      state.problems = problems;
      const detail = `${snapshot.stages.length} stages in ${account} ${region}`;
      telemetry.houseKept({ task: 'discovery', durationMs: nowMs() - beginMs, detail });
      try {
        await options.onSnapshot(snapshot, state.told === null ? [] : diffSnapshots(state.told, snapshot));
        state.told = knownAfter(state.told, snapshot);
        // Last: whoever goes on from here need not tell these changes.
        await options.memory.keep(snapshot);
      } catch {
        // The store has told what was wrong.
        telemetry.sourceProblem({
          source,
          problem: 'What was found could not be stored; the next look brings it again.',
        });
      }
      return snapshot.problems.some(({ kind }) => passing.has(kind)) ? Math.min(againMs, refreshMs) : refreshMs;
    }
  }

  return {
    groups: () => groups,
    get isAnswered() {
      return isAnswered;
    },
    snapshots: () => [...newest.values()],
    async run(signal) {
      const places = options.accounts.flatMap(({ account, regions }) => regions.map((region) => ({ account, region })));
      await Promise.all(places.map(({ account, region }) => follow(account, region, signal)));
    },
  };
}
