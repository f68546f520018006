import { setTimeout } from 'node:timers/promises';

/** Waits, but not longer than until the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

const firstMs = 250;
const longestMs = 30_000;

/** The pause before another attempt, twice as long after each failure in a row. */
export const pauseAfter = (failures: number): number => Math.min(firstMs * 2 ** Math.min(failures - 1, 20), longestMs);
