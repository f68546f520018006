import type { CountedFrom } from '@why403/parsers';
import type { StageLabels } from '../query/completeness.js';
import type { TimeRange } from '../query/query.js';
import type { StageKey } from './control-plane-store.js';

/** A minute of a stage of which refusals only were delivered (docs/decisions/0014-thrifty-reading.md). */
export interface RefusalsOnlyMinute extends StageKey {
  readonly minuteMs: number;
  /** null: whatever the stage is counted from; else only what is counted from this kind of log has no denominator. */
  readonly countedFrom: CountedFrom | null;
  /** False: the reading began later, but requests that it left out may have begun in this minute. */
  readonly inReading: boolean;
}

/** How many requests a stage had in a minute, by CloudWatch's metrics. */
export interface MetricTotal extends StageKey {
  readonly minuteMs: number;
  readonly requests: number;
}

/** Whole minutes of a stage. */
export interface StageStretch extends TimeRange {
  readonly labels: StageLabels;
}

export interface StretchesQuery extends TimeRange {
  /** Totals marked later are not looked at. */
  readonly nowMs: number;
}

/** Requests of what was read as refusals only. */
export interface DenominatorStore {
  /** Of two totals of one stage and minute the one stored later counts. They count where `refusals_only` has the minute, and nowhere else. */
  insertRequestTotals(totals: readonly MetricTotal[], nowMs: number): Promise<void>;
  /** Stretches of stages, in whole minutes, that are counted from refusals only and have no total of metrics; in order of stage and time. */
  readStretchesWithoutDenominator(query: StretchesQuery): Promise<readonly StageStretch[]>;
}
