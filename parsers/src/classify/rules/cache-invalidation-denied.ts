import { confidenceOf, refused } from '../finding.js';
import type { Rule } from '../rule.js';

export const cacheInvalidationDenied: Rule = {
  id: 'cache-invalidation-denied',
  match(s) {
    const action = s.message?.denial?.action;
    if (s.refusal?.type !== 'ACCESS_DENIED') return undefined;
    const named = action?.toLowerCase() === 'execute-api:invalidatecache';
    const asked =
      s.record.response?.request.cacheControlMaxAgeZero === true && s.config?.cacheInvalidationFailsWith403 === true;
    if (!named && !(asked && !s.message?.denial)) return undefined;
    return refused({
      cause: 'cache_invalidation_denied',
      detail: 'fail_with_403',
      confidence: named ? confidenceOf(s.refusal.strength) : 'likely',
      reason:
        'The request asked to bypass the cache (Cache-Control: max-age=0), the caller may not invalidate it, and the stage is set to answer that with 403.',
      evidence: s.refusal.evidence,
      alternatives: ['iam_denied', 'authorizer_denied'],
    });
  },
};
