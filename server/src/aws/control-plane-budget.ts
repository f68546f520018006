import { createRateBudget, type RateBudget, type RateBudgetOptions } from './rate-budget.js';
import type { KnownBudgets } from './rate-budgets.js';

export interface ControlPlaneBudgetOptions extends Pick<RateBudgetOptions, 'nowMs' | 'wait'> {
  /** Also used, and filled, by others who ask about the same accounts: the rate of the first counts. */
  readonly known?: KnownBudgets;
  /** Calls in any second, at least 2. AWS allows 10 to all tools together. */
  readonly callsPerSecond: number;
}

/** API Gateway has one quota for all its control-plane calls in an account and region. */
export function controlPlaneBudget(
  account: string,
  region: string,
  { known, callsPerSecond, nowMs, wait }: ControlPlaneBudgetOptions,
): RateBudget {
  const key = `${account} ${region} control plane`;
  const found = known?.get(key);
  if (found !== undefined) return found;
  // Rate and burst together are what may be in a second.
  const made = createRateBudget({ perSecond: Math.max(2, callsPerSecond) - 1, burst: 1, nowMs, wait });
  known?.set(key, made);
  return made;
}
