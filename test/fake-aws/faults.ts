import { matchesGlob } from './glob.js';
import { hashText } from './hash.js';

/** What is wrong with a page. */
export type PageEffect =
  /** No events and a new token that goes on at the same place. */
  | { readonly kind: 'empty_page' }
  /** No events and the very token that came in (on a first page: a new one). */
  | { readonly kind: 'repeat_token' }
  /** At most so many events, or data points. */
  | { readonly kind: 'short_page'; readonly events: number }
  /** `''` where the last page would have no token. */
  | { readonly kind: 'empty_last_token' }
  /** The token is not known any more, as after 24 h. Calls without a token are answered. */
  | { readonly kind: 'reject_token' }
  /** Of GetMetricData: the metrics whose dimensions have this value come without points, in this state. */
  | {
      readonly kind: 'metric_status';
      readonly dimension: string;
      readonly status: 'InternalError' | 'PartialData' | 'Forbidden';
    };

export type FaultEffect =
  | PageEffect
  | { readonly kind: 'throttled' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'expired_credentials' }
  /** Any other error by its name. */
  | { readonly kind: 'error'; readonly name: string; readonly message?: string; readonly status?: number }
  /** Held back until so much time has passed on the fake's clock. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The connection breaks before anything, or in the middle of the body. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'half' };

/** A rule, as data: calls that fit all its conditions fail in its way. The first rule that fits is taken. */
export interface Fault {
  /** `logs:FilterLogEvents`, `apigateway*:*`. */
  readonly operation?: string;
  readonly account?: string;
  readonly region?: string;
  /** Of the call's key (a log group's name, a path). */
  readonly key?: string;
  readonly page?: number;
  /** On the fake's clock, inclusive. */
  readonly fromMs?: number;
  /** On the fake's clock, exclusive. */
  readonly untilMs?: number;
  /** So many fitting calls are left alone first. */
  readonly skip?: number;
  /** So many are hit, then no more. */
  readonly times?: number;
  /** Share of fitting calls that are hit, by the fake's seed; the same calls in every run. */
  readonly rate?: number;
  readonly effect: FaultEffect;
}

export interface FaultCall {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly key: string;
  readonly page: number;
  readonly atMs: number;
}

export interface FaultChooser {
  choose(call: FaultCall): FaultEffect | null;
}

const fitsGlob = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || matchesGlob(pattern, text);

function fits(fault: Fault, call: FaultCall): boolean {
  return (
    fitsGlob(fault.operation, call.operation) &&
    fitsGlob(fault.account, call.account) &&
    fitsGlob(fault.region, call.region) &&
    fitsGlob(fault.key, call.key) &&
    (fault.page === undefined || fault.page === call.page) &&
    call.atMs >= (fault.fromMs ?? Number.NEGATIVE_INFINITY) &&
    call.atMs < (fault.untilMs ?? Number.POSITIVE_INFINITY)
  );
}

/** Looks at `faults` anew with each call, so that a test may add and remove rules. */
export function createFaultChooser(faults: readonly Fault[], seed: number): FaultChooser {
  const seen = new WeakMap<Fault, number>();
  const hit = new WeakMap<Fault, number>();
  const ordinals = new Map<string, number>();

  /** By the call's own number among its like: what else goes on at the same time changes nothing. */
  const drawn = (call: FaultCall, ordinal: number): number =>
    hashText(`${call.operation} ${call.account} ${call.region} ${call.key} ${ordinal}`, seed) / 2 ** 32;

  return {
    choose: (call) => {
      const like = `${call.operation} ${call.account} ${call.region} ${call.key}`;
      const ordinal = (ordinals.get(like) ?? 0) + 1;
      ordinals.set(like, ordinal);
      for (const fault of faults) {
        if (!fits(fault, call)) continue;
        const before = seen.get(fault) ?? 0;
        seen.set(fault, before + 1);
        if (before < (fault.skip ?? 0)) continue;
        const hits = hit.get(fault) ?? 0;
        if (hits >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        if (fault.rate !== undefined && drawn(call, ordinal) >= fault.rate) continue;
        hit.set(fault, hits + 1);
        return fault.effect;
      }
      return null;
    },
  };
}

const pageKinds = new Set<string>([
  'empty_page',
  'repeat_token',
  'short_page',
  'empty_last_token',
  'reject_token',
  'metric_status',
]);

export const isPageEffect = (effect: FaultEffect): effect is PageEffect => pageKinds.has(effect.kind);
