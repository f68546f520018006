import { isLoggedTime } from '../text/time.js';

const monthStarts = new Map<number, number>(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, i) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    i,
  ]),
);

const requestTimeLength = 26;

function digitsAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Days from 1970-01-01 to the first of a month (0 = January). */
function daysBefore(year: number, month: number): number {
  const y = month < 2 ? year - 1 : year;
  const shifted = (month + 10) % 12;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * shifted + 2) / 5) -
    719468
  );
}

const daysOf = (year: number, month: number): number =>
  month === 11 ? 31 : daysBefore(year, month + 1) - daysBefore(year, month);

/**
 * Milliseconds since the epoch of `27/Oct/2023:13:40:57 +0000`; NaN for anything else, and for times that do not exist or that
 * no log is of, which the caller reads the slow way.
 */
export function msOfRequestTime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== requestTimeLength) return Number.NaN;
  const month = monthStarts.get(
    ((bytes[from + 3] as number) << 16) | ((bytes[from + 4] as number) << 8) | (bytes[from + 5] as number),
  );
  const sign = bytes[from + 21];
  if (
    month === undefined ||
    bytes[from + 2] !== 0x2f ||
    bytes[from + 6] !== 0x2f ||
    bytes[from + 11] !== 0x3a ||
    bytes[from + 14] !== 0x3a ||
    bytes[from + 17] !== 0x3a ||
    bytes[from + 20] !== 0x20 ||
    (sign !== 0x2b && sign !== 0x2d)
  ) {
    return Number.NaN;
  }
  const year = digitsAt(bytes, from + 7, 4);
  const day = digitsAt(bytes, from, 2);
  const hour = digitsAt(bytes, from + 12, 2);
  const minute = digitsAt(bytes, from + 15, 2);
  const second = digitsAt(bytes, from + 18, 2);
  if (day < 1 || (day > 28 && day > daysOf(year, month)) || hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const minutes = ((daysBefore(year, month) + day - 1) * 24 + hour) * 60 + minute;
  const zone = digitsAt(bytes, from + 22, 2) * 60 + digitsAt(bytes, from + 24, 2);
  return logged((minutes - (sign === 0x2d ? -zone : zone)) * 60_000 + second * 1000);
}

/** Milliseconds since the epoch of a time in milliseconds (13 digits) or seconds (10); NaN for anything else, times that no log is of too. */
export function msOfEpoch(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 13) return logged(digitsAt(bytes, from, 13));
  return length === 10 ? logged(digitsAt(bytes, from, 10) * 1000) : Number.NaN;
}

const logged = (ms: number): number => (isLoggedTime(ms) ? ms : Number.NaN);
