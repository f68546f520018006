import type { Baseline } from '../query/query.js';
import { type Bound, boundOf, type HourBaseline } from './baseline.js';
import { floorCount, floorShare, hourMs, leastUpper, windowMs } from './rules.js';

/** Counts of one key in cells of a minute, or of five, from `startMs` on. */
export interface Cells {
  readonly startMs: number;
  readonly cellMs: number;
  /** Refused requests of each cell. */
  readonly own: Float64Array;
  /** All requests of the stage, NaN where nobody knows, and the refused ones among them. */
  readonly stageRequests: Float64Array;
  readonly stageRefused: Float64Array;
  /** So many cells are complete. */
  readonly known: number;
}

/** Cells whose values are told; of those around them only what spikes need. */
export interface AskedCells {
  readonly first: number;
  readonly end: number;
  /** What is expected is told where nothing was refused, too. */
  readonly zeros: boolean;
}

/** By cell: what is said of the window that ends with it. NaN where nothing can be said. */
export interface JudgedCells extends Cells {
  readonly score: Float64Array;
  readonly count: Float64Array;
  readonly expected: Float64Array;
  readonly upper: Float64Array;
  readonly share: Float64Array;
  baselineAt(cell: number): Baseline;
}

/**
 * What is said of a window does not depend on where the cells begin, once they hold the whole window: the first four minutes are
 * there to be looked back at.
 */
export function judgeCells(
  cells: Cells,
  asked: AskedCells,
  baselineOfHour: (hour: number) => HourBaseline,
  leastShare: number | null,
): JudgedCells {
  const { startMs, cellMs, own, stageRequests, stageRefused, known } = cells;
  const [score, count, expected, upper, share] = Array.from({ length: 5 }, () =>
    new Float64Array(own.length).fill(Number.NaN),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const width = windowMs / cellMs;
  const hourOf = (cell: number): number => Math.floor((startMs + cell * cellMs) / hourMs);
  let refused = 0;
  let requests = 0;
  let accepted = 0;
  let untold = 0;
  const add = (i: number, sign: 1 | -1): void => {
    const all = stageRequests[i] as number;
    refused += sign * (own[i] as number);
    if (Number.isNaN(all)) {
      untold += sign;
      return;
    }
    requests += sign * all;
    accepted += sign * Math.max(0, all - (stageRefused[i] as number));
  };
  for (let i = 0; i < known; i++) {
    add(i, 1);
    if (i >= width) add(i - width, -1);
    count[i] = refused;
    const isAsked = i >= asked.first && i < asked.end && (asked.zeros || refused > 0);
    // It cannot be above any bound: whoever looks for spikes needs to know no more.
    if (!isAsked && refused <= leastUpper) {
      score[i] = 0;
      continue;
    }
    const baseline = baselineOfHour(hourOf(i));
    const bound = boundOf(baseline, untold > 0 ? null : accepted);
    expected[i] = bound.expected ?? Number.NaN;
    upper[i] = bound.upper;
    const isShareKnown = untold === 0 && requests > 0 && (baseline.hasAccepted || accepted > 0);
    share[i] = isShareKnown ? Math.min(1, refused / requests) : Number.NaN;
    score[i] = scoreOf(refused, bound, share[i] as number, leastShare);
  }
  return { ...cells, score, count, expected, upper, share, baselineAt: (cell) => baselineOfHour(hourOf(cell)).kind };
}

/** Above 1 when all conditions are exceeded; the one that is furthest from it decides. */
function scoreOf(count: number, { expected, upper }: Bound, share: number, leastShare: number | null): number {
  const byHistory = expected === null ? count / floorCount : Math.max(0, (count - expected) / (upper - expected));
  const asked = Math.max(expected === null ? floorShare : 0, leastShare ?? 0);
  // Without a denominator nobody can tell: the count decides.
  return asked === 0 || Number.isNaN(share) ? byHistory : Math.min(byHistory, share / asked);
}
