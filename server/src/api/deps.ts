import type { causeCatalogue, compileAccessLogFormat, createExplainer, Limits, RequestPlace } from '@why403/parsers';
import type { Registry } from 'prom-client';
import type { DeliverySink, UnitSink } from '../pipeline/counting-unit.js';
import type { Backfiller } from '../sources/backfiller.js';
import type { Overlap, PolledGroups } from '../sources/group-registry.js';
import type { SourceState } from '../sources/source-state.js';
import type { SpikeReader } from '../spikes/spike-reader.js';
import type { EventReader } from '../store/event-store.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import type { ConfiguredToken } from './access/token.js';

/** All that the API stands on; compose.ts puts it together. */
export interface ApiDeps {
  readonly store: EventReader;
  /** On the same store; one for all, since it keeps what was usual in the last hours. */
  readonly spikes: SpikeReader;
  readonly sink: UnitSink & DeliverySink;
  readonly engine: ApiEngine;
  readonly access: {
    /** Without any, only callers on this machine are answered. */
    readonly tokens: readonly ConfiguredToken[];
    /** The server listens on a loopback address only. */
    readonly loopback: boolean;
  };
  readonly limits: ApiLimits;
  /** What the engine may hold while it reads a text or a batch. */
  readonly engineLimits: Limits;
  /** By the name that `Feed` gives. */
  readonly ingestFeeds: ReadonlyMap<string, IngestFeed>;
  /** `IngestFeed.delayMs` of all other feeds. */
  readonly ingestDelayMs: number;
  readonly telemetry: Telemetry;
  /** The service's own counters. */
  readonly metricsRegistry: Pick<Registry, 'metrics'>;
  readonly nowMs: () => number;
  readonly version: string;
  readonly readiness: () => Readiness;
  /** Of sources that have to reach something. */
  readonly sourceStates: () => readonly SourceState[];
  /** Log groups that come in two ways. */
  readonly groups: PolledGroups & { overlaps(): readonly Overlap[] };
  readonly backfiller: Backfiller;
  /** Ends live streams; requests under way are the server's business. */
  readonly shutdown: AbortSignal;
}

/** The part of the engine that the API uses. */
export interface ApiEngine {
  readonly createExplainer: typeof createExplainer;
  readonly compileAccessLogFormat: typeof compileAccessLogFormat;
  readonly causeCatalogue: typeof causeCatalogue;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** How batches of a feed are read if the request does not say it. */
export interface IngestFeed {
  /** The stage's `accessLogSettings.format`; null: lines are auto-detected. */
  readonly accessLogFormat: string | null;
  /** Stands in for what no line tells. */
  readonly place: RequestPlace;
  /** How late its events may come: the watermark stays so far behind the newest event seen. */
  readonly delayMs: number;
}

/** All of them and the fixed ones. */
export interface ApiLimits extends ConfiguredLimits, FixedLimits {}

/** Each one is a configuration key (`limits`). */
export interface ConfiguredLimits {
  /** Of one ingest body, decompressed. */
  readonly maxBodyBytes: number;
  /** Of one Firehose request, decompressed. */
  readonly maxDeliveryBytes: number;
  /** Of one text to explain, decompressed. */
  readonly maxExplainBytes: number;
  /** Requests listed by one explanation. */
  readonly maxExplainedRequests: number;
  readonly maxRangeDays: number;
  readonly maxSeries: number;
  /** Of one series. */
  readonly maxPoints: number;
  readonly maxPageSize: number;
  readonly maxTop: number;
  readonly maxLabelValues: number;
  /** Of each token, or of each address without one. */
  readonly requestsPerMinute: number;
  readonly ingestRequestsPerMinute: number;
  /** Ingest bodies under way at once. */
  readonly openIngests: number;
  /** Feed names that requests may bring besides the configured ones. */
  readonly maxFeeds: number;
  /** Live streams open at once. */
  readonly openStreams: number;
  /** What a live stream holds for a client that does not read. */
  readonly streamBufferBytes: number;
}

/** Not configurable: nobody needs other ones but tests, which wait less. */
export interface FixedLimits {
  /** Series times points of one answer. */
  readonly maxValues: number;
  /** Texts that are being explained at once; each holds what the engine makes of it. */
  readonly openExplains: number;
  /** A client of a live stream that has not read what is held for it is dropped then. */
  readonly streamStallMs: number;
  readonly streamPollMs: number;
  readonly streamHeartbeatMs: number;
  /** Events are streamed so long after they were written: inserts under way must have become visible. */
  readonly streamDelayMs: number;
}

export const fixedLimits: FixedLimits = {
  maxValues: 2_000_000,
  openExplains: 16,
  streamStallMs: 10_000,
  streamPollMs: 2_000,
  streamHeartbeatMs: 15_000,
  streamDelayMs: 2_000,
};

export const defaultApiLimits: ApiLimits = {
  ...fixedLimits,
  maxBodyBytes: 64 * 1024 * 1024,
  maxDeliveryBytes: 96 * 1024 * 1024,
  maxExplainBytes: 1024 * 1024,
  maxExplainedRequests: 1_000,
  maxRangeDays: 92,
  maxSeries: 500,
  maxPoints: 11_000,
  maxPageSize: 1_000,
  maxTop: 1_000,
  maxLabelValues: 1_000,
  requestsPerMinute: 1_200,
  ingestRequestsPerMinute: 6_000,
  openIngests: 16,
  maxFeeds: 100,
  openStreams: 32,
  streamBufferBytes: 1024 * 1024,
};
