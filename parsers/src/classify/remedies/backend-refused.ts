import type { Adviser } from './advice.js';
import { type Command, command, commandValue, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';
import { executionLog, functionLog } from './lookups.js';

const passed = 'API Gateway passed the request on: leave its keys, policies and authorizers as they are.';

export const backendRefused: Adviser<'backend_refused'> = (detail, context) => {
  switch (detail) {
    case 'function':
      return {
        summary: 'Find out in the log of the Lambda function why it returned 403.',
        steps: [
          passed,
          '$context.integration.requestId is the request id in the function’s log; search it there.',
          'Look at the function’s own authorization, and at what it calls: an upstream 403 passed through looks the same.',
          'If the function may not be invoked at all, the answer would be 500. No deployment of the API is needed.',
        ],
        commands: [...integration(context), functionLog(context, context.backendFunction), ...trace(context)],
      };
    case 'http_backend':
      return {
        summary: 'Find out at the HTTP backend why it answered 403.',
        steps: [
          passed,
          'Look into the log of the backend, and of a WAF, load balancer or CDN before it, for the time of the request.',
          'Compare the call through API Gateway with a direct one: Host, Authorization and source address differ. Check mapped headers and upstream credentials (stage variables, secrets).',
          'A changed integration needs a deployment; the backend’s own settings do not.',
        ],
        commands: [...executionLog(context), ...integration(context), ...trace(context)],
      };
    case 'aws_service':
      return {
        summary: 'Let the integration’s role do what the integration calls.',
        steps: [
          'The AWS service refused API Gateway, not the caller: look at the role (credentials) of the integration, at bucket, queue or key policies and at KMS.',
          'S3 answers AccessDenied also for a missing object if the role may not list the bucket; SQS answers SignatureDoesNotMatch for a wrong Content-Type.',
          'Policies are live at once; a changed role or mapping of the integration needs a deployment. Call again to verify.',
        ],
        commands: [...integration(context), ...executionLog(context), rolePolicies()],
      };
    case null:
      return {
        summary: 'Look at the integration: it answered 403, API Gateway only passed it on.',
        steps: [
          passed,
          'Lambda: search $context.integration.requestId in the function’s log. HTTP: look into the backend’s log. AWS service: look at the role of the integration.',
          'The body of the answer is the backend’s own and often names the reason.',
        ],
        commands: [...integration(context), ...executionLog(context), ...trace(context)],
      };
  }
};

/** What the method or route calls. */
function integration(context: RemedyContext): Command[] {
  const { isV2, apiId, inRegion, record, method } = context;
  if (isV2) return [inRegion(command`aws apigatewayv2 get-integrations --api-id ${apiId}`)];
  const resourceId = commandValue('resourceId', record.access?.values.resourceId) ?? placeholder('resourceId');
  return [
    inRegion(
      command`aws apigateway get-integration --rest-api-id ${apiId} --resource-id ${resourceId} --http-method ${method}`,
    ),
  ];
}

function trace({ record, inRegion }: RemedyContext): Command[] {
  const id = commandValue('traceId', record.traceId);
  return id === null ? [] : [inRegion(command`aws xray batch-get-traces --trace-ids ${id}`)];
}

const rolePolicies = (): Command =>
  command`aws iam list-attached-role-policies --role-name ${placeholder('roleName')} --query ${compose`AttachedPolicies[].PolicyArn`}`;
