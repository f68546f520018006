// The second half of compose.ts: the parts of a service, loaded only by commands that run one.

import { availableParallelism } from 'node:os';
import * as engine from '@why403/parsers';
import { Registry } from 'prom-client';
import { createApi } from './api/app.js';
import { type ApiDeps, fixedLimits } from './api/deps.js';
import type { ServiceHost } from './cli/service-host.js';
import { isLoopback, ownRegion } from './config/agreement.js';
import type { Config } from './config/schema.js';
import { createDemoSource, type DemoSourceOptions } from './demo/demo-source.js';
import { createPipeline } from './pipeline/pipeline.js';
import { type OpenStore, type Service, type ServiceParts, startService } from './service/service.js';
import { GroupRegistry } from './sources/group-registry.js';
import { createSource, type SourceDeps } from './sources/registry.js';
import type { Source } from './sources/source.js';
import { createSpikeReader } from './spikes/spike-reader.js';
import { createClickHouseDatabase } from './store/clickhouse-database.js';
import { createClickHouseEventStore } from './store/clickhouse-event-store.js';
import { startEmbeddedDatabase } from './store/embedded/embedded-database.js';
import type { EventReader } from './store/event-store.js';
import { StoreError } from './store/store-error.js';
import { createLog } from './telemetry/log.js';
import { createMetrics } from './telemetry/metrics.js';
import { createServiceTelemetry } from './telemetry/service-telemetry.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** What the configuration does not say. */
export interface ServicePurpose {
  /** Which command's data the directory holds, as one would type it. */
  readonly owner: string;
  readonly directory: string;
  /** Made-up traffic instead of the configured sources. */
  readonly demo: Omit<DemoSourceOptions, 'nowMs' | 'wait'> | null;
  readonly version: string;
}

export interface ComposedService {
  readonly service: Service;
  readonly store: EventReader;
  readonly directory: string;
}

const nowMs = () => Date.now();
const exportEveryMs = 15_000;
const inFlightUnits = 16;

export async function startComposedService(
  config: Config,
  host: ServiceHost,
  purpose: ServicePurpose,
): Promise<ComposedService> {
  const registry = new Registry();
  const metrics = createMetrics(registry);
  const log = createLog({
    level: config.log.level,
    format: config.log.format === 'auto' ? (host.outputIsTerminal ? 'pretty' : 'json') : config.log.format,
    write: (text) => void host.writeOut(text),
    nowMs,
  });
  const { otlpEndpoint, serviceName } = config.telemetry;
  const exporter =
    otlpEndpoint === null
      ? null
      : await (await import('./telemetry/otlp.js')).startExporter({
          endpoint: otlpEndpoint,
          serviceName,
          version: purpose.version,
          registry,
          intervalMs: exportEveryMs,
          onProblem: () =>
            log.warn({ event: 'export_failed' }, 'The OpenTelemetry collector does not take what it is sent.'),
        });
  const telemetry = createServiceTelemetry({ log, metrics, tracer: exporter?.tracer ?? null });
  const groups = new GroupRegistry({
    nowMs,
    onOverlap: ({ alsoBy, message }) => telemetry.sourceProblem({ source: alsoBy, problem: message }),
  });
  let reader: EventReader | undefined;
  const parts: ServiceParts = {
    telemetry,
    nowMs,
    async openStore() {
      const opened = await openStore(config, purpose, telemetry);
      reader = opened.store;
      return opened;
    },
    createPipeline: async (store) =>
      createPipeline({
        store,
        engine,
        telemetry,
        nowMs,
        limits: { inFlightBytes: config.limits.inFlightBytes, inFlightUnits, rowsDays: config.retention.rowsDays },
      }),
    createApi: async (api) =>
      createApi({
        ...api,
        ...apiDeps(config),
        groups,
        spikes: createSpikeReader({ store: api.store }),
        engine,
        telemetry,
        metricsRegistry: registry,
        nowMs,
        version: purpose.version,
      }),
    createSources: (store) => sourcesOf(config, purpose, host, { store, groups, telemetry }),
    flushTelemetry: async () => exporter?.shutdown(),
  };
  const service = await startService(config, parts);
  const { directory, version } = purpose;
  const where = config.store.url === null ? { directory } : {};
  log.info(
    { event: 'service_started', address: service.url, version, ...where },
    `why403 ${version} listens on ${service.url}`,
  );
  return { service, store: reader as EventReader, directory };
}

async function openStore(config: Config, purpose: ServicePurpose, telemetry: Telemetry): Promise<OpenStore> {
  const { url, username, password, database, memoryBytes, maxQuerySeconds } = config.store;
  const options = { telemetry, maxExecutionSeconds: maxQuerySeconds };
  if (url !== null) {
    const access = { url, username, password };
    await createRemoteDatabase({ ...options, ...access }, database);
    const remote = createClickHouseDatabase({ ...options, ...access, database, compress: true });
    return { store: createClickHouseEventStore(remote, { nowMs, telemetry }), stop: () => Promise.resolve() };
  }
  const embedded = await startEmbeddedDatabase({
    directory: purpose.directory,
    owner: purpose.owner,
    telemetry,
    memoryBytes,
  });
  const local = createClickHouseDatabase({
    ...options,
    url: embedded.url,
    username: embedded.username,
    password: embedded.password,
    database: embedded.database,
    // It shares the cores with ingest: more questions at once would not be answered sooner.
    maxReads: Math.min(4, Math.max(2, availableParallelism())),
    // One statement leaves some of it to inserts and merges.
    maxMemoryBytes: Math.floor((memoryBytes * 2) / 3),
  });
  return { store: createClickHouseEventStore(local, { nowMs, telemetry }), stop: () => embedded.stop() };
}

type RemoteOptions = Omit<Parameters<typeof createClickHouseDatabase>[0], 'database'>;

/** Makes the database if it is not there; an administrator may have made it and not given us the right to. */
async function createRemoteDatabase(options: RemoteOptions, name: string): Promise<void> {
  const server = createClickHouseDatabase({ ...options, database: 'default' });
  try {
    await server.ping();
    // The configuration lets only letters, digits and _ into the name.
    await server.command(`CREATE DATABASE IF NOT EXISTS \`${name}\``);
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'unavailable') throw error;
  } finally {
    await server.close();
  }
}

type ConfiguredDeps = Pick<ApiDeps, 'access' | 'limits' | 'engineLimits' | 'ingestFeeds' | 'ingestDelayMs'>;

function apiDeps({ access, listen, limits, ingest }: Config): ConfiguredDeps {
  const feeds = Object.entries(ingest.feeds).map(
    ([name, { format, api, stage, account, region, delaySeconds }]) =>
      [
        name,
        {
          accessLogFormat: format,
          place: { account, region, apiId: api, stage },
          delayMs: (delaySeconds ?? ingest.delaySeconds) * 1000,
        },
      ] as const,
  );
  return {
    access: { tokens: access.tokens, loopback: isLoopback(listen.host) },
    engineLimits: engineLimits(limits),
    ingestFeeds: new Map(feeds),
    ingestDelayMs: ingest.delaySeconds * 1000,
    limits: {
      ...fixedLimits,
      maxBodyBytes: limits.bodyBytes,
      maxDeliveryBytes: limits.firehoseBodyBytes,
      maxExplainBytes: limits.explainBytes,
      maxExplainedRequests: limits.explainedRequests,
      maxRangeDays: limits.rangeDays,
      maxSeries: limits.series,
      maxPoints: limits.points,
      maxPageSize: limits.pageSize,
      maxTop: limits.topRows,
      maxLabelValues: limits.labelValues,
      requestsPerMinute: limits.requestsPerMinute,
      ingestRequestsPerMinute: limits.ingestRequestsPerMinute,
      openIngests: limits.openIngests,
      maxFeeds: limits.feeds,
      openStreams: limits.streamClients,
      streamBufferBytes: limits.streamBufferBytes,
    },
  };
}

const engineLimits = ({ decompressedBytes, recordBytes, lineBytes }: Config['limits']): engine.Limits => ({
  ...engine.defaultLimits,
  payloadBytes: decompressedBytes,
  recordBytes,
  lineBytes,
});

async function sourcesOf(
  config: Config,
  { demo }: ServicePurpose,
  host: ServiceHost,
  parts: Pick<SourceDeps, 'store' | 'groups' | 'telemetry'>,
): Promise<readonly Source[]> {
  if (demo !== null) return [createDemoSource({ ...demo, nowMs })];
  const deps: SourceDeps = {
    ...parts,
    budgets: new Map(),
    engine,
    // Of a log's length there is no limit.
    limits: { ...engineLimits(config.limits), totalBytes: Number.POSITIVE_INFINITY },
    // Touching standard input opens it.
    input: { [Symbol.asyncIterator]: () => host.stdin.chunks()[Symbol.asyncIterator]() },
    ownRegion: ownRegion(host.env),
    keptDays: config.retention.rowsDays,
    nowMs,
    random: Math.random,
  };
  return Promise.all(config.sources.map((entry) => createSource(entry, deps)));
}
