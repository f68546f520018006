import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { causeCatalogue, compileAccessLogFormat, createExplainer, defaultLimits } from '../../../parsers/src/index.js';
import { createToken, type Role } from '../../../server/src/api/access/token.js';
import { createApi } from '../../../server/src/api/app.js';
import { type ApiDeps, type ApiLimits, defaultApiLimits } from '../../../server/src/api/deps.js';
import type { DeliverySink, UnitSink } from '../../../server/src/pipeline/counting-unit.js';
import { GroupRegistry } from '../../../server/src/sources/group-registry.js';
import { createSpikeReader } from '../../../server/src/spikes/spike-reader.js';
import type { EventReader } from '../../../server/src/store/event-store.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { willingBackfiller } from './willing-backfiller.js';

const away = () =>
  Promise.reject(new StoreError('unavailable', 'The database does not answer; it is being restarted.'));

/** A store that is being restarted. */
export const storeAway: EventReader = {
  readSeries: away,
  readCells: away,
  readTop: away,
  readFirstSeen: away,
  readEvents: away,
  findEvents: away,
  readNewEvents: away,
  readLabelValues: away,
  readFeeds: away,
  readStages: away,
  readDoubts: away,
  readRejects: away,
  readChangeEvents: away,
};

export const sinkAway: UnitSink & DeliverySink = {
  accept: away,
  acceptDelivery: away,
  readUnitsOf: away,
  readRefusalsOnly: away,
  reportProgress: away,
};

/** The examples of the documentation are from shortly before. */
export const testNowMs = Date.UTC(2026, 2, 1, 12, 30, 0);

const secretOf = (first: number) => (size: number) => Uint8Array.from({ length: size }, (_, i) => (first + i) % 256);

export const tokens = {
  read: createToken('read', 'grafana', secretOf(1)),
  ingest: createToken('ingest', 'shipper', secretOf(50)),
  admin: createToken('admin', 'ops', secretOf(100)),
} satisfies Record<Role, unknown>;

export const allTokens = Object.values(tokens).map(({ role, id, sha256 }) => ({ role, id, sha256 }));

export const bearer = (role: Role): Record<string, string> => ({ Authorization: `Bearer ${tokens[role].token}` });

export interface ApiOptions extends Partial<Omit<ApiDeps, 'limits'>> {
  readonly limits?: Partial<ApiLimits>;
}

export interface Api {
  readonly url: string;
  readonly port: number;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** All that the application stands on. Its store is away unless one is given. */
export function apiDeps(options: ApiOptions = {}): ApiDeps {
  return {
    store: storeAway,
    spikes: createSpikeReader({ store: options.store ?? storeAway }),
    sink: sinkAway,
    engine: { causeCatalogue, compileAccessLogFormat, createExplainer },
    access: { tokens: [], loopback: true },
    engineLimits: defaultLimits,
    ingestFeeds: new Map(),
    ingestDelayMs: 60_000,
    telemetry: silentTelemetry,
    metricsRegistry: new Registry(),
    nowMs: () => testNowMs,
    version: '0.0.0-test',
    sourceStates: () => [],
    groups: new GroupRegistry({ nowMs: () => testNowMs, onOverlap: () => {} }),
    backfiller: willingBackfiller(),
    readiness: () => ({ ready: true, checks: [{ name: 'store', ok: true, detail: 'answers' }] }),
    shutdown: new AbortController().signal,
    ...options,
    limits: { ...defaultApiLimits, streamPollMs: 10, streamDelayMs: 0, ...options.limits },
  };
}

/** The real application on a port of its own, closed with the test. */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const shutdown = new AbortController();
  const app = createApi(apiDeps({ shutdown: shutdown.signal, ...options }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    shutdown.abort();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { url, port, fetch: (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init }) };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as no browser or fetch would send it: any Host, any header. */
export async function rawRequest(
  { port }: Api,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Uint8Array },
): Promise<RawAnswer> {
  const { method = 'GET', path, headers = {}, body } = options;
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { status: answer.statusCode, headers: answer.headers, body: text };
}

export interface ProblemBody {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors?: readonly { readonly where: string; readonly message: string }[];
}

export const problemOf = async (response: Response): Promise<ProblemBody> => (await response.json()) as ProblemBody;
