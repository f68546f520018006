import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { msOfEpoch, msOfRequestTime } from '../../../parsers/src/access-log/byte-time.js';
import { parseRequestTime } from '../../../parsers/src/text/time.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const requestTime = (text: string): number => msOfRequestTime(bytesOf(text), 0, text.length);
const epoch = (text: string): number => msOfEpoch(bytesOf(text), 0, text.length);

describe('a request time read from bytes', () => {
  const two = (most: number) => fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
  const times = fc
    .tuple(
      two(32),
      fc.constantFrom('Jan', 'Feb', 'Mar', 'Apr', 'Dec', 'Con'),
      fc.oneof(fc.integer({ min: 1968, max: 1972 }), fc.integer({ min: 2080, max: 2101 }), fc.constant('0080')),
      two(25),
      two(61),
      two(62),
      fc.constantFrom('+0000', '-0100', '+0530', '+2359', '-9999', '*0000'),
    )
    .map(
      ([day, month, year, hour, minute, second, zone]) => `${day}/${month}/${year}:${hour}:${minute}:${second} ${zone}`,
    );

  it('is the time that the slow way reads, or left to it', () => {
    fc.assert(
      fc.property(times, (text) => {
        expect(requestTime(text)).toBe(parseRequestTime(text) ?? Number.NaN);
      }),
      { seed: 403, numRuns: 5000 },
    );
  });

  it.each([
    ['31 April', '31/Apr/2026:10:00:00 +0000'],
    ['29 February of a common year', '29/Feb/2026:10:00:00 +0000'],
    ['hour 24', '27/Oct/2026:24:00:00 +0000'],
    ['a year after 2089', '27/Oct/2091:10:00:00 +0000'],
  ])('is none for %s', (_name, text) => {
    expect(requestTime(text)).toBeNaN();
  });
});

describe('an epoch time read from bytes', () => {
  it.each([
    ['milliseconds', '1790000000123', 1_790_000_000_123],
    ['seconds', '1790000000', 1_790_000_000_000],
    ['the last millisecond of 2089', '3786911999999', 3_786_911_999_999],
  ])('may be %s', (_name, text, ms) => {
    expect(epoch(text)).toBe(ms);
  });

  it.each([
    ['the first millisecond of 2090', '3786912000000'],
    ['seconds of 2286', '9999999999'],
    ['twelve digits', '179000000012'],
    ['a letter', '17900000001x3'],
  ])('is none for %s', (_name, text) => {
    expect(epoch(text)).toBeNaN();
  });
});
