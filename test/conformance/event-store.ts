import { describe, expect, it } from 'vitest';
import { createClickHouseEventStore } from '../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../server/src/store/database.js';
import type { EventStore } from '../../server/src/store/event-store.js';
import { silentTelemetry } from '../../server/src/telemetry/telemetry.js';
import { testCompaction } from './compaction.js';
import { testControlPlane } from './control-plane.js';
import { testCoverage } from './coverage.js';
import { testFeedEnds } from './feed-ends.js';
import { testKeptText } from './kept-text.js';
import { testLoggedDeployments } from './logged-deployments.js';
import { testLooks } from './looks.js';
import { testQuestions } from './questions.js';
import { testRefusalsOnly } from './refusals-only.js';
import { testRetention } from './retention.js';
import { retention, startMs } from './store-rows.js';
import { testUncertainIds } from './uncertain-ids.js';
import { testUnits } from './units.js';
import { testVerdicts } from './verdicts.js';

/** A store on an empty database, migrated. */
export interface OpenedStore {
  readonly store: EventStore;
  readonly database: Database;
  readonly clock: { nowMs: number };
  /** Another store on the same database, which may be given with something in between. */
  reopen(database: Database): Promise<EventStore>;
}
export type OpenStore = () => Promise<OpenedStore>;

/** What every ClickHouse must do for us. `openDatabase` gives an empty database each time. */
export function testEventStore(name: string, openDatabase: () => Promise<Database>): void {
  const open: OpenStore = async () => {
    const database = await openDatabase();
    const clock = { nowMs: startMs };
    const reopen = async (on: Database) => {
      const store = createClickHouseEventStore(on, { nowMs: () => clock.nowMs, telemetry: silentTelemetry });
      await store.migrate(retention);
      return store;
    };
    return { store: await reopen(database), database, clock, reopen };
  };

  describe(`event store: ${name}`, { timeout: 60_000 }, () => {
    describe('counting units', () => testUnits(open));
    describe('refusals only', () => testRefusalsOnly(open));
    describe('compaction', () => testCompaction(open));
    describe('facts and verdicts', () => testVerdicts(open));
    describe('configurations and changes', () => testControlPlane(open));
    describe('looks at the control plane', () => testLooks(open));
    describe('deployments in access logs', () => testLoggedDeployments(open));
    describe('feeds that have ended', () => testFeedEnds(open));
    describe('ids of what is not certain', () => testUncertainIds(open));
    describe('text', () => testKeptText(open));
    describe('coverage', () => testCoverage(open));
    describe('questions', () => testQuestions(open));
    describe('retention', () => testRetention(open));

    it('answers a ping', async () => {
      const { store } = await open();
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('can be opened again and again', async () => {
      const opened = await open();
      await opened.reopen(opened.database);
      await Promise.all([opened.reopen(opened.database), opened.reopen(opened.database)]);
      expect(await opened.store.readUnitsOf('')).toEqual([]);
    });
  });
}
