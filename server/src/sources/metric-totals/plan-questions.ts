import type { StageKey } from '../../store/control-plane-store.js';
import { type Dimensions, mostMetrics } from './count-requests.js';

/** A minute of a stage whose requests are to be counted. */
export interface WantedMinute {
  readonly stage: StageKey;
  readonly dimensions: Dimensions;
  readonly minuteMs: number;
  /** That CloudWatch has nothing means that there was nothing. */
  readonly isCertain: boolean;
}

/** One call: these stages, from minute to minute. */
export interface PlannedQuestion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stages: readonly WantedStage[];
}

export interface WantedStage {
  readonly stage: StageKey;
  readonly dimensions: Dimensions;
  /** Those of its minutes that are wanted; the question's range holds others too. */
  readonly wanted: readonly WantedMinute[];
}

const minuteMs = 60_000;
/** AWS allows 180,000 a second to all who ask in the account and region. */
const mostDataPoints = 36_000;
const longestMs = 86_400_000;

/**
 * As few metrics as possible, since each costs, however many minutes it is asked for. What is asked about the time after `againMs` is asked from there
 * on: minutes that were answered before may have grown.
 */
export function planQuestions(wanted: readonly WantedMinute[], againMs: number): readonly PlannedQuestion[] {
  const metrics = [...byMetric(wanted).values()];
  const questions: PlannedQuestion[] = [];
  for (let at = 0; at < metrics.length; at += mostMetrics) {
    questions.push(...questionsOf(metrics.slice(at, at + mostMetrics), againMs));
  }
  return questions;
}

function* questionsOf(metrics: readonly (readonly WantedMinute[])[], againMs: number): Iterable<PlannedQuestion> {
  const spanMs = Math.min(longestMs, Math.floor(mostDataPoints / metrics.length) * minuteMs);
  // What is newest is waited for.
  let toMs = newestEnd(metrics, Number.POSITIVE_INFINITY);
  while (toMs !== Number.NEGATIVE_INFINITY) {
    const sinceMs = toMs - spanMs;
    const stages: WantedStage[] = [];
    let fromMs = toMs > againMs ? Math.max(sinceMs, againMs) : toMs;
    for (const minutes of metrics) {
      const within = minutes.filter((each) => each.minuteMs >= sinceMs && each.minuteMs < toMs);
      const [first] = within;
      if (first === undefined) continue;
      for (const each of within) fromMs = Math.min(fromMs, each.minuteMs);
      stages.push({ stage: first.stage, dimensions: first.dimensions, wanted: within });
    }
    yield { fromMs, toMs, stages };
    toMs = newestEnd(metrics, sinceMs);
  }
}

/** The end of the newest wanted minute that begins before then; -Infinity: there is none. */
function newestEnd(metrics: readonly (readonly WantedMinute[])[], beforeMs: number): number {
  let endMs = Number.NEGATIVE_INFINITY;
  for (const minutes of metrics) {
    for (const each of minutes) {
      if (each.minuteMs < beforeMs) endMs = Math.max(endMs, each.minuteMs + minuteMs);
    }
  }
  return endMs;
}

function byMetric(wanted: readonly WantedMinute[]): ReadonlyMap<string, readonly WantedMinute[]> {
  const metrics = new Map<string, WantedMinute[]>();
  for (const each of wanted) {
    const key = JSON.stringify([each.stage.apiId, each.stage.stage, each.dimensions]);
    const of = metrics.get(key);
    if (of === undefined) metrics.set(key, [each]);
    else of.push(each);
  }
  return metrics;
}
