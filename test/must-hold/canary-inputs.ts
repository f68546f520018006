import { accessInputs, jsonLine, strangeMembers } from './canary-access.js';
import { dataTrace, executionInputs } from './canary-execution.js';
import { type CanaryInput, extendedId, host, inJson, methodArn, requestId } from './canary-parts.js';
import { responseInputs } from './canary-responses.js';
import type { Secrets } from './canary-secrets.js';
import { wafInputs, wafRecord } from './canary-waf.js';

/** Every input path but the envelopes. */
export const canaryInputs = (secrets: Secrets): readonly CanaryInput[] => [
  ...accessInputs(secrets),
  ...executionInputs(secrets),
  ...wafInputs(secrets),
  ...responseInputs(secrets),
];

/** Inputs short enough to be damaged at every single character. */
export const shortInputs = (secrets: Secrets): readonly CanaryInput[] => {
  const { apiKey } = secrets;
  const secret = inJson(secrets.secret);
  return [
    {
      name: 'headers of a WAF record',
      text: `{"webaclId":"arn:aws:wafv2:x","terminatingRuleId":"r","action":"BLOCK","httpRequest":{"headers":[{"name":"Cookie","value":"${secret}"},{"name":"User-Agent","value":"curl"},{"name":"Authorization","value":"${secret}"},{"name":"Host","value":"api.example.com"},{"name":"x-api-key","value":"${apiKey}"}],"uri":"/x"}}`,
    },
    {
      name: 'members of an access line',
      text: `{"requestId":"${requestId}","status":"403","userAgent":"curl","apiKey":"${apiKey}","ip":"203.0.113.9","authorizerToken":"${secret}","httpMethod":"GET","authorization":"${secret}","resourcePath":"/orders"}`,
    },
    {
      name: 'members of an access line by template',
      text: `{"requestId":"${requestId}","status":"403","ua":"curl","key":"${apiKey}","ip":"203.0.113.9","ctx":"${secret}","path":"/orders"}`,
      template:
        '{"requestId":"$context.requestId","status":"$context.status","ua":"$context.identity.userAgent","key":"$context.identity.apiKey","ip":"$context.identity.sourceIp","ctx":"$context.authorizer.token","path":"$context.path"}',
    },
    {
      name: 'request of a Lambda authorizer',
      text: `(${requestId}) Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"${secret}","methodArn":"${methodArn}","x":"${secret}"}`,
    },
    {
      name: 'answer of a Lambda authorizer',
      text: `(${requestId}) Authorizer result body before parsing: {"principalId":"${secret}","policyDocument":{"Statement":[{"Effect":"Deny","Resource":"${methodArn}"}]},"context":{"Resource":"${secret}"}}`,
    },
    {
      name: 'key line',
      text: `(${requestId}) API Key ${apiKey} not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Stage is not in a Usage Plan`,
    },
    {
      name: 'headers of curl -v',
      text: `> GET /prod/orders HTTP/1.1\n> Host: ${host}\n> Authorization: Bearer ${secrets.secret}\n> x-api-key: ${apiKey}\n> Cookie: a=${secrets.secret}\n>\n< HTTP/1.1 403 Forbidden\n< Set-Cookie: a=${secrets.secret}\n< x-amz-apigw-id: ${extendedId}\n`,
    },
    {
      name: 'row of an Insights export',
      text: `@timestamp,requestId,apiKey,status,authorization,httpMethod,resourcePath\n2026-05-14 09:30:12.345,${requestId},${apiKey},403,"${secrets.secret}",GET,/orders`,
    },
  ];
};

/** One of each kind, each an event of its own, for envelopes. */
export const canaryEvents = (secrets: Secrets): readonly string[] => [
  jsonLine(secrets, 'Forbidden'),
  `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9",${strangeMembers(secrets)}}`,
  ...dataTrace(secrets).map((line) => `(${requestId}) ${line}`),
  JSON.stringify(wafRecord(secrets)),
];
