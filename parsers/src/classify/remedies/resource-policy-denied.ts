import type { Adviser } from './advice.js';
import { call, deployRestApi, executionLog, notInHttpApis, resourcePolicies, vpcEndpoints } from './lookups.js';

const deployment =
  'A resource policy takes effect only with the next deployment (last command); until then the old one refuses. Then call again to verify.';

export const resourcePolicyDenied: Adviser<'resource_policy_denied'> = (detail, context) => {
  const aside = [
    ...notInHttpApis(context, 'resource policy'),
    ...(context.apiKind === 'websocket'
      ? ['WebSocket APIs have no resource policy: check first that the API id above is really the API that answered.']
      : []),
  ];
  const policies = resourcePolicies(context);
  switch (detail) {
    case 'explicit_deny':
      return {
        summary:
          'Find the Deny statement of the API’s resource policy that matches this caller, and correct its condition.',
        steps: [
          ...aside,
          'Compare each Deny condition with what API Gateway saw: aws:SourceIp with $context.identity.sourceIp (a NAT or proxy shows its own address; calls through a VPC endpoint have a private one: aws:VpcSourceIp), aws:SourceVpce with $context.identity.vpceId.',
          'A Deny wins over every Allow, including the answer of a Lambda authorizer, which is not even asked.',
          'The second command prints the policy as deployed; the first one the working copy, which may differ.',
          deployment,
        ],
        commands: [...policies, ...executionLog(context), deployRestApi(context)],
      };
    case 'not_covered':
      return {
        summary: 'Add an Allow for this caller, method and path to the API’s resource policy, and deploy.',
        steps: [
          ...aside,
          'On methods without authorization, with Cognito and for callers of other accounts the policy’s silence means deny. Usual gaps: Resource without /* at its end, only one method or stage named, a principal that is not *.',
          'Allow execute-api:Invoke on execute-api:/<stage>/<METHOD>/<path> (or execute-api:/*) for the caller.',
          'A signed caller of another account also needs an Allow in its own identity policy.',
          deployment,
        ],
        commands: [...policies, ...executionLog(context), deployRestApi(context)],
      };
    case 'no_policy':
      return {
        summary: 'Give the private API a resource policy that allows your VPC endpoint, and deploy.',
        steps: [
          ...aside,
          'A private API without a resource policy refuses everybody. Allow execute-api:Invoke with a condition on aws:SourceVpce (or aws:SourceVpc).',
          'Take the id of the endpoint through which the calls come from the last but one command.',
          deployment,
        ],
        commands: [...policies, vpcEndpoints(context), deployRestApi(context)],
      };
    case null:
      return {
        summary: 'Compare the deployed resource policy of the API with this caller, method and path.',
        steps: [
          ...aside,
          'Look for a Deny that matches, then for an Allow that covers caller, method and path; without one the call is denied.',
          'The second command prints the policy as deployed; the first one the working copy, which may differ.',
          deployment,
        ],
        commands: [...policies, ...executionLog(context), call(context), deployRestApi(context)],
      };
  }
};
