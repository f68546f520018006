import { toDeviations } from './deviations.js';
import { hourMs, windowMs } from './rules.js';

/** What is kept of an hour of one key: three numbers. */
export interface HourDigest {
  /** Refused requests of five minutes, on average. */
  readonly level: number;
  /** The highest count of five minutes that lasted for a quarter of an hour. */
  readonly lasting: number;
  /** How far its highest burst stood out from what lasted, in deviations. */
  readonly burst: number;
}

export const cellsPerHour = hourMs / windowMs;
/** A burst is told from what lasts by the cells on both its sides: of an hour's last two cells the next hour tells. */
export const sideCells = 2;
/** Cells before the hour that its digest needs. */
export const leadCells = 2 * sideCells;

/**
 * `counts`: refused requests of five minutes each, from `leadCells` before the hour, which begins at `start`.
 *
 * What lasts for three cells leaves no burst: an incident of a quarter of an hour is not taken for the habit of the stage, and
 * bursts of scanners, which are shorter, are.
 */
export function digestHour(counts: ArrayLike<number>, start: number): HourDigest {
  let sum = 0;
  for (let i = start; i < start + cellsPerHour; i++) sum += counts[i] ?? 0;
  let longest = 0;
  let burst = 0;
  for (let i = start - sideCells; i < start + cellsPerHour - sideCells; i++) {
    const count = counts[i] ?? 0;
    if (count === 0) continue;
    const lasted = lasting(counts, i);
    longest = Math.max(longest, lasted);
    burst = Math.max(burst, toDeviations(count) - toDeviations(lasted));
  }
  return { level: sum / cellsPerHour, lasting: longest, burst };
}

/** The highest count that some three cells in a row, this one among them, all reach. */
function lasting(counts: ArrayLike<number>, i: number): number {
  const at = (offset: number): number => counts[i + offset] ?? 0;
  const here = at(0);
  return Math.max(Math.min(at(-2), at(-1), here), Math.min(at(-1), here, at(1)), Math.min(here, at(1), at(2)));
}
