import type { UnitSink } from '../../pipeline/counting-unit.js';
import type { LogGroup } from './log-events-client.js';
import type { ReadingRules } from './reading-rules.js';
import { storedWindows } from './stored-windows.js';
import { startOfUnit, startPrefix, sweptOfUnit, sweptPrefixes } from './unit-names.js';
import { floorTo, hourMs, type ReadSoFar, readSoFar, sweepChunkMs, type Window } from './windows.js';

/** Where reading a group goes on: all of it from what is stored. */
export interface StoredPosition {
  /** Everything since then is to be read. */
  readonly startMs: number;
  /** The group has never been read: the start is to be written down before anything else. */
  readonly isFirst: boolean;
  /** When it was last written down that it is read. */
  readonly notedMs: number;
  readonly read: ReadSoFar;
  /** For each sweep: chunks that begin before are done. */
  readonly sweptUntilMs: ReadonlyMap<number, number>;
  /** Reading goes on behind this: it is too long ago. Some of it may be stored. null: nothing is passed over. */
  readonly cut: Window | null;
}

/**
 * Three kinds of names tell it: since when the group is read, which windows are stored, which chunks were swept. No name of a sweep
 * that was done: the chunk is swept again, which costs calls and changes nothing.
 */
export async function findPosition(
  sink: Pick<UnitSink, 'readUnitsOf'>,
  group: LogGroup,
  rules: ReadingRules,
  nowMs: number,
): Promise<StoredPosition> {
  const { windowMs, firstReadMs, resumeMs, sweepAgesMs } = rules;
  const unitsOf = async (prefixes: readonly string[]): Promise<string[]> => {
    const found = await Promise.all(prefixes.map((prefix) => sink.readUnitsOf(prefix)));
    return found.flat().map(({ unit }) => unit);
  };
  const earliestMs = floorTo(windowMs, nowMs - resumeMs);
  const starts = (await unitsOf([startPrefix(group)])).flatMap((unit) => startOfUnit(unit) ?? []);
  const isFirst = starts.length === 0;
  const begunMs = isFirst ? floorTo(windowMs, nowMs - firstReadMs) : Math.min(...starts);
  const notedMs = isFirst ? begunMs : Math.max(...starts);

  const horizon = { fromMs: earliestMs - hourMs, toMs: nowMs + hourMs };
  const swept = (await unitsOf(sweptPrefixes(group, horizon))).flatMap((unit) => sweptOfUnit(unit) ?? []);
  // Sweeps go on in order of time, and a later one says all that an earlier one would.
  const sweptTo = (ageMs: number): number | null =>
    swept.reduce<number | null>((to, each) => (each.ageMs < ageMs ? to : Math.max(to ?? 0, each.toMs)), null);
  const finalMs = sweepAgesMs.length === 0 ? null : sweptTo(Math.max(...sweepAgesMs));

  // A sweep only follows live reading: before it there is no hole.
  const loadFromMs = Math.max(earliestMs, finalMs ?? 0);
  const stored = await storedWindows(sink, group, { fromMs: loadFromMs, toMs: horizon.toMs });

  const startMs = Math.max(begunMs, loadFromMs);
  const oldestMs = stored.reduce((oldest, { fromMs }) => Math.min(oldest, fromMs), Number.POSITIVE_INFINITY);
  const sweptUntilMs = new Map(
    sweepAgesMs.map((ageMs) => {
      const chunkMs = sweepChunkMs(ageMs, windowMs);
      return [ageMs, floorTo(chunkMs, sweptTo(ageMs) ?? Math.min(nowMs - ageMs, oldestMs))];
    }),
  );
  const isCut = notedMs < earliestMs && finalMs === null && !stored.some(({ fromMs }) => fromMs <= earliestMs);
  return {
    startMs,
    isFirst,
    notedMs,
    read: readSoFar(startMs, stored),
    sweptUntilMs,
    cut: isCut ? { fromMs: notedMs, toMs: earliestMs } : null,
  };
}
