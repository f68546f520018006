import { type CountedFrom, countedFromKinds } from '@why403/parsers';
import { type StageLabels, stageKeyOf } from './completeness.js';
import type { TimeRange } from './query.js';

/** What there is of one stage on one day. */
export interface StageDay {
  readonly labels: StageLabels;
  /** By kind of evidence: the hours that have rows of it, bit 0 for the first hour. */
  readonly hours: ReadonlyMap<CountedFrom, number>;
  /** Feeds that delivered totals of it, of readings that do not stand any more as well. */
  readonly feeds: readonly { readonly feed: string; readonly countedFrom: CountedFrom }[];
}

/**
 * Which rows count: of each stage and hour those of the first kind of evidence that is there. `any`: no hour has rows of several kinds.
 * A kind: wherever there are several, it is the first, and nothing is counted from another. Both spare the look for the first kinds.
 */
export type CountingKinds = 'any' | 'first_of_hour' | CountedFrom;

export interface KindsOfRange {
  readonly counting: CountingKinds;
  /** What the hours of the range are counted from, all stages together and by stage (`stageKeyOf`). */
  readonly countedFrom: readonly CountedFrom[];
  readonly ofStage: ReadonlyMap<string, readonly CountedFrom[]>;
}

/** Of these stages, by day (`2026-01-31`), in the hours that the range touches. */
export function kindsOfRange(
  days: ReadonlyMap<string, readonly StageDay[]>,
  { fromMs, toMs }: TimeRange,
): KindsOfRange {
  const firsts = new Map<string, Set<CountedFrom>>();
  let severalInOneHour = false;
  for (const [day, stages] of days) {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    const asked = hoursBetween(Math.floor((fromMs - startMs) / hourMs), Math.ceil((toMs - startMs) / hourMs));
    for (const { labels, hours } of stages) {
      const key = stageKeyOf(labels);
      // Of each hour the first kind that is there counts.
      let taken = 0;
      for (const kind of countedFromKinds) {
        const present = (hours.get(kind) ?? 0) & asked;
        if ((present & taken) !== 0) severalInOneHour = true;
        if ((present & ~taken) !== 0) firsts.set(key, (firsts.get(key) ?? new Set()).add(kind));
        taken |= present;
      }
    }
  }
  const inOrder = (kinds: ReadonlySet<CountedFrom>) => countedFromKinds.filter((kind) => kinds.has(kind));
  const countedFrom = inOrder(new Set([...firsts.values()].flatMap((kinds) => [...kinds])));
  const [only] = countedFrom;
  const oneOfAll = countedFrom.length === 1 && only !== undefined ? only : 'first_of_hour';
  return {
    counting: severalInOneHour ? oneOfAll : 'any',
    countedFrom,
    ofStage: new Map([...firsts].map(([key, kinds]) => [key, inOrder(kinds)])),
  };
}

/** Bits of the hours of a day, [from, to). */
const hoursBetween = (from: number, to: number): number =>
  (2 ** Math.min(24, Math.max(0, to)) - 1) & ~(2 ** Math.min(24, Math.max(0, from)) - 1);

const hourMs = 3_600_000;
