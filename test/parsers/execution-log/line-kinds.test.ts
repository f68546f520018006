import { describe, expect, it } from 'vitest';
import { lineKinds, readExecutionLine } from '../../../parsers/src/execution-log/line-kinds.js';
import type { ExecutionLine } from '../../../parsers/src/model/index.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const key = '****************bQ7x2k';
const bare = { marked: false, wrapped: false };
const marked = { marked: true, wrapped: true };
const arn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7';

const read = (text: string, setting = marked): ExecutionLine | null => readExecutionLine(text, setting)?.line ?? null;

describe('each line kind', () => {
  it.each<[string, string, Partial<ExecutionLine> & { kind: ExecutionLine['kind'] }]>([
    [
      'L1',
      'Extended Request Id: PDx1PEC4oAMFpyA=',
      { kind: 'extended_request_id', extendedRequestId: 'PDx1PEC4oAMFpyA=' } as never,
    ],
    [
      'L1 blotted out',
      'Extended Request Id: <extended-id>',
      { kind: 'extended_request_id', extendedRequestId: '' } as never,
    ],
    [
      'L2',
      `Starting authorizer: 7k2m9x for request: ${id}`,
      { kind: 'authorizer_started', authorizerId: '7k2m9x' } as never,
    ],
    [
      'L2 masked behind',
      `Starting authorizer: 7k2m9x for request: ${id} *** : `,
      { kind: 'authorizer_started', authorizerId: '7k2m9x' } as never,
    ],
    ['L3', 'Incoming identity: ******x8Yz01', { kind: 'authorizer_identity', text: 'Incoming identity: …' }],
    [
      'L4 function',
      'Endpoint request URI: https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:eu-west-1:<account id>:function:orders-auth:live/invocations',
      { kind: 'endpoint_request_uri', functionName: 'orders-auth' } as never,
    ],
    [
      'L4 HTTP: no user, no query',
      'Endpoint request URI: https://me:pw@backend.example/orders?token=t',
      {
        kind: 'endpoint_request_uri',
        functionName: null,
        text: 'Endpoint request URI: https://backend.example/orders',
      } as never,
    ],
    [
      'L5 authorizer',
      `Endpoint request headers: {x-amzn-lambda-integration-tag=${id}, X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/authorizers/7k2m9x, Accept=*/* [TRUNCATED]`,
      { kind: 'endpoint_request_headers', authorizerId: '7k2m9x' } as never,
    ],
    [
      'L5 integration',
      `Endpoint request headers: {X-Amz-Source-Arn=${arn}}`,
      { kind: 'endpoint_request_headers', authorizerId: null } as never,
    ],
    [
      'L6 TOKEN authorizer',
      `Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"Bearer t","methodArn":"${arn}"}`,
      { kind: 'endpoint_request_body', methodArn: arn } as never,
    ],
    [
      'L6 REQUEST authorizer, cut',
      `Endpoint request body after transformations: {"type":"REQUEST","methodArn":"${arn}","resource":"/orders/{id}","headers":{"X": [TRUNCATED]`,
      { kind: 'endpoint_request_body', methodArn: arn } as never,
    ],
    [
      'L6 cut inside the ARN',
      'Endpoint request body after transformations: {"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-west-1:1111222 [TRUNCATED]',
      { kind: 'endpoint_request_body', methodArn: null } as never,
    ],
    [
      "L6 a client's body that names an ARN deeper",
      `Endpoint request body after transformations: {"body":{"methodArn":"${arn}"}}`,
      { kind: 'endpoint_request_body', methodArn: null } as never,
    ],
    ['L7 null', 'Authorizer result body before parsing: null', { kind: 'authorizer_result', policy: null } as never],
    ['L8', 'Using valid authorizer policy for principal: ******f9Qw12', { kind: 'authorizer_policy_valid' }],
    ['L8 without principal', 'Using valid authorizer policy for principal:', { kind: 'authorizer_policy_valid' }],
    ['L9', 'Successfully completed authorizer execution', { kind: 'authorizer_completed' }],
    ['L10', `Unauthorized request: ${id}`, { kind: 'unauthorized_request' }],
    ['L10 placeholder', 'Unauthorized request: <request-id>', { kind: 'unauthorized_request' }],
    ['L11', 'The client is not authorized to perform this operation.', { kind: 'client_not_authorized' }],
    ['L11 without period', 'The client is not authorized to perform this operation', { kind: 'client_not_authorized' }],
    ['L12', 'Execution failed due to configuration error: Could not parse policy', { kind: 'configuration_error' }],
    ['L12 exception', 'AuthorizerConfigurationException', { kind: 'configuration_error' }],
    [
      'L13 cut',
      'Execution failed due to configuration error: Unable to parse given polic',
      { kind: 'configuration_error' },
    ],
    ['L14', 'Execution failed due to configuration error: Authorizer error', { kind: 'configuration_error' }],
    [
      'L15 with key',
      `Verifying Usage Plan for request: ${id}. API Key: ${key} API Stage: a1b2c3d4e5/prod`,
      { kind: 'usage_plan_check', apiKey: key, apiId: 'a1b2c3d4e5', stage: 'prod' } as never,
    ],
    [
      'L15 without key, two blanks',
      `Verifying Usage Plan for request: ${id}. API Key:  API Stage: a1b2c3d4e5/prod`,
      { kind: 'usage_plan_check', apiKey: null, apiId: 'a1b2c3d4e5', stage: 'prod' } as never,
    ],
    [
      'L15 without key, blanks collapsed',
      `Verifying Usage Plan for request: ${id}. API Key: API Stage: a1b2c3d4e5/prod`,
      { kind: 'usage_plan_check', apiKey: null, apiId: 'a1b2c3d4e5', stage: 'prod' } as never,
    ],
    [
      'L15 with an unmasked key',
      `Verifying Usage Plan for request: ${id}. API Key: 0123456789abcdefghij API Stage: a1b2c3d4e5/prod`,
      { kind: 'usage_plan_check', apiKey: '**************efghij' } as never,
    ],
    [
      'L16',
      "API Key  authorized because method 'ANY /{proxy+}' does not require API Key. Request will not contribute to throttle or quota limits",
      { kind: 'api_key_not_required', method: 'ANY /{proxy+}' } as never,
    ],
    [
      'L16 collapsed',
      "API Key authorized because method 'GET /' does not require API Key. Request will not contribute to throttle or quota limits",
      { kind: 'api_key_not_required', method: 'GET /' } as never,
    ],
    [
      'L16 with a key sent all the same',
      `API Key ${key} authorized because method 'GET /' does not require API Key.`,
      { kind: 'api_key_not_required', method: 'GET /' } as never,
    ],
    [
      'L17a',
      `API Key ${key} not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Stage is not in a Usage Plan`,
      { kind: 'api_key_refused', apiKey: key, method: 'GET /orders', reason: 'stage_not_in_plan' } as never,
    ],
    [
      'L17b',
      `API Key ${key} not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage`,
      { kind: 'api_key_refused', apiKey: key, method: 'GET /orders', reason: 'no_plan_for_key_and_stage' } as never,
    ],
    [
      'L17c',
      "API Key  not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Key was required but not present",
      { kind: 'api_key_refused', apiKey: null, method: 'GET /', reason: 'missing' } as never,
    ],
    [
      'L17c collapsed',
      "API Key not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Key was required but not present",
      { kind: 'api_key_refused', apiKey: null, method: 'GET /', reason: 'missing' } as never,
    ],
    [
      'L17 tail cut off',
      `API Key ${key} not authorized because method 'GET /orders' requires API Key and API Key is not associated with`,
      { kind: 'api_key_refused', apiKey: key, method: 'GET /orders', reason: 'other' } as never,
    ],
    [
      'L17 a wording never published',
      `API Key ${key} not authorized because method 'GET /orders' requires API Key and API Key is disabled`,
      { kind: 'api_key_refused', apiKey: key, method: 'GET /orders', reason: 'other' } as never,
    ],
    [
      'L17 a path that quotes another tail',
      `API Key ${key} not authorized because method 'GET /API Stage is not in a Usage Plan' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage`,
      { kind: 'api_key_refused', reason: 'no_plan_for_key_and_stage' } as never,
    ],
    ['L18', `Usage Plan check succeeded for API Key ${key} and API Stage a1b2c3d4e5/prod`, { kind: 'usage_plan_ok' }],
    [
      'L18 collapsed',
      'Usage Plan check succeeded for API Key and API Stage a1b2c3d4e5/prod',
      { kind: 'usage_plan_ok' },
    ],
    [
      'L19',
      'Key throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod, Resource 9f3k2m, HttpMethod GET. Limit: 1.00 Burst: 1',
      { kind: 'limit_exceeded', limit: 'throttle' } as never,
    ],
    [
      'L19 quota',
      'Key quota limit exceeded for RestApi a1b2c3d4e5, Stage prod. Limit: 100',
      { kind: 'limit_exceeded', limit: 'quota' } as never,
    ],
    [
      'L19 usage plan',
      'Usage Plan quota limit exceeded for RestApi a1b2c3d4e5',
      { kind: 'limit_exceeded', limit: 'quota' } as never,
    ],
    ['L20', `API Key: ${key}`, { kind: 'api_key_sent', apiKey: key } as never],
    ['L20 empty', 'API Key:', { kind: 'api_key_sent', apiKey: null } as never],
    ['L21', `Starting execution for request: ${id}`, { kind: 'execution_started' }],
    [
      'L22',
      'HTTP Method: GET, Resource Path: /orders/7',
      { kind: 'method_and_path', method: 'GET', path: '/orders/7' } as never,
    ],
    ['L23 path', 'Method request path: {id=7}', { kind: 'method_request_part' }],
    ['L23 query', 'Method request query string: {q=x}', { kind: 'method_request_part' }],
    ['L23 headers', 'Method request headers: {Accept=*/*, Cookie=c [TRUNCATED]', { kind: 'method_request_part' }],
    ['L23 body', 'Method request body before transformations: null', { kind: 'method_request_part' }],
    ['L24', 'Request validation succeeded for content type application/json', { kind: 'request_validated' }],
    [
      'L25',
      'Sending request to https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/f/invocations',
      { kind: 'sending_request' },
    ],
    [
      'L26',
      'Received response. Status: 403, Integration latency: 17 ms',
      { kind: 'response_received', status: 403 } as never,
    ],
    [
      'L26 before 2020',
      'Received response. Integration latency: 17 ms',
      { kind: 'response_received', status: null } as never,
    ],
    ['L27 headers', 'Endpoint response headers: {Set-Cookie=c}', { kind: 'endpoint_response_headers' }],
    [
      'L27 proxy answer',
      'Endpoint response body before transformations: {"statusCode":403,"body":"no"}',
      { kind: 'endpoint_response_body', proxyStatus: 403 } as never,
    ],
    [
      'L27 status as a string',
      'Endpoint response body before transformations: {"statusCode":"403"}',
      { kind: 'endpoint_response_body', proxyStatus: 403 } as never,
    ],
    [
      'L27 cut behind the status',
      'Endpoint response body before transformations: {"statusCode":403,"body":"{\\"error\\": \\"deni [TRUNCATED]',
      { kind: 'endpoint_response_body', proxyStatus: 403 } as never,
    ],
    [
      'L27 a status inside the escaped body only',
      'Endpoint response body before transformations: {"body":"{\\"statusCode\\":403}","isBase64Encoded":false}',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    [
      'L27 the same, cut',
      'Endpoint response body before transformations: {"body":"{\\"statusCode\\":403,\\"x\\":\\" [TRUNCATED]',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    [
      'L27 a nested status',
      'Endpoint response body before transformations: {"error":{"statusCode":403}}',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    [
      'L27 half a status',
      'Endpoint response body before transformations: {"statusCode":40 [TRUNCATED]',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    [
      'L27 no HTTP status',
      'Endpoint response body before transformations: {"statusCode":4030}',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    [
      'L27 no JSON',
      'Endpoint response body before transformations: <html>',
      { kind: 'endpoint_response_body', proxyStatus: null } as never,
    ],
    ['L28 headers', 'Method response headers: {X=y}', { kind: 'method_response_headers' }],
    ['L29', 'Successfully completed execution', { kind: 'execution_completed' }],
    ['L30', 'Method completed with status: 403', { kind: 'method_completed', status: 403 } as never],
    ['L31', `AWS Integration Endpoint RequestId : ${id}`, { kind: 'integration_request_id' }],
    [
      'L32',
      'X-ray Tracing ID : 1-5c755b5d-0123456789abcdef01234567',
      { kind: 'trace_id', traceId: '1-5c755b5d-0123456789abcdef01234567' } as never,
    ],
    [
      'L32 with Root',
      'X-ray Tracing ID : Root=1-6962a0b1-0123456789abcdef01234567',
      { kind: 'trace_id', traceId: '1-6962a0b1-0123456789abcdef01234567' } as never,
    ],
    [
      'L33',
      'Gateway response type: ACCESS_DENIED with status code: 403',
      { kind: 'gateway_response', responseType: 'ACCESS_DENIED', status: 403 } as never,
    ],
    ['L34 headers', 'Gateway response headers: {X=y}', { kind: 'gateway_response_headers' }],
    [
      'L35',
      'Execution failed due to configuration error: Malformed Lambda proxy response',
      { kind: 'configuration_error' },
    ],
    ['L35 another error', 'Execution failed due to a timeout error', { kind: 'configuration_error' }],
    [
      'L36',
      `Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: ${id}`,
      { kind: 'lambda_failed' },
    ],
    [
      'mTLS',
      'Access denied. Reason: self signed certificate',
      { kind: 'mtls_denied', reason: 'self signed certificate' } as never,
    ],
    ['test invoke', `Execution log for request ${id}`, { kind: 'test_invoke' }],
    [
      'WebSocket route',
      'WebSocket Request Route: [$connect]',
      { kind: 'websocket', text: 'WebSocket Request Route: [$connect]' },
    ],
    [
      'WebSocket client',
      'Client [UserAgent: curl, SourceIp: 203.0.113.7] is connecting to WebSocket API [a1b2c3d4e5].',
      { kind: 'websocket' },
    ],
    [
      'WebSocket message',
      'WebSocket API [a1b2c3d4e5] received message from client [Connection Id: Iq9gwFDNoAMFo1A=].',
      { kind: 'websocket' },
    ],
    [
      'a line nobody knows',
      'Something new happened with secret words',
      { kind: 'other', text: '(no known execution-log line)' },
    ],
    ["an emulator's invention", 'Using cached authorizer result for authorizer 7k2m9x', { kind: 'other' }],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it.each<[string, string, string]>([
    [
      'the authorizer sentence',
      'User is not authorized to access this resource with an explicit deny',
      'authorizer_not_authorized',
    ],
    [
      'the policy sentence',
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}`,
      'user_not_authorized',
    ],
    ['one word', 'Unauthorized', 'unauthorized'],
    ['an expired token', 'The security token included in the request is expired', 'security_token_expired'],
  ])('a refusal on a line of its own: %s', (_name, text, kind) => {
    expect(read(text)).toMatchObject({ kind: 'message', message: { kind } });
  });

  it.each<[string, string, string | null]>([
    ['L34 Forbidden', 'Gateway response body: {"message":"Forbidden"}', 'forbidden'],
    [
      'L34 capital Message',
      `Gateway response body: {"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn} with an explicit deny"}`,
      'user_not_authorized',
    ],
    ['L34 null message', 'Gateway response body: {"message":null}', 'null_message'],
    ['L34 pretty-printed', 'Gateway response body: {\n  "message": "Forbidden"\n}', 'forbidden'],
    ['L28 of a backend', 'Method response body after transformations: {"message":"you may not"}', 'other'],
    ['L28 without message', 'Method response body after transformations: {"error":"Forbidden"}', null],
    [
      'L28 plain words',
      'Method response body after transformations: Missing Authentication Token',
      'missing_authentication_token',
    ],
    ['L28 empty', 'Method response body after transformations: ', null],
    ['L28 a page', `Method response body after transformations: <html>Forbidden${' '.repeat(600)}</html>`, null],
  ])('the message of %s', (_name, text, kind) => {
    const line = read(text);
    expect(line && 'message' in line ? (line.message?.kind ?? null) : 'no message').toBe(kind);
  });
});

describe('near misses', () => {
  it.each([
    ['prose about the sentence', 'The client is not authorized to perform this operation. What can I do?'],
    ["an application's own words", 'Unauthorized request: token missing'],
    ["an application's request", 'Sending request to https://shop.example/orders'],
    ["a person's note", 'API Key: see the wiki'],
    ['a key in clear without prefix', 'API Key: 0123456789abcdefghij'],
    ['a refusal of another kind', 'Access denied. Reason: account locked'],
    ['another execution', 'Successfully completed execution of the nightly job'],
    ['a status that is none', 'Method completed with status: 4031'],
    [
      'a policy sentence, which may be a response',
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn}`,
    ],
    ['another exception text', 'AuthorizerConfigurationException: null'],
    ['lower case', 'method completed with status: 403'],
    ['an account limit in prose', 'Account limit exceeded'],
    ['an empty line', ''],
  ])('%s is no line without a prefix', (_name, text) => {
    expect(read(text, bare)).toBeNull();
  });

  it.each([
    ['the sentence', 'The client is not authorized to perform this operation.', 'client_not_authorized'],
    ['in code marks', 'The client is not authorized to perform this operation.`', 'client_not_authorized'],
    ['a masked key', `API Key: ${key}`, 'api_key_sent'],
    ['a certificate', 'Access denied. Reason: Could not find issuer for certificate', 'mtls_denied'],
    [
      'the exception',
      'AuthorizerConfigurationException / Invalid permissions on Lambda function',
      'configuration_error',
    ],
  ])('%s is one', (_name, text, kind) => {
    expect(read(text, bare)?.kind).toBe(kind);
  });
});

describe('the authorizer policy (L7)', () => {
  const policy = (body: string) => {
    const line = read(`Authorizer result body before parsing: ${body}`);
    return line?.kind === 'authorizer_result' ? line.policy : 'no L7';
  };
  const deny = { effect: 'Deny', resources: [arn] };

  it.each<[string, string, unknown]>([
    [
      'one Deny',
      `{"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"${arn}"}]},"context":{"k":"v"}}`,
      { statements: [deny] },
    ],
    [
      'a statement that is no list, resources that are one',
      `{"policyDocument":{"Statement":{"Action":["execute-api:Invoke"],"Effect":"Allow","Resource":["${arn}","*"]}}}`,
      { statements: [{ effect: 'Allow', resources: [arn, '*'] }] },
    ],
    [
      "a library's lower case",
      `{"policyDocument":{"statement":[{"action":"execute-api:Invoke","effect":"Deny","resource":"${arn}"}]}}`,
      { statements: [deny] },
    ],
    [
      'pretty-printed',
      `{\n  "policyDocument": {\n    "Statement": [\n      { "Action": "*", "Effect": "Deny", "Resource": "${arn}" }\n    ]\n  }\n}`,
      { statements: [deny] },
    ],
    [
      'a statement about another action left out',
      `{"policyDocument":{"Statement":[{"Action":"lambda:InvokeFunction","Effect":"Allow","Resource":"*"},{"Action":"execute-api:*","Effect":"Deny","Resource":"${arn}"}]}}`,
      { statements: [deny] },
    ],
    [
      'a resource of another service left out',
      '{"policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:lambda:eu-west-1:111122223333:function:f"}]}}',
      { statements: [{ effect: 'Allow', resources: [] }] },
    ],
    [
      'a blotted-out account',
      '{"policyDocument":{"Statement":[{"Effect":"Deny","Resource":"arn:aws:execute-api:eu-west-1:<account id>:a1b2c3d4e5/prod/GET/"}]}}',
      {
        statements: [
          { effect: 'Deny', resources: ['arn:aws:execute-api:eu-west-1:<account id>:a1b2c3d4e5/prod/GET/'] },
        ],
      },
    ],
    [
      'cut in the context: the policy is whole',
      `{"policyDocument":{"Statement":[{"Effect":"Deny","Resource":"${arn}"}]},"context":{"k":"v [TRUNCATED]`,
      { statements: [deny] },
    ],
    [
      'cut in a resource: it is not kept, and the policy says so',
      `{"policyDocument":{"Statement":[{"Effect":"Deny","Resource":"${arn}"},{"Effect":"Allow","Resource":"arn:aws:execute-api:eu-w [TRUNCATED]`,
      { statements: [deny, { effect: 'Allow', resources: [] }], incomplete: true },
    ],
    ['null', 'null', null],
    ["the function's error", '{"errorMessage":"Unauthorized"}', null],
    ['no document', '{"principalId":"u"}', null],
    ['a document that is text', '{"policyDocument":"{}"}', null],
    [
      'NotResource, whose meaning cannot be listed, left out',
      `{"policyDocument":{"Statement":[{"Effect":"Deny","NotResource":"*"},{"Effect":"Deny","Resource":"${arn}"}]}}`,
      { statements: [deny], incomplete: true },
    ],
    [
      'a Condition, which nobody here can evaluate, left out',
      `{"policyDocument":{"Statement":[{"Effect":"Deny","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}},{"Effect":"Deny","Resource":"${arn}","Condition":{}}]}}`,
      { statements: [deny], incomplete: true },
    ],
    ['no JSON', '<html>', null],
  ])('%s', (_name, body, expected) => {
    expect(policy(body)).toEqual(expected);
  });
});

describe('the registry', () => {
  const unread = new Set(['L38']);
  it.each(lineKinds.filter((kind) => !unread.has(kind.id)).map((kind) => [kind.id, kind.example, kind.lead] as const))(
    '%s reads its example: %s',
    (_id, example, lead) => {
      expect(example.startsWith(lead)).toBe(true);
      expect(read(example)?.kind).not.toBe('other');
    },
  );

  it.each(['[TRUNCATED]', ' [TRUNCATED]', '[cut]', ' …', '...'])('reads lines that end in %s', (mark) => {
    expect(read(`Method completed with status: 403${mark}`)).toMatchObject({ kind: 'method_completed', status: 403 });
  });
});
