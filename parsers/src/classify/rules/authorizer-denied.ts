import type { Culprit, Evidence } from '../../model/verdict.js';
import { judgePolicy } from '../authorizer-policy.js';
import { behind, confidenceOf, maybeEdge, refused, statusEvidence } from '../finding.js';
import { httpRouteGuard } from '../http-route-guard.js';
import { policyGates } from '../policy-gates.js';
import type { Rule } from '../rule.js';
import type { Signals } from '../signals.js';

function culpritOf(s: Signals): Culprit | null {
  const started = s.line('authorizer_started');
  const called = s.line('endpoint_request_headers');
  const id = started?.authorizerId ?? called?.authorizerId ?? s.deployedRoute?.authorizerId ?? null;
  const known = id ? s.config?.authorizers?.find((a) => a.id === id) : undefined;
  const uri = s.record.execution.find((l) => l.kind === 'endpoint_request_uri');
  const functionName = uri?.kind === 'endpoint_request_uri' && started ? uri.functionName : null;
  if (!id && !functionName) return null;
  return { kind: 'authorizer', id, name: known?.name ?? functionName };
}

/** `User is not authorized to access this resource …`: the wording of the Lambda authorizer’s path. */
export const authorizerSentence: Rule = {
  id: 'authorizer-sentence',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED') return undefined;
    const kind = s.message?.kind;
    const denial = s.message?.denial;
    const tail = kind === 'policy_tail' && (denial?.policy === 'identity' || denial?.policy === null);
    if (kind !== 'authorizer_not_authorized' && !tail) return undefined;
    const explicit = denial?.effect === 'explicit_deny';
    const cached = !explicit && cacheSuspected(s);
    return refused({
      cause: 'authorizer_denied',
      detail: explicit
        ? 'explicit_deny'
        : cached
          ? 'cached_policy'
          : denial?.effect === 'no_allow'
            ? 'not_covered'
            : null,
      confidence: tail ? 'likely' : confidenceOf(s.refusal.strength),
      culprit: culpritOf(s),
      reason: explicit
        ? 'The Lambda authorizer answered with a policy that denies this call (what AWS calls the identity-based policy here is the one the function returned, not an IAM policy).'
        : 'The policy that the Lambda authorizer returned does not cover this method and path; often it was made for another call and cached (it is not an IAM policy).',
      evidence: s.refusal.evidence,
      // The whole sentence belongs to the authorizer's path; in an answer it may be the one of an API behind this one.
      alternatives: tail ? ['iam_denied', 'resource_policy_denied'] : ['backend_refused', ...maybeEdge(s)],
    });
  },
};

/** A cached policy: the authorizer’s block is missing from an execution log that is otherwise there. */
const cacheSuspected = (s: Signals): boolean =>
  s.record.execution.length > 0 &&
  s.line('authorizer_started') !== undefined &&
  !s.line('authorizer_result') &&
  s.line('endpoint_request_body') === undefined &&
  s.line('sending_request') === undefined &&
  s.line('authorizer_policy_valid') !== undefined;

/** A policy said no after an authorizer ran; "Successfully completed authorizer execution" is printed before a Deny too. */
export const authorizerRan: Rule = {
  id: 'authorizer-ran-then-denied',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED') return undefined;
    if (s.message && s.message.kind !== 'client_not_authorized') return undefined;
    const started = s.line('authorizer_started') ?? s.line('authorizer_completed') ?? s.line('authorizer_policy_valid');
    const logged =
      s.value('authorizer.status') ??
      s.value('authorizer.integrationStatus') ??
      s.value('authorizer.principalId') ??
      s.value('authorizer.context') ??
      s.value('authorizer.requestId');
    const custom = s.deployedRoute?.authorizationType === 'CUSTOM';
    if (!started && !logged && !custom) return undefined;
    // A Cognito authorizer refuses with 401 itself: what refused after it was another policy.
    if (!policyGates(s).possible.includes('authorizer_denied')) return undefined;
    const evidence: Evidence[] = [...s.refusal.evidence];
    if (started) evidence.push({ from: 'execution', field: 'authorizer', value: started.text });
    for (const variable of ['authorizer.status', 'authorizer.integrationStatus', 'authorizer.principalId'] as const) {
      const value = s.value(variable);
      if (value) evidence.push({ from: 'access', field: variable, value });
    }
    if (custom) evidence.push({ from: 'config', field: 'authorizationType', value: 'CUSTOM' });

    const result = s.line('authorizer_result');
    const arn = s.line('endpoint_request_body')?.methodArn ?? null;
    const judged = result?.policy ? judgePolicy(result.policy, arn) : null;
    if (result && judged) evidence.push({ from: 'execution', field: 'Authorizer result', value: result.text });
    if (judged === 'allows') {
      return refused({
        cause: 'resource_policy_denied',
        confidence: 'possible',
        reason:
          'The authorizer’s policy allows this call, and a policy still refused it: that points at a Deny in the API’s resource policy.',
        evidence,
        alternatives: ['authorizer_denied', 'vpc_endpoint_denied'],
      });
    }
    const cached = cacheSuspected(s);
    return refused({
      cause: 'authorizer_denied',
      detail:
        judged === 'denies' ? 'explicit_deny' : judged === 'silent' ? 'not_covered' : cached ? 'cached_policy' : null,
      confidence: judged ? 'certain' : 'likely',
      culprit: culpritOf(s),
      reason:
        judged === 'denies'
          ? 'The Lambda authorizer ran without an error and returned a policy with Deny for this call.'
          : judged === 'silent'
            ? 'The Lambda authorizer ran without an error, but the policy it returned does not name this method and path.'
            : 'The authorizer ran without an error and the policy it stands for refused the call (its "Successfully completed" line says nothing about allow or deny).',
      evidence,
      alternatives: ['resource_policy_denied', 'iam_denied', 'vpc_endpoint_denied'],
    });
  },
};

/** HTTP and WebSocket APIs say only "Forbidden": what the authorizer left behind tells. */
export const authorizerLeftContext: Rule = {
  id: 'authorizer-context-then-403',
  match(s) {
    const kind = s.record.apiKind;
    if ((kind !== 'http' && kind !== 'websocket') || s.status !== 403 || s.integration.answered === true)
      return undefined;
    if (s.refusal && s.refusal.type !== 'FORBIDDEN' && s.refusal.type !== 'ACCESS_DENIED') return undefined;
    const seen: Evidence[] = [];
    for (const variable of [
      'authorizer.error',
      'authorizer.status',
      'authorizer.principalId',
      'authorizer.context',
      'authorizer.requestId',
    ] as const) {
      const value = s.value(variable);
      if (value) seen.push({ from: 'access', field: variable, value });
    }
    const custom = s.deployedRoute?.authorizationType === 'CUSTOM';
    if (custom) seen.push({ from: 'config', field: 'authorizationType', value: 'CUSTOM' });
    if (seen.length === 0) return undefined;
    const guarded = custom && httpRouteGuard(s) !== null;
    return refused({
      cause: 'authorizer_denied',
      detail: kind === 'http' ? 'simple_response' : null,
      confidence: guarded ? 'certain' : s.integration.answered === false ? 'likely' : 'possible',
      culprit: culpritOf(s),
      reason:
        'The Lambda authorizer was asked and the request was refused before the backend: its answer did not allow the call.',
      evidence: [...seen, ...statusEvidence(s)],
      alternatives: [...behind(s), 'iam_denied', 'jwt_scope_missing'],
    });
  },
};

/** Only the size of the body, or only the error type, is known: the authorizer is the commonest policy to refuse. */
export const accessDeniedUnexplained: Rule = {
  id: 'access-denied-unexplained',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED') return undefined;
    const length = s.refusal.strength === 'length';
    const size = s.value('responseLength') ?? String(s.record.response?.contentLength ?? '');
    return refused({
      cause: 'authorizer_denied',
      detail: length ? (size === '82' || size === '110' ? 'explicit_deny' : 'not_covered') : null,
      confidence: 'possible',
      culprit: culpritOf(s),
      reason: length
        ? `The answer has exactly the size of API Gateway’s own sentence for an authorizer’s denial (${size} bytes); the log has nothing better.`
        : 'A policy refused the call; neither the log nor the answer says whose: the authorizer’s, the API’s or the caller’s.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      // Policies of API, caller and endpoint name the ARN: such a body is longer than any that this rule knows by its size.
      alternatives: length
        ? ['backend_refused']
        : [
            'resource_policy_denied',
            'iam_denied',
            s.record.response && !s.record.response.headers.apigwId ? 'edge_refused' : 'vpc_endpoint_denied',
            'cache_invalidation_denied',
          ],
    });
  },
};
