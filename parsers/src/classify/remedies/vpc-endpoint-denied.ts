import type { Adviser } from './advice.js';
import { type Command, command } from './command.js';
import type { RemedyContext } from './context.js';
import { call, deployedRoutes, vpcEndpoints } from './lookups.js';

export const vpcEndpointDenied: Adviser<'vpc_endpoint_denied'> = (detail, context) => {
  switch (detail) {
    case 'endpoint_policy':
      return {
        summary: 'Allow the call in the policy of the VPC endpoint.',
        steps: [
          'The policy of the endpoint is not the resource policy of the API: both must allow the call. Look at principal, API ARN and conditions of the endpoint’s policy.',
          'A service control policy can act through the endpoint too, if the message says “transitively”.',
          'A changed endpoint policy is live after some minutes and needs no deployment. Call again from inside the VPC to verify.',
        ],
        commands: [vpcEndpoints(context), call(context)],
      };
    case 'private_dns':
      return {
        summary: 'Call the public API by a custom domain, or turn private DNS of the VPC endpoint off.',
        steps: [
          'With private DNS on, every execute-api name resolves to the endpoint inside this VPC, which serves private APIs only: all public APIs answer Forbidden there.',
          'From outside the VPC the same call works, and the API has no log line of the refused one.',
          'Give the public API a custom domain; or turn private DNS off and call private APIs by <api>-<vpce> host names.',
          'DNS answers are cached: look the name up again before you verify.',
        ],
        commands: [hostLookup(context), vpcEndpoints(context), call(context)],
      };
    case 'authorization_header':
      return {
        summary: 'Give the VPC endpoint the full-access policy, or let a Lambda or Cognito authorizer read the header.',
        steps: [
          'An endpoint with a policy of its own has to know the caller, so it reads Authorization as an AWS signature, even where the method wants none.',
          'Use the default policy of the endpoint and restrict in the resource policy of the API; or put a Lambda or Cognito authorizer on the method and deploy; or send the token in another header.',
          'Call again from inside the VPC to verify.',
        ],
        commands: [vpcEndpoints(context), ...deployedRoutes(context), call(context)],
      };
    case null:
      return {
        summary: 'Check the VPC endpoint on the way: its policy, its private DNS, and the headers sent through it.',
        steps: [
          'Look whether the name resolves to a private address: then the call goes through the endpoint.',
          'Private API: endpoint policy and resource policy must both allow. Public API: private DNS must not catch its name.',
          'Call once from outside the VPC: if that works, the endpoint is to blame and not the API.',
        ],
        commands: [hostLookup(context), vpcEndpoints(context), call(context)],
      };
  }
};

const hostLookup = ({ host }: RemedyContext): Command => command`dig +short ${host}`;
