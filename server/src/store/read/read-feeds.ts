import type { RejectReason } from '@why403/parsers';
import type { Database } from '../database.js';
import type { FeedKind, FeedState, StoredReject } from '../event-store.js';
import {
  compileFeedActivity,
  compileRejects,
  type FeedActivityRow,
  type ProgressRow,
  progressStatement,
  type RejectRow,
} from './feed-statement.js';
import { dayMs } from './range.js';
import { runStatement } from './statement.js';

/** Feeds that told how far they are, and have not ended, with the units they delivered in the last 24 hours (as they count now). */
export async function readFeeds(database: Database, nowMs: number): Promise<readonly FeedState[]> {
  const [progress, activity] = await Promise.all([
    runStatement<ProgressRow>(database, progressStatement),
    runStatement<FeedActivityRow>(database, compileFeedActivity(nowMs - dayMs)),
  ]);
  const activityOf = new Map(activity.map((row) => [row.feed, row]));
  const going = progress.filter((row) => Number(row.has_ended) === 0);
  return going.map((row): FeedState => {
    const active = activityOf.get(row.feed);
    return {
      feed: row.feed,
      kind: row.kind as FeedKind,
      completeUntilMs: Number(row.complete_until_ms),
      units: Number(active?.units ?? 0),
      requests: Number(active?.requests ?? 0),
      rejected: Object.fromEntries(
        Object.entries(active?.rejected ?? {}).map(([reason, lines]) => [reason, Number(lines)]),
      ),
    };
  });
}

export async function readRejects(database: Database, limit: number): Promise<readonly StoredReject[]> {
  const rows = await runStatement<RejectRow>(database, compileRejects(limit));
  return rows.map(
    (row): StoredReject => ({
      feed: row.feed,
      unit: row.unit,
      line: Number(row.line),
      reason: row.reason as RejectReason,
      detail: row.detail,
      shape: row.shape,
      seenAtMs: Number(row.seen_at_ms),
    }),
  );
}
