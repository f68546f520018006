import type { CellsQuery, EventFilter, LabelName } from '../../server/src/query/query.js';
import type { CellSet, CellsAnswer, EventReader } from '../../server/src/store/event-store.js';
import { type CountedKey, type CountedTraffic, minuteMs } from './counted-traffic.js';

/** Counted traffic, asked like the store. All of it is complete up to `completeUntilMs`. */
export function storeOf(traffic: CountedTraffic, completeUntilMs = traffic.toMs): Pick<EventReader, 'readCells'> {
  return {
    async readCells(query): Promise<CellsAnswer> {
      const { metric, by, filter, limit } = query;
      const sets = new Map<string, { set: CellSet; buckets: Map<number, number> }>();
      for (const key of (metric === 'count' ? traffic.refused : traffic.requests).values()) {
        const labels = Object.fromEntries(by.map((name) => [name, labelOf(key, name)]));
        if (!matches(key, filter, metric === 'count' ? by : stageLabels)) continue;
        const name = JSON.stringify(labels);
        const buckets = sets.get(name)?.buckets ?? new Map<number, number>();
        addCells(key, traffic, query, buckets);
        if (buckets.size > 0) sets.set(name, { set: { labels, buckets, completeUntilMs }, buckets });
      }
      const sumOf = ({ buckets }: { buckets: Map<number, number> }): number =>
        [...buckets.values()].reduce((a, b) => a + b, 0);
      const largest = [...sets.values()].sort((a, b) => sumOf(b) - sumOf(a));
      return { sets: largest.slice(0, limit).map(({ set }) => set), omittedSets: Math.max(0, largest.length - limit) };
    },
  };
}

const stageLabels: readonly LabelName[] = ['account', 'region', 'api_id', 'stage'];

const labelOf = ({ labels }: CountedKey, name: LabelName): string =>
  (labels as Partial<Record<LabelName, string>>)[name] ?? '';

const matches = (key: CountedKey, filter: EventFilter, names: readonly LabelName[]): boolean =>
  names.every((name) => {
    const { in: wanted, notIn } = filter[name] ?? {};
    return (wanted?.includes(labelOf(key, name)) ?? true) && !notIn?.includes(labelOf(key, name));
  });

function addCells(
  { counts }: CountedKey,
  traffic: CountedTraffic,
  { fromMs, toMs, stepMs }: CellsQuery,
  buckets: Map<number, number>,
): void {
  const first = Math.max(0, (fromMs - traffic.fromMs) / minuteMs);
  const end = Math.min(counts.length, (toMs - traffic.fromMs) / minuteMs);
  for (let i = first; i < end; i++) {
    const count = counts[i] as number;
    if (count === 0) continue;
    const bucket = Math.floor((traffic.fromMs + i * minuteMs) / stepMs);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
}
