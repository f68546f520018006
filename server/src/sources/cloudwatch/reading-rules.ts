import { hourMs, minuteMs } from './windows.js';

/** How groups are read; ms. */
export interface ReadingRules {
  /** Length of a window: a minute to an hour, a part of an hour. The same for all who read the same groups. */
  readonly windowMs: number;
  /** A window is read so long after its end: what AWS shows by then is in the first reading. */
  readonly settleMs: number;
  /** A group that was never read is read from so far back. */
  readonly firstReadMs: number;
  /** After a standstill reading goes on where it ended, but not further back. */
  readonly resumeMs: number;
  /** Windows are read again when they ended so long ago; after the highest one they are final. */
  readonly sweepAgesMs: readonly number[];
  /** What is older is not kept, so nobody misses it. */
  readonly keptMs: number;
}

export const defaultRules: ReadingRules = {
  windowMs: minuteMs,
  settleMs: 30_000,
  firstReadMs: 3 * hourMs,
  resumeMs: 72 * hourMs,
  sweepAgesMs: [15 * minuteMs, 24 * hourMs],
  keptMs: Number.POSITIVE_INFINITY,
};
