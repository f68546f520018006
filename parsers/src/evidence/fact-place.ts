import type { FactBody, RequestPlace } from '../model/index.js';

/** The part of a fact's body that says what stands in for a place unknown; nothing when that is unknown too. */
export function toldFallback(fallbackPlace: RequestPlace): Pick<FactBody, 'fallbackPlace'> {
  const { account, region, apiId, stage } = fallbackPlace;
  return (account ?? region ?? apiId ?? stage) ? { fallbackPlace } : {};
}
