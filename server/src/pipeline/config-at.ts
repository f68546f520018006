import { type ConfigFacts, staleAfterMs } from '@why403/parsers';
import type { SnapshotName } from '../store/control-plane-store.js';

/** Requests later than that after a snapshot are judged as if there were none. */
export const usedForMs = 6 * 3_600_000;
/** A snapshot tells of requests so long before it, too. */
export const tellsBackMs = staleAfterMs;
/**
 * Reading all of an account takes minutes, and a change needs some to be in force everywhere: so long after a snapshot that says
 * something new, the old may still have been true.
 */
export const changesSettleMs = 5 * 60_000;

/** Which snapshot a request is judged by. */
export interface ConfigAt {
  readonly content: string;
  /** How far the request is from the time at which it was known to hold. */
  readonly ageMs: number;
  /** Another content that may have been in force; null: none. */
  readonly orElse: string | null;
}

type Taken = Pick<SnapshotName, 'takenMs' | 'content'>;

/**
 * The newest snapshot before the request, else the oldest after it. What one after it confirms was true in between. A function of the
 * snapshots from `usedForMs` before the request to `tellsBackMs` after it, and of nothing else: so the order in which they and the
 * request arrived makes no difference. `snapshots`: of the stage, in the order of time.
 */
export function configAt(snapshots: readonly Taken[], timeMs: number): ConfigAt | null {
  let before: Taken | undefined;
  let after: Taken | undefined;
  /** Since when `before` says what it says, and what was said until then. */
  let sinceMs = 0;
  let former: string | null = null;
  for (const snapshot of snapshots) {
    if (snapshot.takenMs < timeMs - usedForMs) continue;
    if (snapshot.takenMs > timeMs) {
      if (snapshot.takenMs <= timeMs + tellsBackMs) after = snapshot;
      break;
    }
    if (snapshot.content !== before?.content) {
      sinceMs = snapshot.takenMs;
      former = before?.content ?? null;
    }
    before = snapshot;
  }
  if (before === undefined) {
    return after === undefined ? null : { content: after.content, ageMs: after.takenMs - timeMs, orElse: null };
  }
  const { content, takenMs } = before;
  const isConfirmed = after?.content === content;
  const next = isConfirmed ? null : (after?.content ?? null);
  return {
    content,
    ageMs: isConfirmed ? 0 : timeMs - takenMs,
    orElse: next ?? (timeMs - sinceMs < changesSettleMs ? former : null),
  };
}

/**
 * The times, [from, to), at which a request may be judged otherwise since this snapshot came, given those next to it; null when
 * there are none.
 */
export function changedBy(
  { takenMs, content }: Taken,
  before: Taken | undefined,
  after: Taken | undefined,
): { readonly fromMs: number; readonly toMs: number } | null {
  const oldestMs = takenMs - tellsBackMs;
  const confirms = before?.content === content && after === undefined;
  // What it confirms was good for an hour without it.
  const sinceMs = before === undefined ? oldestMs : confirms ? before.takenMs + staleAfterMs : before.takenMs;
  const fromMs = Math.max(oldestMs, sinceMs);
  const newestMs = takenMs + usedForMs + 1;
  const toMs = after === undefined ? newestMs : Math.min(newestMs, after.takenMs + changesSettleMs);
  return fromMs < toMs ? { fromMs, toMs } : null;
}

/** What rules are told. */
export function configFactsAt(
  { content, ageMs, orElse }: ConfigAt,
  configs: ReadonlyMap<string, ConfigFacts>,
): ConfigFacts | null {
  const config = configs.get(content);
  if (config === undefined) return null;
  const other = orElse === null ? undefined : configs.get(orElse);
  return other === undefined ? { ...config, ageMs } : { ...config, ageMs, orElse: { ...other, ageMs } };
}
