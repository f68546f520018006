import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loggedTime, parseIsoTime, parseJavaDate, parseRequestTime } from '../../../parsers/src/text/time.js';

describe('parseRequestTime', () => {
  it.each([
    ['UTC', '27/Oct/2023:13:40:57 +0000', '2023-10-27T13:40:57Z'],
    ['one-digit day', '7/Jan/2024:00:00:00 +0000', '2024-01-07T00:00:00Z'],
    ['east of Greenwich', '27/Oct/2023:13:40:57 +0530', '2023-10-27T08:10:57Z'],
    ['west of Greenwich', '27/Oct/2023:13:40:57 -0800', '2023-10-27T21:40:57Z'],
    ['the first second', '01/Jan/1970:00:00:00 +0000', '1970-01-01T00:00:00Z'],
    ['the last second', '31/Dec/2089:23:59:59 +0000', '2089-12-31T23:59:59Z'],
    ['29 February of a leap year', '29/Feb/2024:12:00:00 +0000', '2024-02-29T12:00:00Z'],
  ])('reads %s', (_name, text, iso) => {
    expect(parseRequestTime(text)).toBe(Date.parse(iso));
  });

  it.each([
    ['a dash', '-'],
    ['no zone', '27/Oct/2023:13:40:57'],
    ['an unknown month', '27/Okt/2023:13:40:57 +0000'],
    ['a month named like a member of every object', '27/Con/2023:13:40:57 +0000'],
    ['29 February of a common year', '29/Feb/2023:12:00:00 +0000'],
    ['hour 24', '27/Oct/2023:24:40:57 +0000'],
    ['a time before 1970 by its zone', '01/Jan/1970:00:59:59 +0100'],
    ['a time after 2089 by its zone', '31/Dec/2089:23:00:00 -0100'],
    ['the year 80, which is not 1980', '27/Oct/0080:13:40:57 +0000'],
    ['words behind it', '27/Oct/2023:13:40:57 +0000 "GET'],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => {
    expect(parseRequestTime(text)).toBeNull();
  });
});

describe('parseJavaDate', () => {
  it.each([
    ['test invoke', 'Thu Aug 31 01:07:25 UTC 2017', '2017-08-31T01:07:25Z'],
    ['GMT', 'Thu Aug 31 01:07:25 GMT 2017', '2017-08-31T01:07:25Z'],
    ['one-digit day', 'Tue Jan 5 09:00:00 UTC 2021', '2021-01-05T09:00:00Z'],
  ])('reads %s', (_name, text, iso) => {
    expect(parseJavaDate(text)).toBe(Date.parse(iso));
  });

  it.each([
    ['a zone whose offset is not told', 'Thu Aug 31 01:07:25 PST 2017'],
    ['31 September', 'Sun Sep 31 01:07:25 UTC 2017'],
    ['a year that no log is of', 'Thu Aug 31 01:07:25 UTC 2117'],
    ['minute 60', 'Thu Aug 31 01:60:25 UTC 2017'],
    ['an ISO time', '2017-08-31T01:07:25Z'],
  ])('refuses %s', (_name, text) => {
    expect(parseJavaDate(text)).toBeNull();
  });
});

describe('parseIsoTime', () => {
  it.each([
    ['milliseconds and Z', '2017-06-05T13:57:47.369Z', '2017-06-05T13:57:47.369Z'],
    ['microseconds and offset', '2026-07-02T11:54:48.684999+00:00', '2026-07-02T11:54:48.684Z'],
    ['a comma before the fraction', '2026-07-02 11:54:48,07', '2026-07-02T11:54:48.070Z'],
    ['offset without colon', '2026-07-02T11:54:48+0200', '2026-07-02T09:54:48Z'],
    ['no zone means UTC', '2026-07-02T11:54:48', '2026-07-02T11:54:48Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
  ])('reads %s', (_name, text, iso) => {
    expect(parseIsoTime(text)).toBe(Date.parse(iso));
  });

  it.each([
    ['month 13', '2026-13-02T11:54:48Z'],
    ['30 February', '2026-02-30T11:54:48Z'],
    ['hour 24', '2026-07-02T24:00:00Z'],
    ['1969', '1969-12-31T23:59:59.999Z'],
    ['2090', '2090-01-01T00:00:00Z'],
    ['a date alone', '2026-07-02'],
    ['ten digits of fraction', '2026-07-02T11:54:48.0123456789Z'],
  ])('refuses %s', (_name, text) => {
    expect(parseIsoTime(text)).toBeNull();
  });

  it('gives back every time of 1970 to 2089 that Date can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2089-12-31T23:59:59.999Z'), noInvalidDate: true }),
        (date) => {
          expect(parseIsoTime(date.toISOString())).toBe(date.getTime());
        },
      ),
      { seed: 403, numRuns: 500 },
    );
  });
});

describe('loggedTime', () => {
  it.each([
    ['the beginning of 1970', 0, 0],
    ['a part of a millisecond', 1_700_000_000_000.9, 1_700_000_000_000],
    ['the last moment of 2089', 3_786_911_999_999.5, 3_786_911_999_999],
  ])('takes %s', (_name, ms, expected) => {
    expect(loggedTime(ms)).toBe(expected);
  });

  it.each([
    ['a moment before 1970', -0.5],
    ['the beginning of 2090', 3_786_912_000_000],
    ['no number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['nothing', null],
  ])('takes %s for no time', (_name, ms) => {
    expect(loggedTime(ms)).toBeNull();
  });
});
