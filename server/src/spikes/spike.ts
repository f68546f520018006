import type { Baseline, EventFilter, TimeRange } from '../query/query.js';

/** What is asked of refused requests per account, region, API, stage and cause. */
export interface SpikeQuery extends TimeRange {
  /**
   * Width of a bucket of the values, a multiple of a minute. The value of a bucket is that of its worst minute. Ranges of more than a
   * day with steps of whole five minutes are judged every five minutes only, all others every minute (docs/spikes.md).
   */
  readonly stepMs: number;
  /** Of account, region, api_id, stage, cause and group. It chooses series and changes no value. */
  readonly filter: EventFilter;
  /** Asked besides: more than this part of the stage's requests. */
  readonly leastShare: number | null;
  /** Series with the highest scores first. */
  readonly limit: number;
  readonly nowMs: number;
}

export interface SpikeLabels {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly cause: string;
  readonly group: string;
}

/** A stretch of minutes whose score is above 1, with pauses of at most five minutes. */
export interface Spike {
  /** Start of the minute in which the first window above the bound was filled. */
  readonly beganMs: number;
  /** End of the last minute that kept it above; null while it goes on. */
  readonly endedMs: number | null;
  /** End of the five minutes with the highest score. */
  readonly peakAtMs: number;
  readonly peakScore: number;
  /** Refused requests of these five minutes, and what was expected of them. */
  readonly peakRequests: number;
  /** null without a baseline. */
  readonly expected: number | null;
  readonly expectedUpper: number;
  /** Of all requests of the stage in the five minutes of the peak; null when only refusals are known. */
  readonly share: number | null;
  /** Refused requests from `beganMs` to `endedMs`, or to the watermark. */
  readonly refused: number;
  readonly baseline: Baseline;
}

/** One value for each time of the evaluation; null after the watermark. Requests are those of five minutes. */
export interface SpikeValues {
  /** Above 1: a spike. */
  readonly score: readonly (number | null)[];
  readonly count: readonly (number | null)[];
  /** null without a baseline as well. */
  readonly expected: readonly (number | null)[];
  readonly expected_upper: readonly (number | null)[];
  /** 0 to 1; null without requests as well, and when only refusals are known. */
  readonly share: readonly (number | null)[];
}

export interface SpikeSeries {
  readonly labels: SpikeLabels;
  /** As of the newest bucket. */
  readonly baseline: Baseline;
  /** Watermark of the stage. */
  readonly completeUntilMs: number | null;
  readonly values: SpikeValues;
  /** Those that overlap the range, whole, oldest first. */
  readonly spikes: readonly Spike[];
}

export interface SpikeEvaluation {
  /** The lowest of the series; null when one is unknown, or none is there. */
  readonly completeUntilMs: number | null;
  /** Series beyond the limit that were left out. */
  readonly omittedSeries: number;
  /** Starts of the buckets. */
  readonly times: readonly number[];
  /** All that were refused in the 24 hours before the end of the range, or in it; highest peak score first. */
  readonly series: readonly SpikeSeries[];
}
