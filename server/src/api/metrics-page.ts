import { Counter, Gauge, Registry } from 'prom-client';
import { StoreError } from '../store/store-error.js';
import type { ApiDeps } from './deps.js';
import { evaluateGauges } from './gauges/evaluate-gauges.js';
import { minuteMs, storeGauges } from './gauges/gauge.js';
import { gaugesAt } from './gauges/gauges-at.js';
import { groupLabels, groupMetrics } from './gauges/group-metrics.js';
import { feedsWorstFirst, groupsWorstFirst } from './gauges/worst-first.js';

/** Several scrapers within it share one look at the store, or for as long as that takes. */
const cacheMs = 5_000;

/** Gauges of one origin. */
interface PagePart {
  readonly text: string;
  /** Series beyond the limit, by gauge. */
  readonly omitted: Readonly<Record<string, number>>;
}

/**
 * What Prometheus scrapes: gauges of what the logs say, read from the store up to the watermark, and the service's own
 * counters. With the store away its gauges are missing and `why403_store_up` is 0; the counters still come.
 */
export function createMetricsPage(deps: ApiDeps): () => Promise<string> {
  let look: { readonly atMs: number; isOver: boolean; readonly part: Promise<PagePart> } | null = null;
  const readOnce = (): Promise<PagePart> => {
    const nowMs = deps.nowMs();
    const isOld = look === null || (look.isOver && (nowMs - look.atMs >= cacheMs || nowMs < look.atMs));
    if (look !== null && !isOld) return look.part;
    const part = readStoreGauges(deps, Math.floor(nowMs));
    const begun = { atMs: nowMs, isOver: false, part };
    look = begun;
    const end = (): void => {
      begun.isOver = true;
    };
    part.then(end, end);
    return part;
  };
  return async () => {
    const parts = [await readOnce(), await readGroupMetrics(deps)];
    const texts = [...parts.map(({ text }) => text), await omittedText(parts), await deps.metricsRegistry.metrics()];
    return texts.join('\n');
  };
}

/** One gauge for all parts: a page may tell of a name once only. */
function omittedText(parts: readonly PagePart[]): Promise<string> {
  const registry = new Registry();
  const gauge = new Gauge({
    name: 'why403_omitted_series',
    help: 'Series beyond the limit that this page leaves out',
    labelNames: ['metric'],
    registers: [registry],
  });
  for (const { omitted } of parts) for (const [metric, count] of Object.entries(omitted)) gauge.set({ metric }, count);
  return registry.metrics();
}

async function readStoreGauges(deps: ApiDeps, nowMs: number): Promise<PagePart> {
  const registry = new Registry();
  const registers = [registry];
  const up = new Gauge({ name: 'why403_store_up', help: '1: the event store answers', registers });
  try {
    const omitted = await fillGauges(deps, nowMs, registers);
    up.set(1);
    return { text: await registry.metrics(), omitted };
  } catch (error) {
    // Told by the gauge; store failures are counted where they happen.
    if (!(error instanceof StoreError)) deps.telemetry.defect({ where: 'api /metrics', error });
    const alone = new Registry();
    new Gauge({ name: 'why403_store_up', help: '1: the event store answers', registers: [alone] }).set(0);
    return { text: await alone.metrics(), omitted: {} };
  }
}

/** Of groups that are polled: known without the store. A group's metrics are all there or all left out. */
async function readGroupMetrics({ sourceStates, limits }: ApiDeps): Promise<PagePart> {
  const registry = new Registry();
  const registers = [registry];
  const groups = groupsWorstFirst(sourceStates().flatMap((state) => state.groups));
  const [told, left] = [groups.slice(0, limits.maxSeries), groups.slice(limits.maxSeries)];
  const omitted: Record<string, number> = {};
  for (const { name, help, isCounter, labels, read } of groupMetrics) {
    const options = { name, help, labelNames: labels, registers };
    const metric = isCounter === true ? new Counter(options) : new Gauge(options);
    for (const report of told) {
      const value = read(report);
      if (value === null) continue;
      metric.inc(Object.fromEntries(labels.map((label) => [label, groupLabels[label](report)])), value);
    }
    omitted[name] = left.filter((report) => read(report) !== null).length;
  }
  return { text: await registry.metrics(), omitted };
}

/** Says how many series it left out. */
async function fillGauges(deps: ApiDeps, nowMs: number, registers: Registry[]): Promise<PagePart['omitted']> {
  const { maxSeries } = deps.limits;
  const atMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const [evaluation, feeds] = await Promise.all([
    evaluateGauges(deps, { fromMs: atMs, toMs: atMs }, nowMs),
    deps.store.readFeeds(nowMs),
  ]);
  const readings = gaugesAt(evaluation, atMs, maxSeries);
  for (const { gauge: name, values } of readings) {
    const { help, labels } = storeGauges[name];
    const gauge = new Gauge<string>({ name, help, labelNames: [...labels], registers });
    for (const { labels, value } of values) gauge.set({ ...labels }, value);
  }
  const completeGauge = new Gauge({
    name: 'why403_complete_until_seconds',
    help: 'Logs of this feed were read once up to here, s since the epoch',
    labelNames: ['feed'],
    registers,
  });
  for (const { feed, completeUntilMs } of feedsWorstFirst(feeds).slice(0, maxSeries))
    completeGauge.set({ feed }, completeUntilMs / 1000);
  return {
    ...Object.fromEntries(readings.map(({ gauge, omitted }) => [gauge, omitted])),
    why403_complete_until_seconds: Math.max(0, feeds.length - maxSeries),
  };
}
