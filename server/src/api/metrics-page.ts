import { Gauge, Registry } from 'prom-client';
import type { LabelName } from '../query/query.js';
import type { SeriesAnswer } from '../store/event-store.js';
import { StoreError } from '../store/store-error.js';
import type { ApiDeps } from './deps.js';

const minuteMs = 60_000;
/** Complete minutes that a value sums up. */
const windowMinutes = 5;
/** A stage that lags more than this has no value: an old one would look like news. */
const lookbackMinutes = 20;
/** Several scrapers within it share one look at the store. */
const cacheMs = 5_000;

const refusedLabels = [
  'account',
  'region',
  'api_id',
  'stage',
  'cause',
  'group',
] as const satisfies readonly LabelName[];
const requestLabels = ['account', 'region', 'api_id', 'stage'] as const satisfies readonly LabelName[];

/**
 * What Prometheus scrapes: gauges of what the logs say, read from the store up to the watermark, and the service's own
 * counters. With the store away its gauges are missing and `why403_store_up` is 0; the counters still come.
 */
export function createMetricsPage(deps: ApiDeps): () => Promise<string> {
  let cached: { readonly atMs: number; readonly text: Promise<string> } | null = null;
  const storeGauges = (): Promise<string> => {
    const atMs = deps.nowMs();
    if (cached === null || atMs - cached.atMs >= cacheMs || atMs < cached.atMs) {
      cached = { atMs, text: readStoreGauges(deps, Math.floor(atMs)) };
    }
    return cached.text;
  };
  return async () => `${await storeGauges()}\n${await deps.metricsRegistry.metrics()}`;
}

async function readStoreGauges(deps: ApiDeps, nowMs: number): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const up = new Gauge({ name: 'why403_store_up', help: '1: the event store answers', registers });
  try {
    await fillGauges(deps, nowMs, registers);
    up.set(1);
    return await registry.metrics();
  } catch (error) {
    // Told by the gauge; store failures are counted where they happen.
    if (!(error instanceof StoreError)) deps.telemetry.defect({ where: 'api /metrics', error });
    const alone = new Registry();
    new Gauge({ name: 'why403_store_up', help: '1: the event store answers', registers: [alone] }).set(0);
    return alone.metrics();
  }
}

async function fillGauges({ store, limits }: ApiDeps, nowMs: number, registers: Registry[]): Promise<void> {
  const toMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const range = { fromMs: toMs - lookbackMinutes * minuteMs, toMs };
  const shared = { ...range, stepMs: minuteMs, filter: {}, limit: limits.maxSeries, nowMs };
  const [refused, requests, feeds] = await Promise.all([
    store.readSeries({ ...shared, metric: 'count', by: refusedLabels }),
    store.readSeries({ ...shared, metric: 'requests', by: requestLabels }),
    store.readFeeds(nowMs),
  ]);
  const refusedGauge = new Gauge({
    name: 'why403_refused_requests',
    help: 'Refused requests of the newest 5 minutes that are complete',
    labelNames: [...refusedLabels, 'window'],
    registers,
  });
  const requestGauge = new Gauge({
    name: 'why403_requests',
    help: 'Requests of the newest 5 minutes that are complete',
    labelNames: [...requestLabels, 'window'],
    registers,
  });
  const completeGauge = new Gauge({
    name: 'why403_complete_until_seconds',
    help: 'Logs of this feed were read once up to here, s since the epoch',
    labelNames: ['feed'],
    registers,
  });
  const omittedGauge = new Gauge({
    name: 'why403_omitted_series',
    help: 'Series beyond the limit that this page leaves out, the smallest ones',
    labelNames: ['metric'],
    registers,
  });
  setWindow(refusedGauge, refused);
  setWindow(requestGauge, requests);
  for (const { feed, completeUntilMs } of feeds.slice(0, limits.maxSeries)) {
    completeGauge.set({ feed }, completeUntilMs / 1000);
  }
  omittedGauge.set({ metric: 'why403_refused_requests' }, refused.omittedSeries);
  omittedGauge.set({ metric: 'why403_requests' }, requests.omittedSeries);
}

function setWindow(gauge: Gauge, { frame }: SeriesAnswer): void {
  for (const column of frame.columns) {
    if (column.type !== 'number') continue;
    const sum = newestWindow(column.values);
    if (sum !== null) gauge.set({ ...column.labels, window: '5m' }, sum);
  }
}

/** Sum of the newest five known minutes; values are null after the watermark. */
function newestWindow(values: readonly (number | null)[]): number | null {
  const end = values.findLastIndex((value) => value !== null) + 1;
  const window = values.slice(Math.max(0, end - windowMinutes), end);
  if (window.length < windowMinutes) return null;
  let sum = 0;
  for (const value of window) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
