import type { Adviser } from './advice.js';
import { command, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { authorizers, call, executionLog, flushAuthorizerCache, functionLog } from './lookups.js';

const notIam =
  'The policy that refused is the one that the authorizer function returned: the IAM console is irrelevant here.';

export const authorizerDenied: Adviser<'authorizer_denied'> = (detail, context) => {
  const read = [...executionLog(context), authorizers(context), functionLog(context, context.authorizerFunction)];
  switch (detail) {
    case 'explicit_deny':
      return {
        summary: 'Find out why the authorizer function returned a Deny for this caller.',
        steps: [
          notIam,
          `${policyPlace(context)} Look for the Deny statement, then for the branch of the function that made it (expired or revoked token, missing claim, wrong tenant).`,
          'Correct the function or the caller’s token. Changing function code needs no deployment of the API.',
          cacheStep(context),
        ],
        commands: [...read, ...flushAuthorizerCache(context)],
      };
    case 'not_covered':
      return {
        summary: 'Let the authorizer return an Allow that covers this method and path.',
        steps: [
          notIam,
          `${policyPlace(context)} Compare the resources of its Allow with the ARN called: ${arnForm(context)}.`,
          `Return a policy for all that the token may use, e.g. ${wideArn(context)}, instead of the one method ARN of the event. A resource may be at most 512 characters long.`,
          cacheStep(context),
        ],
        commands: [...read, ...flushAuthorizerCache(context)],
      };
    case 'cached_policy':
      return {
        summary: 'Make the cached authorizer policy fit every path that the same token calls.',
        steps: [
          'Sign of it: the first path called with a token works, another one fails until the cache entry expires, and the function logs nothing for the failing call.',
          `Return a policy for all that the token may use, e.g. ${wideArn(context)}; or ${keyAdvice(context)}; or set the cache time to 0.`,
          redeployStep(context),
          ...(context.apiKind === 'websocket'
            ? []
            : ['The last command forgets the answers cached so far. Call both paths again with one token.']),
        ],
        commands: [authorizers(context), ...executionLog(context), ...flushAuthorizerCache(context)],
      };
    case 'simple_response':
      return {
        summary: 'Find out why the authorizer function answered isAuthorized: false.',
        steps: [
          'The function ran and said no; there is no policy to read and no IAM policy involved. An HTTP API has no execution log: look into the log of the function.',
          'Check which claim, header or lookup made it refuse, and correct the function or the caller. This needs no deployment of the API.',
          'If only some routes fail with the same token, a cached answer is used again: add $context.routeKey to the identity sources or set the cache time to 0.',
          cacheStep(context),
        ],
        commands: [
          authorizers(context),
          functionLog(context, context.authorizerFunction),
          ...flushAuthorizerCache(context),
        ],
      };
    case null:
      return {
        summary: 'Read the answer that the Lambda authorizer gave for this call.',
        steps: [
          notIam,
          `${policyPlace(context)} A Deny means that the function refused; an Allow for other ARNs means that it does not cover this call.`,
          'If the function has no log line for this call, a cached policy was used: widen the policy or set the cache time to 0.',
          cacheStep(context),
        ],
        commands: [...read, ...testAuthorizer(context), call(context)],
      };
  }
};

function policyPlace({ apiKind }: RemedyContext): string {
  if (apiKind === 'http') return 'An HTTP API has no execution log: let the function log what it returns.';
  return 'Read the returned policy in the execution log, line “Authorizer result body before parsing” (data tracing on).';
}

const arnForm = ({ apiKind }: RemedyContext): string =>
  apiKind === 'websocket'
    ? '…:<api>/<stage>/$connect (there is no method and no path in it)'
    : '…:<api>/<stage>/<METHOD>/<path>';

const wideArn = ({ apiKind }: RemedyContext): string =>
  apiKind === 'websocket' ? '…:<api>/<stage>/$connect' : '…:<api>/<stage>/*';

const keyAdvice = ({ isV2 }: RemedyContext): string =>
  isV2
    ? 'add $context.routeKey to the identity sources'
    : 'put method and path into the identity sources (REQUEST authorizer)';

const redeployStep = ({ isV2 }: RemedyContext): string =>
  isV2
    ? 'Changes to the authorizer of an HTTP or WebSocket API need a deployment unless auto-deploy is on.'
    : 'Changes to the function are live at once; changes to the authorizer (identity sources, cache time) need a deployment to the stage.';

const cacheStep = ({ apiKind }: RemedyContext): string =>
  apiKind === 'websocket'
    ? 'Connect again to verify: authorization runs only on $connect.'
    : 'Cached answers live on (up to an hour): flush the cache of the stage, then call again to verify.';

const testAuthorizer = ({ isV2, apiId, authorizerId, inRegion }: RemedyContext) =>
  isV2
    ? []
    : [
        inRegion(
          command`aws apigateway test-invoke-authorizer --rest-api-id ${apiId} --authorizer-id ${authorizerId ?? placeholder('authorizerId')} --headers Authorization=${placeholder('token')}`,
        ),
      ];
