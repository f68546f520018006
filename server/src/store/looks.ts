import { contentOf, partNamesOf, partOf } from './config-content.js';
import type { ConfigParts } from './config-parts.js';
import { confirmedEveryMs, type LookStore, type StoredLook } from './control-plane-store.js';
import type { Database } from './database.js';
import { dateTime64 } from './stored-values.js';

/** Looks are rows of `config_snapshot` of no API, with their scope for a stage. */
export function createLookStore(database: Database, parts: ConfigParts): LookStore {
  /** What this process stored last. It spares work only. */
  const newest = new Map<string, { readonly content: string; readonly takenMs: number }>();
  return {
    async insertLook(look: StoredLook, nowMs: number) {
      const { account, region, scope, takenMs } = look;
      const cut = look.parts.map(partOf);
      const content = contentOf(cut);
      const key = JSON.stringify([account, region, scope]);
      const before = newest.get(key);
      if (before?.content === content && takenMs >= before.takenMs && takenMs - before.takenMs < confirmedEveryMs) {
        return;
      }
      // Parts first: a look that is seen can be read.
      await parts.insert(cut, nowMs);
      const taken_at = dateTime64(takenMs);
      const row = { api_id: '', stage: scope, account, region, taken_at, content, snapshot_id: '' };
      await database.insert('config_snapshot', [{ ...row, stored_at: dateTime64(nowMs) }]);
      newest.set(key, { content, takenMs });
    },

    async readLooks({ account, region, scope }, sinceMs) {
      const rows = await database.query<{ taken_ms: number | string; content: string }>(
        `SELECT toUnixTimestamp64Milli(taken_at) AS taken_ms, content
        FROM config_snapshot
        WHERE ${ofScope} AND taken_at >= (
          SELECT max(taken_at) FROM config_snapshot WHERE ${ofScope} AND taken_at <= {since:DateTime64(3, 'UTC')})
        ORDER BY taken_at, content
        LIMIT 1 BY taken_at, content`,
        { account, region, scope, since: dateTime64(sinceMs) },
      );
      const bodies = await parts.read([...new Set(rows.flatMap(({ content }) => partNamesOf(content)))]);
      return rows.flatMap(({ taken_ms, content }) => {
        const found = partNamesOf(content).map((part) => bodies.get(part));
        if (!found.every((body) => body !== undefined)) return [];
        return [{ account, region, scope, takenMs: Number(taken_ms), parts: found }];
      });
    },
  };
}

const ofScope = `api_id = '' AND stage = {scope:String} AND account = {account:String} AND region = {region:String}`;
