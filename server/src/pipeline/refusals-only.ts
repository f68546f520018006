import type { CountedRequests } from '@why403/parsers';
import { type StageLabels, stageKeyOf } from '../query/completeness.js';
import type { RefusalsOnlyMinute } from '../store/denominator-store.js';
import type { RefusalsOnly } from './counting-unit.js';

const minuteMs = 60_000;
/** A request is logged when it is over and counted when it began: this long later at most, of almost all. */
const spillMs = minuteMs;
const noStage: StageLabels = { account: '', region: '', api_id: '', stage: '' };

/**
 * The minutes of stages that a reading of refusals only leaves without denominator: those of the unit, the one before them, and those in
 * which it counts anything.
 */
export function refusalsOnlyMinutes(
  { stages, fromMs, toMs }: RefusalsOnly,
  counts: readonly CountedRequests[],
): readonly RefusalsOnlyMinute[] {
  const declared = new Set(stages.map(stageKeyOf));
  const marked = new Map<string, Marked>();
  const mark = (labels: StageLabels, countedFrom: RefusalsOnlyMinute['countedFrom']): Set<number> => {
    const key = `${stageKeyOf(labels)} ${countedFrom}`;
    const known = marked.get(key);
    if (known !== undefined) return known.minutes;
    const minutes = new Set(minutesOf(fromMs - spillMs, toMs));
    marked.set(key, { labels, countedFrom, minutes });
    return minutes;
  };
  for (const labels of stages) mark(labels, null);
  for (const { account, region, apiId, stage, countedFrom, minuteMs } of counts) {
    const labels = { account, region, api_id: apiId, stage };
    mark(labels, declared.has(stageKeyOf(labels)) ? null : countedFrom).add(minuteMs);
  }
  // That it was read so has to be known even if it is of no stage.
  if (marked.size === 0) mark(noStage, null);
  const inReading = new Set(minutesOf(fromMs, toMs));
  return [...marked.values()].flatMap(({ labels, countedFrom, minutes }) =>
    [...minutes].map((minute) => ({
      minuteMs: minute,
      account: labels.account,
      region: labels.region,
      apiId: labels.api_id,
      stage: labels.stage,
      countedFrom,
      inReading: inReading.has(minute),
    })),
  );
}

interface Marked {
  readonly labels: StageLabels;
  readonly countedFrom: RefusalsOnlyMinute['countedFrom'];
  readonly minutes: Set<number>;
}

/** Minutes that the range touches. */
function minutesOf(fromMs: number, toMs: number): number[] {
  const minutes: number[] = [];
  for (let minute = Math.floor(fromMs / minuteMs) * minuteMs; minute < toMs; minute += minuteMs) minutes.push(minute);
  return minutes;
}
