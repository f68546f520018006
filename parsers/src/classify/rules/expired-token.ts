import { confidenceOf, maybeEdge, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';

export const expiredToken: Rule = {
  id: 'expired-token',
  match(s) {
    if (s.refusal?.type !== 'EXPIRED_TOKEN') return undefined;
    return refused({
      cause: 'expired_token',
      detail: 'session_expired',
      confidence: confidenceOf(s.refusal.strength),
      reason: 'The request was signed with temporary AWS credentials whose session has expired.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives:
        s.refusal.strength === 'length' ? ['backend_refused'] : ['invalid_signature', ...maybeEdge(s), 'iam_denied'],
    });
  },
};
