import type { UnitContent } from '@why403/parsers';

const dayMs = 86_400_000;

/**
 * Rows that are older than the retention would vanish when the store next tidies up. So they are not stored, but told and counted
 * as rejected.
 */
export function leaveOutExpired(content: UnitContent, rowsDays: number, nowMs: number): UnitContent {
  const keptFromMs = nowMs - rowsDays * dayMs;
  if (content.firstMs === null || content.firstMs >= keptFromMs) return content;
  const counts = content.counts.filter(({ minuteMs }) => minuteMs >= keptFromMs);
  let expired = 0;
  for (const { minuteMs, requests } of content.counts) if (minuteMs < keptFromMs) expired += requests;
  if (expired === 0) return content;
  const detail = `Expected requests of the last ${rowsDays} days, got ${expired} that are older, which are not kept: raise retention.rowsDays to keep them, or sum them up with why403 analyze.`;
  return {
    ...content,
    counts,
    facts: content.facts.filter(({ timeMs }) => timeMs >= keptFromMs),
    unread: [...content.unread, { line: 1, reason: 'expired', detail, shape: '' }],
    rejected: { ...content.rejected, expired },
  };
}
