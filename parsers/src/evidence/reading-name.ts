/**
 * `s1795392000000.<hash>`: of readings of the same bytes the one by settings that are known to count since a later time has the greater
 * name, and those of no known time, which are the bare hash, the least.
 */
export const readingName = (hash: string, knownSinceMs: number): string =>
  knownSinceMs === 0 ? hash : `s${String(knownSinceMs).padStart(13, '0')}.${hash}`;

/** Since when the settings of a reading are known to count; 0: since ever. */
export function knownSinceOf(readingName: string): number {
  const match = /^s(\d{13})\./.exec(readingName);
  return match === null ? 0 : Number(match[1]);
}
