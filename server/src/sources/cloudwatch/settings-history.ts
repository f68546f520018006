import type { AccessLogTemplate, ReadingFormats, ReadingSettings } from '@why403/parsers';
import { hourMs, type Window } from './windows.js';

const longestWindowMs = hourMs;

/** How the lines of a group are to be read from a moment of event time on. */
export interface SettingsFrom {
  readonly fromMs: number;
  readonly settings: ReadingSettings;
  /** Its format took the place of the one before; missing: nobody knows of another. */
  readonly change?: FormatChange;
}

/** Neither its moment nor when it became known is known to the second. */
export interface FormatChange {
  /** Lines of this time may have either format. */
  readonly mixed: Window;
  /** Windows that begin before may have been read, here or by another process, as if nothing had changed. */
  readonly knownByMs: number;
}

/**
 * How a window is to be read: by the format that counted at its beginning, and by each other that may have counted at some time in it. What
 * is known of changes is part of the settings: it decides which of two readings stands, and what the other says is taken back. `history` in
 * order of time, at least one; the first counts for all before it too.
 */
export function settingsOf(history: readonly SettingsFrom[], window: Window): ReadingSettings {
  const { main, formats, knownSinceMs } = formatsIn(history, window);
  const known = new Set([nameOf(formats)]);
  const misreadings: ReadingFormats[] = [];
  for (const [i, { change }] of history.entries()) {
    if (change === undefined || i === 0 || window.fromMs >= change.knownByMs) continue;
    const former = formatsIn(history.slice(0, i), window).formats;
    if (known.has(nameOf(former))) continue;
    known.add(nameOf(former));
    misreadings.push(former);
  }
  return {
    ...main.settings,
    ...formats,
    ...(knownSinceMs === 0 ? {} : { knownSinceMs }),
    ...(misreadings.length === 0 ? {} : { misreadings }),
  };
}

/** Since when all that the window is read by is known to count; of another reading of it see `knownSinceOf`. */
export const knownSince = (history: readonly SettingsFrom[], window: Window): number =>
  formatsIn(history, window).knownSinceMs;

/** Where windows may have been read before `history` was known to be so, and only `earlier` was. */
export const doubtfulSpans = (history: readonly SettingsFrom[], earlier: readonly SettingsFrom[]): readonly Window[] =>
  history.flatMap((each) =>
    each.change === undefined || earlier.includes(each)
      ? []
      : [{ fromMs: each.change.mixed.fromMs - longestWindowMs, toMs: each.change.knownByMs }],
  );

function formatsIn(history: readonly SettingsFrom[], { fromMs, toMs }: Window) {
  const at = Math.max(
    0,
    history.findLastIndex((each) => each.fromMs <= fromMs),
  );
  const main = history[at];
  if (main === undefined) throw new TypeError('a group needs settings');
  const others: SettingsFrom[] = [];
  let newest = at;
  for (let i = history.length - 1; i >= 0; i--) {
    const each = history[i] as SettingsFrom;
    const next = history[i + 1];
    const begins = i === 0 ? Number.NEGATIVE_INFINITY : (each.change?.mixed.fromMs ?? each.fromMs);
    const ends = next === undefined ? Number.POSITIVE_INFINITY : (next.change?.mixed.toMs ?? next.fromMs);
    if (i === at || begins >= toMs || ends <= fromMs) continue;
    others.push(each);
    newest = Math.max(newest, i);
  }
  const [template = null, ...otherTemplates] = distinct([main, ...others].map(({ settings }) => settings.template));
  const formats: ReadingFormats = { template, ...(otherTemplates.length === 0 ? {} : { otherTemplates }) };
  // A change that is known stays known, whatever came after it.
  const knownSinceMs = history.slice(0, newest + 1).findLast(({ change }) => change !== undefined)?.fromMs ?? 0;
  return { main, formats, knownSinceMs };
}

function distinct(templates: readonly (AccessLogTemplate | null)[]): AccessLogTemplate[] {
  const bySource = new Map<string, AccessLogTemplate>();
  for (const template of templates) {
    if (template !== null && !bySource.has(template.source)) bySource.set(template.source, template);
  }
  return [...bySource.values()];
}

const nameOf = ({ template, otherTemplates = [] }: ReadingFormats): string =>
  JSON.stringify([template, ...otherTemplates].map((each) => each?.source ?? null));
