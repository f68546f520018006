import { setImmediate as breath } from 'node:timers/promises';
import { lowest } from '../query/completeness.js';
import { isSelected } from '../query/is-selected.js';
import type { TimeRange } from '../query/query.js';
import { bucketRange } from '../query/series-frame.js';
import type { EventReader } from '../store/event-store.js';
import { Baselines } from './baselines.js';
import { goesBeyond } from './find-spikes.js';
import { createHistory } from './history.js';
import type { JudgedCells } from './judge-cells.js';
import { readCells, readWatermarks } from './read-cells.js';
import { historyHours, hourMs, minuteMs, windowMs } from './rules.js';
import { type SeenKey, Sight } from './sight.js';
import type { SpikeEvaluation, SpikeQuery, SpikeSeries } from './spike.js';
import { type Buckets, peakOf, renderSeries } from './spike-series.js';
import { keyLabelNames } from './stage-cause.js';

export type {
  Spike,
  SpikeEvaluation,
  SpikeLabels,
  SpikeQuery,
  SpikeSeries,
  SpikeValues,
} from './spike.js';

/** Judges refused requests by the history of their own stage and cause. Fails like the store it reads. */
export interface SpikeReader {
  evaluate(query: SpikeQuery): Promise<SpikeEvaluation>;
}

export interface SpikeReaderOptions {
  readonly store: Pick<EventReader, 'readCells'>;
  /** Stages and causes that are looked at, those with the most refused requests first. */
  readonly maxKeys?: number;
  /** Numbers that are kept of past hours, four bytes each. */
  readonly maxNumbers?: number;
}

/** 48 MB: two weeks of 10,000 stages and causes. */
const keptNumbers = 12_000_000;
/** About 25 MB: a week of 1,000 stages and causes. */
const keptBaselines = 200_000;
/** Longer ranges are judged every five minutes if the step allows it. */
const everyMinuteMs = 26 * hourMs;
/** How far beyond the range a spike that touches its edge is followed: long ranges are read once, a day more of them costs less. */
const looksMs = [hourMs, 6 * hourMs, 24 * hourMs];
const dayMs = 24 * hourMs;
const keysAtATime = 200;

const isLong = ({ fromMs, toMs, stepMs }: Pick<Buckets, 'fromMs' | 'toMs' | 'stepMs'>): boolean =>
  toMs - fromMs > everyMinuteMs && stepMs % windowMs === 0;

interface LookedKey extends SeenKey {
  readonly completeUntilMs: number | null;
  readonly peak: number;
  judge(zeros: boolean): JudgedCells;
}
interface Look {
  /** Highest peak first. */
  readonly keys: readonly LookedKey[];
  readonly omittedKeys: number;
}

export function createSpikeReader(options: SpikeReaderOptions): SpikeReader {
  const { store, maxKeys = 20_000, maxNumbers = keptNumbers } = options;
  const history = createHistory({ store, maxKeys, maxNumbers });
  const baselines = new Baselines(keptBaselines);

  return {
    async evaluate(query) {
      const { fromMs, toMs } = bucketRange(query);
      const { stepMs, nowMs, limit } = query;
      const times = Array.from({ length: (toMs - fromMs) / stepMs }, (_, i) => fromMs + i * stepMs);
      const buckets: Buckets = { fromMs, toMs, stepMs, times };
      const looks = isLong(buckets) ? looksMs.slice(-1) : looksMs;
      for (const [i, lookMs] of looks.entries()) {
        const { keys, omittedKeys } = await look(query, buckets, lookMs);
        const chosen = keys.slice(0, limit);
        const isLast = i === looks.length - 1;
        const series = await renderKeys(chosen, buckets, (cells) => isLast || !goesBeyond(cells, buckets, nowMs));
        if (series === null) continue;
        return {
          completeUntilMs: lowest(chosen.map((key) => key.completeUntilMs)),
          omittedSeries: keys.length - chosen.length + omittedKeys,
          times,
          series,
        };
      }
      throw new Error('expected the last look to be answered');
    },
  };

  async function look(query: SpikeQuery, buckets: Buckets, lookMs: number): Promise<Look> {
    const { fromMs, toMs } = buckets;
    const { filter, nowMs, leastShare } = query;
    const cellMs = isLong(buckets) ? windowMs : minuteMs;
    const nowEndMs = Math.ceil(nowMs / cellMs) * cellMs;
    const range = { fromMs: fromMs - lookMs - windowMs, toMs: Math.min(toMs + lookMs, nowEndMs) };
    if (range.toMs <= range.fromMs) return { keys: [], omittedKeys: 0 };

    const cells = await readCells(store, range, cellMs, query, maxKeys);
    const present: TimeRange = { fromMs: Math.min(fromMs, toMs - dayMs), toMs };
    const firstHour = Math.floor(Math.min(range.fromMs, present.fromMs) / hourMs) - historyHours;
    const past = await history.read(firstHour, Math.floor((range.toMs - 1) / hourMs), nowMs);
    const sight = new Sight(cells, past, firstHour, leastShare, baselines);
    const seen = sight.keysIn(present).filter(({ labels }) => isSelected(labels, keyLabelNames, filter));
    const isSilent = seen.some(({ stage }) => !cells.completeUntilMs.has(stage));
    const watermarks = isSilent ? await readWatermarks(store, toMs, query, maxKeys) : cells.completeUntilMs;
    const keys: LookedKey[] = [];
    for (const [i, key] of seen.entries()) {
      if (i % keysAtATime === keysAtATime - 1) await breath();
      const completeUntilMs = cells.completeUntilMs.get(key.stage) ?? watermarks.get(key.stage) ?? null;
      const judge = (zeros: boolean) => sight.judge(key, completeUntilMs, { fromMs, toMs, zeros });
      keys.push({ ...key, completeUntilMs, judge, peak: peakOf(judge(false), buckets) });
    }
    keys.sort((a, b) => b.peak - a.peak || (a.name < b.name ? -1 : 1));
    return { keys, omittedKeys: cells.omittedKeys };
  }
}

/** Key by key: the cells of all of them at once would be large. null as soon as those of one are not enough. */
async function renderKeys(
  keys: readonly LookedKey[],
  buckets: Buckets,
  isEnough: (cells: JudgedCells) => boolean,
): Promise<readonly SpikeSeries[] | null> {
  const series: SpikeSeries[] = [];
  for (const { labels, completeUntilMs, judge } of keys) {
    if (series.length % keysAtATime === keysAtATime - 1) await breath();
    const cells = judge(true);
    if (!isEnough(cells)) return null;
    series.push(renderSeries(labels, cells, completeUntilMs, buckets));
  }
  return series;
}
