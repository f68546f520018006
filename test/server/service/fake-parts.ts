import type { RequestListener } from 'node:http';
import type { OpenStore, ServiceConfig, ServiceParts } from '../../../server/src/service/service.js';
import type { Source } from '../../../server/src/sources/source.js';
import type { EventStore } from '../../../server/src/store/event-store.js';
import { silentTelemetry, type Telemetry } from '../../../server/src/telemetry/telemetry.js';

export interface FakeOptions {
  readonly handler?: RequestListener;
  readonly sources?: readonly Source[];
  readonly telemetry?: Partial<Telemetry>;
  readonly store?: Partial<EventStore>;
  /** Fails as this part when it is made. */
  readonly failing?: Partial<Record<'openStore' | 'createPipeline' | 'createApi' | 'createSources', unknown>>;
  readonly accept?: () => Promise<never>;
  readonly sweep?: (sinceMs: number) => Promise<number>;
}

export const config: ServiceConfig = {
  listen: { host: '127.0.0.1', port: 0 },
  retention: { rowsDays: 30, evidenceDays: 7, factsHours: 48 },
};

/** Parts that say in `steps` what was done to them, in order. */
export function fakeParts(options: FakeOptions = {}): { parts: ServiceParts; steps: string[] } {
  const steps: string[] = [];
  const step = (name: keyof NonNullable<FakeOptions['failing']>) => {
    steps.push(name);
    if (options.failing !== undefined && name in options.failing) throw options.failing[name];
  };
  const store = {
    ping: async () => {},
    migrate: async () => void steps.push('migrate'),
    keepHouse: async () => void steps.push('keepHouse'),
    close: async () => void steps.push('store.close'),
    ...options.store,
  } as EventStore;
  const parts: ServiceParts = {
    telemetry: { ...silentTelemetry, ...options.telemetry },
    nowMs: () => Date.UTC(2024, 4, 1, 10),
    async openStore(): Promise<OpenStore> {
      step('openStore');
      return { store, stop: async () => void steps.push('database.stop') };
    },
    async createPipeline() {
      step('createPipeline');
      return {
        accept: options.accept ?? (() => Promise.reject(new Error('nothing is accepted here'))),
        acceptDelivery: () => Promise.reject(new Error('nothing is accepted here')),
        readUnitsOf: async () => [],
        readRefusalsOnly: async () => [],
        reportProgress: async () => {},
        async sweep(sinceMs) {
          steps.push('sweep');
          return options.sweep === undefined ? 0 : options.sweep(sinceMs);
        },
      };
    },
    async createApi() {
      step('createApi');
      return options.handler ?? ((_request, response) => void response.end('fine'));
    },
    async createSources() {
      step('createSources');
      return options.sources ?? [];
    },
    async flushTelemetry() {
      steps.push('flushTelemetry');
    },
  };
  return { parts, steps };
}
