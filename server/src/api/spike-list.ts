import type { EventFilter, TimeRange } from '../query/query.js';
import type { Spike, SpikeLabels, SpikeReader } from '../spikes/spike-reader.js';
import { wholeBuckets } from './time-range.js';

/** Values over time are not told here, spikes are; the range is judged as finely as its length allows all the same. */
const stepMs = 3_600_000;

export interface FoundSpike extends Spike {
  readonly labels: SpikeLabels;
}

export interface FoundSpikes {
  /** Newest first. */
  readonly spikes: readonly FoundSpike[];
  readonly completeUntilMs: number | null;
}

export interface SpikeListQuery extends TimeRange {
  readonly filter: EventFilter;
  readonly leastShare: number | null;
  /** Stages and causes that are looked at, those with the highest scores. */
  readonly maxSeries: number;
  readonly nowMs: number;
}

/** Spikes that touch the range. */
export async function listSpikes(reader: SpikeReader, query: SpikeListQuery): Promise<FoundSpikes> {
  const { filter, leastShare, nowMs, maxSeries: limit } = query;
  const range = wholeBuckets(query, stepMs);
  const { series, completeUntilMs } = await reader.evaluate({ ...range, stepMs, filter, leastShare, limit, nowMs });
  const spikes = series.flatMap(({ labels, spikes }) =>
    spikes
      .filter(({ beganMs, endedMs }) => beganMs < query.toMs && (endedMs === null || endedMs > query.fromMs))
      .map((spike): FoundSpike => ({ ...spike, labels })),
  );
  return { spikes: spikes.sort((a, b) => b.beganMs - a.beganMs), completeUntilMs };
}
