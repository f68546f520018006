import { describe, expect, it } from 'vitest';
import { explainText } from '../../parsers/src/engine/explain.js';
import type { ConfigFacts } from '../../parsers/src/model/index.js';

// Inputs that look decisive and are not: somebody else can have written the deciding words, or they belong to another
// request. Whatever the verdict, it must not call itself certain.

const id = '26b1fe7b-8b5a-4c3e-a8a2-0d2f0f3a9b61';
const answer = (status: number, more: readonly string[], body: string): string =>
  [
    `HTTP/1.1 ${status} X`,
    'Date: Tue, 03 Mar 2026 09:15:00 GMT',
    'Content-Type: application/json',
    `x-amzn-RequestId: ${id}`,
    'x-amz-apigw-id: PDx1PEC4oAMFpyA=',
    ...more,
    '',
    body,
  ].join('\n');

const line = (values: Record<string, string>): string =>
  JSON.stringify({
    requestId: id,
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    ip: '203.0.113.9',
    requestTime: '03/Mar/2026:09:15:00 +0000',
    httpMethod: 'GET',
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    status: '403',
    ...values,
  });

const log = (...lines: string[]): string => lines.map((text) => `(${id}) ${text}`).join('\n');
const opened = 'Extended Request Id: JKJaXmPLvHcESHA=';

const waf = (values: object): string =>
  JSON.stringify({
    timestamp: 1772529300000,
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/0f6a1c52-3b7d-4e19-8a44-6d2f90c7be10',
    terminatingRuleId: 'rule',
    terminatingRuleType: 'REGULAR',
    action: 'BLOCK',
    httpSourceName: 'APIGW',
    httpSourceId: '111122223333:a1b2c3d4e5:prod',
    httpRequest: { clientIp: '203.0.113.9', httpMethod: 'GET', uri: '/prod/a', requestId: 'JKJaXmPLvHcESHA=' },
    ...values,
  });

const type = 'errorResponseType';
const routes = (path: string, authorizationType: 'AWS_IAM' | 'NONE' = 'AWS_IAM'): ConfigFacts => ({
  ageMs: 60_000,
  routes: [{ path, method: 'GET', authorizationType, apiKeyRequired: false }],
});

const inputs: readonly (readonly [name: string, input: string, config?: ConfigFacts])[] = [
  ['a backend answers 200 with an error word of its own', answer(200, [], '{"error":"EXPIRED_TOKEN"}')],
  ['a backend answers 403 with an error word of its own', answer(403, [], '{"error":{"type":"WAF_FILTERED"}}')],
  [
    'an access line and an execution log that share only a request id',
    `${JSON.stringify({ requestId: id, ip: '203.0.113.9', requestTime: '03/Mar/2026:09:15:00 +0000', httpMethod: 'GET', resourcePath: '/a', status: '403', responseLength: '23' })}\n${log(opened, "API Key  not authorized because method 'GET /b' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Key was required but not present")}`,
  ],
  [
    'a function relays an SDK error object',
    answer(
      403,
      [],
      '{"name":"ExpiredTokenException","message":"The security token included in the request is expired","$fault":"client"}',
    ),
  ],
  [
    'an API behind the API refused',
    answer(
      403,
      [`x-amzn-Remapped-x-amzn-RequestId: ${id}`, 'x-amzn-ErrorType: AccessDeniedException'],
      '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
    ),
  ],
  [
    'another OAuth server asks for a scope',
    'HTTP/1.1 403\nServer: Tomcat\nWWW-Authenticate: Bearer error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token."\n',
  ],
  [
    'an application log with a sentence that it took from elsewhere',
    line({ message: 'The security token included in the request is expired' }),
  ],
  ['an application log that speaks of throttling', line({ message: 'Too Many Requests' })],
  ['WAF blocked by id, and the access line of that id was answered 200', `${line({ status: '200' })}\n${waf({})}`],
  ['WAF record without its source', waf({ httpSourceName: undefined })],
  ['a CAPTCHA record that names no failure', waf({ action: 'CAPTCHA', captchaResponse: { responseCode: 0 } })],
  [
    'the integration answered, and the line names a gate all the same',
    line({ [type]: 'INVALID_SIGNATURE', integrationStatus: '200', integrationLatency: '35' }),
  ],
  [
    'a canary answered from another deployment',
    line({
      isCanaryRequest: 'true',
      deploymentId: 'dep111',
      path: '/prod/new',
      [type]: 'MISSING_AUTHENTICATION_TOKEN',
    }),
    routes('/pets'),
  ],
  [
    'the snapshot is about another API',
    line({ path: '/prod/new', [type]: 'MISSING_AUTHENTICATION_TOKEN' }),
    { ...routes('/pets'), apiId: 'zzzzzzzzzz' },
  ],
  [
    'only a pasted body, beside a snapshot',
    'curl https://other.example.org/nope\n{"message":"Missing Authentication Token"}',
    routes('/pets'),
  ],
  [
    'a path with two slashes is another path',
    line({ path: '/prod//pets', [type]: 'MISSING_AUTHENTICATION_TOKEN' }),
    { ...routes('/pets'), ageMs: 4_000_000 },
  ],
  [
    'OPTIONS by a signed caller is no preflight',
    line({
      httpMethod: 'OPTIONS',
      [type]: 'ACCESS_DENIED',
      errorMessage:
        'User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/OPTIONS/pets',
    }),
  ],
  [
    'OPTIONS after an authorizer ran: the resource policy may have refused',
    `${line({ httpMethod: 'OPTIONS', [type]: 'ACCESS_DENIED' })}\n${log(opened, `Starting authorizer: abc123 for request: ${id}`, 'Using valid authorizer policy for principal: *****abcdef', 'Successfully completed authorizer execution', 'The client is not authorized to perform this operation.')}`,
  ],
  [
    'a function error mapped to 403',
    log(
      opened,
      `Starting execution for request: ${id}`,
      'Received response. Status: 200, Integration latency: 12 ms',
      'Lambda execution failed with status 200 due to customer function error: x. Lambda request id: 0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0',
      'Method completed with status: 403',
    ),
  ],
  [
    'an authorizer policy with a resource that is not understood',
    log(
      opened,
      `Starting authorizer: abc123 for request: ${id}`,
      'Endpoint request body after transformations: {"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/pets"}',
      'Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"everything here"}]}}',
      'The client is not authorized to perform this operation.',
    ),
  ],
  [
    'a key whose id AWS logged is known to AWS',
    line({ [type]: 'INVALID_API_KEY', apiKeyId: 'k3y0id1234' }),
    { ageMs: 0, apiKeys: [] },
  ],
  [
    'an anonymous denial that names no policy',
    line({
      [type]: 'ACCESS_DENIED',
      errorMessage:
        'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/GET/pets',
    }),
  ],
];

describe('never certain', () => {
  for (const [name, input, config] of inputs) {
    it(name, () => {
      const { requests } = explainText(input, config ? { config } : {});
      expect(requests.length).toBeGreaterThan(0);
      const certain = requests.filter((r) => r.verdict.confidence === 'certain' && r.verdict.outcome === 'refused');
      expect(certain.map((r) => `${r.verdict.cause} by ${r.verdict.decidedBy}`)).toEqual([]);
    });
  }
});
