import { describe, expect, it } from 'vitest';
import { createSampler, type SampleCandidate } from '../../../server/src/pipeline/samples.js';
import type { RefusedRow, SampleRow } from '../../../server/src/store/event-store.js';
import { startMs } from './bed.js';

const candidate = (id: number, more: Partial<SampleCandidate> & { readonly atMs?: number } = {}): SampleCandidate => {
  const eventId = String(id).padStart(4, '0');
  const row = { apiId: 'orders', stage: 'prod', cause: 'waf_blocked', tsMs: more.atMs ?? startMs, eventId };
  return { sample: { eventId } as SampleRow, row: row as RefusedRow, known: false, ...more };
};
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => candidate(from + index));
const idsOf = (samples: readonly SampleRow[]) => samples.map(({ eventId }) => Number(eventId));

describe('samples', () => {
  it('are the twenty lowest ids of a minute', () => {
    expect(idsOf(createSampler()(numbered(0, 100).toReversed())).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, id) => id),
    );
  });

  it('are the lowest of all units together, in whatever order they come', () => {
    const pick = createSampler();
    expect(pick(numbered(50, 80))).toHaveLength(20);
    expect(pick(numbered(80, 120))).toEqual([]);
    expect(idsOf(pick(numbered(40, 45)))).toEqual([40, 41, 42, 43, 44]);
  });

  it('are picked again when they come again: the first time may not have been stored', () => {
    const pick = createSampler();
    const first = pick(numbered(0, 30));
    expect(pick(numbered(0, 30))).toEqual(first);
  });

  it('follow a verdict that stood before, whatever their id', () => {
    const pick = createSampler();
    pick(numbered(0, 30));
    expect(idsOf(pick([candidate(99, { known: true })]))).toEqual([99]);
  });

  it('are counted for each minute alone', () => {
    const pick = createSampler();
    pick(numbered(0, 30));
    expect(idsOf(pick([candidate(99, { atMs: startMs + 60_000 })]))).toEqual([99]);
  });
});
