import { isoTime } from './iso-time.js';

/** Rows of one table. */
export const mostRows = 60;

const mostNames = 52;

/** The end of a name tells more than its beginning. */
export const tail = (name: string): string => (name.length <= mostNames ? name : `…${name.slice(1 - mostNames)}`);

/** As wide as the longest. */
export const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

export const count = (figure: number): string => figure.toLocaleString('en-US');

/** `2026-03-01 12:00:00`, UTC; a dash where there is none. */
export const utc = (timeMs: number | null): string => isoTime(timeMs)?.slice(0, 19).replace('T', ' ') ?? '–';

/** What stands under the rows when there are more of them. */
export const rest = (left: number): string[] => (left > 0 ? [`    and ${left} more; --json has all`] : []);

/** Over the column of such times. */
export const completeHeading = 'complete until (UTC)';

export const completeColumn = (timeMs: number | null): string => utc(timeMs).padEnd(completeHeading.length);
