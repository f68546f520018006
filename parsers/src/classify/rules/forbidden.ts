import type { Cause } from '../../model/cause.js';
import { refused, statusEvidence } from '../finding.js';
import { forbiddenCandidates } from '../forbidden-candidates.js';
import type { Rule } from '../rule.js';
import type { Signals } from '../signals.js';

/** What the cause means for an answer that says only Forbidden. */
function detailOf(cause: Cause, s: Signals): string | null {
  const host = s.record.response?.request.hostKind;
  // A missing route is "Missing Authentication Token"; Forbidden comes where the first segment names no stage.
  if (cause === 'route_not_found') return 'wrong_stage';
  if (cause === 'vpc_endpoint_denied') return 'private_dns';
  if (cause !== 'domain_not_mapped') return null;
  return host === 'custom' ? 'no_mapping' : host === 'execute_api' ? 'endpoint_disabled' : null;
}

/** The word Forbidden and nothing that names the gate: the likeliest of a dozen causes, and what would tell. */
export const onlyForbidden: Rule = {
  id: 'only-forbidden',
  match(s) {
    if (s.refusal?.type !== 'FORBIDDEN') return undefined;
    const [first, ...others] = forbiddenCandidates(s);
    return refused({
      cause: first ?? 'unknown',
      detail: first ? detailOf(first, s) : 'only_forbidden',
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
