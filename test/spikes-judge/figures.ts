import { dayMs } from './counted-traffic.js';
import type { JudgedIncident, JudgedTraffic } from './judge-traffic.js';

/** What is told of one kind of traffic, or of all. */
export interface Figures {
  readonly name: string;
  readonly days: number;
  readonly incidents: number;
  /** Of these, the ones whose first five minutes have enough to be told from chance. */
  readonly findable: number;
  /** Findable ones with an alarm within five minutes of their start. */
  readonly inFive: number;
  /** Of all incidents, those with an alarm at any time. */
  readonly found: number;
  /** Alarms, and those that belong to an incident. */
  readonly alarms: number;
  readonly trueAlarms: number;
  readonly falsePerDay: number;
  /** Minutes, of the findable ones that were found; where none is findable, of all that were found. */
  readonly delay: Spread;
  /** Minutes, without sign. */
  readonly onsetError: Spread;
}
export interface Spread {
  readonly median: number | null;
  readonly p95: number | null;
}

export function figuresOf(name: string, judged: readonly JudgedTraffic[]): Figures {
  const incidents = judged.flatMap((each) => each.incidents);
  const findable = incidents.filter(({ canBeFound }) => canBeFound);
  const found = findable.filter(({ delayMs }) => delayMs !== null);
  // Of what grows too slowly to be found in five minutes, when it was found at last.
  const told = findable.length > 0 ? found : incidents.filter(({ delayMs }) => delayMs !== null);
  const alarms = judged.flatMap((each) => each.alarms);
  const days = judged.reduce((sum, each) => sum + (each.toMs - each.fromMs) / dayMs, 0);
  const trueAlarms = alarms.filter(({ isTrue }) => isTrue).length;
  return {
    name,
    days,
    incidents: incidents.length,
    findable: findable.length,
    inFive: found.filter(isInFive).length,
    found: incidents.filter(({ delayMs }) => delayMs !== null).length,
    alarms: alarms.length,
    trueAlarms,
    falsePerDay: (alarms.length - trueAlarms) / days,
    delay: spreadOf(told.map(({ delayMs }) => (delayMs ?? 0) / 60_000)),
    onsetError: spreadOf(told.map(({ onsetErrorMs }) => Math.abs(onsetErrorMs ?? 0) / 60_000)),
  };
}

export const isInFive = ({ delayMs }: JudgedIncident): boolean => delayMs !== null && delayMs <= 5 * 60_000;

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number | null =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;
  return { median: at(0.5), p95: at(0.95) };
}

const columns = [
  'traffic',
  'days',
  'incidents',
  'findable',
  'in 5 min',
  'found',
  'precision',
  'false/day',
  'delay',
  'p95',
  'onset ±',
  'p95',
];

/** Minutes and parts, aligned. */
export function tableOf(rows: readonly Figures[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.days.toFixed(0),
    String(row.incidents),
    String(row.findable),
    part(row.inFive, row.findable),
    part(row.found, row.incidents),
    part(row.trueAlarms, row.alarms),
    row.falsePerDay.toFixed(2),
    ...[row.delay.median, row.delay.p95, row.onsetError.median, row.onsetError.p95].map(minutes),
  ]);
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => (row[i] as string).length)));
  const lineOf = (row: readonly string[]): string =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i] as number) : text.padStart(widths[i] as number))).join('  ');
  return [columns, ...cells].map(lineOf).join('\n');
}

const part = (some: number, all: number): string => (all === 0 ? '-' : `${((100 * some) / all).toFixed(1)} %`);
const minutes = (value: number | null): string => (value === null ? '-' : value.toFixed(1));
