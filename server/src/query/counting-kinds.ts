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
    const firstHour = Math.max(0, Math.floor((fromMs - startMs) / hourMs));
    const endHour = Math.min(24, Math.ceil((toMs - startMs) / hourMs));
    for (const stage of stages) {
      for (let hour = firstHour; hour < endHour; hour++) {
        const [first, ...others] = kindsInHour(stage, hour);
        if (first === undefined) continue;
        if (others.length > 0) severalInOneHour = true;
        const key = stageKeyOf(stage.labels);
        const known = firsts.get(key);
        if (known === undefined) firsts.set(key, new Set([first]));
        else known.add(first);
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

/** Kinds of evidence with rows in an hour, best first: of each stage and hour the first one is counted. */
const kindsInHour = ({ hours }: Pick<StageDay, 'hours'>, hour: number): readonly CountedFrom[] =>
  countedFromKinds.filter((kind) => ((hours.get(kind) ?? 0) >>> hour) & 1);

const hourMs = 3_600_000;
