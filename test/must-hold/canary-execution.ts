import {
  type CanaryInput,
  echoes,
  extendedId,
  host,
  inJson,
  methodArn,
  requestId,
  secretHeaders,
} from './canary-parts.js';
import type { Secrets } from './canary-secrets.js';

export const dataTrace = (secrets: Secrets): readonly string[] => {
  const { apiKey, secret } = secrets;
  const headers = secretHeaders(secrets)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  return [
    `Extended Request Id: ${extendedId}`,
    `Starting authorizer: 7k2m9x for request: ${requestId}`,
    `Incoming identity: ${secret}`,
    'Endpoint request URI: https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:guard/invocations',
    `Endpoint request headers: {${headers}, X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/authorizers/7k2m9x, Accept=application/json}`,
    `Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"Bearer ${inJson(secret)}","methodArn":"${methodArn}"}`,
    `Endpoint request body after transformations: {"type":"REQUEST","methodArn":"${methodArn}","headers":{"Authorization":"${inJson(secret)}","x-api-key":"${apiKey}"},"queryStringParameters":{"token":"${inJson(secret)}"},"requestContext":{"identity":{"apiKey":"${apiKey}"}}}`,
    `Authorizer result body before parsing: {"principalId":"${inJson(secret)}","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"${methodArn}"}]},"context":{"token":"${inJson(secret)}"},"usageIdentifierKey":"${apiKey}"}`,
    `Using valid authorizer policy for principal: ${secret}`,
    'Successfully completed authorizer execution',
    `Verifying Usage Plan for request: ${requestId}. API Key: ${apiKey} API Stage: a1b2c3d4e5/prod`,
    `API Key ${apiKey} authorized because method 'GET /orders/{id}' does not require API Key. Request will not contribute to throttle or quota limits`,
    `API Key ${apiKey} not authorized because method 'GET /orders/{id}' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage`,
    `Usage Plan check succeeded for API Key ${apiKey} and API Stage a1b2c3d4e5/prod`,
    `API Key: ${apiKey}`,
    `Starting execution for request: ${requestId}`,
    'HTTP Method: GET, Resource Path: /orders/7',
    `HTTP Method: GET, Resource Path: /orders/7?token=${secret}`,
    'Method request path: {id=7}',
    `Method request query string: {token=${secret}}`,
    `Method request headers: {${headers}, Host=${host}}`,
    `Method request body before transformations: {"password":"${inJson(secret)}","card":"${inJson(secret)}"}`,
    `Method request body before transformations: {\n  "password": "${inJson(secret)}",\n  "note": "${inJson(secret)}"\n}`,
    `Method request body before transformations: first line\n${secret}\nthird line ${secret}`,
    `Sending request to https://backend.example.com/orders?token=${secret}`,
    'Received response. Status: 403, Integration latency: 17 ms',
    `Endpoint response headers: {Set-Cookie=sid=${secret}; Secure, x-secret=${secret}, Content-Type=application/json}`,
    `Endpoint response body before transformations: {"statusCode":403,"headers":{"Set-Cookie":"${inJson(secret)}"},"body":"{\\"message\\":\\"${inJson(inJson(secret))}\\"}"}`,
    `Endpoint response body before transformations: <html>\n<p>${secret}</p>\n</html>`,
    `Method response body after transformations: {"message":"${inJson(secret)}"}`,
    `Method response body after transformations: Forbidden for ${secret}`,
    `Method response headers: {Set-Cookie=sid=${secret}, X-Amzn-Trace-Id=Root=1-6962a0b1-0f3c5d7e9a1b2c3d4e5f6071}`,
    `Gateway response body: {"message":"${inJson(secret)}"}`,
    ...echoes(secrets).map(([, message]) => `Gateway response body: {"message":"${inJson(message)}"}`),
    ...echoes(secrets).map(([, message]) => message),
    `Gateway response headers: {x-secret=${secret}}`,
    `Execution failed due to configuration error: ${secret}`,
    `Lambda execution failed with status 200 due to customer function error: ${secret}. Lambda request id: ${requestId}`,
    `Client [UserAgent: ${secret}, SourceIp: 203.0.113.7] is connecting to WebSocket API [a1b2c3d4e5].`,
    'The client is not authorized to perform this operation.',
    'Gateway response type: ACCESS_DENIED with status code: 403',
    'Method completed with status: 403',
    `AWS Integration Endpoint RequestId : ${requestId}`,
  ];
};

/** How execution logs reach people. */
const layouts: readonly (readonly [name: string, lay: (line: string, i: number) => string])[] = [
  ['as CloudWatch shows it', (line) => `(${requestId}) ${line}`],
  ['WebSocket', (line) => `(${extendedId}) ${line}`],
  ['without ids', (line) => line],
  ['with the time in front', (line) => `2026-05-14T09:30:12.345Z (${requestId}) ${line}`],
  ['with the time above', (line) => `2026-05-14T09:30:12.345Z\n(${requestId}) ${line}`],
  [
    'of aws logs tail',
    (line) => `2026-05-14T09:30:12.345000+00:00 8c2d4f6a8b0c1d2e3f4a5b6c7d8e9f01 (${requestId}) ${line}`,
  ],
  ['of test invoke', (line) => `Thu May 14 09:30:12 UTC 2026 : ${line}`],
  ['truncated', (line) => `(${requestId}) ${line.slice(0, Math.ceil(line.length * 0.8))} [TRUNCATED]`],
  ['in tabs', (line) => `8c2d4f6a8b0c1d2e3f4a5b6c7d8e9f01\t(${requestId}) ${line}\t1778751012345`],
  ['as JSON strings', (line) => JSON.stringify(`(${requestId}) ${line}`)],
  ['of a container', (line) => `logs-1  | (${requestId}) ${line}`],
];

export function executionInputs(secrets: Secrets): CanaryInput[] {
  const lines = dataTrace(secrets);
  const inputs = layouts.map(([name, lay]) => ({ name: `execution log ${name}`, text: lines.map(lay).join('\n') }));
  return [
    ...inputs,
    {
      name: 'execution log as one escaped string',
      text: JSON.stringify(
        `Execution log for request ${requestId}\n${lines.map((line) => `Thu May 14 09:30:12 UTC 2026 : ${line}`).join('\n')}\n`,
      ),
    },
    {
      name: 'test-invoke object',
      text: JSON.stringify(
        {
          status: 403,
          body: `{"message":"${secrets.secret}"}`,
          headers: Object.fromEntries(secretHeaders(secrets)),
          multiValueHeaders: { 'Set-Cookie': [secrets.secret] },
          log: `Execution log for request ${requestId}\n${lines.map((line) => `Thu May 14 09:30:12 UTC 2026 : ${line}`).join('\n')}\n`,
          latency: 12,
        },
        null,
        2,
      ),
    },
    {
      name: 'test-invoke-authorizer object',
      text: JSON.stringify({
        clientStatus: 0,
        log: `Execution log for request ${requestId}\n${lines.map((line) => `Thu May 14 09:30:12 UTC 2026 : ${line}`).join('\n')}\n`,
        principalId: secrets.secret,
        policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Sid":"${inJson(secrets.secret)}"}]}`,
        authorization: {},
        claims: { email: secrets.secret },
      }),
    },
  ];
}
