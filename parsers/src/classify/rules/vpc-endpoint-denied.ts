import { confidenceOf, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';

export const vpcEndpointPolicy: Rule = {
  id: 'vpc-endpoint-policy',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.message?.denial?.policy !== 'vpc_endpoint') return undefined;
    const vpce = s.value('identity.vpceId') ?? null;
    return refused({
      cause: 'vpc_endpoint_denied',
      detail: 'endpoint_policy',
      confidence: confidenceOf(s.refusal.strength),
      culprit: { kind: 'vpc_endpoint', id: vpce, name: null },
      reason: `The policy of the VPC endpoint${vpce ? ` ${vpce}` : ''} through which the call came ${
        s.message.denial.effect === 'explicit_deny' ? 'denies it' : 'does not allow it'
      }; the API’s own policy was not the one.`,
      evidence: s.refusal.evidence,
      alternatives: ['resource_policy_denied', 'iam_denied'],
    });
  },
};

/** A non-default endpoint policy makes API Gateway read any Authorization header as SigV4, even where the method wants none. */
export const vpcEndpointAuthorizationHeader: Rule = {
  id: 'vpc-endpoint-authorization-header',
  match(s) {
    if (s.refusal?.type !== 'INCOMPLETE_SIGNATURE') return undefined;
    const open = s.deployedRoute && s.deployedRoute.authorizationType !== 'AWS_IAM';
    const throughEndpoint =
      s.config?.endpointType === 'PRIVATE' ||
      Boolean(s.value('identity.vpceId')) ||
      s.record.response?.request.hostKind === 'vpc_endpoint';
    if (!open || !throughEndpoint) return undefined;
    return refused({
      cause: 'vpc_endpoint_denied',
      detail: 'authorization_header',
      confidence: 'likely',
      culprit: { kind: 'vpc_endpoint', id: s.value('identity.vpceId') ?? null, name: null },
      reason:
        'The route exists and wants no signature: the VPC endpoint has a policy of its own, and to evaluate it API Gateway read the application’s Authorization header as a signature.',
      evidence: [
        ...s.refusal.evidence,
        { from: 'config', field: 'authorizationType', value: s.deployedRoute?.authorizationType ?? '' },
        ...statusEvidence(s),
      ],
      alternatives: ['invalid_signature', 'route_not_found'],
    });
  },
};
