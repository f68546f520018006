import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../server/src/analyze/timeline.js';

const minute = 60_000;

describe('a timeline', () => {
  it('has nothing before something happened', () => {
    const timeline = new Timeline(4);
    expect(timeline.startMs).toBeNull();
    expect(timeline.valuesOf(['a'])).toEqual([]);
  });

  it('counts by the minute and shows minutes without anything', () => {
    const timeline = new Timeline(10);
    timeline.add('a', 10 * minute + 59_999, 2);
    timeline.add('b', 13 * minute, 1);
    expect(timeline.startMs).toBe(10 * minute);
    expect(timeline.valuesOf(['a'])).toEqual([2, 0, 0, 0]);
    expect(timeline.valuesOf(['a', 'b', 'c'])).toEqual([2, 0, 0, 1]);
  });

  it('widens its steps when there is too much time, also into the past', () => {
    const timeline = new Timeline(4);
    timeline.add('a', 100 * minute, 1);
    timeline.add('a', 107 * minute, 1);
    timeline.add('a', 99 * minute, 1);
    expect(timeline.stepMs).toBe(4 * minute);
    expect(timeline.startMs).toBe(96 * minute);
    expect(timeline.valuesOf(['a'])).toEqual([1, 1, 1]);
  });

  it('never has more steps than it may and never loses a count, whatever the times are', () => {
    const time = fc.oneof(fc.integer({ min: -1e12, max: 4e12 }), fc.integer({ min: 1.7e12, max: 1.7e12 + 1e7 }));
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 40 }), (times) => {
        const timeline = new Timeline(24);
        for (const ms of times) timeline.add('a', ms, 1);
        const values = timeline.valuesOf(['a']);
        expect(values.length).toBeLessThanOrEqual(24);
        expect(values.reduce((sum, n) => sum + n, 0)).toBe(times.length);
        expect(timeline.startMs).toBeLessThanOrEqual(Math.min(...times));
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
