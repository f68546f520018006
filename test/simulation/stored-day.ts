import { createClickHouseDatabase } from '../../server/src/store/clickhouse-database.js';
import { createClickHouseEventStore } from '../../server/src/store/clickhouse-event-store.js';
import { startEmbeddedDatabase } from '../../server/src/store/embedded/embedded-database.js';
import type { EventStore } from '../../server/src/store/event-store.js';
import { silentTelemetry } from '../../server/src/telemetry/telemetry.js';
import { buildChildEntry } from '../support/embedded-child.js';

/** What the built program has stored, after its end: the pages of /metrics of any moment are made from it. */
export async function openStored(
  directory: string,
  nowMs: () => number,
): Promise<{ readonly store: EventStore; close(): Promise<void> }> {
  const telemetry = silentTelemetry;
  const embedded = await startEmbeddedDatabase({
    directory,
    owner: 'demo',
    telemetry,
    childEntry: await buildChildEntry(),
  });
  const { url, username, password, database } = embedded;
  const connection = createClickHouseDatabase({ url, username, password, database, telemetry });
  return {
    store: createClickHouseEventStore(connection, { nowMs, telemetry }),
    async close() {
      await connection.close();
      await embedded.stop();
    },
  };
}
