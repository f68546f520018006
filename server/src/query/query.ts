/** Bounded: can be filtered and grouped by. */
export const labelNames = ['account', 'region', 'api_id', 'stage', 'route', 'method', 'cause', 'group'] as const;
export type LabelName = (typeof labelNames)[number];

/** Labels that requests have, refused or not: totals carry them. */
export const totalLabelNames = ['account', 'region', 'api_id', 'stage', 'route', 'method'] as const;

/** Unbounded: for `top`, events and filters, never for series. */
export const dimensionNames = [
  'source_ip',
  'principal',
  'api_key_id',
  'culprit',
  'user_agent',
  'path',
  'detail',
  'confidence',
  'request_id',
] as const;
export type DimensionName = (typeof dimensionNames)[number];

/** A request matches if for each entry its value is one of `in` (when given) and none of `notIn`. */
export type EventFilter = Readonly<
  Partial<Record<LabelName | DimensionName, { readonly in?: readonly string[]; readonly notIn?: readonly string[] }>>
>;

export interface TimeRange {
  /** ms since the epoch, inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export interface SeriesQuery extends TimeRange {
  /**
   * `count`: refused requests; `requests`: all; `rate`: refused requests per second; `share`: refused of all, 0 to 1; `portion`: of
   * all refused, whatever their cause, 0 to 1.
   */
  readonly metric: 'count' | 'requests' | 'rate' | 'share' | 'portion';
  /** Width of a bucket, a multiple of a minute, ms. Buckets begin at multiples of it; those that the range cuts are told whole. */
  readonly stepMs: number;
  readonly by: readonly LabelName[];
  readonly filter: EventFilter;
  /** Largest series first. */
  readonly limit: number;
  readonly nowMs: number;
}

/** Counts as they are stored, without zeros and without a frame: for evaluations that look back over days. */
export interface CellsQuery extends TimeRange {
  /** `count`: refused requests; `requests`: all. */
  readonly metric: 'count' | 'requests';
  /** Width of a bucket, a multiple of a minute, ms. The range is taken as it is: it begins and ends at multiples of it. */
  readonly stepMs: number;
  /** For `requests`: labels of totals only. */
  readonly by: readonly LabelName[];
  /** Of `requests`, the part about labels of totals is used. */
  readonly filter: EventFilter;
  /** Largest sets first. */
  readonly limit: number;
  readonly nowMs: number;
}

/** Causes on routes that were refused in the range and, for long, not before. */
export interface FirstSeenQuery extends TimeRange {
  readonly filter: EventFilter;
  /** Refused requests in the range, at least. */
  readonly least: number;
  /**
   * New to some window that begins in [fromMs, this]. Without it there is one window, the range itself; a page that tells of the last
   * half hour at each minute of the range has many.
   */
  readonly windowsUntilMs?: number;
  /** Newest first. */
  readonly limit: number;
  readonly nowMs: number;
}

/** What can be new: a cause on a route. */
export const firstSeenLabels = ['account', 'region', 'api_id', 'stage', 'route', 'cause', 'group'] as const;

/** What was refused within it is not new. */
export const newAfterMs = 7 * 86_400_000;
/** On a stage that has had requests for less, everything would be new. */
export const stageKnownMs = 86_400_000;

export interface TopQuery extends TimeRange {
  readonly by: LabelName | DimensionName;
  readonly filter: EventFilter;
  readonly limit: number;
  readonly nowMs: number;
}

/** How much of the answer the logs can give. */
export interface CoverageQuery extends TimeRange {
  /** Of stages as a whole: nothing finer has a watermark. */
  readonly filter: Pick<EventFilter, 'account' | 'region' | 'api_id' | 'stage'>;
  readonly limit: number;
  readonly nowMs: number;
}

export interface EventQuery extends TimeRange {
  readonly filter: EventFilter;
  /** What comes first; `newest` without it. */
  readonly order?: 'newest' | 'oldest';
  readonly limit: number;
  /** From the page before, of either order. */
  readonly cursor: EventCursor | null;
}

export interface EventCursor {
  readonly tsMs: number;
  readonly eventId: string;
}

/** Columnar and typed: one array per column, all of one length. */
export interface Frame {
  readonly columns: readonly Column[];
}
export type Column =
  | { readonly name: string; readonly type: 'time'; readonly unit: 'ms'; readonly values: readonly number[] }
  | { readonly name: string; readonly type: 'string'; readonly values: readonly string[] }
  | NumberColumn;
export interface NumberColumn {
  readonly name: string;
  readonly type: 'number';
  readonly unit: 'requests' | 'requests/s' | 'ratio' | 's' | 'score';
  /** What the series is about; empty outside of series. */
  readonly labels: Readonly<Record<string, string>>;
  /** null after the watermark, and where nothing can be said (share without a denominator). */
  readonly values: readonly (number | null)[];
  /** Watermark of the stages that the series counts, ms; only on series. */
  readonly completeUntilMs?: number | null;
  /** What the newest value was compared with; only on series of spike scores. */
  readonly baseline?: Baseline;
}

/**
 * What the count of a stage and cause is compared with: the same hours of earlier days; the newest 24 hours in which the stage had
 * requests; or, with less history than that, fixed floors of count and share.
 */
export const baselines = ['time_of_day', 'day', 'none'] as const;
export type Baseline = (typeof baselines)[number];
