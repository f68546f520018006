import { type DiscoverOptions, discover } from '../aws/discovery/discover.js';
import type { DiscoveredStage, DiscoveryProblem, Snapshot } from '../aws/discovery/snapshot.js';
import type { StageFilters, StagePattern } from '../aws/discovery/stage-filters.js';

/** What the control plane lets be seen. */
export interface SeenStages {
  /** All of them, without their configuration. */
  readonly snapshot: Snapshot;
  /** Of everything that discovery asks for. */
  readonly problems: readonly DiscoveryProblem[];
  readonly cloudWatchRoleArn: Snapshot['cloudWatchRoleArn'];
}

/**
 * Lists all stages, and asks for the rest (routes, authorizers, plans, domains) of one stage of each kind of API only: the permissions are
 * the same, and an account of 500 stages is looked at in minutes instead of a quarter of an hour.
 */
export async function lookAtStages(options: Omit<DiscoverOptions, 'previous' | 'onStages'>): Promise<SeenStages> {
  const snapshot = await listStages(options);
  const filters: StageFilters = { include: samplesOf(snapshot.stages), exclude: options.filters.exclude };
  // Without a stage nothing more is read than what the account has as a whole; that filter fits no API.
  const include = filters.include.length > 0 ? filters.include : [{ apiId: '' }];
  const { cloudWatchRoleArn, problems } = await discover({
    ...options,
    filters: { ...filters, include },
    previous: null,
  });
  return { snapshot, problems: uniqueProblems([...snapshot.problems, ...problems]), cloudWatchRoleArn };
}

/** Stops at what `discover` tells first. */
async function listStages(options: Omit<DiscoverOptions, 'previous' | 'onStages'>): Promise<Snapshot> {
  const stop = new AbortController();
  let seen: Snapshot | null = null;
  try {
    return await discover({
      ...options,
      previous: null,
      signal: AbortSignal.any([options.signal, stop.signal]),
      onStages(snapshot) {
        seen = snapshot;
        stop.abort();
      },
    });
  } catch (error) {
    options.signal.throwIfAborted();
    if (seen === null) throw error;
    return seen;
  }
}

function samplesOf(stages: readonly DiscoveredStage[]): readonly StagePattern[] {
  const samples = new Map<string, StagePattern>();
  for (const { apiKind, apiId, stage, deploymentId } of stages) {
    // What a deployment brings is asked for only where there is one.
    if (!samples.has(apiKind) && deploymentId !== null) samples.set(apiKind, { apiId, stage });
  }
  return [...samples.values()];
}

function uniqueProblems(problems: readonly DiscoveryProblem[]): readonly DiscoveryProblem[] {
  const byPart = new Map(problems.map((problem) => [`${problem.action} ${problem.part}`, problem]));
  return [...byPart.values()];
}
