import type { Adviser } from './advice.js';
import { type Command, type CommandValue, command, commandValue, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { deployRestApi, methodArn, resourcePolicies } from './lookups.js';

const live = 'IAM changes are live within a minute and need no deployment of the API. Call again to verify.';
const simulationLimit =
  'The simulation takes the role (complete its path if it has one); it sees identity policies and boundaries, but no session policy and no resource policy of the API.';

export const iamDenied: Adviser<'iam_denied'> = (detail, context) => {
  const simulation = simulate(context, compose`execute-api:Invoke`, methodArn(context));
  const http =
    context.apiKind === 'http' ? ['An HTTP API does not name the policy in its answer: simulate the call.'] : [];
  switch (detail) {
    case 'explicit_deny':
      return {
        summary: 'Find the Deny in the caller’s identity policies that matches execute-api:Invoke on this method.',
        steps: [
          ...http,
          'A Deny wins over every Allow. Look also at policies of groups and at conditions (source IP, MFA, tags, VPC endpoint).',
          simulationLimit,
          live,
        ],
        commands: [simulation, ...policiesOf(context)],
      };
    case 'not_covered':
      return {
        summary: 'Allow execute-api:Invoke on this method in an identity policy of the caller.',
        steps: [
          ...http,
          'The resource is arn:aws:execute-api:<region>:<account of the API>:<api>/<stage>/<METHOD>/<path>: a wrong stage, method or a missing /* at the end are the usual slips.',
          'See that the caller is who you think: another profile, role or instance may have signed.',
          simulationLimit,
          live,
        ],
        commands: [command`aws sts get-caller-identity`, simulation, ...policiesOf(context)],
      };
    case 'scp':
      return {
        summary:
          'Ask the administrators of your organisation to change the service control policy that forbids the call.',
        steps: [
          'No policy inside the account can lift a service control policy: the role’s own policies are not the problem.',
          'Find the policy among those of the account, its organisational units and the root; usual reasons are a region not allowed or execute-api not on the list.',
          'SCP changes need no deployment of the API. Call again to verify.',
        ],
        commands: [organisationPolicies(context, compose`SERVICE_CONTROL_POLICY`), simulation],
      };
    case 'rcp':
      return {
        summary:
          'Ask the administrators of your organisation to change the resource control policy that forbids the call.',
        steps: [
          'It applies to the API’s account, whoever calls: the caller’s policies are not the problem.',
          'Usual reason: only callers of the own organisation or network are allowed.',
          'A change needs no deployment of the API. Call again to verify.',
        ],
        commands: [organisationPolicies(context, compose`RESOURCE_CONTROL_POLICY`)],
      };
    case 'boundary':
      return {
        summary: 'Allow execute-api:Invoke in the permissions boundary of the caller.',
        steps: [
          'A boundary caps what identity policies may grant: both must allow the call. Adding permissions to the role alone changes nothing.',
          'The boundary is often set by a central team; ask before you change it.',
          live,
        ],
        commands: [...boundaryOf(context), simulation],
      };
    case 'session_policy':
      return {
        summary: 'Allow the call in the session policy with which the caller’s session was made.',
        steps: [
          'The role may allow it; the session was made narrower: a policy passed to AssumeRole or GetFederationToken, a Cognito identity pool, or a broker that issues scoped-down credentials.',
          'Widen the policy there, and get new credentials: a session keeps its policy until it ends.',
          'The policy simulator does not see session policies. Call again to verify.',
        ],
        commands: [command`aws sts get-caller-identity`, simulation],
      };
    case 'cross_account':
      return context.isV2
        ? {
            summary:
              'Let the caller assume a role in the account of the API: this kind of API has no resource policy that could admit another account.',
            steps: [
              'An HTTP or WebSocket API cannot allow another account by itself: create a role in its account that may execute-api:Invoke and that the caller may assume.',
              'Sign with the credentials of that role.',
              live,
            ],
            commands: [command`aws sts get-caller-identity`, simulation],
          }
        : {
            summary: 'Allow the caller on both sides: in its identity policy and in the resource policy of the API.',
            steps: [
              'For a caller of another account one Allow is not enough. Name the role or its account as principal in the resource policy.',
              'The identity policy must name the API’s account in the ARN.',
              'The resource policy works only after a deployment (last command); the identity policy at once.',
            ],
            commands: [simulation, ...resourcePolicies(context), deployRestApi(context)],
          };
    case 'manage_connections':
      return {
        summary: 'Allow execute-api:ManageConnections on the @connections of this API, and call the right endpoint.',
        steps: [
          'The caller is your backend (often a Lambda function): its role needs the action on …:<api>/<stage>/POST/@connections/*.',
          'The endpoint of the SDK client must be the API and stage that hold the connection: https://<api>.execute-api.<region>.amazonaws.com/<stage>. A wrong stage or domain answers 403 too.',
          live,
        ],
        commands: [
          simulate(context, compose`execute-api:ManageConnections`, connectionsArn(context)),
          connection(context),
        ],
      };
    case null:
      return {
        summary: 'Allow execute-api:Invoke on this method for the caller, in whichever policy the message names.',
        steps: [
          ...http,
          'Read the end of the message: identity-based, resource-based, VPC endpoint, service control, boundary or session policy. Only that kind is worth editing.',
          'A caller of another account needs an Allow in its own policy and in the API’s resource policy.',
          simulationLimit,
          live,
        ],
        commands: [simulation, ...policiesOf(context), ...(context.isV2 ? [] : resourcePolicies(context))],
      };
  }
};

export const simulate = (context: RemedyContext, action: CommandValue, resource: CommandValue): Command =>
  command`aws iam simulate-principal-policy --policy-source-arn ${context.principalArn ?? placeholder('principalArn')} --action-names ${action} --resource-arns ${resource}`;

/** Names of the role's policies; null for users, whose groups count too. */
function roleName({ principalArn }: RemedyContext): CommandValue | null {
  const name = principalArn?.split(':role/')[1]?.split('/').at(-1);
  return commandValue('roleName', name);
}

function policiesOf(context: RemedyContext): Command[] {
  const role = roleName(context);
  if (role === null) return [];
  return [
    command`aws iam list-attached-role-policies --role-name ${role}`,
    command`aws iam list-role-policies --role-name ${role}`,
  ];
}

function boundaryOf(context: RemedyContext): Command[] {
  const role = roleName(context) ?? placeholder('roleName');
  return [command`aws iam get-role --role-name ${role} --query Role.PermissionsBoundary`];
}

const organisationPolicies = ({ account }: RemedyContext, filter: CommandValue): Command =>
  command`aws organizations list-policies-for-target --target-id ${account} --filter ${filter}`;

const connectionsArn = ({ partition, region, account, apiId, stage }: RemedyContext): CommandValue =>
  compose`arn:${partition}:execute-api:${region}:${account}:${apiId}/${stage}/POST/@connections/*`;

const connection = ({ host, stage, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigatewaymanagementapi get-connection --connection-id ${placeholder('connectionId')} --endpoint-url ${compose`https://${host}/${stage}`}`,
  );
