import type { TimeRange } from '../query/query.js';
import type { ApiLimits } from './deps.js';
import { ApiError } from './errors/api-error.js';
import { atMost } from './limit.js';
import { type Moment, momentMs } from './schemas/time.js';

const dayMs = 86_400_000;

/** The range asked for; without one, the last 24 hours. */
export function toRange(
  query: { readonly from?: Moment | undefined; readonly to?: Moment | undefined },
  nowMs: number,
  limits: Pick<ApiLimits, 'maxRangeDays'>,
): TimeRange {
  const toMs = momentMs(query.to ?? { agoMs: 0 }, nowMs);
  const fromMs = momentMs(query.from ?? { agoMs: dayMs }, nowMs);
  if (fromMs >= toMs) {
    throw new ApiError(
      'range_invalid',
      `Expected from before to, came from ${describe(fromMs)} and to ${describe(toMs)}; the default of from is now-24h, of to it is now.`,
    );
  }
  const days = (toMs - fromMs) / dayMs;
  if (days > limits.maxRangeDays) {
    throw new ApiError(
      'range_too_long',
      `Expected at most ${limits.maxRangeDays} days, came ${Math.ceil(days)}; ask for parts of the range.`,
    );
  }
  return { fromMs, toMs };
}

const describe = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));

const niceStepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080].map(
  (minutes) => minutes * 60_000,
);
const autoPoints = 300;

/** The smallest step of whole, familiar width that gives at most so many points. */
export function autoStepMs({ fromMs, toMs }: TimeRange, points = autoPoints): number {
  const length = toMs - fromMs;
  const fitting = niceStepsMs.find((stepMs) => length / stepMs <= points);
  return fitting ?? Math.ceil(length / points / dayMs) * dayMs;
}

/** The step asked for; `auto` and none are the one that gives so many points. */
export function toStepMs(
  query: { readonly step?: number | 'auto' | undefined; readonly points?: number | undefined },
  range: TimeRange,
  limits: Pick<ApiLimits, 'maxPoints' | 'maxRangeDays'>,
): number {
  const points = atMost('points', query.points, limits.maxPoints, autoPoints);
  // A range that cuts the first and the last bucket has one more.
  const stepMs =
    query.step === undefined || query.step === 'auto'
      ? autoStepMs(range, Math.max(1, Math.min(points, limits.maxPoints - 1)))
      : query.step;
  checkStep(stepMs, limits);
  return stepMs;
}

/** Whole buckets reach beyond the range that was asked for, but not without end. */
export function checkStep(stepMs: number, { maxRangeDays }: Pick<ApiLimits, 'maxRangeDays'>): void {
  if (stepMs <= maxRangeDays * dayMs) return;
  const message = `expected at most ${maxRangeDays}d, came ${Math.floor(stepMs / dayMs)}d`;
  throw new ApiError('parameter_invalid', `query step: ${message}`, { faults: [{ where: 'query step', message }] });
}

/** Widened to whole buckets: a bucket that is cut would look like a change of the numbers. */
export function wholeBuckets({ fromMs, toMs }: TimeRange, stepMs: number): TimeRange {
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs };
}

/** `series`: the most that the answer may have. */
export function checkPoints(
  { fromMs, toMs }: TimeRange,
  stepMs: number,
  series: number,
  limits: Pick<ApiLimits, 'maxPoints' | 'maxValues'>,
): void {
  const points = (toMs - fromMs) / stepMs;
  const most = Math.min(limits.maxPoints, Math.floor(limits.maxValues / series));
  if (points <= most) return;
  const of = most < limits.maxPoints ? ` for each of ${series} series` : '';
  throw new ApiError(
    'too_many_points',
    `Expected at most ${most} points${of}, came a range and step of ${points}; use a larger step, step=auto or a smaller limit.`,
  );
}
