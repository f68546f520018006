import { defaultSweepShare } from '../../aws/rate-budget.js';
import { minuteMs } from './windows.js';

/** What reading a group of an account and region takes. */
export interface GroupDemand {
  readonly feed: string;
  readonly canBeThrifty: boolean;
  /** Requests are counted from it: they have no denominator while it is read thriftily. */
  readonly isCounted: boolean;
  /** Calls a second that reading all of it takes; null: not known. */
  readonly wholeCalls: number | null;
  readonly thriftyCalls: number | null;
  /** Windows that could be read and are not. */
  readonly windowsBehind: number;
}

export interface ReadingChoice {
  /** Feeds that are read thriftily. */
  readonly thrifty: ReadonlySet<string>;
  /** Since when the calls have not sufficed, ms; null: they do. */
  readonly shortSinceMs: number | null;
  /** Since when they would have sufficed for another group to be read whole. */
  readonly spareSinceMs: number | null;
}

export const allWhole: ReadingChoice = { thrifty: new Set(), shortSinceMs: null, spareSinceMs: null };

/** Of the calls: the rest is for sweeps. */
const liveShare = 1 - defaultSweepShare;
/** Of that: what has been too much is brought down to so much, and nothing is read whole again above it. */
const aimedShare = 0.8;
/** One moment says nothing: what is believed of a group rises with its busiest minute. */
const shortForMs = 3 * minuteMs;
const spareForMs = 30 * minuteMs;
/** The one that is due, and another one. */
const behindFrom = 2;
/** Of the calls for all of it: reading thriftily that saves less is not worth what it leaves out. */
const leastSaving = 0.1;

/**
 * Which groups of one account and region are to be read thriftily: as few as needed, first those that nothing is counted from, then those
 * that cost most. Only when two things have lasted: events come in faster than the calls allow to read them, and windows wait. A long way
 * to catch up alone is no reason, since it ends; many quiet groups are none, since their windows come many in one call. Back to whole
 * when that would have fitted for long.
 */
export function chooseReading(
  before: ReadingChoice,
  groups: readonly GroupDemand[],
  callsPerSecond: number,
  nowMs: number,
): ReadingChoice {
  const allowed = callsPerSecond * liveShare;
  const aimed = allowed * aimedShare;
  const thrifty = new Set(
    groups.filter((each) => before.thrifty.has(each.feed) && each.canBeThrifty).map(({ feed }) => feed),
  );
  let taken = groups.reduce((sum, each) => sum + callsOf(each, thrifty.has(each.feed)), 0);

  const isShort = taken > allowed && groups.some(({ windowsBehind }) => windowsBehind >= behindFrom);
  const shortSinceMs = isShort ? (before.shortSinceMs ?? nowMs) : null;
  if (shortSinceMs !== null && nowMs - shortSinceMs >= shortForMs) {
    const chosen: GroupDemand[] = [];
    for (const group of groups.filter((each) => !thrifty.has(each.feed) && isCandidate(each)).sort(byLoss)) {
      if (taken <= aimed) break;
      chosen.push(group);
      taken -= savingOf(group);
    }
    for (const group of [...chosen].sort((a, b) => savingOf(a) - savingOf(b))) {
      if (taken + savingOf(group) <= aimed) taken += savingOf(group);
      else thrifty.add(group.feed);
    }
    // What it brings has to be seen first.
    if (chosen.length > 0) return { thrifty, shortSinceMs: null, spareSinceMs: null };
  }

  const back: string[] = [];
  for (const group of groups
    .filter(({ feed }) => thrifty.has(feed))
    .sort(byLoss)
    .reverse()) {
    // One that saves nothing is of no use.
    if (group.wholeCalls === null || (savingOf(group) > 0 && taken + savingOf(group) > aimed)) continue;
    taken += savingOf(group);
    back.push(group.feed);
  }
  const spareSinceMs = back.length > 0 ? (before.spareSinceMs ?? nowMs) : null;
  if (spareSinceMs === null || nowMs - spareSinceMs < spareForMs) return { thrifty, shortSinceMs, spareSinceMs };
  for (const feed of back) thrifty.delete(feed);
  return { thrifty, shortSinceMs, spareSinceMs: null };
}

const callsOf = ({ wholeCalls, thriftyCalls }: GroupDemand, isThrifty: boolean): number =>
  (isThrifty ? thriftyCalls : wholeCalls) ?? 0;

/** What was never tried is believed to cost nothing. */
const savingOf = ({ wholeCalls, thriftyCalls }: GroupDemand): number => (wholeCalls ?? 0) - (thriftyCalls ?? 0);

const isCandidate = (group: GroupDemand): boolean =>
  group.canBeThrifty && savingOf(group) > (group.wholeCalls ?? 0) * leastSaving;

/** What it takes from people, then what it saves. */
const byLoss = (a: GroupDemand, b: GroupDemand): number =>
  Number(a.isCounted) - Number(b.isCounted) || savingOf(b) - savingOf(a) || (a.feed < b.feed ? -1 : 1);
