import type { LiveGroup } from '../../aws/discovery/live-groups.js';
import type { Snapshot } from '../../aws/discovery/snapshot.js';
import { isStageSelected } from '../../aws/discovery/stage-filters.js';
import type { PastRequest } from '../past-reading.js';
import { filtersOf } from './stage-selection.js';

/** The groups that hold requests of such stages, among others'. */
export function groupsAskedFor(
  groups: readonly LiveGroup[],
  snapshots: readonly Snapshot[],
  { api, stage }: Pick<PastRequest, 'api' | 'stage'>,
): readonly LiveGroup[] {
  const filters = filtersOf(
    { ...(api === null ? {} : { apis: [api] }), ...(stage === null ? {} : { stages: [stage] }) },
    null,
  );
  const names = new Map(snapshots.flatMap(({ stages }) => stages.map(({ apiId, apiName }) => [apiId, apiName])));
  return groups.filter(({ discovered }) =>
    discovered.stages.some((each) =>
      // A stage that is gone has no name any more.
      isStageSelected({ ...each, apiName: names.get(each.apiId) ?? each.apiId, tags: {} }, filters),
    ),
  );
}

/** Why it cannot be said yet which groups there are; null: it can. */
export function stillUnknown(regions: readonly string[], snapshots: readonly Snapshot[]): string | null {
  const unknown = regions.filter((region) => !snapshots.some((each) => each.region === region));
  return unknown.length === 0 ? null : `The log groups of ${unknown.join(', ')} are still being looked for.`;
}
