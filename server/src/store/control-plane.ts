import { createHash } from 'node:crypto';
import type { ConfigFacts } from '@why403/parsers';
import type { TimeRange } from '../query/query.js';
import { wellFormed } from '../text/well-formed.js';
import { insertByDay, nameLists } from './batches.js';
import type { ChangeEvent } from './change-event.js';
import { type ConfigPart, configOfParts, contentOf, partNamesOf, partsOfConfig } from './config-content.js';
import { createConfigParts } from './config-parts.js';
import {
  type ConfigSnapshot,
  type ControlPlaneStore,
  confirmedEveryMs,
  type DoubtfulQuery,
  type SnapshotName,
  type StageKey,
  type UnsettledSnapshots,
} from './control-plane-store.js';
import type { Database } from './database.js';
import { createLookStore } from './looks.js';
import { type RefusedColumns, refusedColumnsSql, refusedRowOf } from './refused-row.js';
import { dateTime64 } from './stored-values.js';

/** Configurations kept at hand; a stage of a large account takes some hundred kilobytes. */
const mostConfigs = 500;

export function createControlPlaneStore(database: Database): ControlPlaneStore {
  /** What this process stored last of each stage. It spares work only. */
  const newest = new Map<string, { readonly content: string; readonly takenMs: number }>();
  const configParts = createConfigParts(database);
  const configs = new Map<string, ConfigFacts>();

  function onlyConfirms(key: string, { takenMs }: ConfigSnapshot, content: string): boolean {
    const before = newest.get(key);
    if (before?.content !== content) return false;
    return takenMs >= before.takenMs && takenMs - before.takenMs < confirmedEveryMs;
  }

  return {
    ...createLookStore(database, configParts),

    async insertConfigSnapshots(snapshots: readonly ConfigSnapshot[], nowMs: number) {
      const parts: ConfigPart[] = [];
      const rows: Record<string, unknown>[] = [];
      const kept: (() => void)[] = [];
      for (const snapshot of snapshots) {
        const of = partsOfConfig(snapshot.config);
        const content = contentOf(of);
        const key = stageKeyOf(snapshot);
        if (onlyConfirms(key, snapshot, content)) continue;
        parts.push(...of);
        rows.push(snapshotColumnsOf(snapshot, content, nowMs));
        kept.push(() => newest.set(key, { content, takenMs: snapshot.takenMs }));
      }
      // Parts first: a snapshot that is seen can be read.
      await configParts.insert(parts, nowMs);
      await insertByDay(database, 'config_snapshot', rows, (row) => String(row['taken_at']).slice(0, 10));
      for (const keep of kept) keep();
    },

    async readConfigSnapshots(apiIds: readonly string[], { fromMs, toMs }: TimeRange) {
      const found: SnapshotName[] = [];
      for (const list of nameLists(apiIds)) {
        const rows = await database.query<SnapshotRow>(
          `SELECT ${snapshotColumns}
          FROM config_snapshot
          WHERE api_id IN {apis:Array(String)} AND ${takenWithin}
          ORDER BY api_id, stage, account, region, taken_at, content
          LIMIT 1 BY api_id, stage, account, region, taken_at, content`,
          { apis: list, from: dateTime64(fromMs), to: dateTime64(toMs) },
        );
        for (const row of rows) found.push(snapshotNameOf(row));
      }
      return found;
    },

    async readConfigs(contents: readonly string[]) {
      const found = new Map<string, ConfigFacts>();
      const unread: string[] = [];
      for (const content of new Set(contents)) {
        const known = configs.get(content);
        if (known === undefined) unread.push(content);
        else found.set(content, known);
      }
      if (unread.length === 0) return found;
      const bodies = await configParts.read(unread.flatMap(partNamesOf));
      for (const content of unread) {
        const parts = partNamesOf(content).map((part) => bodies.get(part));
        if (!parts.every((body) => body !== undefined)) continue;
        const config = configOfParts(parts);
        found.set(content, config);
        configs.set(content, config);
        if (configs.size > mostConfigs) configs.delete(configs.keys().next().value as string);
      }
      return found;
    },

    async readUnsettledSnapshots({ sinceMs, limit }: UnsettledSnapshots) {
      const rows = await database.query<SnapshotRow>(
        `SELECT ${snapshotColumns}
        FROM config_snapshot
        WHERE api_id != '' AND stored_at >= {since:DateTime64(3, 'UTC')} AND snapshot_id NOT IN (
          SELECT fact_id FROM settle_step
          WHERE fact_id >= 's:' AND fact_id < 's;' AND done = 1 AND at >= {since:DateTime64(3, 'UTC')})
        ORDER BY stored_at, snapshot_id
        LIMIT 1 BY snapshot_id
        LIMIT {most:UInt32}`,
        { since: dateTime64(sinceMs), most: limit },
      );
      return rows.map(snapshotNameOf);
    },

    async readDoubtful({ apiIds, fromMs, toMs, causes, limit }: DoubtfulQuery) {
      const rows = await database.query<RefusedColumns>(
        `SELECT ${refusedColumnsSql}
        FROM refused FINAL
        WHERE cancelled = 0 AND ts >= {from:DateTime64(3, 'UTC')} AND ts < {to:DateTime64(3, 'UTC')}
          AND api_id IN {apis:Array(String)} AND (confidence != 'certain' OR cause IN {causes:Array(String)})
        ORDER BY ts DESC, event_id DESC
        LIMIT {most:UInt32}`,
        { from: dateTime64(fromMs), to: dateTime64(toMs), apis: apiIds, causes, most: limit },
      );
      return rows.map(refusedRowOf);
    },

    async insertChangeEvents(events: readonly ChangeEvent[]) {
      const rows = events.map((event) => ({
        id: event.id,
        at: dateTime64(event.atMs),
        seen_at: dateTime64(event.seenMs),
        account: event.account,
        region: event.region,
        api_id: event.apiId,
        stage: event.stage,
        kind: event.kind,
        what: wellFormed(event.what),
        summary: wellFormed(event.summary),
        may_explain: event.mayExplain,
      }));
      await database.insert('change_event', rows);
    },
  };
}

const stageKeyOf = ({ account, region, apiId, stage }: StageKey): string =>
  JSON.stringify([account, region, apiId, stage]);

function snapshotColumnsOf(snapshot: ConfigSnapshot, content: string, nowMs: number): Record<string, unknown> {
  const { account, region, apiId, stage, takenMs } = snapshot;
  const named = JSON.stringify([stageKeyOf(snapshot), takenMs, content]);
  return {
    account,
    region,
    api_id: apiId,
    stage,
    taken_at: dateTime64(takenMs),
    content,
    // No fact is called so: its steps lie together beside the many of facts.
    snapshot_id: `s:${createHash('sha256').update(named).digest('hex').slice(0, 32)}`,
    stored_at: dateTime64(nowMs),
  };
}

const takenWithin = `taken_at >= {from:DateTime64(3, 'UTC')} AND taken_at < {to:DateTime64(3, 'UTC')}`;
const snapshotColumns =
  'account, region, api_id, stage, toUnixTimestamp64Milli(taken_at) AS taken_ms, content, snapshot_id';

interface SnapshotRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly taken_ms: number | string;
  readonly content: string;
  readonly snapshot_id: string;
}

const snapshotNameOf = (row: SnapshotRow): SnapshotName => ({
  account: row.account,
  region: row.region,
  apiId: row.api_id,
  stage: row.stage,
  takenMs: Number(row.taken_ms),
  content: row.content,
  snapshotId: row.snapshot_id,
});
