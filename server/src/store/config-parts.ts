import { nameLists } from './batches.js';
import type { ConfigPart } from './config-content.js';
import type { Database } from './database.js';
import { dateTime64 } from './stored-values.js';

export interface ConfigParts {
  /** Those that this process has not stored for a day. */
  insert(parts: readonly ConfigPart[], nowMs: number): Promise<void>;
  /** Bodies by name; missing are those that have expired. */
  read(parts: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A part is stored again when it was last stored so long ago: it must outlive what names it. */
const partsLastMs = 24 * 3_600_000;

/** What many snapshots of the control plane share, by hash. */
export function createConfigParts(database: Database): ConfigParts {
  /** It spares work only. */
  const storedAtMs = new Map<string, number>();
  return {
    async insert(parts, nowMs) {
      const missing = new Map<string, string>();
      for (const { part, body } of parts) {
        const storedMs = storedAtMs.get(part);
        if (storedMs === undefined || nowMs - storedMs >= partsLastMs) missing.set(part, body);
      }
      const storedAt = dateTime64(nowMs);
      const rows = [...missing].map(([part, body]) => ({ part, body, stored_at: storedAt }));
      await database.insert('config_part', rows);
      for (const [part, storedMs] of storedAtMs) if (nowMs - storedMs >= partsLastMs) storedAtMs.delete(part);
      for (const part of missing.keys()) storedAtMs.set(part, nowMs);
    },

    async read(parts) {
      const bodies = new Map<string, string>();
      for (const list of nameLists(parts)) {
        const rows = await database.query<ConfigPart>(
          'SELECT part, body FROM config_part WHERE part IN {parts:Array(String)} LIMIT 1 BY part',
          { parts: list },
        );
        for (const { part, body } of rows) bodies.set(part, body);
      }
      return bodies;
    },
  };
}
