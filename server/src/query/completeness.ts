import { type CountedFrom, countedFromKinds } from '@why403/parsers';
import { groupBy } from './group-by.js';

/** The labels that make a stage: watermarks are known per stage. */
export const stageLabelNames = ['account', 'region', 'api_id', 'stage'] as const;
export type StageLabels = Readonly<Record<(typeof stageLabelNames)[number], string>>;

/** What one feed delivered of one stage, as one kind of evidence. */
export interface DeliveredTotals {
  readonly labels: StageLabels;
  readonly feed: string;
  readonly countedFrom: CountedFrom;
  /** Whether the filter selects the stage. */
  readonly isSelected: boolean;
  /** In the last day before the end of the range; readings that were replaced are in it too. */
  readonly dayRequests: number;
  /** Of these, the ones with another answer than 403. */
  readonly dayOthers: number;
  /** Whether there were any in the last day. */
  readonly inLastDay: boolean;
  /** Whether the feed said in the last day which minutes it brought refusals only of: then it need not be guessed. */
  readonly isDeclared: boolean;
}

/**
 * What the requests of an answer are known from. `metric`: CloudWatch's metrics stand in where only refusals were read. `none`: nothing
 * tells how many there were; where that is so in some buckets only, these have no value.
 */
export const bases = ['logs', 'metric', 'none'] as const;
export type Basis = (typeof bases)[number];

/** What a watermark is, of a stage or of several. */
export interface Watermark {
  /** null: nothing is known. */
  readonly completeUntilMs: number | null;
  /** `none`: of what its feeds brought in the last day, which nobody said of them, it is refusals only. */
  readonly basis: 'logs' | 'none';
}

export interface KnownStages {
  readonly all: readonly KnownStage[];
  /** Of the stages whose labels are these, as far as given; `null` where a name stands for no stage. */
  watermarkOf(labels: Partial<StageLabels>): Watermark;
}

export interface KnownStage {
  readonly labels: StageLabels;
  readonly watermark: Watermark;
  /** All that delivered totals of it, of whichever kind. */
  readonly feeds: readonly string[];
}

/** A feed with so many requests, all refused, is taken for a feed of refusals only. */
const refusalsOnlyFrom = 1000;

/**
 * A stage's watermark is the lowest of the feeds that its requests are counted from: those that delivered its first kind of
 * evidence in the last day before the end of the range; a stage that was silent then takes the feeds that delivered in the range.
 * A feed that has not said how far it is makes it unknown. Of stages that no feed is known to have delivered it is the lowest of those
 * that say they read it as refusals only: none may have been found. Of `present` stages of which nobody says that either (their days were
 * rebuilt, or only refusals tell of them) it is that of the feed that is furthest.
 */
export function knowStages(
  delivered: readonly DeliveredTotals[],
  present: readonly StageLabels[],
  progress: ReadonlyMap<string, number>,
  declared: readonly { readonly labels: StageLabels; readonly feeds: readonly string[] }[] = [],
): KnownStages {
  const refusalsOnly = feedsOfRefusalsOnly(delivered);
  const furthest = progress.size === 0 ? null : Math.max(...progress.values());
  const stages = new Map<string, KnownStage>();
  for (const labels of present) {
    stages.set(stageKeyOf(labels), { labels, watermark: { completeUntilMs: furthest, basis: 'logs' }, feeds: [] });
  }
  for (const { labels, feeds } of declared) {
    const completeUntilMs = lowest(feeds.map((feed) => progress.get(feed) ?? null));
    stages.set(stageKeyOf(labels), { labels, watermark: { completeUntilMs, basis: 'logs' }, feeds });
  }
  const byStage = groupBy(
    delivered.filter((each) => each.isSelected),
    (each) => stageKeyOf(each.labels),
  );
  for (const [key, deliveries] of byStage) {
    const counting = countingDeliveries(deliveries);
    const [first] = counting;
    if (first === undefined) continue;
    stages.set(key, {
      labels: first.labels,
      watermark: {
        completeUntilMs: lowest(counting.map((each) => progress.get(each.feed) ?? null)),
        basis: counting.some((each) => refusalsOnly.has(feedKey(each))) ? 'none' : 'logs',
      },
      feeds: [...new Set(deliveries.map((each) => each.feed))],
    });
  }
  return {
    all: [...stages.values()],
    watermarkOf(labels) {
      const wanted = Object.entries(labels) as [keyof StageLabels, string][];
      const matching = [...stages.values()]
        .filter((stage) => wanted.every(([name, value]) => stage.labels[name] === value))
        .map((stage) => stage.watermark);
      if (matching.length === 0) return { completeUntilMs: null, basis: 'logs' };
      return mergeWatermarks(matching);
    },
  };
}

/** A sum over several stages is complete where each of them is, and has a denominator if each has one. */
function mergeWatermarks(watermarks: readonly Watermark[]): Watermark {
  return {
    completeUntilMs: lowest(watermarks.map((each) => each.completeUntilMs)),
    basis: watermarks.some((each) => each.basis === 'none') ? 'none' : 'logs',
  };
}

function countingDeliveries(deliveries: readonly DeliveredTotals[]): readonly DeliveredTotals[] {
  const lastDay = deliveries.filter((each) => each.inLastDay);
  const candidates = lastDay.length > 0 ? lastDay : deliveries;
  const kind = countedFromKinds.find((each) => candidates.some((delivery) => delivery.countedFrom === each));
  return candidates.filter((each) => each.countedFrom === kind);
}

/** By feed and kind, over all its stages: one API that refuses everybody does not make a feed of refusals. Of feeds that do not say so. */
function feedsOfRefusalsOnly(delivered: readonly DeliveredTotals[]): ReadonlySet<string> {
  const byFeed = groupBy(delivered, feedKey);
  const found = new Set<string>();
  for (const [key, deliveries] of byFeed) {
    const requests = deliveries.reduce((sum, each) => sum + each.dayRequests, 0);
    const hasOthers = deliveries.some((each) => each.dayOthers > 0);
    const isDeclared = deliveries.some((each) => each.isDeclared);
    if (requests >= refusalsOnlyFrom && !hasOthers && !isDeclared) found.add(key);
  }
  return found;
}

/** null when one is not known, or none is there. */
export function lowest(values: readonly (number | null)[]): number | null {
  let low: number | null = null;
  for (const value of values) {
    if (value === null) return null;
    if (low === null || value < low) low = value;
  }
  return low;
}

const feedKey = ({ feed, countedFrom }: DeliveredTotals): string => JSON.stringify([feed, countedFrom]);
/** Names a stage among others. */
export const stageKeyOf = (labels: Partial<StageLabels>): string =>
  JSON.stringify(stageLabelNames.map((name) => labels[name] ?? ''));
