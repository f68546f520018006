import type { RequestListener } from 'node:http';
import type { DeliverySink, UnitSink } from '../pipeline/counting-unit.js';
import { type Backfiller, createBackfiller } from '../sources/backfiller.js';
import type { Source } from '../sources/source.js';
import type { SourceState } from '../sources/source-state.js';
import type { EventStore, Retention } from '../store/event-store.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { keepHouse } from './housekeeping.js';
import { listen } from './http-listener.js';
import { endsWithin, repeat } from './repeat.js';
import { runSources } from './run-sources.js';
import { asServiceError } from './service-error.js';
import { watchUnits } from './units-under-way.js';

export interface ServiceConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly retention: Retention;
}

/** What the service is made of; compose.ts fills it in. They are made in this order. */
export interface ServiceParts {
  /** Claims the data directory and starts the embedded database, or connects by URL. */
  openStore(): Promise<OpenStore>;
  createPipeline(store: EventStore): Promise<ServicePipeline>;
  createApi(parts: ApiParts): Promise<RequestListener>;
  createSources(store: EventStore): Promise<readonly Source[]>;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
  /** Sends what is left of traces and metrics; bounded by itself. */
  flushTelemetry(): Promise<void>;
}

export interface OpenStore {
  readonly store: EventStore;
  /** Ends the database at once, whatever it is doing; what it acknowledged is kept. */
  stop(): Promise<void>;
}

export interface ServicePipeline extends UnitSink, DeliverySink {
  /** Settles the facts since then that nobody finished with. Returns how many. */
  sweep(sinceMs: number): Promise<number>;
}

export interface ApiParts {
  readonly store: EventStore;
  readonly sink: UnitSink & DeliverySink;
  readonly readiness: () => Readiness;
  readonly sourceStates: () => readonly SourceState[];
  readonly backfiller: Backfiller;
  /** Live streams end with it. */
  readonly shutdown: AbortSignal;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

export interface Service {
  readonly url: string;
  readiness(): Readiness;
  /** Within 5 s, whatever is under way. What was acknowledged is stored. */
  stop(): Promise<void>;
}

const pingEveryMs = 1000;
/** Of the 5 s: for requests and units under way, then for the database beside the last telemetry (2 s by itself). */
const drainMs = 2500;
const closeMs = 2000;
/** A client whose requests the database will never answer. */
const clientMs = 500;

/** Fails with ServiceError, one sentence, when a person can mend it; then nothing is left running. */
export async function startService(config: ServiceConfig, parts: ServiceParts): Promise<Service> {
  const undo: (() => Promise<void>)[] = [];
  try {
    return await start(config, parts, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw asServiceError(error);
  }
}

async function start(config: ServiceConfig, parts: ServiceParts, undo: (() => Promise<void>)[]): Promise<Service> {
  const { telemetry, nowMs } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  undo.push(async () => stopping.abort());

  const { store, stop: stopStore } = await parts.openStore();
  undo.push(stopStore);
  await store.ping();
  await store.migrate(config.retention);

  const pipeline = await parts.createPipeline(store);
  const sink = watchUnits(pipeline);
  const state: ServiceState = { storeUp: true, sources: null };
  const sourceStates = (): readonly SourceState[] => state.sources?.flatMap((source) => source.state?.() ?? []) ?? [];
  const readiness = (): Readiness => readinessOf(state, sourceStates(), signal.aborted);

  const backfiller = createBackfiller({
    sources: () => state.sources ?? [],
    sink,
    keptDays: config.retention.rowsDays,
    telemetry,
    nowMs,
    signal,
  });

  const handler = await parts.createApi({ store, sink, readiness, sourceStates, backfiller, shutdown: signal });
  const listener = await listen(handler, config.listen.host, config.listen.port, (problem) =>
    telemetry.sourceProblem({ source: 'http', problem }),
  );
  undo.push(async () => {
    void listener.drain();
    listener.close();
  });

  const sources = await parts.createSources(store);
  const running = runSources(sources, sink, telemetry, signal);
  state.sources = sources;

  const timers = [
    repeat(pingEveryMs, signal, async () => {
      state.storeUp = await answers(store);
    }),
    keepHouse(
      {
        sweep: (sinceMs) => pipeline.sweep(sinceMs),
        keepHouse: (at) => store.keepHouse(at),
        factsHours: config.retention.factsHours,
        telemetry,
        nowMs,
      },
      signal,
    ),
  ];

  let stopped: Promise<void> | null = null;
  return {
    url: listener.url,
    readiness,
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };

  async function stopAll(): Promise<void> {
    const began = nowMs();
    stopping.abort();
    const drained = Promise.all([listener.drain(), running, sink.idle(), ...timers]);
    const inTime = await endsWithin(drainMs, drained);
    listener.close();
    await endsWithin(closeMs, Promise.all([parts.flushTelemetry(), closeStore(store, stopStore)]));
    const detail = inTime ? 'all that was under way had ended' : 'some of what was under way was given up';
    telemetry.houseKept({ task: 'shutdown', durationMs: nowMs() - began, detail });
  }
}

interface ServiceState {
  storeUp: boolean;
  /** null: they have not begun. */
  sources: readonly Source[] | null;
}

function readinessOf({ storeUp, sources }: ServiceState, states: readonly SourceState[], stopping: boolean): Readiness {
  const checks = [
    { name: 'store', ok: storeUp, detail: storeUp ? 'answers' : 'does not answer' },
    // Before its schema is up to date the service does not listen at all.
    { name: 'schema', ok: true, detail: 'up to date' },
    { name: 'sources', ...sourcesCheck(sources, states) },
    { name: 'running', ok: !stopping, detail: stopping ? 'is shutting down' : 'takes requests' },
  ];
  return { ready: checks.every(({ ok }) => ok), checks };
}

/** One that was reached once and is not now leaves the service ready: what is stored can be asked for. Lag tells how old it is. */
function sourcesCheck(
  sources: readonly Source[] | null,
  states: readonly SourceState[],
): { ok: boolean; detail: string } {
  if (sources === null) return { ok: false, detail: 'have not begun' };
  const unread = states.filter(({ hasRead }) => !hasRead);
  const told = states.flatMap(({ name, hasRead, problem }) => {
    if (problem !== null) return [`${name}: ${problem}`];
    return hasRead ? [] : [`${name}: has not been answered yet`];
  });
  const ok = sources.length === 0 || unread.length < sources.length;
  return { ok, detail: told.length === 0 ? 'have begun' : told.join(' ') };
}

async function answers(store: EventStore): Promise<boolean> {
  try {
    await store.ping();
    return true;
  } catch {
    return false;
  }
}

async function closeStore(store: EventStore, stopStore: () => Promise<void>): Promise<void> {
  await Promise.allSettled([endsWithin(clientMs, store.close()), stopStore()]);
}
