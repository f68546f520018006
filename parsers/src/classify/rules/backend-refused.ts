import type { Culprit, Evidence } from '../../model/verdict.js';
import { answerAlone, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';
import type { Signals } from '../signals.js';

/** The endpoint that was called after `Starting execution`; what stands before it is the authorizer's. */
function calledEndpoint({ record: { execution } }: Signals) {
  const started = execution.findIndex((l) => l.kind === 'execution_started');
  const uri = execution.slice(Math.max(0, started)).find((l) => l.kind === 'endpoint_request_uri');
  return uri?.kind === 'endpoint_request_uri' ? uri : null;
}

function functionCulprit(s: Signals): Culprit | null {
  const name = calledEndpoint(s)?.functionName;
  return name ? { kind: 'integration', id: null, name } : null;
}

function backendKind(s: Signals): string | null {
  const uri = calledEndpoint(s);
  if (uri === null || uri.functionName !== null) return null;
  return /\.amazonaws\.com(?:\.cn)?\b/.test(uri.text) ? 'aws_service' : 'http_backend';
}

/** The integration was reached and its answer is the 403. */
export const backendRefused: Rule = {
  id: 'backend-answered-403',
  match(s) {
    if (s.integration.answered !== true || s.refusal?.strength === 'gateway') return undefined;
    const { status, serviceStatus } = s.integration;
    const said403 = status === 403 || serviceStatus === 403;
    if (s.status !== 403 && !(s.status === null && said403)) return undefined;
    const evidence: Evidence[] = [...s.integration.evidence, ...statusEvidence(s)];
    if (s.value('error.responseType') === null)
      evidence.push({ from: 'access', field: 'error.responseType', value: '-' });
    if (status === 403) {
      const code = serviceStatus !== null && serviceStatus < 300;
      return refused({
        cause: 'backend_refused',
        detail: code ? 'function' : null,
        confidence: 'certain',
        culprit: functionCulprit(s),
        reason: code
          ? 'API Gateway let the request through; the function behind it ran and its own code answered 403.'
          : 'API Gateway let the request through; the backend answered 403 itself.',
        evidence,
      });
    }
    if (serviceStatus === 403) {
      return refused({
        cause: 'backend_refused',
        detail: backendKind(s),
        confidence: 'certain',
        culprit: functionCulprit(s),
        reason: 'API Gateway let the request through; the integration answered 403.',
        evidence,
      });
    }
    return refused({
      cause: 'backend_refused',
      // Lambda's own 200 without the function's status: a proxy function's 403 is what is left; a logged 200 is a mapping.
      detail: serviceStatus === 200 && status === null ? 'function' : null,
      confidence: 'likely',
      culprit: functionCulprit(s),
      reason:
        'Every gate of API Gateway let the request through and the integration was called: the 403 comes from its answer or from the mapping of it.',
      evidence,
      alternatives: ['response_override'],
    });
  },
};

/** A function of a non-proxy integration failed, and the integration response for such errors is a 403. */
export const functionErrorMapped: Rule = {
  id: 'function-error-mapped-to-403',
  match(s) {
    const failed = s.line('lambda_failed');
    if (!failed || s.status !== 403 || s.refusal?.strength === 'gateway') return undefined;
    return refused({
      cause: 'backend_refused',
      detail: 'function',
      confidence: 'likely',
      culprit: functionCulprit(s),
      reason:
        'API Gateway let the request through; the function behind it failed, and the API answers such an error with 403.',
      evidence: [{ from: 'execution', field: 'Lambda execution failed', value: failed.text }, ...statusEvidence(s)],
      alternatives: ['response_override'],
    });
  },
};

/** API Gateway’s ids, none of its error types, and a body that it never writes by itself. */
export const foreignBodyBehindGateway: Rule = {
  id: 'foreign-body-behind-gateway',
  match(s) {
    const response = answerAlone(s);
    if (!response || s.status !== 403) return undefined;
    if (!response.headers.apigwId && !response.headers.httpApiRequestId) return undefined;
    const xml = response.bodyShape === 'xml';
    const own = response.bodyShape === 'foreign' && response.errorType === null && response.headersComplete;
    const { remapped } = response.headers;
    if (!xml && !own && !remapped) return undefined;
    return refused({
      cause: 'backend_refused',
      detail: xml ? 'aws_service' : null,
      confidence: 'likely',
      reason: remapped
        ? 'API Gateway renamed headers of a backend’s answer (x-amzn-Remapped-…), which it does only after calling the backend: the refusal is the backend’s own.'
        : xml
          ? 'API Gateway passed the request on (its ids are there) and the answer is XML, which API Gateway does not write: an AWS service behind it refused.'
          : 'API Gateway passed the request on: its ids are there, its error type is not, and the body is not one of its own.',
      evidence: [
        { from: 'response', field: response.headers.apigwId ? 'x-amz-apigw-id' : 'apigw-requestid', value: 'present' },
        remapped
          ? { from: 'response', field: 'x-amzn-Remapped', value: 'present' }
          : { from: 'response', field: 'body', value: xml ? 'XML' : 'not API Gateway’s' },
        ...statusEvidence(s),
      ],
      alternatives: response.headers.httpApiRequestId ? ['response_override'] : ['waf_blocked', 'response_override'],
    });
  },
};

/** `Starting execution` is printed after the last gate: whatever refused later is not one of them. */
export const executionStarted: Rule = {
  id: 'execution-started-then-403',
  match(s) {
    const started = s.line('execution_started');
    if (!started || s.status !== 403 || s.refusal?.strength === 'gateway' || s.otherError) return undefined;
    return refused({
      cause: 'backend_refused',
      confidence: 'likely',
      culprit: functionCulprit(s),
      reason:
        'API Gateway began the integration, which it does only after key, authorizer and policies agreed: the 403 comes from behind it.',
      evidence: [{ from: 'execution', field: 'Starting execution', value: started.text }, ...statusEvidence(s)],
      alternatives: ['response_override'],
    });
  },
};

/** `User: … is not authorized to perform: sqs:SendMessage …`: a service behind the API refused the API’s own role. */
export const foreignAction: Rule = {
  id: 'action-of-another-service',
  match(s) {
    const action = s.message?.denial?.action;
    if (!action || action.startsWith('execute-api:') || !s.messageEvidence) return undefined;
    if (s.status !== null && s.status !== 403) return undefined;
    const response = answerAlone(s);
    const throughGateway =
      response === null ||
      response.headers.apigwId ||
      response.headers.httpApiRequestId ||
      response.request.hostKind === 'execute_api';
    return refused({
      cause: throughGateway ? 'backend_refused' : 'edge_refused',
      detail: throughGateway ? 'aws_service' : 'other_service',
      confidence: 'likely',
      reason: throughGateway
        ? `The refused action is ${action}, not execute-api:Invoke: API Gateway let the caller in, and the service behind it refused the role that called it.`
        : `The refused action is ${action}, not execute-api:Invoke, and nothing of API Gateway is in the answer: another AWS service refused.`,
      evidence: [s.messageEvidence, ...statusEvidence(s)],
      alternatives: throughGateway ? ['edge_refused', 'iam_denied'] : ['backend_refused', 'iam_denied'],
    });
  },
};
