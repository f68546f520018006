import type { Cause, CauseGroup, CountedFrom, CulpritKind, RejectReason } from '@why403/parsers';

/** What `why403 analyze` found. docs/analyze-output.md documents it, docs/analyze.schema.json fixes it. */
export interface AnalysisReport {
  /** Time of the first and the last request, ISO 8601; null when no line tells. */
  readonly from: string | null;
  readonly to: string | null;
  readonly bytes: number;
  readonly lines: number;
  /** Which logs requests were counted from. */
  readonly countedFrom: readonly CountedFrom[];
  readonly requests: number;
  readonly refused: number;
  /** Refused of all requests; null when the input holds nothing but refusals, or nothing at all. */
  readonly share: number | null;
  /** Requests of which the input does not show whether they were refused. */
  readonly undetermined: number;
  /** Refusals in a log that does not count, because another log of the stage does: probably requests that are counted already. */
  readonly uncounted: number;
  /** Most frequent first. */
  readonly causes: readonly CauseReport[];
  readonly series: SeriesReport;
  readonly stages: readonly StageReport[];
  readonly routes: readonly RouteCount[];
  readonly callers: CallersReport;
  /** `$context` variables that the access-log format lacks and that would make verdicts more certain; null when no access line was seen. */
  readonly missingVariables: readonly string[] | null;
  readonly rejected: readonly { readonly reason: RejectReason; readonly count: number }[];
  readonly rejectExamples: readonly RejectExample[];
  readonly warnings: readonly string[];
}

export interface CauseReport {
  readonly cause: Cause;
  readonly group: CauseGroup;
  readonly refused: number;
  /** Of all that was refused. */
  readonly share: number;
  readonly confidence: { readonly certain: number; readonly likely: number; readonly possible: number };
  readonly details: readonly ValueCount[];
  readonly culprits: readonly CulpritCount[];
  readonly routes: readonly RouteCount[];
  readonly sourceIps: readonly ValueCount[];
  /** One number for each step of `series`. */
  readonly series: readonly number[];
  readonly example: RequestExample;
  /** What to do about the example. */
  readonly remedy: string;
}

export interface Counted {
  readonly count: number;
  /** Larger than `count` only where values were too many to count each. */
  readonly atMost: number;
}
export interface ValueCount extends Counted {
  readonly value: string;
}
export interface CulpritCount extends Counted {
  readonly kind: CulpritKind;
  readonly id: string | null;
  readonly name: string | null;
}
export interface RouteCount extends Counted {
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly route: string;
}
export interface CallersReport {
  readonly sourceIps: readonly ValueCount[];
  readonly principals: readonly ValueCount[];
  readonly apiKeyIds: readonly ValueCount[];
  readonly userAgents: readonly ValueCount[];
}
export interface SeriesReport {
  readonly stepMs: number;
  /** Start of the first step, ISO 8601; null without times. */
  readonly start: string | null;
  readonly requests: readonly number[];
  readonly refused: readonly number[];
}
export interface StageReport {
  readonly apiId: string;
  readonly stage: string;
  readonly countedFrom: CountedFrom;
  readonly requests: number;
  readonly refused: number;
}
export interface RequestExample {
  readonly input: string;
  readonly line: number;
  readonly requestId: string | null;
  readonly extendedRequestId: string | null;
  readonly time: string | null;
}
export interface RejectExample {
  readonly input: string;
  readonly line: number;
  readonly reason: RejectReason;
  readonly detail: string;
}
