import type { UnitSink } from '../../pipeline/counting-unit.js';
import { joinedSpans } from '../../time/joined-spans.js';
import type { LogGroup } from './log-events-client.js';
import { storedWindows } from './stored-windows.js';
import { gapPrefix, windowOfUnit } from './unit-names.js';
import { floorTo, holesIn, hourMs, type Window } from './windows.js';

/** What live reading has passed over, at this start or earlier ones, and nobody has read since, in order of time. */
export async function findGaps(sink: Pick<UnitSink, 'readUnitsOf'>, group: LogGroup): Promise<Window[]> {
  const noted = (await sink.readUnitsOf(gapPrefix(group))).flatMap(({ unit }) => windowOfUnit(unit) ?? []);
  const gaps: Window[] = [];
  for (const span of joinedSpans(noted)) gaps.push(...holesIn(span, await storedWindows(sink, group, span)));
  return gaps;
}

/** What of the gaps a backfill can still read, and within the next hour too: what is older than `keptMs` is not kept. */
export function readableGaps(gaps: readonly Window[], keptMs: number, nowMs: number): Window[] {
  const keptFromMs = floorTo(hourMs, nowMs - keptMs) + 2 * hourMs;
  return gaps
    .filter(({ toMs }) => toMs > keptFromMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, keptFromMs), toMs }));
}
