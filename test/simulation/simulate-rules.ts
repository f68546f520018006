import type { DayAnswers, Span } from './day-answers.js';
import type { ExpectedInstance } from './demo-truth.js';
import { type Firing, faultsAt, nameOf } from './expected-state.js';
import { isFiring } from './instance-states.js';
import type { SimulatedRule } from './simulated-rule.js';

const minuteMs = 60_000;

/** What a simulation of rules found. */
export interface Found {
  /** In words; none when everything fires that must, and nothing else. */
  readonly faults: readonly string[];
  /** The first firing evaluation of each instance that was expected, ms after the start of its incident. */
  readonly delays: ReadonlyMap<ExpectedInstance, number>;
  readonly evaluations: number;
}

/**
 * Evaluates a rule every interval of the span. `offsetMs`: Grafana spreads rules over their interval, so an evaluation is not at a
 * whole minute.
 */
export async function simulateRule(
  rule: SimulatedRule,
  answers: DayAnswers,
  span: Span,
  expected: readonly ExpectedInstance[],
  offsetMs: number,
): Promise<Found> {
  const states = rule.fresh();
  const mine = expected.filter((each) => each.rule === rule.uid);
  const faults: string[] = [];
  const delays = new Map<ExpectedInstance, number>();
  let evaluations = 0;
  for (let atMs = span.fromMs + offsetMs; atMs < span.toMs; atMs += rule.settings.intervalMs) {
    await states.evaluate(answers.ask, atMs);
    evaluations += 1;
    const firing = states
      .instances()
      .filter(isFiring)
      .map(({ labels }) => firingOf(rule.uid, labels));
    faults.push(...faultsAt(mine, firing, atMs));
    const names = new Set(firing.map(nameOf));
    for (const each of mine) {
      if (!delays.has(each) && each.fromMs <= atMs && atMs < each.goneMs && names.has(nameOf(each))) {
        delays.set(each, atMs - each.fromMs);
      }
    }
  }
  return { faults, delays, evaluations };
}

const firingOf = (rule: string, labels: Readonly<Record<string, string>>): Firing => ({
  rule,
  apiId: labels['api_id'] ?? '',
  stage: labels['stage'] ?? '',
  cause: labels['cause'] ?? '',
  route: labels['route'] ?? null,
});

/** Moments of a day that matter, and some by chance: stretches of whole minutes, none overlapping another. */
export function stretchesAround(
  span: Span,
  momentsMs: readonly number[],
  { beforeMs, afterMs }: { readonly beforeMs: number; readonly afterMs: number },
): readonly Span[] {
  const floor = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (const momentMs of [...momentsMs].sort((a, b) => a - b)) {
    const fromMs = Math.max(span.fromMs, floor(momentMs - beforeMs));
    const toMs = Math.min(span.toMs, floor(momentMs + afterMs) + minuteMs);
    const last = stretches.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else if (fromMs < toMs) stretches.push({ fromMs, toMs });
  }
  return stretches;
}

/** Moments by chance, the same for the same seed. */
export function chanceMoments({ fromMs, toMs }: Span, count: number, seed: number): readonly number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    // https://en.wikipedia.org/wiki/Linear_congruential_generator (Numerical Recipes)
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((fromMs + (state / 4_294_967_296) * (toMs - fromMs)) / minuteMs) * minuteMs;
  });
}
