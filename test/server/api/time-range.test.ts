import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../server/src/api/errors/api-error.js';
import { momentMs, parseMoment } from '../../../server/src/api/schemas/time.js';
import { autoStepMs, checkPoints, checkStep, toRange, wholeBuckets } from '../../../server/src/api/time-range.js';

const nowMs = Date.UTC(2026, 2, 1, 12, 30, 0);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('parseMoment', () => {
  it.each([
    ['now', nowMs],
    ['now-90s', nowMs - 90_000],
    ['now-5m', nowMs - 5 * minute],
    ['now-6h', nowMs - 6 * hour],
    ['now-7d', nowMs - 7 * day],
    ['now-2w', nowMs - 14 * day],
    ['1772366417000', 1_772_366_417_000],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2026-03-01T12:00Z', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01T12:00:17Z', Date.UTC(2026, 2, 1, 12, 0, 17)],
    ['2026-03-01T12:00:17.250Z', Date.UTC(2026, 2, 1, 12, 0, 17, 250)],
    ['2026-03-01T12:00:17+02:00', Date.UTC(2026, 2, 1, 10, 0, 17)],
    ['2026-03-01T12:00:17 02:00', Date.UTC(2026, 2, 1, 10, 0, 17)],
    ['2026-03-01T12:00:17-05:30', Date.UTC(2026, 2, 1, 17, 30, 17)],
  ])('%s', (text, expected) => {
    const moment = parseMoment(text);
    expect(typeof moment === 'string' ? moment : momentMs(moment, nowMs)).toBe(expected);
  });

  it.each([
    [''],
    ['yesterday'],
    ['now+1h'],
    ['now-6'],
    ['now-6y'],
    ['now - 6h'],
    ['NOW'],
    ['-5'],
    ['1e12'],
    ['1772366417'],
    ['2026-03-01T12:00:00'],
    ['2026-13-01'],
    ['2026-02-30T25:00:00Z'],
    ['01/Mar/2026:12:00:17 +0000'],
    ['2026-03-01T12:00:00Z; DROP TABLE refused'],
  ])('%s is refused', (text) => {
    expect(parseMoment(text)).toMatch(/^expected ISO 8601 with a zone .* came /);
  });
});

describe('checkStep', () => {
  it('a step is no longer than a range may be: buckets are whole', () => {
    expect(() => checkStep(92 * day, { maxRangeDays: 92 })).not.toThrow();
    expect(() => checkStep(93 * day, { maxRangeDays: 92 })).toThrow(/at most 92d, came 93d/);
  });
});

describe('toRange', () => {
  const limits = { maxRangeDays: 92 };
  it.each([
    ['the last 24 hours by default', {}, nowMs - day, nowMs],
    ['from alone ends now', { from: { agoMs: hour } }, nowMs - hour, nowMs],
    ['to alone begins 24 hours before now', { to: { agoMs: hour } }, nowMs - day, nowMs - hour],
    ['both', { from: { at: 0 }, to: { at: day } }, 0, day],
    ['exactly the longest', { from: { agoMs: 92 * day } }, nowMs - 92 * day, nowMs],
  ])('%s', (_name, query, fromMs, toMs) => {
    expect(toRange(query, nowMs, limits)).toEqual({ fromMs, toMs });
  });

  it.each([
    ['empty', { from: { agoMs: 0 } }, 'range_invalid'],
    ['reversed', { from: { at: 5 }, to: { at: 4 } }, 'range_invalid'],
    ['a time that no calendar has', { from: { at: 999_999_999_999_999 } }, 'range_invalid'],
    ['too long', { from: { agoMs: 92 * day + 1 } }, 'range_too_long'],
  ])('%s is refused', (_name, query, code) => {
    expect(() => toRange(query, nowMs, limits)).toThrow(ApiError);
    expect(() => toRange(query, nowMs, limits)).toThrow(expect.objectContaining({ code }));
  });
});

describe('steps', () => {
  it.each([
    [hour, minute],
    [5 * hour, minute],
    [5 * hour + 1, 2 * minute],
    [6 * hour, 2 * minute],
    [day, 5 * minute],
    [7 * day, hour],
    [30 * day, 3 * hour],
    [92 * day, 12 * hour],
    [3650 * day, 13 * day],
  ])('a range of %i ms has buckets of %i ms, at most 300 of them', (length, expected) => {
    const range = { fromMs: nowMs - length, toMs: nowMs };
    expect(autoStepMs(range)).toBe(expected);
    expect(length / expected).toBeLessThanOrEqual(300);
  });

  it('buckets are whole and begin at multiples of the step', () => {
    const range = { fromMs: nowMs - 7 * minute - 1, toMs: nowMs - 1 };
    expect(wholeBuckets(range, 5 * minute)).toEqual({ fromMs: nowMs - 10 * minute, toMs: nowMs });
    expect(wholeBuckets({ fromMs: 0, toMs: minute }, minute)).toEqual({ fromMs: 0, toMs: minute });
  });

  it.each([
    ['as many points as allowed', 100, 10, true],
    ['one more', 101, 10, false],
    ['as many values as allowed', 50, 20, true],
    ['fewer points, too many series', 51, 20, false],
  ])('%s', (_name, points, series, fine) => {
    const check = () =>
      checkPoints({ fromMs: 0, toMs: points * minute }, minute, series, { maxPoints: 100, maxValues: 1000 });
    if (fine) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'too_many_points' }));
  });
});
