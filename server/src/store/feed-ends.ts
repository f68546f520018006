import type { Database } from './database.js';
import { dateTime64 } from './stored-values.js';

/** A feed of a log group. */
export interface GroupFeed {
  readonly feed: string;
  readonly completeUntilMs: number;
  readonly hasEnded: boolean;
}

export interface FeedEnd {
  readonly feed: string;
  /** Nothing is read from it any more: what it had is complete, and nothing waits for it. */
  readonly hasEnded: boolean;
}

export interface FeedEnds {
  /** All whose name begins so and that told how far they are. */
  readFeedsOf(prefix: string): Promise<readonly GroupFeed[]>;
  /** What was said last counts; a feed that goes on has not ended, whatever was said before. */
  insertFeedEnds(ends: readonly FeedEnd[], nowMs: number): Promise<void>;
}

/** `feed_progress` with whether the feed has ended, and has not gone on since. */
export const feedProgressSql = `(
  SELECT told.feed AS feed, told.kind AS kind, told.complete_until AS complete_until, told.updated_at AS updated_at,
    ended.has_ended = 1 AND told.updated_at <= ended.at AS has_ended
  FROM (SELECT feed, kind, complete_until, updated_at FROM feed_progress FINAL) AS told
  LEFT JOIN (SELECT feed, has_ended, at FROM feed_end FINAL) AS ended ON told.feed = ended.feed
)`;

export function createFeedEnds(database: Database): FeedEnds {
  return {
    async readFeedsOf(prefix) {
      const rows = await database.query<GroupFeedRow>(
        `SELECT feed, toUnixTimestamp64Milli(complete_until) AS complete_until_ms, has_ended
        FROM ${feedProgressSql}
        WHERE startsWith(feed, {prefix:String})
        ORDER BY feed`,
        { prefix },
      );
      return rows.map(({ feed, complete_until_ms, has_ended }) => ({
        feed,
        completeUntilMs: Number(complete_until_ms),
        hasEnded: Number(has_ended) === 1,
      }));
    },

    async insertFeedEnds(ends, nowMs) {
      const rows = ends.map(({ feed, hasEnded }) => ({ feed, has_ended: hasEnded ? 1 : 0, at: dateTime64(nowMs) }));
      if (rows.length > 0) await database.insert('feed_end', rows);
    },
  };
}

interface GroupFeedRow {
  readonly feed: string;
  readonly complete_until_ms: number | string;
  readonly has_ended: number | string;
}
