import type { CauseGroup, CountedLabels, Decision, RequestRecord } from '@why403/parsers';

/** What stands for a label that no line tells. */
export const unknownLabel = 'unknown';

/** Each that is given must match; of several values any one. */
export interface AnalysisFilter {
  /** ms since the epoch, inclusive; whole minutes, since requests are counted by the minute. */
  readonly fromMs: number | null;
  /** Exclusive. */
  readonly toMs: number | null;
  readonly api: ReadonlySet<string> | null;
  readonly stage: ReadonlySet<string> | null;
  readonly route: ReadonlySet<string> | null;
  readonly method: ReadonlySet<string> | null;
  /** Of what was refused only: all requests stay what the share is taken of. */
  readonly cause: ReadonlySet<string> | null;
  readonly group: ReadonlySet<string> | null;
  readonly status: ReadonlySet<string> | null;
}

export const noFilter: AnalysisFilter = {
  fromMs: null,
  toMs: null,
  api: null,
  stage: null,
  route: null,
  method: null,
  cause: null,
  group: null,
  status: null,
};

const has = (wanted: ReadonlySet<string> | null, value: string | null): boolean =>
  wanted === null || wanted.has(value ?? unknownLabel);

/** A request without a time is in no range. */
function isWithin({ fromMs, toMs }: AnalysisFilter, timeMs: number | null): boolean {
  if (fromMs === null && toMs === null) return true;
  return timeMs !== null && (fromMs === null || timeMs >= fromMs) && (toMs === null || timeMs < toMs);
}

export function matchesLabels(filter: AnalysisFilter, { place, route, method, timeMs }: CountedLabels): boolean {
  return (
    isWithin(filter, timeMs) &&
    has(filter.api, place.apiId) &&
    has(filter.stage, place.stage) &&
    has(filter.route, route) &&
    has(filter.method, method)
  );
}

export function matchesRequest(
  filter: AnalysisFilter,
  { apiId, stage, route, method, status, timeMs }: RequestRecord,
  { finding }: Decision,
  groupOf: (cause: string | null) => CauseGroup | null,
): boolean {
  return (
    isWithin(filter, timeMs) &&
    has(filter.api, apiId) &&
    has(filter.stage, stage) &&
    has(filter.route, route) &&
    has(filter.method, method) &&
    has(filter.status, status === null ? null : String(status)) &&
    has(filter.cause, finding.cause) &&
    has(filter.group, groupOf(finding.cause))
  );
}
