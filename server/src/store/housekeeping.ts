import type { Telemetry } from '../telemetry/telemetry.js';
import { compactDay, dropCompacted, readCompaction } from './compaction.js';
import type { Database } from './database.js';
import type { Retention } from './event-store.js';
import { dayEndMs } from './stored-values.js';

const hourMs = 3_600_000;

/** Longer than any reading or query from before the compaction can still be running. */
const dropAfterMs = hourMs;

export interface HousekeepingDeps {
  readonly nowMs: () => number;
  readonly telemetry: Telemetry;
}

/**
 * Compacts days that no sweep reads any more; in a later call drops the rows that a compaction stands for. Safe to stop anywhere,
 * to repeat, and to run on two nodes at once.
 */
export async function tidyDays(
  database: Database,
  retention: Retention,
  nowMs: number,
  deps: HousekeepingDeps,
): Promise<void> {
  // Known from the parts: no row is read.
  const days = await database.query<{ day: string }>(
    'SELECT toString(toDate(minute)) AS day FROM totals GROUP BY toDate(minute) ORDER BY toDate(minute)',
  );
  for (const { day } of days) {
    if (dayEndMs(day) + (retention.factsHours + 24) * hourMs > nowMs) continue;
    const compaction = await readCompaction(database, day);
    if (compaction === null) {
      await timed(deps, 'compact', async () => {
        const requests = await compactDay(database, day, deps.nowMs);
        return requests === null ? `${day}: not compacted this time` : `${day}: ${requests} requests`;
      });
    } else if (nowMs - compaction.writtenAtMs >= dropAfterMs) {
      await timed(deps, 'drop', async () => {
        const rows = await dropCompacted(database, day, compaction.name);
        return rows === 0 ? null : `${day}: ${rows} rows`;
      });
    }
  }
}

/** Tells what was done; null is nothing. */
async function timed(
  { nowMs, telemetry }: HousekeepingDeps,
  task: string,
  work: () => Promise<string | null>,
): Promise<void> {
  const startMs = nowMs();
  const detail = await telemetry.span(`store.${task}`, {}, work);
  if (detail !== null) telemetry.houseKept({ task, durationMs: nowMs() - startMs, detail });
}
