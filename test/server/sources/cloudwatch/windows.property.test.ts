import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  floorTo,
  holesIn,
  hourMs,
  minuteMs,
  nextWindows,
  readSoFar,
  slicesOf,
  sweepChunkMs,
  type Window,
} from '../../../../server/src/sources/cloudwatch/windows.js';
import { startMs } from './bed.js';

const minutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];
const windowMs = fc.constantFrom(...minutes.map((each) => each * minuteMs));
/** What several lengths of windows, one after the other, and backfills have left: disjoint, with holes. */
const stored = fc
  .array(fc.record({ from: fc.nat({ max: 300 }), length: fc.constantFrom(...minutes) }), { maxLength: 30 })
  .map((list) => {
    const windows: Window[] = [];
    for (const { from, length } of list) {
      const fromMs = startMs + from * minuteMs;
      const window = { fromMs, toMs: fromMs + length * minuteMs };
      if (windows.every(({ fromMs, toMs }) => window.toMs <= fromMs || window.fromMs >= toMs)) windows.push(window);
    }
    return windows;
  });

test('reading on fills every hole once, on the grid, and never touches what is stored', () => {
  fc.assert(
    fc.property(stored, windowMs, fc.nat({ max: 10 }), (before, length, atOnce) => {
      const endMs = startMs + 8 * hourMs;
      let read = readSoFar(startMs, before);
      const made: Window[] = [];
      for (;;) {
        const next = nextWindows(read, length, endMs, atOnce + 1);
        if (next.length === 0) break;
        for (const window of next) {
          expect(window.toMs - window.fromMs).toBeLessThanOrEqual(length);
          // None crosses the grid.
          expect(floorTo(length, window.toMs - 1)).toBe(floorTo(length, window.fromMs));
          made.push(window);
          read = readSoFar(window.toMs, read.ahead);
        }
      }
      const all = [...before, ...made].sort((a, b) => a.fromMs - b.fromMs);
      let atMs = startMs;
      for (const { fromMs, toMs } of all) {
        expect(fromMs).toBe(atMs);
        atMs = toMs;
      }
      expect(atMs).toBe(Math.max(endMs, read.positionMs));
      expect(read.ahead).toEqual([]);
    }),
    { seed: 403, numRuns: 300 },
  );
});

test('what is found in any order after a restart is the same place', () => {
  fc.assert(
    fc.property(stored, fc.nat({ max: 300 }), (windows, minute) => {
      const positionMs = startMs + minute * minuteMs;
      const { positionMs: found, ahead } = readSoFar(positionMs, [...windows].reverse());
      expect(readSoFar(positionMs, windows)).toEqual({ positionMs: found, ahead });
      for (let at = positionMs; at < found; at += minuteMs) {
        expect(windows.some(({ fromMs, toMs }) => at >= fromMs && at < toMs)).toBe(true);
      }
      expect(windows.some(({ fromMs, toMs }) => found >= fromMs && found < toMs)).toBe(false);
    }),
    { seed: 403, numRuns: 300 },
  );
});

test('a minute of a span is in exactly one hole where nothing is stored, and in none elsewhere', () => {
  fc.assert(
    fc.property(
      stored,
      stored,
      fc.nat({ max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      (some, others, from, length) => {
        const span = { fromMs: startMs + from * minuteMs, toMs: startMs + (from + length) * minuteMs };
        // Windows may overlap: those of an earlier length are no fewer for it.
        const windows = [...some, ...others];
        const covers = (at: number) => (window: Window) => at >= window.fromMs && at < window.toMs;
        const holes = holesIn(span, windows);
        const minutesOf = (isOf: (at: number) => boolean): number[] =>
          Array.from({ length: 13 * 60 }, (_, i) => startMs + (i - 60) * minuteMs).filter(isOf);
        expect(minutesOf((at) => holes.some(covers(at)))).toEqual(
          minutesOf((at) => covers(at)(span) && !windows.some(covers(at))),
        );
        for (const [i, { fromMs }] of holes.entries())
          if (i > 0) expect(fromMs).toBeGreaterThan(holes[i - 1]?.toMs ?? 0);
      },
    ),
    { seed: 403, numRuns: 200 },
  );
});

test('slices make up their window', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: hourMs }), fc.integer({ min: 1, max: 300 }), (lengthMs, parts) => {
      const slices = slicesOf({ fromMs: startMs, toMs: startMs + lengthMs }, parts);
      expect([slices[0]?.fromMs, slices.at(-1)?.toMs]).toEqual([startMs, startMs + lengthMs]);
      for (const [i, { fromMs, toMs }] of slices.entries()) {
        expect(toMs).toBeGreaterThan(fromMs);
        if (i > 0) expect(slices[i - 1]?.toMs).toBe(fromMs);
      }
    }),
    { seed: 403, numRuns: 200 },
  );
});

test.each([
  { age: 15, window: 1, chunk: 15 },
  { age: 24 * 60, window: 1, chunk: 60 },
  { age: 15, window: 10, chunk: 10 },
  { age: 15, window: 60, chunk: 60 },
  { age: 1, window: 1, chunk: 1 },
  { age: 24 * 60, window: 12, chunk: 60 },
])('windows of $window min are swept after $age min in chunks of $chunk min', ({ age, window, chunk }) => {
  expect(sweepChunkMs(age * minuteMs, window * minuteMs)).toBe(chunk * minuteMs);
});
