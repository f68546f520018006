import type { TimeRange } from '../query/query.js';
import { insertByDay } from './batches.js';
import type { Database } from './database.js';
import type { RefusalsOnlyMinute } from './denominator-store.js';
import type { UnitStore } from './event-store.js';
import { gathered } from './gathered.js';
import { dateTime } from './stored-values.js';

type Row = Readonly<Record<string, unknown>>;

/** Minutes of refusals only: the part of the units' store that says what has no denominator. */
export function createRefusalsOnlyStore(
  database: Database,
): Pick<UnitStore, 'insertRefusalsOnly' | 'readRefusalsOnly'> {
  const insertRows = gathered<readonly Row[]>((lists) =>
    insertByDay(database, 'refusals_only', lists.flat(), (row) => String(row['minute']).slice(0, 10)),
  );
  return {
    insertRefusalsOnly: (feed: string, minutes: readonly RefusalsOnlyMinute[]) =>
      insertRows(
        minutes.map(({ minuteMs, account, region, apiId, stage, countedFrom, inReading }) => ({
          minute: dateTime(minuteMs),
          feed,
          account,
          region,
          api_id: apiId,
          stage,
          counted_from: countedFrom ?? '',
          in_reading: inReading ? 1 : 0,
        })),
      ),

    async readRefusalsOnly(feed: string, { fromMs, toMs }: TimeRange) {
      const rows = await database.query<{ second: number }>(
        `SELECT DISTINCT toUnixTimestamp(minute) AS second
        FROM refusals_only
        WHERE feed = {feed:String} AND in_reading = 1 AND minute >= {from:DateTime('UTC')} AND minute < {to:DateTime('UTC')}
        ORDER BY second`,
        { feed, from: dateTime(Math.ceil(fromMs / 1000) * 1000), to: dateTime(Math.ceil(toMs / 1000) * 1000) },
      );
      return rows.map(({ second }) => second * 1000);
    },
  };
}
