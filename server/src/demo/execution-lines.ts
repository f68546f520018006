import type { DemoRequest } from './demo-request.js';
import { account, region } from './log-formats.js';
import { outcomes } from './outcomes.js';

/**
 * What the execution log has of a refused request; empty where the stage has none or the refusal leaves no trace. Each
 * line as tools print events of several groups: group, stream, time, message.
 */
export function writeExecutionLines(request: DemoRequest): string[] {
  const { stage, route } = request;
  const outcome = outcomes[request.outcome];
  const story = 'story' in outcome ? outcome.story : undefined;
  if (stage.executionLog === 'off' || story === undefined || route === null) return [];
  const head = `API-Gateway-Execution-Logs_${stage.apiId}/${stage.name} ${streamOf(request)}`;
  const lines = [`Extended Request Id: ${request.extendedRequestId}`, ...stories[story](request)];
  return lines.map(
    (text, i) => `${head} ${new Date(request.timeMs + 1 + i * 2).toISOString()} (${request.requestId}) ${text}`,
  );
}

const streamOf = ({ requestId }: DemoRequest): string => {
  const digits = requestId.slice(0, 2);
  return `${digits}7e4b${digits}c2d915${digits}f08a63${digits}d4e1b7${digits}`;
};

const stories: Readonly<Record<NonNullable<StoryName>, (request: DemoRequest) => readonly string[]>> = {
  authorizer_denied: (request) => {
    const { stage, caller, requestId, method, path } = request;
    const arn = `arn:aws:execute-api:${region}:${account}:${stage.apiId}/${stage.name}/${method}${path}`;
    const policy = `{"principalId":"${caller.principal}","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"${arn}"}]}}`;
    return [
      `Starting authorizer: a7k2m9 for request: ${requestId}`,
      ...(stage.executionLog === 'trace' ? [`Authorizer result body before parsing: ${policy}`] : []),
      `Using valid authorizer policy for principal: ****${caller.principal.slice(-6)}`,
      'The client is not authorized to perform this operation.',
    ];
  },
  policy_denied: () => ['The client is not authorized to perform this operation.'],
  key_missing: (request) => keyLines(request, '', 'API Key was required but not present'),
  key_in_no_plan: (request) => keyLines(request, request.caller.apiKey, 'No Usage Plan found for key and API Stage'),
  stage_in_no_plan: (request) => keyLines(request, request.caller.apiKey, 'API Stage is not in a Usage Plan'),
};
type StoryName = 'authorizer_denied' | 'policy_denied' | 'key_missing' | 'key_in_no_plan' | 'stage_in_no_plan';

function keyLines({ stage, route, requestId }: DemoRequest, key: string, reason: string): readonly string[] {
  const apiStage = `${stage.apiId}/${stage.name}`;
  const method = `'${route?.method} ${route?.template}'`;
  return [
    `Verifying Usage Plan for request: ${requestId}. API Key: ${key} API Stage: ${apiStage}`,
    `API Key ${key} not authorized because method ${method} requires API Key and API Key is not associated with a Usage Plan for API Stage ${apiStage}: ${reason}`,
    'Method completed with status: 403',
  ];
}
