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
  /** `count`: refused requests; `requests`: all; `rate`: refused requests per second; `share`: refused of all, 0 to 1. */
  readonly metric: 'count' | 'requests' | 'rate' | 'share';
  /** Width of a bucket, a multiple of a minute, ms. Buckets begin at multiples of it; those that the range cuts are told whole. */
  readonly stepMs: number;
  readonly by: readonly LabelName[];
  readonly filter: EventFilter;
  /** Largest series first. */
  readonly limit: number;
  readonly nowMs: number;
}

export interface TopQuery extends TimeRange {
  readonly by: LabelName | DimensionName;
  readonly filter: EventFilter;
  readonly limit: number;
  readonly nowMs: number;
}

export interface EventQuery extends TimeRange {
  readonly filter: EventFilter;
  readonly limit: number;
  /** From the page before. */
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
  readonly unit: 'requests' | 'requests/s' | 'ratio';
  /** What the series is about; empty outside of series. */
  readonly labels: Readonly<Record<string, string>>;
  /** null after the watermark, and where nothing can be said (share without a denominator). */
  readonly values: readonly (number | null)[];
  /** Watermark of the stages that the series counts, ms; only on series. */
  readonly completeUntilMs?: number | null;
}
