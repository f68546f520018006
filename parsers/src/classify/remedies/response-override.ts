import type { Adviser } from './advice.js';
import { command, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { authorizers, deployedRoutes, executionLog, gatewayResponses } from './lookups.js';
import { plansOfStage } from './usage-plans.js';

export const responseOverride: Adviser<'response_override'> = (detail, context) => {
  const unmask = maskingStep(context);
  const mapped = context.isV2 ? integrations(context) : [gatewayResponses(context)];
  switch (detail) {
    case 'rate_limit':
      return {
        summary: 'Treat it as throttling (429): slow down, or raise the limit that was hit.',
        steps: [
          'Find the limit: account, stage, method or usage plan; the lowest one counts.',
          'Clients should retry with growing pauses. They cannot know it while they get 403.',
          unmask,
        ],
        commands: [...executionLog(context), ...throttles(context), ...mapped],
      };
    case 'quota':
      return {
        summary: 'Treat it as a used-up quota (429): wait for the next period, or raise the quota of the usage plan.',
        steps: [
          'The key has made all the calls that its plan allows in this day, week or month.',
          'A raised quota is live without a deployment.',
          unmask,
        ],
        commands: [plansOfStage(context), ...executionLog(context), ...mapped],
      };
    case 'unauthorized':
      return {
        summary: 'Treat it as 401: the caller was not authenticated.',
        steps: [
          'Token missing, expired, of the wrong form or refused by the authorizer; for Cognito also a missing scope.',
          'Check the identity source and validation of the authorizer, and what the client sends.',
          unmask,
        ],
        commands: [authorizers(context), ...executionLog(context), ...mapped],
      };
    case 'not_found':
      return {
        summary: 'Treat it as 404: what was asked for does not exist.',
        steps: ['Compare path and method with the deployed stage, then look into the backend.', unmask],
        commands: [...deployedRoutes(context), ...mapped],
      };
    case 'bad_request':
      return {
        summary: 'Treat it as a bad request (4xx): correct what the client sends.',
        steps: [
          'Request validation, media type or size refused it; $context.error.validationErrorString names the parameter.',
          unmask,
        ],
        commands: [...executionLog(context), ...mapped],
      };
    case 'server_error':
      return {
        summary: 'Treat it as a server error (5xx): look at the integration and at the permissions of API Gateway.',
        steps: [
          'Usual reasons: API Gateway may not invoke the function, a malformed answer of the function, an authorizer that failed, a time-out.',
          'The execution log has the line that names it (“Execution failed …”).',
          unmask,
        ],
        commands: [...executionLog(context), ...mapped],
      };
    case null:
      return {
        summary: 'Find the error underneath: this 403 was made of another status.',
        steps: [
          'Log $context.error.responseType and $context.integration.status: they keep the original error.',
          unmask,
        ],
        commands: [...mapped, ...executionLog(context)],
      };
  }
};

function maskingStep({ apiKind }: RemedyContext): string {
  if (apiKind === 'http') {
    return 'A parameter mapping of the response (overwrite:statuscode) makes 403 of it: take it away, or keep it knowingly. It needs a deployment unless auto-deploy is on.';
  }
  if (apiKind === 'websocket') {
    return 'WebSocket APIs have no gateway responses: look for the part (integration response, proxy in front) that makes 403 of it.';
  }
  return 'A gateway response (often DEFAULT_4XX with a status) or an integration response makes 403 of it: correct it so that clients can tell the errors apart, and deploy.';
}

const integrations = ({ apiId, inRegion }: RemedyContext) => [
  inRegion(
    command`aws apigatewayv2 get-integrations --api-id ${apiId} --query ${compose`Items[].{id:IntegrationId,responses:ResponseParameters}`}`,
  ),
];

function throttles({ isV2, apiId, stage, usagePlanId, inRegion }: RemedyContext) {
  if (isV2) {
    return [
      inRegion(
        command`aws apigatewayv2 get-stage --api-id ${apiId} --stage-name ${stage} --query ${compose`[DefaultRouteSettings,RouteSettings]`}`,
      ),
    ];
  }
  return [
    inRegion(command`aws apigateway get-stage --rest-api-id ${apiId} --stage-name ${stage} --query methodSettings`),
    inRegion(command`aws apigateway get-usage-plan --usage-plan-id ${usagePlanId ?? placeholder('usagePlanId')}`),
  ];
}
