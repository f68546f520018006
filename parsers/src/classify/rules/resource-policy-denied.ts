import type { Evidence } from '../../model/verdict.js';
import { confidenceOf, lowerOf, refused } from '../finding.js';
import { policyGates } from '../policy-gates.js';
import type { Rule } from '../rule.js';

/** The sentence names the resource policy; or an anonymous caller, whom besides it only a VPC endpoint's policy can judge. */
export const resourcePolicyNamed: Rule = {
  id: 'resource-policy-named',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED') return undefined;
    const denial = s.message?.denial;
    if (!denial) return undefined;
    const named = denial.policy === 'resource';
    const anonymous = denial.principal === 'anonymous' && denial.policy === null;
    if (!named && !anonymous) return undefined;
    const explicit = denial.effect === 'explicit_deny';
    const noPolicy = s.config?.resourcePolicy === false;
    const where = networkOf(s.value('identity.vpceId'), s.record.sourceIp);
    const evidence: Evidence[] = [...s.refusal.evidence];
    if (noPolicy) evidence.push({ from: 'config', field: 'policy', value: 'none' });
    return refused({
      cause: 'resource_policy_denied',
      detail: explicit ? 'explicit_deny' : noPolicy ? 'no_policy' : 'not_covered',
      confidence: named ? confidenceOf(s.refusal.strength) : lowerOf(confidenceOf(s.refusal.strength)),
      culprit: { kind: 'policy', id: denial.policyArn, name: 'the API’s resource policy' },
      reason: explicit
        ? `A Deny statement of the API’s resource policy matches this caller${where}.`
        : noPolicy
          ? 'A private API without a resource policy refuses every call.'
          : `The API has a resource policy, and no statement of it allows this caller and method${where}; nothing else allowed it either.`,
      evidence,
      alternatives: anonymous
        ? ['vpc_endpoint_denied', 'authorizer_denied']
        : ['iam_denied', 'vpc_endpoint_denied', 'authorizer_denied'],
    });
  },
};

const networkOf = (vpce: string | null | undefined, ip: string | null): string =>
  vpce
    ? ` (it came through VPC endpoint ${vpce})`
    : ip && /^[0-9a-fA-F.:]{3,45}$/.test(ip)
      ? ` (it came from ${ip})`
      : '';

/** The configuration leaves one policy that can have refused. */
export const onlyPolicyLeft: Rule = {
  id: 'only-policy-left',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.refusal.strength === 'length' || !s.config) return undefined;
    if (s.message?.denial) return undefined;
    const gates = policyGates(s);
    const [cause, ...others] = gates.possible.filter((c) => c !== 'vpc_endpoint_denied');
    if (cause === undefined || others.length > 0 || gates.evidence.length === 0) return undefined;
    const noPolicy = cause === 'resource_policy_denied' && s.config.resourcePolicy === false;
    return refused({
      cause,
      detail: noPolicy ? 'no_policy' : null,
      confidence: 'likely',
      reason: noPolicy
        ? 'A private API without a resource policy refuses every call.'
        : `A policy refused the call, and the configuration leaves only one that can have: ${policyNames.get(cause) ?? cause}.`,
      evidence: [...s.refusal.evidence, ...gates.evidence],
      alternatives: gates.possible.slice(1),
    });
  },
};

const policyNames: ReadonlyMap<string, string> = new Map([
  ['authorizer_denied', 'the one that the Lambda authorizer returns'],
  ['resource_policy_denied', 'the API’s resource policy'],
  ['iam_denied', 'the caller’s own IAM policies'],
]);

/** `The client is not authorized to perform this operation.` without a sign of an authorizer or of a signed caller. */
export const policyEvaluationDenied: Rule = {
  id: 'policy-evaluation-denied',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.refusal.strength === 'header' || s.refusal.strength === 'length') {
      return undefined;
    }
    if (s.message ? s.message.kind !== 'client_not_authorized' : s.refusal.strength !== 'gateway') return undefined;
    const gates = policyGates(s);
    if (!gates.possible.includes('resource_policy_denied')) return undefined;
    // Other phases are logged and empty, or the log holds more than the one sentence: then their silence tells.
    const othersSilent = s.value('authorizer.status') === null && s.value('identity.userArn') === null;
    const policyKnown = s.config?.resourcePolicy === true;
    return refused({
      cause: 'resource_policy_denied',
      confidence: othersSilent || s.record.execution.length > 1 || policyKnown ? 'likely' : 'possible',
      culprit: { kind: 'policy', id: null, name: 'the API’s resource policy' },
      reason:
        'A policy refused the call, and nothing shows an authorizer or a signed caller at work: that leaves the API’s resource policy.',
      evidence: [
        ...s.refusal.evidence,
        ...(policyKnown ? [{ from: 'config', field: 'policy', value: 'present' } as const] : []),
      ],
      alternatives: gates.possible,
    });
  },
};
