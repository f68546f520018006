import type { Telemetry } from '../telemetry/telemetry.js';
import { createControlPlaneStore } from './control-plane.js';
import type { Database } from './database.js';
import { createDeploymentLog } from './deployments-seen.js';
import type { EventStore, Retention } from './event-store.js';
import { createFeedEnds } from './feed-ends.js';
import { tidyDays } from './housekeeping.js';
import { createDenominatorStore } from './metric-totals.js';
import { applyMigrations, loadMigrations } from './migrations.js';
import { createEventReader } from './read/event-reader.js';
import { readUncertainIds } from './read/read-uncertain-ids.js';
import { applyRetention } from './retention.js';
import { shareQuestions } from './shared-questions.js';
import { createUnitStore } from './units.js';
import { createVerdictStore } from './verdicts.js';

export interface EventStoreDeps {
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/** The store on any ClickHouse; a file for each of its parts. */
export function createClickHouseEventStore(connection: Database, deps: EventStoreDeps): EventStore {
  const database = shareQuestions(connection, () => performance.now());
  let applied: Retention | null = null;
  const ingest: Database = {
    ...database,
    query: (sql, params, options) => database.query(sql, params, { ...options, lane: 'ingest' }),
  };
  return {
    ...createUnitStore(ingest),
    ...createVerdictStore(ingest),
    ...createControlPlaneStore(ingest),
    ...createDenominatorStore(ingest),
    ...createDeploymentLog(ingest),
    ...createFeedEnds(ingest),
    ...createEventReader(database),
    readUncertainIds: (query) => readUncertainIds(ingest, query),

    async migrate(retention) {
      await applyMigrations(database, await loadMigrations(), deps.nowMs);
      await applyRetention(database, retention);
      applied = retention;
    },

    async keepHouse(nowMs) {
      if (applied === null) throw new Error('keepHouse is called after migrate.');
      await tidyDays(database, applied, nowMs, deps);
    },

    ping: () => database.ping(),
    close: () => database.close(),
  };
}
