import { describe, expect, it } from 'vitest';
import { explainText } from '../../../parsers/src/index.js';

/** Each is put where a secret can stand; none may come out again, in no part of the explanation. */
const canary = 'c4naryS3cretValue0fNobody';
const R = '3f2a9c1e-7b60-4d35-8e14-a90b6c2d7f01';

const inputs: readonly (readonly [string, string])[] = [
  [
    'an API key in an access line',
    JSON.stringify({ requestId: R, status: '403', resourcePath: '/pets', apiKey: `${canary}${canary}` }),
  ],
  [
    'an authorizer claim',
    JSON.stringify({ requestId: R, status: '403', resourcePath: '/pets', authorizer: { claims: { email: canary } } }),
  ],
  [
    'a validation error',
    JSON.stringify({ requestId: R, status: '400', resourcePath: '/pets', validationErrorString: `[${canary}]` }),
  ],
  [
    'an unknown message',
    JSON.stringify({ requestId: R, status: '403', resourcePath: '/pets', errorMessage: `token ${canary} is bad` }),
  ],
  [
    'a key of the template that is no variable',
    JSON.stringify({ requestId: R, status: '403', resourcePath: '/pets', note: canary }),
  ],
  [
    'request headers',
    `(${R}) Method request headers: {Authorization=Bearer ${canary}, X-Api-Key=${canary}, Cookie=s=${canary}}`,
  ],
  ['a request body', `(${R}) Method request body before transformations: {"password":"${canary}"}`],
  ['a query string', `(${R}) Method request query string: {token=${canary}}`],
  [
    'an authorizer result',
    `(${R}) Authorizer result body before parsing: {"principalId":"${canary}","context":{"k":"${canary}"},"policyDocument":{"Statement":[]}}`,
  ],
  [
    'an authorizer request',
    `(${R}) Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"${canary}"}`,
  ],
  ['an unknown line', `(${R}) Something new says ${canary}`],
  [
    'a WAF record',
    JSON.stringify({
      timestamp: 1773478800000,
      webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/orders/5b1c2d3e',
      terminatingRuleId: 'deny-sqli',
      terminatingRuleType: 'REGULAR',
      action: 'BLOCK',
      terminatingRuleMatchDetails: [{ conditionType: 'SQL_INJECTION', location: 'HEADER', matchedData: [canary] }],
      httpSourceName: 'APIGW',
      httpRequest: {
        clientIp: '198.51.100.23',
        uri: '/live/orders',
        args: `token=${canary}`,
        httpMethod: 'GET',
        headers: [
          { name: 'Authorization', value: `Bearer ${canary}` },
          { name: 'Cookie', value: `s=${canary}` },
        ],
      },
    }),
  ],
  [
    'a curl command',
    `curl -i -H 'x-api-key: ${canary}' -H "Authorization: Bearer ${canary}" -d '{"p":"${canary}"}' 'https://q1w2e3r4t5.execute-api.eu-west-1.amazonaws.com/live/a?token=${canary}'\nHTTP/2 403\nset-cookie: s=${canary}\n\n{"message":"Forbidden"}`,
  ],
  ['a response body', `HTTP/1.1 403 Forbidden\n\n{"error":"${canary}"}`],
  [
    'a signature in a message',
    `HTTP/1.1 403\n\n{"message":"'Bearer ${canary}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${canary}'."}`,
  ],
  ['a line that nobody knows', `password is ${canary}`],
  ['a damaged record', `{"webaclId":"a","httpSourceName":"APIGW","httpRequest":{"args":"${canary}"`],
];

describe('secrets', () => {
  it.each(inputs)('in %s are not in the explanation', (_, input) => {
    const alone = JSON.stringify(explainText(`${input}\n`));
    const withFormat = JSON.stringify(
      explainText(`${input}\n`, { accessLogFormat: '{"k":"$context.identity.apiKey","s":"$context.status"}' }),
    );
    expect(alone).not.toContain(canary);
    expect(withFormat).not.toContain(canary);
  });
});
