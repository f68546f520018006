import type { Evidence } from '../../model/verdict.js';
import { confidenceOf, lowerOf, refused } from '../finding.js';
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
