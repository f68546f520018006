import { type EventFilter, newAfterMs, stageKnownMs, type TimeRange } from '../query/query.js';
import type { EventReader, FirstSeen, FirstSeenAnswer } from '../store/event-store.js';

const minuteMs = 60_000;
/** Usual lags are not worth a second look. */
const leastLagMs = 5 * minuteMs;
/** What became new before a feed fell silent stays new for so long. */
const mostLagMs = 6 * 60 * minuteMs;

/** Looked at while logs lag: those that grew old are among them. */
const mostCauses = 10_000;

export interface NewCausesQuery extends TimeRange {
  readonly filter: EventFilter;
  readonly least: number;
  readonly limit: number;
  readonly nowMs: number;
}

/**
 * Causes that are new in the range; of a stage whose logs lag, in a range as long that ends at its watermark: a silent feed does not
 * make what was new old.
 */
export async function readNewCauses(
  store: Pick<EventReader, 'readFirstSeen'>,
  query: NewCausesQuery,
): Promise<FirstSeenAnswer> {
  const found = await store.readFirstSeen(query);
  const lagMs = found.completeUntilMs === null ? 0 : Math.min(query.toMs - found.completeUntilMs, mostLagMs);
  if (lagMs < leastLagMs) return found;
  const fromMs = query.fromMs - Math.ceil(lagMs / minuteMs) * minuteMs;
  const wider = await store.readFirstSeen({ ...query, fromMs, windowsUntilMs: query.fromMs, limit: mostCauses });
  const causes = wider.causes.filter((cause) => isNew(cause, query));
  return {
    ...wider,
    causes: causes.slice(0, query.limit),
    omittedCauses: wider.omittedCauses + Math.max(0, causes.length - query.limit),
  };
}

/** In the range as long as this one that ends where the logs of its stage were read to. */
function isNew(
  { firstSeenMs, lastBeforeMs, stageKnownSinceMs, completeUntilMs }: FirstSeen,
  range: TimeRange,
): boolean {
  const { toMs } = range;
  const fromMs = range.fromMs - Math.min(Math.max(0, toMs - (completeUntilMs ?? toMs)), mostLagMs);
  return (
    firstSeenMs >= fromMs &&
    stageKnownSinceMs <= fromMs - stageKnownMs &&
    (lastBeforeMs === null || lastBeforeMs < fromMs - newAfterMs)
  );
}
