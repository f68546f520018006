import type { Priority } from '../../aws/rate-budget.js';
import type { CountingUnit } from '../../pipeline/counting-unit.js';
import type { StageLabels } from '../../query/completeness.js';
import type { LogGroup } from './log-events-client.js';
import { type SettingsFrom, settingsOf } from './settings-history.js';
import { feedOf, windowUnit } from './unit-names.js';
import type { WindowContent } from './window-content.js';
import type { Window } from './windows.js';

/** The reading that patterns are made for: where making them takes calls, they are its calls. */
export interface PatternsAsked {
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /**
   * The same object for readings of which each goes on where the one before ended: only there may be used once more what was found for a
   * window that was asked ahead.
   */
  readonly chain: object;
  /** So many pages were read to make the patterns of the window, now or when it was asked ahead. */
  readonly onPages: (pages: number) => void;
  /** AWS refused a call for it because of the rate. */
  readonly onThrottled: () => void;
}

/** How a group is read when the budget does not suffice for all of it: AWS hands out what can be a refusal, and nothing else. */
export interface ThriftyReading {
  /**
   * What AWS is asked for of a window: all that one of these matches, each of 1,024 characters at most; an empty one matches all. None:
   * nothing is asked. Made from the formats that counted in the window.
   */
  patternsOf(window: Window, asked: PatternsAsked): Promise<readonly string[]>;
  /** Refusals that they leave out, a sentence each: told in the group's state. */
  readonly misses: readonly string[];
  /** Windows are read so much later than they have settled, ms: what the patterns are made of has to be read before. */
  readonly delayMs: number;
  /** And sweeps so much later than they are due, ms: what the patterns are made of is swept first. 0 without it. */
  readonly sweepDelayMs?: number;
  /** Stages whose requests are counted from this group: where it is read thriftily, they have no denominator. */
  readonly countedStages: readonly StageLabels[];
}

/** All of a window, or what can be a refusal. */
export type ReadingMode = 'whole' | 'thrifty';

/** A group to read. */
export interface CloudWatchGroup {
  readonly group: LogGroup;
  /**
   * In order of time, at least one; the first counts for all before it too. A window is read by what counted in it, whenever it is read:
   * do not forget the older ones before the last sweep.
   */
  readonly settings: readonly SettingsFrom[];
  /** null: it is always read whole. */
  readonly thrifty: ThriftyReading | null;
  /** Why it cannot be read thriftily, a sentence; told in the group's state. */
  readonly wholeBecause?: string;
  /** That it is not there says nothing, and is not told as a problem. */
  readonly mayBeMissing?: boolean;
}

/** How a window is asked for; null: all of it. What cannot be read thriftily (any more) is read whole. */
export const patternsIn = ({ thrifty }: CloudWatchGroup, mode: ReadingMode): ThriftyReading['patternsOf'] | null =>
  mode === 'thrifty' && thrifty !== null ? (window, asked) => thrifty.patternsOf(window, asked) : null;

export const unitOf = (
  of: CloudWatchGroup,
  mode: ReadingMode,
  { window, content, bytes }: WindowContent,
): CountingUnit => ({
  id: windowUnit(of.group, window),
  feed: feedOf(of.group),
  kind: 'cloudwatch',
  settings: settingsOf(of.settings, window),
  content,
  isArriving: bytes === null,
  ...(mode === 'thrifty' && of.thrifty !== null
    ? { refusalsOnly: { ...window, stages: of.thrifty.countedStages } }
    : {}),
});

/** A unit without content: its marker says that something was done. */
export const noteOf = (of: CloudWatchGroup, id: string): CountingUnit => ({
  id,
  feed: feedOf(of.group),
  kind: 'cloudwatch',
  settings: settingsOf(of.settings, { fromMs: 0, toMs: 0 }),
  content: [],
});
