import type { GroupReport } from '../../sources/source-state.js';
import type { FeedState } from '../../store/event-store.js';
import { groupStates } from '../schemas/source-state.js';

const states = Object.keys(groupStates);

/** Nothing of it was read yet. */
const mostLagMs = Number.MAX_SAFE_INTEGER;

/** Those that cannot be read; those that are, the ones with gaps before the others, by their lag; those that need not be there. */
export const groupsWorstFirst = (groups: readonly GroupReport[]): readonly GroupReport[] =>
  groups.toSorted(
    (a, b) =>
      states.indexOf(a.state) - states.indexOf(b.state) ||
      Number(b.gaps.length > 0) - Number(a.gaps.length > 0) ||
      (b.lagMs ?? mostLagMs) - (a.lagMs ?? mostLagMs),
  );

export const feedsWorstFirst = (feeds: readonly FeedState[]): readonly FeedState[] =>
  feeds.toSorted((a, b) => a.completeUntilMs - b.completeUntilMs);
