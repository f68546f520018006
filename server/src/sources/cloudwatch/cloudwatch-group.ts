import type { ReadingSettings } from '@why403/parsers';
import type { CountingUnit } from '../../pipeline/counting-unit.js';
import type { LogGroup } from './log-events-client.js';
import type { WindowContent } from './read-windows.js';
import { feedOf, windowUnit } from './unit-names.js';

/** How the lines of a group are to be read from a moment of event time on. */
export interface SettingsFrom {
  readonly fromMs: number;
  readonly settings: ReadingSettings;
}

/** A group to read. */
export interface CloudWatchGroup {
  readonly group: LogGroup;
  /**
   * In order of time, at least one; the first counts for all before it too. A window is read by what counted at its beginning, so that
   * a sweep reads it as it was read first: do not forget the older ones before the last sweep.
   */
  readonly settings: readonly SettingsFrom[];
  /** AWS hands out only what it matches; null = everything. */
  readonly filterPattern: string | null;
  /** That it is not there says nothing, and is not told as a problem. */
  readonly mayBeMissing?: boolean;
}

/** The settings for what begins then. */
export function settingsAt({ settings }: CloudWatchGroup, fromMs: number): ReadingSettings {
  const found = settings.findLast((each) => each.fromMs <= fromMs) ?? settings[0];
  if (found === undefined) throw new TypeError('a group needs settings');
  return found.settings;
}

export const unitOf = (of: CloudWatchGroup, { window, content }: Omit<WindowContent, 'bytes'>): CountingUnit => ({
  id: windowUnit(of.group, window),
  feed: feedOf(of.group),
  kind: 'cloudwatch',
  settings: settingsAt(of, window.fromMs),
  content,
});

/** A unit without content: its marker says that something was done. */
export const noteOf = (of: CloudWatchGroup, id: string): CountingUnit => ({
  id,
  feed: feedOf(of.group),
  kind: 'cloudwatch',
  settings: settingsAt(of, 0),
  content: [],
});
