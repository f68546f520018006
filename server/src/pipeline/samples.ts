import type { RefusedRow, SampleRow } from '../store/event-store.js';

const samplesPerCell = 20;
/** Cells remembered: hours of what most services refuse, some megabytes at most. */
const maxCells = 5_000;

export interface SampleCandidate {
  readonly sample: SampleRow;
  readonly row: RefusedRow;
  /** A row of it stood before: if it was sampled, its sample has to follow. */
  readonly known: boolean;
}

export type PickSamples = (candidates: readonly SampleCandidate[]) => SampleRow[];

/**
 * Of each api, stage, cause and minute the requests with the lowest ids: ids are hashes, so this is a fair choice, and the same
 * whoever makes it. Lower ids that were picked before are remembered for a while: units that follow each other do not add
 * their twenty each. Whoever forgets picks some more.
 */
export function createSampler(): PickSamples {
  const lowestOfCell = new Map<string, readonly string[]>();

  function lowestWith(cell: string, ids: readonly string[]): readonly string[] {
    const known = lowestOfCell.get(cell) ?? [];
    const lowest = [...new Set([...known, ...ids])].sort().slice(0, samplesPerCell);
    // Cells of late are kept.
    lowestOfCell.delete(cell);
    lowestOfCell.set(cell, lowest);
    if (lowestOfCell.size > maxCells) lowestOfCell.delete(lowestOfCell.keys().next().value as string);
    return lowest;
  }

  return (candidates) => {
    const picked: SampleRow[] = [];
    const cells = new Map<string, SampleRow[]>();
    for (const { sample, row, known } of candidates) {
      if (known) {
        picked.push(sample);
        continue;
      }
      const cell = JSON.stringify([row.apiId, row.stage, row.cause, Math.floor(row.tsMs / 60_000)]);
      const samples = cells.get(cell);
      if (samples === undefined) cells.set(cell, [sample]);
      else samples.push(sample);
    }
    for (const [cell, samples] of cells) {
      const lowest = new Set(
        lowestWith(
          cell,
          samples.map(({ eventId }) => eventId),
        ),
      );
      for (const sample of samples) if (lowest.has(sample.eventId)) picked.push(sample);
    }
    return picked;
  };
}
