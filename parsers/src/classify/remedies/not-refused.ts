import type { RequestRecord } from '../../model/index.js';
import type { Advice } from './advice.js';
import type { RemedyContext } from './context.js';
import { authorizers, call, deployedRoutes, executionLog } from './lookups.js';

type LookAlike = 'test_invoke' | 'unauthorized' | 'throttled' | 'not_found' | 'bad_request' | 'server_error' | 'passed';

const notThis = 'This is no refusal that this tool explains, so it is not counted.';

/** Short advice for what is often taken for a 403 and is none. */
export function notRefused(context: RemedyContext): Advice {
  switch (lookAlike(context.record)) {
    case 'test_invoke':
      return {
        summary: 'Call the deployed stage instead: a test in the console skips every check that could refuse.',
        steps: [
          'Test invocations bypass authorizers, keys, IAM and the resource policy, and leave nothing in CloudWatch Logs.',
          'Make the failing call against the stage and explain its log lines or its answer.',
        ],
        commands: [call(context)],
      };
    case 'unauthorized':
      return {
        summary: 'Look at how the caller authenticates: this is 401, not 403.',
        steps: [
          notThis,
          'The token or identity source is missing, expired, of the wrong form or was refused; a Cognito scope that is missing answers 401 too.',
        ],
        commands: [authorizers(context), call(context)],
      };
    case 'throttled':
      return {
        summary: 'Slow down or raise the limit: this is 429, not 403.',
        steps: [
          notThis,
          'Account, stage, method or usage plan limit the rate or the quota; the execution log names which.',
        ],
        commands: executionLog(context),
      };
    case 'not_found':
      return {
        summary: 'Check path and method: this is 404, not 403.',
        steps: [
          notThis,
          'An HTTP API answers 404 for an unknown route; at a REST API 404 mostly comes from the backend or a gateway response.',
        ],
        commands: deployedRoutes(context),
      };
    case 'bad_request':
      return {
        summary: 'Correct the request: the client was told another 4xx than 403.',
        steps: [notThis, 'Validation, media type or size refused it, or the backend did.'],
        commands: executionLog(context),
      };
    case 'server_error':
      return {
        summary: 'Look at the integration or the authorizer: this is a server error, not 403.',
        steps: [
          notThis,
          'Usual reasons: API Gateway may not invoke the function (a 500, never a 403), a malformed answer, an authorizer that failed, a time-out.',
        ],
        commands: executionLog(context),
      };
    case 'passed':
      return {
        summary: 'Nothing to do here: the request was not refused with 403.',
        steps: [
          notThis,
          'If a client did see a 403, it was another request: look for it by its extended request id (x-amz-apigw-id), time and path.',
        ],
        commands: [],
      };
  }
}

function lookAlike(record: RequestRecord): LookAlike {
  for (const line of record.execution) {
    if (line.kind === 'test_invoke') return 'test_invoke';
  }
  const status = record.status;
  if (status !== null && status !== 403) return byStatus(status);
  for (const line of record.execution) {
    if (line.kind === 'unauthorized_request') return 'unauthorized';
    if (line.kind === 'limit_exceeded') return 'throttled';
    if (line.kind === 'configuration_error' || line.kind === 'lambda_failed') return 'server_error';
    if (line.kind === 'gateway_response' && line.status !== 403) return byStatus(line.status);
  }
  return 'passed';
}

function byStatus(status: number): LookAlike {
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'throttled';
  if (status === 404) return 'not_found';
  if (status >= 500) return 'server_error';
  return status >= 400 ? 'bad_request' : 'passed';
}
