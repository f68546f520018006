import { loggedTime, utcMs } from '../text/time.js';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A `Date` header, e.g. `Tue, 09 Mar 2021 16:38:58 GMT` → ms since the epoch; null when it is none. */
export function parseHttpDate(text: string): number | null {
  const m =
    /^(?:[A-Za-z]{3,9}, )?(\d{1,2})[ -]([A-Za-z]{3})[ -](\d{4}) (\d\d):(\d\d):(\d\d)(?: (?:GMT|UTC|\+0000))?/.exec(
      text,
    );
  if (!m) return null;
  const month = monthNames.indexOf((m[2] ?? '').toLowerCase());
  if (month < 0) return null;
  return loggedTime(utcMs(Number(m[3]), month, Number(m[1]), Number(m[4]), Number(m[5]), Number(m[6])));
}
