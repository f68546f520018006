import * as engine from '../../../parsers/src/index.js';
import { createPipeline, type Pipeline } from '../../../server/src/pipeline/pipeline.js';
import { createClickHouseEventStore } from '../../../server/src/store/clickhouse-event-store.js';
import type { EventStore } from '../../../server/src/store/event-store.js';
import { silentTelemetry, type Telemetry } from '../../../server/src/telemetry/telemetry.js';
import type { TestDatabase } from '../../support/test-database.js';

/**
 * Store and pipeline as the service has them, on a fresh database. What they write is stamped by `nowMs`: the database forgets
 * facts by its own clock.
 */
export async function openService(
  database: TestDatabase,
  nowMs: () => number = Date.now,
  telemetry: Telemetry = silentTelemetry,
): Promise<{ store: EventStore; sink: Pipeline }> {
  const store = createClickHouseEventStore(await database.freshDatabase(), { nowMs, telemetry });
  await store.migrate({ rowsDays: 3650, evidenceDays: 3650, factsHours: 3650 });
  const limits = { inFlightBytes: 64 * 1024 * 1024, inFlightUnits: 16, rowsDays: 36_500 };
  return { store, sink: createPipeline({ store, engine, telemetry, nowMs, limits }) };
}
