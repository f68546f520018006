import type { Cause } from '../../model/cause.js';
import type { ResponseFacts } from '../../model/facts.js';
import type { Evidence } from '../../model/verdict.js';
import { answerAlone, refused, statusEvidence } from '../finding.js';
import { hintedCauses } from '../forbidden-candidates.js';
import type { Rule } from '../rule.js';
import type { Signals } from '../signals.js';

/** Refused, and nothing says by whom. Last of the list: it always answers. */
export const unknownCause: Rule = {
  id: 'unknown',
  match(s) {
    const { access, execution } = s.record;
    const foreign = s.record.response?.bodyShape === 'foreign';
    return refused({
      cause: 'unknown',
      detail: access ? 'no_cause_variables' : null,
      confidence: 'possible',
      reason: access
        ? 'The request was refused with 403, and the access-log format has no variable that says why.'
        : execution.length > 0
          ? 'The request was refused with 403, and the log lines at hand do not show at which gate.'
          : foreign
            ? 'The answer is a 403 with a body that API Gateway does not write by itself: the backend, an authorizer with its own message, or something in front.'
            : 'The answer is a 403 and shows nothing else that API Gateway, or something in front of it, would have said.',
      evidence: [...seenType(s), ...statusEvidence(s), ...s.integration.evidence],
      alternatives: likeliest(s),
    });
  },
};

/** A gateway response type that no rule knows is still what API Gateway said. */
function seenType(s: Signals): Evidence[] {
  const logged = s.value('error.responseType');
  if (logged) return [{ from: 'access', field: 'error.responseType', value: logged }];
  const line = s.line('gateway_response');
  return line ? [{ from: 'execution', field: 'Gateway response type', value: line.text }] : [];
}

function likeliest(s: Signals): readonly Cause[] {
  const { execution, apiKind } = s.record;
  const caller = s.value('identity.userArn') || s.value('identity.caller') || s.value('identity.user');
  if (caller)
    return ['iam_denied', ...(apiKind === 'http' ? [] : (['resource_policy_denied'] as const)), 'backend_refused'];
  const length = s.value('responseLength');
  // API Gateway's other sentences have fixed sizes; what names an ARN, or is the backend's own, does not.
  // The integration is logged and empty: the gateway answered, with a body that somebody customised.
  if (length && s.integration.answered === false) {
    return ['waf_blocked', 'api_key_missing', 'route_not_found', 'resource_policy_denied'];
  }
  if (length && apiKind !== 'http')
    return Number(length) > 140 ? ['backend_refused', 'resource_policy_denied', 'iam_denied'] : ['backend_refused'];
  if (apiKind === 'http') return ['authorizer_denied', 'iam_denied', 'jwt_scope_missing', 'backend_refused'];
  const answer = answerAlone(s);
  if (answer) return likeliestOfAnswer(s, answer);
  if (execution.length > 0)
    return ['authorizer_denied', 'resource_policy_denied', 'api_key_invalid', 'backend_refused'];
  if (s.preflight) return ['cors_preflight_refused', 'waf_blocked', 'resource_policy_denied', 'backend_refused'];
  if (s.wafAllowed) return ['route_not_found', 'api_key_missing', 'authorizer_denied', 'backend_refused'];
  return ['route_not_found', 'waf_blocked', 'api_key_missing', 'authorizer_denied'];
}

/** Nothing but a status: what the words around it name comes first. */
function likeliestOfAnswer(s: Signals, response: ResponseFacts): readonly Cause[] {
  const hinted = hintedCauses(s);
  if (response.bodyShape === 'foreign') {
    return [...hinted, 'backend_refused', 'authorizer_denied', 'edge_refused', 'waf_blocked'];
  }
  if (response.hints.includes('websocket')) {
    return ['authorizer_denied', 'iam_denied', 'route_not_found', 'domain_not_mapped'];
  }
  if (response.request.authorization === 'sigv4') hinted.push('iam_denied', 'invalid_signature');
  if (response.request.hostKind === 'custom') hinted.push('domain_not_mapped');
  return [...hinted, 'waf_blocked', 'api_key_missing', 'route_not_found', 'authorizer_denied'];
}
