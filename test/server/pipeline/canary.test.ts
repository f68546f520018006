import { describe, expect, it } from 'vitest';
import type { Telemetry } from '../../../server/src/telemetry/telemetry.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { canaryInputs } from '../../must-hold/canary-inputs.js';
import { leaksIn, secretShapes } from '../../must-hold/canary-secrets.js';
import { baseMs } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf } from './bed.js';
import { createMemoryStore, MemoryTables } from './memory-store.js';

/** Everything that is told to the service's own log and metrics. */
function recorded(told: unknown[]): Telemetry {
  const record = (event: unknown): void => void told.push(event);
  return {
    ...silentTelemetry,
    unitStored: record,
    unitFailed: ({ error, ...event }) => record([event, String(error)]),
    sourceProblem: record,
    defect: ({ where, error }) => record([where, String(error)]),
    span: (name, attributes, work) => {
      record([name, attributes]);
      return work();
    },
  };
}

describe.each(secretShapes)('secrets that look like $shape', (secrets) => {
  it.each(canaryInputs(secrets).map((input) => [input.name, input] as const))(
    'reach neither the store nor what is told of it: %s',
    async (_name, { text, template }) => {
      const tables = new MemoryTables();
      const told: unknown[] = [];
      const pipeline = pipelineOn(createMemoryStore(tables), { telemetry: recorded(told) });
      // Execution-log lines alone tell no time: those of the console have it in front.
      const lines = [text, text.replaceAll(/^\(/gm, `${new Date(baseMs).toISOString()} (`)].join('\n');
      const content = [new TextEncoder().encode(`${lines}\n`)];
      const settings = settingsOf({ format: template ?? null });
      const receipt = await pipeline.accept({ id: 'canary', feed: 'canary', kind: 'http', settings, content });
      expect(leaksIn(JSON.stringify([tables, told, receipt]), secrets)).toEqual([]);
    },
  );
});
