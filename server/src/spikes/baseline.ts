import type { Baseline } from '../query/query.js';
import { fromDeviations, toDeviations } from './deviations.js';
import { cellsPerHour } from './hour-digest.js';
import type { PastHour } from './past-hours.js';
import {
  burstMargin,
  burstRank,
  dayQuantile,
  floorCount,
  historyHours,
  leastDays,
  leastDeviations,
  leastHours,
  leastUpper,
  loadSmoothing,
} from './rules.js';

/** What the history of one key lets expect of an hour. Requests are those of five minutes. */
export interface HourBaseline {
  readonly kind: Baseline;
  /** Refused requests. */
  readonly expected: number;
  /** What lasted for a quarter of this hour on most days, as a job of each night does. */
  readonly lasting: number;
  /** How far above what is expected is no spike yet, in deviations. */
  readonly deviations: number;
  /** Requests of the stage that were not refused; null if too few hours tell. */
  readonly accepted: number | null;
  /** Requests that were not refused are known at all. */
  readonly hasAccepted: boolean;
}

/** What all keys of a stage have in common in an hour: which earlier hours it is compared with. */
export interface StageHistory {
  readonly kind: Baseline;
  /** The hours it is compared with. */
  readonly alike: readonly PastHour[];
  /** Of these, the ones that are the same hour of another day. */
  readonly same: readonly PastHour[];
  /** All hours in which the stage had requests. */
  readonly known: readonly PastHour[];
  readonly accepted: number | null;
  readonly hasAccepted: boolean;
}

/** Of the hour after `past[end - 1]`; `past` are consecutive hours, of which the last `historyHours` before `end` are looked at. */
export function stageHistoryOf(past: readonly PastHour[], end: number, stage: number): StageHistory {
  const known = past.slice(Math.max(0, end - historyHours), end).filter((hour) => hour.requestsOf(stage) > 0);
  const sameTime = hoursAtSameTime(past, end, stage);
  const kind = sameTime !== null ? 'time_of_day' : known.length >= leastHours ? 'day' : 'none';
  const alike = sameTime ?? known.slice(-leastHours);
  return {
    kind,
    alike,
    same: sameTime?.filter((_, i) => i % 3 === 1) ?? [],
    known,
    accepted: usualAccepted(alike, kind, stage),
    hasAccepted: known.some((hour) => hour.acceptedOf(stage) > 0),
  };
}

/** Hours that were read as refusals only do not tell, and are not any hours: most are the busy ones. Half of them have to. */
function usualAccepted(alike: readonly PastHour[], kind: Baseline, stage: number): number | null {
  const telling = alike.filter((hour) => !Number.isNaN(hour.acceptedOf(stage)));
  if (telling.length * 2 < alike.length) return null;
  return levelOf(telling, kind, (hour) => hour.acceptedOf(stage)) / cellsPerHour;
}

/** The hour itself and the ones beside it, of each earlier day that has requests in all three; null if these are too few. */
function hoursAtSameTime(past: readonly PastHour[], end: number, stage: number): readonly PastHour[] | null {
  const found: PastHour[] = [];
  for (let at = end - 24; at > 0 && at > end - historyHours; at -= 24) {
    const three = past.slice(at - 1, at + 2);
    if (three.every((hour) => hour.requestsOf(stage) > 0)) found.push(...three);
  }
  return found.length >= 3 * leastDays ? found : null;
}

export function baselineOf(history: StageHistory, key: number): HourBaseline {
  const { kind, alike, same, known, accepted, hasAccepted } = history;
  if (kind === 'none') return { kind, expected: 0, lasting: 0, deviations: 0, accepted, hasAccepted };
  const burst = highest(known, burstRank(known.length), (hour) => hour.burstOf(key));
  return {
    kind,
    expected: levelOf(alike, kind, (hour) => hour.levelOf(key)),
    lasting: levelOf(same, kind, (hour) => hour.lastingOf(key)),
    deviations: Math.max(leastDeviations, burstMargin * burst),
    accepted,
    hasAccepted,
  };
}

export interface Bound {
  /** null without a baseline. */
  readonly expected: number | null;
  readonly upper: number;
}

/**
 * What five minutes may have in which the stage answered so many requests without refusing them. When it is busier than usual, more
 * refused requests are expected in proportion; when it is less busy, not fewer, since scanners do not rest. `accepted`: null where nobody
 * knows; then it is taken for as busy as usual.
 */
export function boundOf(usual: HourBaseline, accepted: number | null): Bound {
  if (usual.kind === 'none') return { expected: null, upper: floorCount };
  const load =
    accepted === null || usual.accepted === null
      ? 1
      : Math.max(1, (accepted + loadSmoothing) / (usual.accepted + loadSmoothing));
  const expected = usual.expected * load;
  const deviations = Math.max(
    toDeviations(expected) + usual.deviations,
    toDeviations(usual.lasting * load) + leastDeviations,
  );
  return { expected, upper: Math.max(leastUpper, fromDeviations(deviations)) };
}

/** What is usual: of the same time of day the median; of a whole day a high quantile, so that the shape of the day is inside. */
function levelOf(hours: readonly PastHour[], kind: Baseline, numberOf: (hour: PastHour) => number): number {
  const sorted = new Float64Array(hours.length);
  for (let i = 0; i < hours.length; i++) sorted[i] = numberOf(hours[i] as PastHour);
  sorted.sort();
  const quantile = kind === 'day' ? dayQuantile : 0.5;
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0;
}

/** The number of this rank, the highest being the first. */
function highest(hours: readonly PastHour[], rank: number, numberOf: (hour: PastHour) => number): number {
  const top = new Float64Array(rank);
  for (const hour of hours) {
    const number = numberOf(hour);
    if (number <= (top[rank - 1] as number)) continue;
    let at = rank - 1;
    for (; at > 0 && (top[at - 1] as number) < number; at--) top[at] = top[at - 1] as number;
    top[at] = number;
  }
  return top[rank - 1] as number;
}
