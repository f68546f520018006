import { type LimitedAction, quotaOf } from './quotas.js';
import { createRateBudget, type RateBudget, type Wait } from './rate-budget.js';

/** One budget for each account, region and action; the same one for whoever asks. */
export interface RateBudgets {
  of(account: string, region: string, action: LimitedAction): RateBudget;
}

/** Those that were made so far; of whoever shares one, the share of the first counts. */
export type KnownBudgets = Map<string, RateBudget>;

export interface RateBudgetsOptions {
  /** Also used, and filled, by others who call the same accounts. */
  readonly known?: KnownBudgets;
  /** Of AWS's quota; the rest is for other readers. */
  readonly share?: number;
  /** Calls a second, in place of AWS's published figure. */
  readonly quotaOf?: (action: LimitedAction, region: string) => number;
  readonly nowMs: () => number;
  readonly wait: Wait;
}

const defaultShare = 0.7;

export function createRateBudgets({ share = defaultShare, nowMs, wait, ...options }: RateBudgetsOptions): RateBudgets {
  const budgets: KnownBudgets = options.known ?? new Map();
  const quota = options.quotaOf ?? quotaOf;
  return {
    of(account, region, action) {
      const key = `${account} ${region} ${action}`;
      const found = budgets.get(key);
      if (found !== undefined) return found;
      const allowed = quota(action, region);
      const perSecond = allowed * share;
      // Rate and burst together stay below the quota in every second.
      const burst = Math.max(1, Math.floor(allowed - perSecond));
      const made = createRateBudget({ perSecond, burst, nowMs, wait });
      budgets.set(key, made);
      return made;
    },
  };
}
