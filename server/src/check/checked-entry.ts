import type { RoleToAssume } from '../aws/account-access.js';
import type { StageFilters } from '../aws/discovery/stage-filters.js';
import type { AwsEntry } from '../sources/aws/aws-source.js';
import { filtersOf } from '../sources/aws/stage-selection.js';

/** A source of kind `aws`, as far as a check is concerned. */
export interface CheckedEntry
  extends Pick<
    AwsEntry,
    'executionLogs' | 'wafLogs' | 'apiKeys' | 'insights' | 'metricTotals' | 'apiCallsPerSecond' | 'quotaShare'
  > {
  /** Where it stands: `sources[0]`. */
  readonly name: string;
  /** At least one. */
  readonly regions: readonly string[];
  /** null: the credentials that the SDK finds. */
  readonly role: RoleToAssume | null;
  readonly filters: StageFilters;
}

/** `ownRegion`: of the environment, where the entry names none. */
export const checkedEntry = (entry: AwsEntry, name: string, ownRegion: string | null): CheckedEntry => ({
  ...entry,
  name,
  regions: entry.regions ?? (ownRegion === null ? [] : [ownRegion]),
  role: entry.role === null ? null : { arn: entry.role, externalId: entry.externalId },
  filters: filtersOf(entry.include, entry.exclude),
});
