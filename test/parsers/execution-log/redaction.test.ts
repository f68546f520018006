import { describe, expect, it } from 'vitest';
import { executionLogFormat } from '../../../parsers/src/execution-log/execution-log.js';
import { plainEntry } from '../../../parsers/src/model/index.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const arn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7';
/** Whatever is kept of it, a run of eight of its characters never is. */
const canary = 'CANARYx8Yz01qW7secret';

const lines: readonly (readonly [string, string])[] = [
  ['identity', `Incoming identity: ${canary}`],
  ['identity map', `Incoming identity: {method.request.header.Token=${canary}}`],
  ['principal', `Using valid authorizer policy for principal: ${canary}`],
  [
    'authorizer request headers',
    `Endpoint request headers: {Authorization=${canary}, X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/authorizers/7k2m9x, X-Amz-Security-Token=${canary}}`,
  ],
  [
    'authorization token',
    `Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"Bearer ${canary}","methodArn":"${arn}"}`,
  ],
  [
    'query of the methodArn',
    `Endpoint request body after transformations: {"type":"TOKEN","methodArn":"${arn}?t=${canary}"}`,
  ],
  [
    'authorizer context',
    `Authorizer result body before parsing: {"principalId":"${canary}","policyDocument":{"Statement":[{"Effect":"Deny","Resource":"${arn}","Sid":"${canary}"}]},"context":{"k":"${canary}"},"usageIdentifierKey":"${canary}"}`,
  ],
  ['authorizer result as text', `Authorizer result body before parsing: "${canary}"`],
  [
    'resource that is no ARN',
    `Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Effect":"Deny","Resource":"${canary}"}]}}`,
  ],
  ['key, L15', `Verifying Usage Plan for request: ${id}. API Key: ${canary} API Stage: a1b2c3d4e5/prod`],
  ['key, L16', `API Key ${canary} authorized because method 'GET /' does not require API Key.`],
  [
    'key, L17',
    `API Key ${canary} not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage`,
  ],
  [
    'unknown tail of L17',
    `API Key ******abc123 not authorized because method 'GET /' requires API Key and API Key ${canary} is disabled`,
  ],
  ['key, L18', `Usage Plan check succeeded for API Key ${canary} and API Stage a1b2c3d4e5/prod`],
  ['key, L20', `API Key: ${canary}`],
  ['resource of L19', `Key throttle limit exceeded for key ${canary}: too fast`],
  ['path parameters', `Method request path: {id=${canary}}`],
  ['query string', `Method request query string: {token=${canary}}`],
  ['method headers', `Method request headers: {Cookie=${canary}, x-api-key=${canary}}`],
  ['request body', `Method request body before transformations: {"password":"${canary}"}`],
  ['printed request body', `Method request body before transformations: {\n"password":"${canary}"\n}`],
  ['endpoint URI query', `Endpoint request URI: https://backend.example/orders?token=${canary}`],
  ['endpoint URI user', `Endpoint request URI: https://${canary}:${canary}@backend.example/orders`],
  ['endpoint URI fragment', `Sending request to https://backend.example/orders#${canary}`],
  ['resource path query', `HTTP Method: GET, Resource Path: /orders?token=${canary}`],
  ['content type', `Request validation succeeded for content type ${canary}`],
  ['integration headers', `Endpoint response headers: {Set-Cookie=${canary}}`],
  ['integration body', `Endpoint response body before transformations: {"statusCode":403,"body":"${canary}"}`],
  ['response headers', `Method response headers: {Set-Cookie=${canary}}`],
  ['response body', `Method response body after transformations: {"message":"${canary}"}`],
  ['response text', `Method response body after transformations: Forbidden ${canary}`],
  [
    'gateway body',
    `Gateway response body: {"message":"'${canary}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${canary}'."}`,
  ],
  ['gateway headers', `Gateway response headers: {X=${canary}}`],
  ['configuration error', `Execution failed due to configuration error: ${canary}`],
  ['execution failed', `Execution failed due to ${canary}`],
  [
    'function error',
    `Lambda execution failed with status 200 due to customer function error: ${canary}. Lambda request id: ${id}`,
  ],
  [
    'signature mismatch',
    `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'GET\n/\n${canary}'`,
  ],
  ['certificate reason', `Access denied. Reason: ${canary}`],
  [
    'WebSocket client',
    `Client [UserAgent: ${canary}, SourceIp: 203.0.113.7] is connecting to WebSocket API [a1b2c3d4e5].`,
  ],
  ['WebSocket route', `WebSocket Request Route: [$connect] ${canary}`],
  ['unknown line', `Brand new wording with ${canary}`],
  ['unknown body line', `Brand new wording\n${canary}`],
];

function leaks(text: string): string[] {
  const shown = JSON.stringify(executionLogFormat.parse(plainEntry(text, 1)));
  const found: string[] = [];
  for (let at = 0; at + 8 <= canary.length; at++) {
    if (shown.includes(canary.slice(at, at + 8))) found.push(canary.slice(at, at + 8));
  }
  return found;
}

describe('secrets never reach facts or rejects', () => {
  it.each(lines)('%s', (_name, line) => {
    expect(leaks(`(${id}) ${line}`)).toEqual([]);
    expect(leaks(line)).toEqual([]);
    expect(leaks(`${line} [TRUNCATED]`)).toEqual([]);
  });

  it.each([
    ['in front of the line', `${canary}=1 (${id}) Method completed with status: 403`],
    ['in parentheses', `(${canary}) Method completed with status: 403 ${canary}`],
    ['behind the line', `(${id}) Method completed with status: 403 ${canary}`],
    [
      'in a test invoke',
      `Execution log for request ${id}\nThu Jul 02 11:54:48 UTC 2026 : Method request body before transformations: ${canary}\n${canary}`,
    ],
    [
      'beside the log of a test invoke',
      `{"body":"${canary}","headers":{"x":"${canary}"},"log":"Execution log for request ${id}\\nThu Jul 02 11:54:48 UTC 2026 : Method completed with status: 403\\n"}`,
    ],
  ])('%s', (_name, text) => {
    expect(leaks(text)).toEqual([]);
  });

  it('keeps what AWS shows of a key itself', () => {
    const shown = JSON.stringify(executionLogFormat.parse(plainEntry(`(${id}) API Key: **************bQ7x2k`, 1)));
    expect(shown).toContain('"**************bQ7x2k"');
  });
});
