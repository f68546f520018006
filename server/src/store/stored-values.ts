/** Between values of ours and what columns hold. */

const dayMs = 86_400_000;

/** Columns of time can hold 2105; the retention is added to it, and what runs over would be long ago. */
const lastMs = Date.UTC(2090, 0, 1) - 1;

/** Times come from log text: what no column can hold becomes the nearest moment that fits. */
const storable = (ms: number): number => (ms > 0 ? Math.min(Math.floor(ms), lastMs) : 0);

/** For DateTime64(3) and DateTime columns: `2026-01-31 23:59:59.123`. Numbers would be read as seconds, a Date loses its ms. */
export const dateTime64 = (ms: number): string => new Date(storable(ms)).toISOString().slice(0, 23).replace('T', ' ');

export const dateTime = (ms: number): string => dateTime64(ms).slice(0, 19);

/** `2026-01-31`, the partition of a moment. */
export const dayOf = (ms: number): string => dateTime64(ms).slice(0, 10);

export const dayStartMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const dayEndMs = (day: string): number => dayStartMs(day) + dayMs;

const maxFacts = 2 ** 40;

/** Orders the verdicts on one request: more facts, then a newer rule set. Beyond the integers of JSON, so as text. */
export const versionOf = (facts: number, ruleSet: number): string =>
  String(BigInt(Math.min(facts, maxFacts)) * 65_536n + BigInt(ruleSet));

export function readVersion(version: string): { readonly facts: number; readonly ruleSet: number } {
  const number = BigInt(version);
  return { facts: Number(number / 65_536n), ruleSet: Number(number % 65_536n) };
}
