import { type EventFilter, firstSeenLabels, type TimeRange } from '../../query/query.js';
import type { SpikeEvaluation } from '../../spikes/spike-reader.js';
import type { CellsAnswer, FirstSeenAnswer } from '../../store/event-store.js';
import type { ApiDeps } from '../deps.js';
import { usualLeast } from '../schemas/stage-cause.js';
import { maxLagMs, minuteMs, newCauseWindowMs, refusedLabels, stageLabels, unknownWindowMs } from './gauge.js';

/** All that gauges are made of, for each minute of a range: `gaugesAt` picks one of them. */
export interface GaugeEvaluation {
  /** By minute, stage and cause; and all requests of the stages. */
  readonly refused: CellsAnswer;
  readonly requests: CellsAnswer;
  readonly spikes: SpikeEvaluation;
  readonly newCauses: FirstSeenAnswer;
  /** Their refused requests by minute. */
  readonly newCauseCells: CellsAnswer;
}

/** Sets that are read for each series that is told: the unknown share counts the small ones as well. */
const setsPerSeries = 10;
const nothing: CellsAnswer = { sets: [], omittedSets: 0 };

/** For every whole minute from `fromMs` to `toMs`, both included; a page of now asks for one. */
export async function evaluateGauges(
  {
    store,
    spikes,
    limits: { maxSeries },
  }: Pick<ApiDeps, 'store' | 'spikes'> & { readonly limits: { readonly maxSeries: number } },
  { fromMs, toMs }: TimeRange,
  nowMs: number,
): Promise<GaugeEvaluation> {
  const back = (windowMs: number): TimeRange => ({ fromMs: fromMs - maxLagMs - windowMs, toMs });
  const cells = { ...back(unknownWindowMs), stepMs: minuteMs, filter: {}, limit: maxSeries * setsPerSeries, nowMs };
  const newCauseRange = back(newCauseWindowMs);
  const [refused, requests, evaluation, newCauses] = await Promise.all([
    store.readCells({ ...cells, metric: 'count', by: refusedLabels }),
    store.readCells({ ...cells, metric: 'requests', by: stageLabels }),
    spikes.evaluate({ ...back(minuteMs), stepMs: minuteMs, filter: {}, leastShare: null, limit: maxSeries, nowMs }),
    store.readFirstSeen({
      ...newCauseRange,
      filter: {},
      least: usualLeast,
      windowsUntilMs: toMs - newCauseWindowMs,
      limit: maxSeries,
      nowMs,
    }),
  ]);
  const newCauseCells =
    newCauses.causes.length === 0
      ? nothing
      : await store.readCells({
          ...cells,
          ...newCauseRange,
          metric: 'count',
          by: firstSeenLabels,
          filter: filterOf(newCauses),
        });
  return { refused, requests, spikes: evaluation, newCauses, newCauseCells };
}

/** Lets these causes through, and mixtures of their labels. */
const filterOf = ({ causes }: FirstSeenAnswer): EventFilter =>
  Object.fromEntries(
    firstSeenLabels.map((name) => [name, { in: [...new Set(causes.map(({ labels }) => labels[name]))] }]),
  );
