import type { TimeRange } from '../query/query.js';
import type { JudgedCells } from './judge-cells.js';
import { longestPauseMs, windowMs } from './rules.js';
import type { Spike } from './spike.js';

/** A run of cells above the bound, by their places. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Cells whose window is above the bound, joined over short pauses. */
export function runsAbove({ score, cellMs, known }: JudgedCells): readonly Run[] {
  const pause = longestPauseMs / cellMs;
  const runs: { first: number; last: number }[] = [];
  for (let i = 0; i < known; i++) {
    if ((score[i] as number) <= 1) continue;
    const run = runs.at(-1);
    if (run !== undefined && i - run.last <= pause + 1) run.last = i;
    else runs.push({ first: i, last: i });
  }
  return runs;
}

/** What comes after the cells that are known can belong to the run. */
const isOpen = ({ last }: Run, { cellMs, known }: JudgedCells): boolean => known - 1 - last <= longestPauseMs / cellMs;

/** A spike that overlaps the range may have begun before these cells, or ends after them although more is known by now. */
export function goesBeyond(cells: JudgedCells, range: TimeRange, nowMs: number): boolean {
  const { startMs, cellMs, known, own } = cells;
  const firstWhole = windowMs / cellMs;
  const isCutAtEnd = known === own.length && startMs + own.length * cellMs < nowMs;
  return runsAbove(cells).some((run) => {
    const isCut = run.first <= firstWhole + longestPauseMs / cellMs || (isCutAtEnd && isOpen(run, cells));
    return (
      isCut &&
      startMs + (run.first - firstWhole) * cellMs < range.toMs &&
      startMs + (run.last + 1) * cellMs > range.fromMs
    );
  });
}

export function spikeOf(run: Run, cells: JudgedCells): Spike {
  const { score, count, expected, upper, share, own, startMs, cellMs, known } = cells;
  const began = firstAbove(run.first, cells);
  const ended = isOpen(run, cells) ? null : lastAbove(run.last, cells) + 1;
  let peak = run.first;
  for (let i = run.first; i <= run.last; i++) if ((score[i] as number) > (score[peak] as number)) peak = i;
  let refused = 0;
  for (let i = began; i < (ended ?? known); i++) refused += own[i] ?? 0;
  return {
    beganMs: startMs + began * cellMs,
    endedMs: ended === null ? null : startMs + ended * cellMs,
    peakAtMs: startMs + (peak + 1) * cellMs,
    peakScore: score[peak] as number,
    peakRequests: count[peak] as number,
    expected: orNull(expected[peak] as number),
    expectedUpper: upper[peak] as number,
    share: orNull(share[peak] as number),
    refused,
    baseline: cells.baselineAt(peak),
  };
}

export const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Of the window that ends at `at`: the first cell that carries more than its part of the bound. */
function firstAbove(at: number, cells: JudgedCells): number {
  const width = windowMs / cells.cellMs;
  for (let i = at - width + 1; i < at; i++) if (carries(i, at, cells)) return i;
  return at;
}

/** The last one. */
function lastAbove(at: number, cells: JudgedCells): number {
  const width = windowMs / cells.cellMs;
  for (let i = at; i > at - width + 1; i--) if (carries(i, at, cells)) return i;
  return at - width + 1;
}

const carries = (i: number, at: number, { own, upper, cellMs }: JudgedCells): boolean =>
  i >= 0 && (own[i] as number) > ((upper[at] as number) * cellMs) / windowMs;
