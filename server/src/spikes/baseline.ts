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
import type { BaselineKind } from './spike.js';

/** What the history of one key lets expect of an hour. Requests are those of five minutes. */
export interface HourBaseline {
  readonly kind: BaselineKind;
  /** Refused requests. */
  readonly expected: number;
  /** How far above it is no spike yet, in deviations. */
  readonly deviations: number;
  /** Requests of the stage that were not refused. */
  readonly accepted: number;
  /** Requests that were not refused are known at all. */
  readonly hasAccepted: boolean;
}

/**
 * Of the hour after `past[end - 1]`; `past` are consecutive hours, and the last `historyHours` before `end` are looked at. Only hours
 * in which the stage had requests are history.
 */
export function baselineOf(past: readonly PastHour[], end: number, key: number, stage: number): HourBaseline {
  const begin = Math.max(0, end - historyHours);
  const known: PastHour[] = [];
  let hasAccepted = false;
  for (let i = begin; i < end; i++) {
    const hour = past[i] as PastHour;
    if (hour.requestsOf(stage) === 0) continue;
    known.push(hour);
    hasAccepted ||= hour.acceptedOf(stage) > 0;
  }
  const alike = hoursAlike(past, end, stage);
  if (alike === null && known.length < leastHours) {
    return { kind: 'none', expected: 0, deviations: 0, accepted: 0, hasAccepted };
  }
  const hours = alike ?? known.slice(-leastHours);
  const quantile = alike === null ? dayQuantile : 0.5;
  const bursts = known.map((hour) => hour.burstOf(key));
  return {
    kind: alike === null ? 'day' : 'time_of_day',
    expected: quantileOf(
      hours.map((hour) => hour.levelOf(key)),
      quantile,
    ),
    deviations: Math.max(leastDeviations, burstMargin * highest(bursts, burstRank(known.length))),
    accepted:
      quantileOf(
        hours.map((hour) => hour.acceptedOf(stage)),
        quantile,
      ) / cellsPerHour,
    hasAccepted,
  };
}

/** The hour itself and the ones beside it, of each earlier day that has requests in all three; null if these are too few. */
function hoursAlike(past: readonly PastHour[], end: number, stage: number): readonly PastHour[] | null {
  const alike: PastHour[] = [];
  for (let at = end - 24; at > 0 && at > end - historyHours; at -= 24) {
    const three = [past[at - 1], past[at], past[at + 1]] as PastHour[];
    if (three.every((hour) => hour.requestsOf(stage) > 0)) alike.push(...three);
  }
  return alike.length >= 3 * leastDays ? alike : null;
}

export interface Bound {
  /** null without a baseline. */
  readonly expected: number | null;
  readonly upper: number;
}

/**
 * What five minutes may have in which the stage answered so many requests without refusing them. When it is busier than usual, more
 * refused requests are expected in proportion; when it is less busy, not fewer, since scanners do not rest.
 */
export function boundOf(
  { kind, expected: usual, deviations, accepted: usualAccepted }: HourBaseline,
  accepted: number,
): Bound {
  if (kind === 'none') return { expected: null, upper: floorCount };
  const load = Math.max(1, (accepted + loadSmoothing) / (usualAccepted + loadSmoothing));
  const expected = usual * load;
  return { expected, upper: Math.max(leastUpper, fromDeviations(toDeviations(expected) + deviations)) };
}

/** The least value that this part of the values does not exceed; the median of an even number is the upper one. */
function quantileOf(values: number[], quantile: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * quantile))] ?? 0;
}

function highest(values: number[], rank: number): number {
  values.sort((a, b) => b - a);
  return values[rank - 1] ?? 0;
}
