import type { TimeRange } from '../query/query.js';
import { wellFormed } from '../text/well-formed.js';
import { insertByDay, nameLists } from './batches.js';
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
  const readMinutes = gathered((asked: readonly Asked[]) => readMinutesOf(database, asked));
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
      const asked = { feed: wellFormed(feed), fromMs, toMs };
      const minutes = (await readMinutes(asked)).get(asked.feed) ?? [];
      return minutes.filter((minuteMs) => minuteMs >= fromMs && minuteMs < toMs);
    },
  };
}

interface Asked extends TimeRange {
  readonly feed: string;
}

/** Of each feed, in order; ranges that are asked for together are mostly the same one. */
async function readMinutesOf(
  database: Database,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const fromMs = Math.min(...asked.map((each) => each.fromMs));
  const toMs = Math.max(...asked.map((each) => each.toMs));
  const minutes = new Map<string, number[]>();
  for (const feeds of nameLists(asked.map(({ feed }) => feed))) {
    const rows = await database.query<{ feed: string; second: number }>(
      `SELECT DISTINCT feed, toUnixTimestamp(minute) AS second
      FROM refusals_only
      WHERE feed IN {feeds:Array(String)} AND in_reading = 1
        AND minute >= {from:DateTime('UTC')} AND minute < {to:DateTime('UTC')}
      ORDER BY feed, second`,
      { feeds, from: dateTime(Math.ceil(fromMs / 1000) * 1000), to: dateTime(Math.ceil(toMs / 1000) * 1000) },
    );
    for (const { feed, second } of rows) {
      const ofFeed = minutes.get(feed);
      if (ofFeed === undefined) minutes.set(feed, [second * 1000]);
      else ofFeed.push(second * 1000);
    }
  }
  return minutes;
}
