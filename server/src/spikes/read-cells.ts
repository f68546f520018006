import { stageKeyOf, stageLabelNames } from '../query/completeness.js';
import type { TimeRange } from '../query/query.js';
import type { CellSet, EventReader } from '../store/event-store.js';
import { hourMs } from './rules.js';
import type { SpikeLabels, SpikeQuery } from './spike.js';
import { keyLabelNames, keyNameOf, spikeLabelsOf, stageFilterOf } from './stage-cause.js';

export interface ReadKey {
  readonly labels: SpikeLabels;
  readonly stage: string;
  readonly own: Float64Array;
}
export interface ReadStage {
  /** NaN where nobody knows. */
  readonly requests: Float64Array;
  readonly refused: Float64Array;
}

/** What was refused and requested in a range, in cells of one width, by name. */
export interface ReadCells extends TimeRange {
  readonly cellMs: number;
  readonly keys: ReadonlyMap<string, ReadKey>;
  readonly stages: ReadonlyMap<string, ReadStage>;
  /** Of all stages with requests in the range, or that may have had some. */
  readonly completeUntilMs: ReadonlyMap<string, number | null>;
  readonly omittedKeys: number;
}

type Store = Pick<EventReader, 'readCells'>;
type Asked = Pick<SpikeQuery, 'filter' | 'nowMs'>;

/** All causes of the stages asked for: what the stage did not refuse is known only when all it refused is. */
export async function readCells(
  store: Store,
  { fromMs, toMs }: TimeRange,
  cellMs: number,
  { filter, nowMs }: Asked,
  limit: number,
): Promise<ReadCells> {
  const range = { fromMs, toMs, stepMs: cellMs, filter: stageFilterOf(filter), limit, nowMs };
  const [refused, requests] = await Promise.all([
    store.readCells({ ...range, metric: 'count', by: keyLabelNames }),
    store.readCells({ ...range, metric: 'requests', by: stageLabelNames }),
  ]);
  const length = (toMs - fromMs) / cellMs;
  const toArray = ({ buckets, unknown = new Set() }: CellSet): Float64Array => {
    const cells = new Float64Array(length);
    const put = (bucket: number, count: number): void => {
      const i = bucket - fromMs / cellMs;
      if (i >= 0 && i < length) cells[i] = count;
    };
    for (const [bucket, count] of buckets) put(bucket, count);
    for (const bucket of unknown) put(bucket, Number.NaN);
    return cells;
  };
  const completeUntilMs = new Map<string, number | null>();
  const stages = new Map<string, ReadStage>();
  for (const set of requests.sets) {
    const name = stageKeyOf(set.labels);
    stages.set(name, { requests: toArray(set), refused: new Float64Array(length) });
    completeUntilMs.set(name, set.completeUntilMs);
  }
  const keys = new Map<string, ReadKey>();
  for (const set of refused.sets) {
    const stage = stageKeyOf(set.labels);
    const own = toArray(set);
    keys.set(keyNameOf(set.labels), { labels: spikeLabelsOf(set.labels), stage, own });
    if (!completeUntilMs.has(stage)) completeUntilMs.set(stage, set.completeUntilMs);
    const inStage = stages.get(stage)?.refused;
    if (inStage !== undefined) for (const [i, count] of own.entries()) inStage[i] = (inStage[i] as number) + count;
  }
  return { fromMs, toMs, cellMs, keys, stages, completeUntilMs, omittedKeys: refused.omittedSets };
}

/** Of stages that had requests in the day before, though perhaps none in the range: they are complete as well, and silent. */
export async function readWatermarks(
  store: Store,
  toMs: number,
  { filter, nowMs }: Asked,
  limit: number,
): Promise<ReadonlyMap<string, number | null>> {
  const lastHour = Math.ceil(toMs / hourMs);
  const range = { fromMs: (lastHour - 25) * hourMs, toMs: lastHour * hourMs, stepMs: hourMs };
  const asked = { metric: 'requests', by: stageLabelNames, filter: stageFilterOf(filter), limit, nowMs } as const;
  const { sets } = await store.readCells({ ...range, ...asked });
  return new Map(sets.map((set) => [stageKeyOf(set.labels), set.completeUntilMs]));
}
