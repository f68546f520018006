import type { LabelName } from '../../query/query.js';

export const minuteMs = 60_000;
/** A stage that lags more than this has no value: an old one would look like news. */
export const maxLagMs = 15 * minuteMs;
/** Complete minutes that a value sums up. */
export const requestWindowMs = 5 * minuteMs;
export const newCauseWindowMs = 30 * minuteMs;
export const unknownWindowMs = 60 * minuteMs;

export const stageLabels = ['account', 'region', 'api_id', 'stage'] as const satisfies readonly LabelName[];
const causeLabels = [...stageLabels, 'cause'] as const;
export const refusedLabels = [...causeLabels, 'group'] as const satisfies readonly LabelName[];

/** Gauges that are read from the store: name → labels and what a value is. */
export const storeGauges = {
  why403_refused_requests: {
    labels: [...refusedLabels, 'window'],
    help: 'Refused requests of the newest 5 minutes that are complete',
  },
  why403_requests: {
    labels: [...stageLabels, 'window'],
    help: 'Requests of the newest 5 minutes that are complete; NaN where only refusals were read',
  },
  why403_spike_score: {
    labels: causeLabels,
    help: 'Refused requests of the newest 5 complete minutes against what is usual for this stage and cause; above 1 is a spike',
  },
  why403_spike_expected_upper_requests: {
    labels: causeLabels,
    help: 'As many refused requests in 5 minutes are no spike yet',
  },
  why403_new_cause: {
    labels: [...stageLabels, 'route', 'cause'],
    help: 'Refused requests of the newest 30 complete minutes, at least 3, of a cause that this route did not have in the 7 days before, on a stage that is known for 24 hours',
  },
  why403_unknown_ratio: {
    labels: stageLabels,
    help: 'Refused requests without a known cause as a part of all refused requests (counted as 20 if there are fewer) of the newest 60 complete minutes',
  },
} as const satisfies Record<string, { labels: readonly string[]; help: string }>;
export type StoreGauge = keyof typeof storeGauges;

export interface GaugeValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one gauge has at one minute. */
export interface GaugeReading {
  readonly gauge: StoreGauge;
  readonly values: readonly GaugeValue[];
  /** Series beyond the limit. */
  readonly omitted: number;
}
