import { describe, expect, it } from 'vitest';
import type { HourBaseline } from '../../../server/src/spikes/baseline.js';
import { goesBeyond, runsAbove, spikeOf } from '../../../server/src/spikes/find-spikes.js';
import { type JudgedCells, judgeCells } from '../../../server/src/spikes/judge-cells.js';

const nothingUsual: HourBaseline = {
  kind: 'time_of_day',
  expected: 0,
  lasting: 0,
  deviations: 0,
  accepted: 100,
  hasAccepted: true,
};
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 5, 17, 12);

/** Refused requests minute by minute, `12x5` for five times 12; more than ten in five minutes are a spike. */
function judged(counts: string, cells: { known?: number } = {}): JudgedCells {
  const own = Float64Array.from(
    counts.split(' ').flatMap((each) => {
      const [count, times = '1'] = each.split('x');
      return Array.from({ length: Number(times) }, () => Number(count));
    }),
  );
  const stageRequests = own.map((count) => count + 100);
  const given = { startMs, cellMs: minuteMs, own, stageRequests, stageRefused: own, known: cells.known ?? own.length };
  return judgeCells(given, { first: 0, end: own.length, zeros: true }, () => nothingUsual, null);
}
const spikesOf = (cells: JudgedCells) =>
  runsAbove(cells).map((run) => {
    const { beganMs, endedMs, peakAtMs, refused, peakRequests } = spikeOf(run, cells);
    const minute = (ms: number | null): number | null => (ms === null ? null : (ms - startMs) / minuteMs);
    return { began: minute(beganMs), ended: minute(endedMs), peakAt: minute(peakAtMs), refused, peakRequests };
  });

describe('a spike', () => {
  it.each([
    [
      'begins with the minute that brought it, and ends with the last one',
      '0x20 9x10 0x20',
      [{ began: 20, ended: 30, peakAt: 25, refused: 90, peakRequests: 45 }],
    ],
    [
      'that creeps up begins where it is first seen in the window that is too much',
      '0x20 1 2 3 4x10 0x20',
      [{ began: 22, ended: 33, peakAt: 28, refused: 43, peakRequests: 20 }],
    ],
    [
      'of one minute is one minute long',
      '0x20 30 0x20',
      [{ began: 20, ended: 21, peakAt: 21, refused: 30, peakRequests: 30 }],
    ],
    ['is not made of ten requests', '0x20 10 0x20', []],
    [
      'with a pause of five minutes below the bound is one',
      '0x20 30 0x9 30 0x20',
      [{ began: 20, ended: 31, peakAt: 21, refused: 60, peakRequests: 30 }],
    ],
    [
      'with a longer one are two',
      '0x20 30 0x10 30 0x20',
      [
        { began: 20, ended: 21, peakAt: 21, refused: 30, peakRequests: 30 },
        { began: 31, ended: 32, peakAt: 32, refused: 30, peakRequests: 30 },
      ],
    ],
    [
      'goes on until it has been over for five minutes',
      '0x20 30 0x9',
      [{ began: 20, ended: null, peakAt: 21, refused: 30, peakRequests: 30 }],
    ],
    ['is over after that', '0x20 30 0x10', [{ began: 20, ended: 21, peakAt: 21, refused: 30, peakRequests: 30 }]],
  ])('%s', (_, counts, spikes) => {
    expect(spikesOf(judged(counts))).toEqual(spikes);
  });

  it('is not seen after the watermark', () => {
    expect(spikesOf(judged('0x20 30 0x20', { known: 20 }))).toEqual([]);
    expect(spikesOf(judged('0x20 30 0x20', { known: 22 }))).toMatchObject([{ ended: null }]);
  });
});

describe('a spike goes beyond the cells', () => {
  const range = { fromMs: startMs + 15 * minuteMs, toMs: startMs + 30 * minuteMs };
  const nowMs = startMs + 100 * minuteMs;
  it.each([
    ['when it was there from the first minutes on', '30x25 0x20', true],
    ['when it is there to the last, and more is known by now', '0x20 30x25', true],
    ['not when it lies within', '0x15 30x10 0x20', false],
    ['not when it is another one, before the range', '30x2 0x43', false],
  ])('%s', (_, counts, beyond) => {
    expect(goesBeyond(judged(counts), range, nowMs)).toBe(beyond);
  });

  it('not when nothing more is known', () => {
    expect(goesBeyond(judged('0x20 30x25'), range, startMs + 45 * minuteMs)).toBe(false);
    expect(goesBeyond(judged('0x20 30x25', { known: 40 }), range, nowMs)).toBe(false);
  });
});
