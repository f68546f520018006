import { describe, expect, it } from 'vitest';
import { toDeviations } from '../../../server/src/spikes/deviations.js';
import { cellsPerHour, digestHour, leadCells } from '../../../server/src/spikes/hour-digest.js';

/** An hour of five-minute counts with what came before it, all `usual` but for the cells that are told. */
function hour(usual: number, told: Readonly<Record<number, number>> = {}): number[] {
  const counts = Array.from({ length: leadCells + cellsPerHour }, () => usual);
  for (const [cell, count] of Object.entries(told)) counts[leadCells + Number(cell)] = count;
  return counts;
}
const burstOf = (counts: readonly number[]): number => digestHour(counts, leadCells).burst;

describe('the digest of an hour', () => {
  it('has the average of its five minutes, not of those before', () => {
    const counts = hour(0, { 0: 12, 5: 24 });
    counts[0] = 1000;
    expect(digestHour(counts, leadCells).level).toBe(3);
  });

  it.each([
    ['ten minutes of a scanner are one', { 4: 60, 5: 60 }, toDeviations(60) - toDeviations(1)],
    ['five minutes are one', { 4: 60 }, toDeviations(60) - toDeviations(1)],
    ['a quarter of an hour is none', { 4: 60, 5: 60, 6: 60 }, 0],
    ['an incident with ragged ends is none', { 3: 20, 4: 60, 5: 60, 6: 60, 7: 35 }, 0],
    ['what rises above an incident is one', { 4: 60, 5: 90, 6: 60 }, toDeviations(90) - toDeviations(60)],
  ])('bursts: %s', (_, told, burst) => {
    expect(burstOf(hour(1, told))).toBeCloseTo(burst);
  });

  it.each([
    ['ten minutes last for no quarter of an hour', { 4: 60, 5: 60 }, 1],
    ['a quarter of an hour lasts', { 4: 60, 5: 60, 6: 60 }, 60],
    ['the lowest of its three counts', { 4: 60, 5: 90, 6: 50 }, 50],
  ])('what lasted: %s', (_, told, lasting) => {
    expect(digestHour(hour(1, told), leadCells).lasting).toBe(lasting);
  });

  it('an hour that is quiet, or always busy, has no burst', () => {
    expect([burstOf(hour(0)), burstOf(hour(50))]).toEqual([0, 0]);
  });

  it('leaves the last ten minutes to the next hour, which knows how they went on', () => {
    const before = hour(0, { 10: 60, 11: 60 });
    expect(burstOf(before)).toBe(0);
    const goesOn = [...before.slice(-leadCells), 60, ...Array.from({ length: cellsPerHour - 1 }, () => 0)];
    const ends = [...before.slice(-leadCells), ...Array.from({ length: cellsPerHour }, () => 0)];
    expect(burstOf(goesOn)).toBe(0);
    expect(burstOf(ends)).toBeGreaterThan(10);
  });
});
