import { type CountedFrom, countedFromKinds } from '@why403/parsers';
import { joinedSpans } from '../time/joined-spans.js';
import { type StageLabels, stageKeyOf, stageLabelNames } from './completeness.js';
import type { StageDay } from './counting-kinds.js';
import { groupBy } from './group-by.js';
import { type EventFilter, type TimeRange, totalLabelNames } from './query.js';

/** Minutes of a day: of each half-hour (0 to 47) that has any, its minutes as bits. */
export interface DayMinutes {
  readonly halfHours: readonly number[];
  /** As many; bit 0 for the first minute of the half-hour. */
  readonly bits: readonly number[];
}

/** Minutes of a day of which a feed brought refusals of a stage only. */
export interface RefusalsOnlyDay extends DayMinutes {
  readonly labels: StageLabels;
  readonly feed: string;
  /** null: whatever the stage is counted from. */
  readonly countedFrom: CountedFrom | null;
}

/** Minutes of a day that have a total of metrics. */
export interface MetricDay extends DayMinutes {
  readonly labels: StageLabels;
}

/** What is known of a day besides its logs. */
export interface DenominatorDay {
  readonly refusalsOnly: readonly RefusalsOnlyDay[];
  readonly metrics: readonly MetricDay[];
}

/** Whole stages have totals of metrics; parts of them (routes, methods) have not. */
export type Denominated = 'stages' | 'parts';

/** What is grouped and filtered by labels of stages alone, as far as requests have them, is of whole stages. */
export function denominatedBy(by: readonly string[], filter: EventFilter): Denominated {
  const named = [...by, ...Object.keys(filter).filter((name) => filter[name as keyof EventFilter] !== undefined)];
  return named.some((name) => finer.has(name)) ? 'parts' : 'stages';
}

const ofStages: readonly string[] = stageLabelNames;
const finer: ReadonlySet<string> = new Set(totalLabelNames.filter((name) => !ofStages.includes(name)));

/** Buckets whose requests logs do not tell, by number. */
export interface Gaps {
  /** Nobody knows how many requests there were. */
  readonly unknown: ReadonlySet<number>;
  /** Metrics tell it, of some of their minutes at least. */
  readonly metered: ReadonlySet<number>;
}

export interface KnownDenominators {
  /** Stages that are read as refusals only somewhere in these days, with the feeds that they are counted from. */
  readonly declared: readonly { readonly labels: StageLabels; readonly feeds: readonly string[] }[];
  /** Some minutes have totals of metrics and are without denominator for one kind of log only: is it the one that counts? */
  readonly metersKinds: boolean;
  /** Of all stages together whose labels are these, as far as given. */
  gapsOf(labels: Partial<StageLabels>, of: Denominated, stepMs: number): Gaps;
  /** The same of the range as one bucket. */
  isKnown(labels: Partial<StageLabels>, of: Denominated): boolean;
  /** Whole minutes that begin in the range, of stages whose requests nobody knows; in order of stage and time. */
  readonly unknown: readonly (TimeRange & { readonly labels: StageLabels })[];
}

/** The range's minutes of a stage that logs do not tell the requests of, joined. */
interface StageGaps {
  readonly labels: StageLabels;
  readonly unknown: readonly TimeRange[];
  readonly metered: readonly TimeRange[];
}

const minuteMs = 60_000;
const halfHourMs = 30 * minuteMs;
const halfHoursOfDay = 48;
const allBits = 2 ** 30 - 1;

/**
 * A minute of a stage has no denominator of logs if refusals only of it were delivered by a feed that it is counted from; in an hour that
 * is counted from access logs, what was left out of execution logs does not matter. `kinds` tells what hours are counted from, by day.
 */
export function knowDenominators(
  days: ReadonlyMap<string, DenominatorDay>,
  kinds: ReadonlyMap<string, readonly StageDay[]>,
  range: TimeRange,
): KnownDenominators {
  const stages = new Map<string, { labels: StageLabels; unknown: TimeRange[]; metered: TimeRange[] }>();
  const declared = new Map<string, { labels: StageLabels; feeds: Set<string> }>();
  let metersKinds = false;
  for (const [day, { refusalsOnly, metrics }] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    const hoursOf = new Map((kinds.get(day) ?? []).map(({ labels, hours }) => [stageKeyOf(labels), hours]));
    const metricsOf = groupBy(metrics, ({ labels }) => stageKeyOf(labels));
    for (const [key, ofStage] of groupBy(refusalsOnly, ({ labels }) => stageKeyOf(labels))) {
      const { labels } = ofStage[0] as RefusalsOnlyDay;
      const untold = bitsOf(ofStage, ({ countedFrom }) =>
        countedFrom === null ? allHours : hoursCountedFrom(countedFrom, hoursOf.get(key)),
      );
      const metered = bitsOf(metricsOf.get(key) ?? [], () => allHours);
      const stage = stages.get(key) ?? { labels, unknown: [], metered: [] };
      addRuns(stage.unknown, startMs, range, (n) => (untold[n] as number) & ~(metered[n] as number));
      addRuns(stage.metered, startMs, range, (n) => (untold[n] as number) & (metered[n] as number));
      if (stage.unknown.length + stage.metered.length > 0) stages.set(key, stage);
      const ofKinds = bitsOf(ofStage, ({ countedFrom }) => (countedFrom === null ? 0 : allHours));
      metersKinds ||= metered.some((bits, n) => (bits & (ofKinds[n] as number)) !== 0);
      const feeds = ofStage.filter((each) => each.countedFrom === null && touches(each, startMs, range));
      const { feeds: known } = declared.get(key) ?? { feeds: [] };
      if (feeds.length > 0) declared.set(key, { labels, feeds: new Set([...known, ...feeds.map(({ feed }) => feed)]) });
    }
  }
  return tellDenominators(
    [...stages.values()],
    [...declared.values()].map((each) => ({ ...each, feeds: [...each.feeds] })),
    metersKinds,
  );
}

function tellDenominators(
  stages: readonly StageGaps[],
  declared: KnownDenominators['declared'],
  metersKinds: boolean,
): KnownDenominators {
  const runsOf = (labels: Partial<StageLabels>, of: Denominated) => {
    const wanted = Object.entries(labels) as [keyof StageLabels, string][];
    const matching = stages.filter((stage) => wanted.every(([name, value]) => stage.labels[name] === value));
    const unknown = matching.flatMap((stage) => stage.unknown);
    const metered = matching.flatMap((stage) => stage.metered);
    return of === 'stages' ? { unknown, metered } : { unknown: [...unknown, ...metered], metered: [] };
  };
  const gaps = new Map<string, Gaps>();
  return {
    declared,
    metersKinds,
    gapsOf(labels, of, stepMs) {
      const key = JSON.stringify([of, stepMs, stageLabelNames.map((name) => labels[name] ?? null)]);
      const known = gaps.get(key);
      if (known !== undefined) return known;
      const { unknown, metered } = runsOf(labels, of);
      const found = {
        unknown: bucketsOf(joinedSpans(unknown), stepMs),
        metered: bucketsOf(joinedSpans(metered), stepMs),
      };
      gaps.set(key, found);
      return found;
    },
    isKnown: (labels, of) => runsOf(labels, of).unknown.length === 0,
    unknown: stages
      .toSorted((a, b) => (stageKeyOf(a.labels) < stageKeyOf(b.labels) ? -1 : 1))
      .flatMap(({ labels, unknown }) => unknown.map((run) => ({ labels, ...run }))),
  };
}

/** Half-hours as hours of a day, bit 0 for the first hour. */
const allHours = 2 ** 24 - 1;

/** Hours in which this is the first kind of evidence that is there: the others are not counted. */
function hoursCountedFrom(kind: CountedFrom, hours: StageDay['hours'] | undefined): number {
  let before = 0;
  for (const each of countedFromKinds) {
    if (each === kind) break;
    before |= hours?.get(each) ?? 0;
  }
  return (hours?.get(kind) ?? 0) & ~before;
}

/** All minutes of these, as far as their hours count. */
function bitsOf<Of extends DayMinutes>(all: readonly Of[], hoursOf: (each: Of) => number): Uint32Array {
  const found = new Uint32Array(halfHoursOfDay);
  for (const each of all) {
    const hours = hoursOf(each);
    for (const [i, n] of each.halfHours.entries()) {
      if (((hours >> (n >> 1)) & 1) === 1) found[n] = (found[n] as number) | (each.bits[i] as number);
    }
  }
  return found;
}

function touches(minutes: DayMinutes, dayMs: number, range: TimeRange): boolean {
  const runs: TimeRange[] = [];
  const bits = bitsOf([minutes], () => allHours);
  addRuns(runs, dayMs, range, (n) => bits[n] as number);
  return runs.length > 0;
}

/** What begins in the range, as stretches that follow those of the days before. */
function addRuns(runs: TimeRange[], dayMs: number, range: TimeRange, at: (halfHour: number) => number): void {
  const first = Math.max(0, Math.floor((range.fromMs - dayMs) / halfHourMs));
  const end = Math.min(halfHoursOfDay, Math.ceil((range.toMs - dayMs) / halfHourMs));
  const add = (fromMs: number, toMs: number): void => {
    const before = runs.at(-1);
    if (before !== undefined && before.toMs === fromMs) runs[runs.length - 1] = { fromMs: before.fromMs, toMs };
    else runs.push({ fromMs, toMs });
  };
  for (let n = first; n < end; n++) {
    const bits = at(n);
    if (bits === 0) continue;
    const startMs = dayMs + n * halfHourMs;
    if (bits === allBits && startMs >= range.fromMs && startMs + halfHourMs <= range.toMs) {
      add(startMs, startMs + halfHourMs);
      continue;
    }
    for (let minute = 0; minute < 30; minute++) {
      const ms = startMs + minute * minuteMs;
      if (((bits >> minute) & 1) === 1 && ms >= range.fromMs && ms < range.toMs) add(ms, ms + minuteMs);
    }
  }
}

/** Buckets that a run touches. */
function bucketsOf(runs: readonly TimeRange[], stepMs: number): ReadonlySet<number> {
  if (runs.length === 0) return none;
  const buckets = new Set<number>();
  for (const { fromMs, toMs } of runs) {
    for (let bucket = Math.floor(fromMs / stepMs); bucket * stepMs < toMs; bucket++) buckets.add(bucket);
  }
  return buckets;
}

const none: ReadonlySet<number> = new Set();
