import { Gauge, Registry } from 'prom-client';
import { StoreError } from '../store/store-error.js';
import type { ApiDeps } from './deps.js';
import { evaluateGauges } from './gauges/evaluate-gauges.js';
import { minuteMs, storeGauges } from './gauges/gauge.js';
import { gaugesAt } from './gauges/gauges-at.js';
import { groupStates } from './schemas/source-state.js';

/** Several scrapers within it share one look at the store, or for as long as that takes. */
const cacheMs = 5_000;

/**
 * What Prometheus scrapes: gauges of what the logs say, read from the store up to the watermark, and the service's own
 * counters. With the store away its gauges are missing and `why403_store_up` is 0; the counters still come.
 */
export function createMetricsPage(deps: ApiDeps): () => Promise<string> {
  let look: { readonly atMs: number; isOver: boolean; readonly text: Promise<string> } | null = null;
  const readOnce = (): Promise<string> => {
    const nowMs = deps.nowMs();
    const isOld = look === null || (look.isOver && (nowMs - look.atMs >= cacheMs || nowMs < look.atMs));
    if (look !== null && !isOld) return look.text;
    const text = readStoreGauges(deps, Math.floor(nowMs));
    const begun = { atMs: nowMs, isOver: false, text };
    look = begun;
    const end = (): void => {
      begun.isOver = true;
    };
    text.then(end, end);
    return text;
  };
  return async () => `${await readOnce()}\n${await readSourceGauges(deps)}\n${await deps.metricsRegistry.metrics()}`;
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

/** Of groups that are polled: known without the store. */
async function readSourceGauges({ sourceStates, limits }: ApiDeps): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['account', 'region', 'log_group'];
  const lag = new Gauge({
    name: 'why403_group_lag_seconds',
    help: 'Events of this log group that are older have been read',
    labelNames,
    registers,
  });
  const condition = new Gauge({
    name: 'why403_group_state',
    help: `1: how the reading of this log group stands (${Object.keys(groupStates).join(', ')})`,
    labelNames: [...labelNames, 'state'],
    registers,
  });
  const thrifty = new Gauge({
    name: 'why403_group_thrifty',
    help: '1: AWS is asked for refusals only of this log group, since its calls do not suffice for all; 0: it is read whole',
    labelNames,
    registers,
  });
  const groups = sourceStates().flatMap((state) => state.groups);
  for (const { group, state, reading, lagMs } of groups.slice(0, limits.maxSeries)) {
    const labels = { account: group.account, region: group.region, log_group: group.name };
    condition.set({ ...labels, state }, 1);
    thrifty.set(labels, reading === 'thrifty' ? 1 : 0);
    if (lagMs !== null) lag.set(labels, lagMs / 1000);
  }
  return registry.metrics();
}

async function fillGauges(deps: ApiDeps, nowMs: number, registers: Registry[]): Promise<void> {
  const { maxSeries } = deps.limits;
  const atMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const [evaluation, feeds] = await Promise.all([
    evaluateGauges(deps, { fromMs: atMs, toMs: atMs }, nowMs),
    deps.store.readFeeds(nowMs),
  ]);
  const omittedGauge = new Gauge({
    name: 'why403_omitted_series',
    help: 'Series beyond the limit that this page leaves out',
    labelNames: ['metric'],
    registers,
  });
  for (const { gauge: name, values, omitted } of gaugesAt(evaluation, atMs, maxSeries)) {
    const { help, labels } = storeGauges[name];
    const gauge = new Gauge<string>({ name, help, labelNames: [...labels], registers });
    for (const { labels, value } of values) gauge.set({ ...labels }, value);
    omittedGauge.set({ metric: name }, omitted);
  }
  const completeGauge = new Gauge({
    name: 'why403_complete_until_seconds',
    help: 'Logs of this feed were read once up to here, s since the epoch',
    labelNames: ['feed'],
    registers,
  });
  for (const { feed, completeUntilMs } of feeds.slice(0, maxSeries))
    completeGauge.set({ feed }, completeUntilMs / 1000);
}
