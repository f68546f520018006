import type { ExecutionLine } from '../model/index.js';
import { ownMember } from '../text/json-members.js';
import { traceRoot } from '../text/request-id.js';
import { placeOfMethodArn } from './execution-place.js';
import type { LineKind } from './line-kind.js';
import { bodyObject, functionNameOf, shownUri, trimCutMark } from './line-text.js';
import { messageOfBody } from './message-lines.js';
import { readRequestId } from './read-request-id.js';

const shownBody = (body: string): string => {
  const text = body.trim();
  return text === '' || text === '{}' || text === 'null' ? text : '…';
};

/** A line whose value is never kept: `Method request headers: {…}`. */
const withheld = (id: string, label: string, kind: WithheldKind): LineKind => ({
  id,
  lead: `${label}:`,
  example: `${label}: {…}`,
  grade: 'seen',
  read: ({ whole }) => ({
    line: { kind, text: `${label}: ${shownBody(whole.slice(label.length + 1, label.length + 64))}`.trimEnd() },
  }),
});
type WithheldKind = 'method_request_part' | 'endpoint_response_headers' | 'method_response_headers';

// arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7
const methodArnPattern = /^arn:[a-z-]{1,20}:execute-api:[^\s"'\\?]{1,1600}$/;
// …, X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/authorizers/7k2m9x, Accept=…
const authorizerArn =
  /[{\s]X-Amz-Source-Arn=arn:[a-z-]{1,20}:execute-api:[^\s,/]{1,120}\/authorizers\/([A-Za-z0-9_-]{1,64})/;

function proxyStatusOf(body: string): number | null {
  const object = bodyObject(trimCutMark(body).text);
  const status = object === null ? undefined : ownMember(object.value, 'statusCode');
  const code = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  return typeof code === 'number' && Number.isInteger(code) && code >= 100 && code <= 599 ? code : null;
}

/** A URI line: the function's name when it calls one, else host and path. */
function shownTarget(uri: string): { readonly shown: string; readonly functionName: string | null } {
  const functionName = functionNameOf(uri);
  return { shown: functionName === null ? shownUri(uri) : `function ${functionName}`, functionName };
}

/** Lines of the integration phase, from `Starting execution` to the trace id behind the end. */
export const integrationLineKinds: readonly LineKind[] = [
  {
    id: 'L4',
    lead: 'Endpoint request URI:',
    example:
      'Endpoint request URI: https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:orders/invocations',
    grade: 'seen',
    read: ({ first }) => {
      const { shown, functionName } = shownTarget(first.slice(21));
      return { line: { kind: 'endpoint_request_uri', functionName, text: `Endpoint request URI: ${shown}` } };
    },
  },
  {
    id: 'L5',
    lead: 'Endpoint request headers:',
    example: 'Endpoint request headers: {…, X-Amz-Source-Arn=arn:aws:execute-api:…:a1b2c3d4e5/authorizers/7k2m9x, …}',
    grade: 'seen',
    read: ({ whole }) => {
      const authorizerId = authorizerArn.exec(whole.slice(25, 8192))?.[1] ?? null;
      const shown = authorizerId === null ? '{…}' : `{… /authorizers/${authorizerId} …}`;
      return { line: { kind: 'endpoint_request_headers', authorizerId, text: `Endpoint request headers: ${shown}` } };
    },
  },
  {
    id: 'L6',
    lead: 'Endpoint request body after transformations:',
    example: 'Endpoint request body after transformations: {"type":"TOKEN","methodArn":"arn:aws:execute-api:…", …}',
    grade: 'seen',
    read: ({ whole }) => {
      const object = bodyObject(trimCutMark(whole.slice(44)).text);
      const arn = object === null ? undefined : ownMember(object.value, 'methodArn');
      const methodArn = typeof arn === 'string' && methodArnPattern.test(arn) ? arn : null;
      return {
        line: {
          kind: 'endpoint_request_body',
          methodArn,
          text: `Endpoint request body after transformations: ${methodArn === null ? '…' : `{… "methodArn":"${methodArn}" …}`}`,
        },
        ...(methodArn === null ? {} : { place: placeOfMethodArn(methodArn) }),
      };
    },
  },
  {
    id: 'L21',
    lead: 'Starting execution for request:',
    example: 'Starting execution for request: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10',
    grade: 'seen',
    read: ({ first }) => {
      const id = readRequestId(/^Starting execution for request:\s*(\S{1,128})/.exec(first)?.[1]);
      const line: ExecutionLine = { kind: 'execution_started', text: `Starting execution for request: ${id ?? '…'}` };
      return { line, requestId: id };
    },
  },
  {
    id: 'L22',
    lead: 'HTTP Method:',
    example: 'HTTP Method: GET, Resource Path: /orders/7',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^HTTP Method:\s*([A-Za-z*-]{1,20}),\s*Resource Path:\s*([^\s?]{1,2048})/.exec(first);
      if (!m) return null;
      const [, method = '', path = ''] = m;
      return {
        line: { kind: 'method_and_path', method, path, text: `HTTP Method: ${method}, Resource Path: ${path}` },
      };
    },
  },
  withheld('L23', 'Method request path', 'method_request_part'),
  withheld('L23', 'Method request query string', 'method_request_part'),
  withheld('L23', 'Method request headers', 'method_request_part'),
  withheld('L23', 'Method request body before transformations', 'method_request_part'),
  {
    id: 'L24',
    lead: 'Request validation succeeded',
    example: 'Request validation succeeded for content type application/json',
    grade: 'seen',
    read: () => ({ line: { kind: 'request_validated', text: 'Request validation succeeded' } }),
  },
  {
    // Applications write `Sending request to …` too: unprefixed only an AWS endpoint counts.
    id: 'L25',
    lead: 'Sending request to ',
    example: 'Sending request to https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/…/invocations',
    grade: 'seen',
    read: ({ first, wrapped }) => {
      const target = first.slice(19);
      if (!wrapped && !/^https:\/\/[a-z0-9.-]{1,80}\.amazonaws\.com(?:\.cn)?\/\d{4}-\d{2}-\d{2}\//.test(target))
        return null;
      return { line: { kind: 'sending_request', text: `Sending request to ${shownTarget(target).shown}` } };
    },
  },
  {
    id: 'L26',
    lead: 'Received response.',
    example: 'Received response. Status: 403, Integration latency: 17 ms',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^Received response\.\s*(?:Status:\s*(\d{3}),\s*)?Integration latency:\s*(\d{1,9})/.exec(first);
      if (!m) return null;
      const status = m[1] === undefined ? null : Number(m[1]);
      const said = status === null ? '' : `Status: ${status}, `;
      return {
        line: { kind: 'response_received', status, text: `Received response. ${said}Integration latency: ${m[2]} ms` },
      };
    },
  },
  withheld('L27', 'Endpoint response headers', 'endpoint_response_headers'),
  {
    id: 'L27',
    lead: 'Endpoint response body before transformations:',
    example: 'Endpoint response body before transformations: {"statusCode":403,"body":"…"}',
    grade: 'seen',
    read: ({ whole }) => {
      const proxyStatus = proxyStatusOf(whole.slice(46));
      const shown = proxyStatus === null ? '…' : `{"statusCode":${proxyStatus} …}`;
      return {
        line: {
          kind: 'endpoint_response_body',
          proxyStatus,
          text: `Endpoint response body before transformations: ${shown}`,
        },
      };
    },
  },
  {
    id: 'L28',
    lead: 'Method response body after transformations:',
    example: 'Method response body after transformations: {"message":"Forbidden"}',
    grade: 'seen',
    read: ({ whole }) => {
      const message = messageOfBody(whole.slice(43));
      const shown = message === null || message.kind === 'other' ? '…' : message.text;
      return {
        line: { kind: 'method_response_body', message, text: `Method response body after transformations: ${shown}` },
      };
    },
  },
  withheld('L28', 'Method response headers', 'method_response_headers'),
  {
    id: 'L29',
    lead: 'Successfully completed execution',
    example: 'Successfully completed execution',
    grade: 'seen',
    read: ({ first }) =>
      /^Successfully completed execution\.?$/.test(first)
        ? { line: { kind: 'execution_completed', text: 'Successfully completed execution' } }
        : null,
  },
  {
    id: 'L30',
    lead: 'Method completed with status:',
    example: 'Method completed with status: 403',
    grade: 'seen',
    read: ({ first }) => {
      const status = /^Method completed with status:\s*([1-5]\d{2})(?!\d)/.exec(first)?.[1];
      if (status === undefined) return null;
      return {
        line: { kind: 'method_completed', status: Number(status), text: `Method completed with status: ${status}` },
      };
    },
  },
  {
    // The integration's own request id, not this request's. A blank stands before the colon.
    id: 'L31',
    lead: 'AWS Integration Endpoint RequestId',
    example: 'AWS Integration Endpoint RequestId : 4f0c7a52-93d8-4f27-a0c5-6f1b0d9e2c31',
    grade: 'seen',
    read: ({ first }) => {
      const id = readRequestId(/^AWS Integration Endpoint RequestId\s*:\s*(\S{1,128})/.exec(first)?.[1]);
      return { line: { kind: 'integration_request_id', text: `AWS Integration Endpoint RequestId : ${id ?? '…'}` } };
    },
  },
  ...['X-ray Tracing ID', 'X-Ray Tracing ID', 'X-ray Tracing Id'].map(
    (lead): LineKind => ({
      id: 'L32',
      lead,
      example: `${lead} : Root=1-6962a0b1-0f3c5d7e9a1b2c3d4e5f6071`,
      grade: 'seen',
      read: ({ first }) => {
        const traceId = traceRoot(first);
        return traceId === null ? null : { line: { kind: 'trace_id', traceId, text: `X-ray Tracing ID : ${traceId}` } };
      },
    }),
  ),
  {
    id: 'L36',
    lead: 'Lambda execution failed with status',
    example:
      'Lambda execution failed with status 200 due to customer function error: …. Lambda request id: 4f0c7a52-93d8-4f27-a0c5-6f1b0d9e2c31',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^Lambda execution failed with status (\d{3})(?: due to customer function error)?/.exec(first);
      return m ? { line: { kind: 'lambda_failed', text: `${m[0]}: …` } } : null;
    },
  },
];
