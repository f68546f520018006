import { stageKeyOf } from '../../query/completeness.js';
import { firstSeenLabels, newAfterMs, stageKnownMs } from '../../query/query.js';
import type { BucketCounts } from '../../query/series-frame.js';
import { unknownRatio } from '../../query/unknown-ratio.js';
import type { SpikeEvaluation, SpikeSeries } from '../../spikes/spike-reader.js';
import type { CellSet, FirstSeen, FirstSeenLabels } from '../../store/event-store.js';
import { usualLeast } from '../schemas/stage-cause.js';
import type { GaugeEvaluation } from './evaluate-gauges.js';
import {
  type GaugeReading,
  type GaugeValue,
  maxLagMs,
  minuteMs,
  newCauseWindowMs,
  requestWindowMs,
  type StoreGauge,
  unknownWindowMs,
} from './gauge.js';

/**
 * The gauges as they stand at a whole minute of the evaluation. Each series tells of its own newest complete minute, so the values
 * do not depend on how long the evaluated range is.
 */
export function gaugesAt(evaluation: GaugeEvaluation, atMs: number, maxSeries: number): readonly GaugeReading[] {
  const { refused, requests, spikes, newCauses } = evaluation;
  const reading = (gauge: StoreGauge, all: readonly GaugeValue[], unread: number): GaugeReading => ({
    gauge,
    values: all.slice(0, maxSeries),
    omitted: Math.max(0, all.length - maxSeries) + unread,
  });
  return [
    reading('why403_refused_requests', windowSums(refused.sets, atMs), refused.omittedSets),
    reading('why403_requests', windowSums(requests.sets, atMs), requests.omittedSets),
    reading('why403_spike_score', spikeValues(spikes, 'score', atMs), spikes.omittedSeries),
    reading('why403_spike_expected_upper_requests', spikeValues(spikes, 'expected_upper', atMs), spikes.omittedSeries),
    reading('why403_new_cause', newCauseValues(evaluation, atMs), newCauses.omittedCauses),
    reading('why403_unknown_ratio', unknownRatios(evaluation, atMs), 0),
  ];
}

/** End of the newest complete minute; null when nothing is known or it is too long ago. */
function newestMinuteEnd(completeUntilMs: number | null, atMs: number): number | null {
  if (completeUntilMs === null) return null;
  const endMs = Math.min(atMs, Math.floor(completeUntilMs / minuteMs) * minuteMs);
  return atMs - endMs > maxLagMs ? null : endMs;
}

/** Requests of the minutes in [fromMs, toMs), whole minutes. */
function sumOf(buckets: BucketCounts, fromMs: number, toMs: number): number {
  let sum = 0;
  for (let minute = fromMs / minuteMs; minute < toMs / minuteMs; minute += 1) sum += buckets.get(minute) ?? 0;
  return sum;
}

/** Nobody knows how many requests there were in some of these minutes. */
function isUntold(unknown: CellSet['unknown'], fromMs: number, toMs: number): boolean {
  if (unknown === undefined) return false;
  for (let minute = fromMs / minuteMs; minute < toMs / minuteMs; minute += 1) if (unknown.has(minute)) return true;
  return false;
}

function windowSums(sets: readonly CellSet[], atMs: number): readonly GaugeValue[] {
  return sets.flatMap(({ labels, buckets, unknown, completeUntilMs }) => {
    const endMs = newestMinuteEnd(completeUntilMs, atMs);
    if (endMs === null) return [];
    const fromMs = endMs - requestWindowMs;
    // A missing value would leave the one before, of another time, to whoever divides by it.
    const value = isUntold(unknown, fromMs, endMs) ? Number.NaN : sumOf(buckets, fromMs, endMs);
    return [{ labels: { ...labels, window: '5m' }, value }];
  });
}

function spikeValues(
  { times, series }: SpikeEvaluation,
  measure: 'score' | 'expected_upper',
  atMs: number,
): readonly GaugeValue[] {
  const [startMs] = times;
  if (startMs === undefined) return [];
  return series.flatMap(({ labels, values, completeUntilMs }: SpikeSeries) => {
    const endMs = newestMinuteEnd(completeUntilMs, atMs);
    const value = endMs === null ? null : (values[measure][(endMs - startMs) / minuteMs - 1] ?? null);
    const { group: _, ...shown } = labels;
    return value === null ? [] : [{ labels: shown, value }];
  });
}

function newCauseValues({ newCauses, newCauseCells }: GaugeEvaluation, atMs: number): readonly GaugeValue[] {
  const cellsOf = new Map(newCauseCells.sets.map(({ labels, buckets }) => [keyOf(labels), buckets]));
  return newCauses.causes.flatMap((cause) => {
    const endMs = newestMinuteEnd(cause.completeUntilMs, atMs);
    const buckets = cellsOf.get(keyOf(cause.labels));
    if (endMs === null || buckets === undefined) return [];
    const windowFromMs = endMs - newCauseWindowMs;
    const refused = sumOf(buckets, windowFromMs, endMs);
    if (refused < usualLeast || !isNewFrom(windowFromMs, cause, buckets)) return [];
    const { group: _, ...shown } = cause.labels;
    return [{ labels: shown, value: refused }];
  });
}

/** As `readFirstSeen` tells it of a range that begins then. */
function isNewFrom(fromMs: number, { lastBeforeMs, stageKnownSinceMs }: FirstSeen, buckets: BucketCounts): boolean {
  if (stageKnownSinceMs > fromMs - stageKnownMs) return false;
  if (lastBeforeMs !== null && lastBeforeMs >= fromMs - newAfterMs) return false;
  for (const minute of buckets.keys()) {
    const ms = minute * minuteMs;
    if (ms < fromMs && ms >= fromMs - newAfterMs) return false;
  }
  return true;
}

function unknownRatios({ refused, requests }: GaugeEvaluation, atMs: number): readonly GaugeValue[] {
  const counts = new Map<string, { unknown: number; refused: number }>();
  for (const { labels, buckets, completeUntilMs } of refused.sets) {
    const endMs = newestMinuteEnd(completeUntilMs, atMs);
    if (endMs === null) continue;
    const count = sumOf(buckets, endMs - unknownWindowMs, endMs);
    const stage = stageKeyOf(labels);
    const before = counts.get(stage) ?? { unknown: 0, refused: 0 };
    counts.set(stage, {
      unknown: before.unknown + (labels.cause === 'unknown' ? count : 0),
      refused: before.refused + count,
    });
  }
  // A stage that refuses nobody has a ratio too: an alert on it resolves.
  return requests.sets.flatMap(({ labels, completeUntilMs }) => {
    if (newestMinuteEnd(completeUntilMs, atMs) === null) return [];
    const count = counts.get(stageKeyOf(labels));
    return [{ labels: { ...labels }, value: unknownRatio(count?.unknown ?? 0, count?.refused ?? 0) }];
  });
}

const keyOf = (labels: Partial<FirstSeenLabels>): string => JSON.stringify(firstSeenLabels.map((name) => labels[name]));
