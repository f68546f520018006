import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { LogGroup } from './log-events-client.js';
import { windowOfUnit, windowPrefixes } from './unit-names.js';
import { hourMs, type Window } from './windows.js';

/** Windows of the group that are stored and end after the span begins; in any order, and some that lie behind it. */
export async function storedWindows(
  sink: Pick<UnitSink, 'readUnitsOf'>,
  group: LogGroup,
  { fromMs, toMs }: Window,
): Promise<Window[]> {
  const stored: Window[] = [];
  // No window is longer than an hour.
  for (const prefix of windowPrefixes(group, { fromMs: fromMs - hourMs, toMs })) {
    for (const { unit } of await sink.readUnitsOf(prefix)) {
      const window = windowOfUnit(unit);
      if (window !== null && window.toMs > fromMs) stored.push(window);
    }
  }
  return stored;
}
