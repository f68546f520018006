const monthNumber: Readonly<Record<string, number>> = {
  Jan: 0,
  Feb: 1,
  Mar: 2,
  Apr: 3,
  May: 4,
  Jun: 5,
  Jul: 6,
  Aug: 7,
  Sep: 8,
  Oct: 9,
  Nov: 10,
  Dec: 11,
};

/** No log is of before 1970 or after 2089, and no table has to hold such a time: it is none. */
const endOfTimesMs = Date.UTC(2090, 0, 1);

export const isLoggedTime = (ms: number): boolean => ms >= 0 && ms < endOfTimesMs;

/** A time that a text tells, in whole ms since the epoch; null when no log can be of that time. */
export const loggedTime = (ms: number | null): number | null =>
  ms !== null && isLoggedTime(ms) ? Math.floor(ms) : null;

/** Date.UTC rolls over (32 January is 1 February, the year 80 is 1980); a date that does not exist is no date. */
export function utcMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (hour > 23 || minute > 59 || second > 60) return null;
  const midnight = Date.UTC(year, month, day);
  const date = new Date(midnight);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** `$context.requestTime`, e.g. `27/Oct/2023:13:40:57 +0000` → ms since the epoch; null when it is none. */
export function parseRequestTime(text: string): number | null {
  const m = /^(\d{1,2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/.exec(text);
  if (!m) return null;
  const month = monthNumber[m[2] as string];
  if (month === undefined) return null;
  const offsetMs = (Number(m[8]) * 60 + Number(m[9])) * 60_000 * (m[7] === '-' ? -1 : 1);
  const ms = utcMs(Number(m[3]), month, Number(m[1]), Number(m[4]), Number(m[5]), Number(m[6]));
  return ms === null ? null : loggedTime(ms - offsetMs);
}

/** Java's Date.toString as test-invoke logs print it, e.g. `Thu Aug 31 01:07:25 UTC 2017` → ms; null when it is none. */
export function parseJavaDate(text: string): number | null {
  const m = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:UTC|GMT|Z) (\d{4})$/.exec(text);
  if (!m) return null;
  const month = monthNumber[m[1] as string];
  if (month === undefined) return null;
  return loggedTime(utcMs(Number(m[6]), month, Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5])));
}

/** ISO 8601 with `T` or a blank, with or without fraction and zone (no zone = UTC) → ms; null when it is none. */
export function parseIsoTime(text: string): number | null {
  const m = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!m) return null;
  const zone = m[8] ?? 'Z';
  const offsetMs =
    zone === 'Z'
      ? 0
      : (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000 * (zone.startsWith('-') ? -1 : 1);
  const fraction = Number((m[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const ms = utcMs(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6]));
  return ms === null ? null : loggedTime(ms + fraction - offsetMs);
}
