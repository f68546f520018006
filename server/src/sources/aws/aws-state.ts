import type { LiveGroup } from '../../aws/discovery/live-groups.js';
import { listings, type Snapshot, wasAnswered } from '../../aws/discovery/snapshot.js';
import { isStageSelected, type StageFilters } from '../../aws/discovery/stage-filters.js';
import type { GroupState } from '../cloudwatch/group-state.js';
import { feedOf } from '../cloudwatch/unit-names.js';
import type { AccountState, GroupReport, SourceProblem } from '../source-state.js';

/** What kept the lists of APIs from being read everywhere; null when some were. */
export function listingProblem(snapshots: readonly Snapshot[]): string | null {
  if (snapshots.some(wasAnswered)) return null;
  return snapshots[0]?.problems.find(({ part }) => listings.includes(part))?.message ?? null;
}

export interface AwsPlace {
  readonly source: string;
  readonly account: string | null;
  readonly region: string;
}

/** `problems`: beside those of the snapshot. */
export function accountStateOf(
  place: AwsPlace,
  snapshot: Snapshot | undefined,
  filters: StageFilters,
  problems: readonly SourceProblem[] = [],
): AccountState {
  return {
    ...place,
    stages: snapshot?.stages.filter((stage) => isStageSelected(stage, filters)).length ?? 0,
    takenMs: snapshot?.takenMs ?? null,
    problems: [...problems, ...(snapshot?.problems ?? [])],
  };
}

/** In the order of `groups`. A group that is about to be read for the first time has no state yet. */
export function groupReports(groups: readonly LiveGroup[], states: readonly GroupState[]): GroupReport[] {
  const byFeed = new Map(states.map((state) => [feedOf(state.group), state]));
  return groups.flatMap(({ group, mayBeMissing, discovered: { kind, stages } }) => {
    const state = byFeed.get(feedOf(group));
    if (state === undefined) return [];
    // What is not there, and need not be, does not lag.
    const isAbsent = state.state === 'deleted' && mayBeMissing;
    return [
      {
        ...state,
        kind,
        stages: stages.map(({ apiId, stage }) => ({ apiId, stage })),
        ...(isAbsent ? { state: 'absent' as const, message: '', lagMs: null, windowsBehind: 0 } : {}),
      },
    ];
  });
}
