import type { RefusedRow, SampleRow } from '../store/event-store.js';

const samplesPerCell = 20;

export interface SampleCandidate {
  readonly sample: SampleRow;
  readonly row: RefusedRow;
  /** A row of it stood before: if it was sampled, its sample has to follow. */
  readonly known: boolean;
}

/**
 * Of each api, stage, cause and minute the requests with the lowest ids: ids are hashes, so this is a fair choice, and the same
 * whoever makes it.
 */
export function pickSamples(candidates: readonly SampleCandidate[]): SampleRow[] {
  const picked: SampleRow[] = [];
  const cells = new Map<string, SampleRow[]>();
  for (const { sample, row, known } of candidates) {
    if (known) {
      picked.push(sample);
      continue;
    }
    const cell = JSON.stringify([row.apiId, row.stage, row.cause, Math.floor(row.tsMs / 60_000)]);
    const rows = cells.get(cell);
    if (rows === undefined) cells.set(cell, [sample]);
    else rows.push(sample);
  }
  for (const rows of cells.values()) {
    rows.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
    picked.push(...rows.slice(0, samplesPerCell));
  }
  return picked;
}
