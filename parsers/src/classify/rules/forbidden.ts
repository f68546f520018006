import { refused, statusEvidence } from '../finding.js';
import { forbiddenCandidates } from '../forbidden-candidates.js';
import type { Rule } from '../rule.js';

/** The word Forbidden and nothing that names the gate: the likeliest of a dozen causes, and what would tell. */
export const onlyForbidden: Rule = {
  id: 'only-forbidden',
  match(s) {
    if (s.refusal?.type !== 'FORBIDDEN') return undefined;
    const [first, ...others] = forbiddenCandidates(s);
    return refused({
      cause: first ?? 'unknown',
      detail: first ? null : 'only_forbidden',
      confidence: 'possible',
      reason:
        s.refusal.strength === 'length'
          ? 'The answer has the size of the bare word "Forbidden", which many gates of API Gateway share; the log has nothing that names the gate.'
          : 'The answer is the bare word "Forbidden", which many gates of API Gateway share; nothing here names the gate.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: others,
    });
  },
};
