import { StoreError } from '../store/store-error.js';
import type { Telemetry } from '../telemetry/telemetry.js';
import { pause } from '../time/pause.js';

export interface HousekeepingParts {
  /** Settles the facts since then that nobody finished with; returns how many. */
  sweep(sinceMs: number): Promise<number>;
  /** Rebuilds old days and drops what they stand for. */
  keepHouse(nowMs: number): Promise<void>;
  readonly factsHours: number;
  readonly telemetry: Telemetry;
  readonly nowMs: () => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** What another writer, or evidence that came meanwhile, left a moment ago. */
const recentMs = 2 * hourMs;

/** Once, at once: what a crash left undone, and the old days. Then the recent facts every minute, all of it every hour. */
export async function keepHouse(parts: HousekeepingParts, signal: AbortSignal): Promise<void> {
  const { sweep, factsHours, nowMs } = parts;
  for (let minute = 0; !signal.aborted; minute++) {
    if (minute % 60 === 0) {
      await task(parts, signal, 'settle sweep', async () => `${await sweep(nowMs() - factsHours * hourMs)} facts`);
      await task(parts, signal, 'housekeeping', async () => {
        await parts.keepHouse(nowMs());
        return 'done';
      });
    } else {
      await task(parts, signal, 'settle', async () => `${await sweep(nowMs() - recentMs)} facts`);
    }
    await pause(minuteMs, signal);
  }
}

/** A failure is told; the next round tries again. */
async function task(
  { telemetry, nowMs }: HousekeepingParts,
  signal: AbortSignal,
  name: string,
  work: () => Promise<string>,
): Promise<void> {
  if (signal.aborted) return;
  const began = nowMs();
  try {
    const detail = await telemetry.span(name, {}, work);
    telemetry.houseKept({ task: name, durationMs: nowMs() - began, detail });
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof StoreError) telemetry.sourceProblem({ source: name, problem: error.message });
    else telemetry.defect({ where: name, error });
  }
}
