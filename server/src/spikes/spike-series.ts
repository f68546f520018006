import type { TimeRange } from '../query/query.js';
import { orNull, runsAbove, spikeOf } from './find-spikes.js';
import type { JudgedCells } from './judge-cells.js';
import type { SpikeLabels, SpikeSeries, SpikeValues } from './spike.js';

export interface Buckets extends TimeRange {
  readonly stepMs: number;
  readonly times: readonly number[];
}

/** Cells as a series: of each bucket its worst cell, and the spikes that overlap the range. */
export function renderSeries(
  labels: SpikeLabels,
  cells: JudgedCells,
  completeUntilMs: number | null,
  buckets: Buckets,
): SpikeSeries {
  const { fromMs, toMs, stepMs, times } = buckets;
  const worst = times.map((time) =>
    completeUntilMs === null || time + stepMs > completeUntilMs ? null : worstOf(cells, time, stepMs),
  );
  const told = (values: Float64Array): (number | null)[] =>
    worst.map((i) => (i === null ? null : orNull(values[i] as number)));
  const values: SpikeValues = {
    score: told(cells.score),
    count: told(cells.count),
    expected: told(cells.expected),
    expected_upper: told(cells.upper),
    share: told(cells.share),
  };
  const knownMs = cells.startMs + cells.known * cells.cellMs;
  const spikes = runsAbove(cells)
    .map((run) => spikeOf(run, cells))
    .filter(({ beganMs, endedMs }) => beganMs < toMs && (endedMs ?? knownMs) > fromMs);
  const newest = Math.min((toMs - cells.startMs) / cells.cellMs, cells.own.length) - 1;
  return { labels, baseline: cells.baselineAt(newest), completeUntilMs, values, spikes };
}

function worstOf({ startMs, cellMs, score, count }: JudgedCells, time: number, stepMs: number): number {
  const first = (time - startMs) / cellMs;
  let worst = first;
  for (let i = first + 1; i < first + stepMs / cellMs; i++) {
    const more = (score[i] as number) - (score[worst] as number);
    if (more > 0 || (more === 0 && (count[i] as number) > (count[worst] as number))) worst = i;
  }
  return worst;
}

/** The highest score of the range; 0 where nothing is known. */
export function peakOf({ startMs, cellMs, score, known }: JudgedCells, { fromMs, toMs }: TimeRange): number {
  let peak = 0;
  const end = Math.min(known, (toMs - startMs) / cellMs);
  for (let i = (fromMs - startMs) / cellMs; i < end; i++) peak = Math.max(peak, score[i] as number);
  return peak;
}
