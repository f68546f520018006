import type { Secrets } from './canary-secrets.js';

/** An input that holds secrets, and the stage's format when it is read by one. */
export interface CanaryInput {
  readonly name: string;
  readonly text: string;
  readonly template?: string;
}

const requestId = '0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a495';
const extendedId = 'KdR5xHZvjoEFq3A=';
const time = '14/May/2026:09:30:12 +0000';
const host = 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com';
const methodArn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7';
const aclArn = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front/6c9d1c1e-8f0a-4b7e-9d2a-5e3c1f7b8a90';

/** A value inside JSON, without its quotes. */
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);

/** Header values that carry a secret: every scheme of Authorization, and what stands beside it. */
const secretHeaders = ({ apiKey, secret }: Secrets): readonly (readonly [string, string])[] => [
  ['Authorization', `Bearer ${secret}`],
  ['Authorization', `Basic ${secret}`],
  [
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260514/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${secret}`,
  ],
  ['Authorization', secret],
  ['Authorization', `Token token=${secret}`],
  ['X-Amz-Security-Token', secret],
  ['x-api-key', apiKey],
  ['Cookie', `session=${secret}; theme=dark`],
  ['X-Auth-Token', secret],
];

export const echoes = ({ secret }: Secrets): readonly (readonly [string, string])[] => [
  [
    'key=value echo',
    `'${secret}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${secret}'.`,
  ],
  [
    'key=value echo of SigV4',
    `'Signature=${secret}' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Signature=${secret}'.`,
  ],
  [
    'parameter echo',
    `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=${secret}`,
  ],
  ['parameter echo of Basic', `Authorization header requires 'Credential' parameter. Authorization=Basic ${secret}`],
  [
    'canonical string',
    `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'GET\n/prod/orders\ntoken=${secret}\nhost:${host}\nx-amz-security-token:${secret}\n\nhost;x-amz-security-token\ne3b0c44298fc'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260514T093012Z\n20260514/eu-west-1/execute-api/aws4_request\n${secret}'\n`,
  ],
  [
    'scope echo',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${secret}'`,
  ],
  ['unknown words', `Some new wording about ${secret}`],
];

const jsonTemplate =
  '{"requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","errorType":"$context.error.responseType","errorMessage":"$context.error.message","apiKey":"$context.identity.apiKey","token":"$context.authorizer.token","email":"$context.authorizer.claims.email","userAgent":"$context.identity.userAgent"}';

const jsonLine = ({ apiKey, secret }: Secrets, message: string): string =>
  `{"requestId":"${requestId}","extendedRequestId":"${extendedId}","ip":"203.0.113.9","requestTime":"${time}","httpMethod":"GET","resourcePath":"/orders/{id}","status":"403","errorType":"ACCESS_DENIED","errorMessage":"${message}","apiKey":"${apiKey}","token":"${inJson(secret)}","email":"${inJson(secret)}","userAgent":"curl/8.5.0"}`;

/** Members that no access log of API Gateway has, and that people's own formats may have. */
const strangeMembers = ({ apiKey, secret }: Secrets): string =>
  [
    ['authorization', `Bearer ${secret}`],
    ['Authorization', secret],
    ['authorizationToken', secret],
    ['cookie', `session=${secret}`],
    ['set-cookie', secret],
    ['requestBody', secret],
    ['responseBody', secret],
    ['body', secret],
    ['queryString', `token=${secret}`],
    ['query', secret],
    ['x-api-key', apiKey],
    ['api_key', apiKey],
    ['identityApiKey', apiKey],
    ['xAmzSecurityToken', secret],
    ['accessToken', secret],
    ['authorizerToken', secret],
    ['authorizer.claims.email', secret],
    ['jwt', secret],
    ['password', secret],
    ['validationErrorString', secret],
    ['clientCertPem', secret],
  ]
    .map(([name, value]) => `"${name}":"${inJson(value as string)}"`)
    .join(',');

function accessInputs(secrets: Secrets): CanaryInput[] {
  const { apiKey, secret } = secrets;
  const inputs: CanaryInput[] = [];
  for (const [name, message] of echoes(secrets)) {
    const escaped = inJson(message);
    inputs.push(
      { name: `access JSON, ${name}`, text: jsonLine(secrets, escaped) },
      { name: `access JSON by template, ${name}`, text: jsonLine(secrets, escaped), template: jsonTemplate },
      { name: `access JSON unescaped, ${name}`, text: jsonLine(secrets, message), template: jsonTemplate },
      { name: `access JSON unescaped without template, ${name}`, text: jsonLine(secrets, message) },
      {
        name: `access JSON messageString, ${name}`,
        text: jsonLine(secrets, `"${message}"`),
        template: jsonTemplate.replace('error.message"', 'error.messageString"'),
      },
      {
        name: `access text by template, ${name}`,
        text: `203.0.113.9 [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} INVALID_SIGNATURE ${message} ${extendedId}`,
        template:
          '$context.identity.sourceIp [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.error.responseType $context.error.message $context.extendedRequestId',
      },
      {
        name: `access CSV by template, ${name}`,
        text: `${requestId},403,INVALID_SIGNATURE,${message},203.0.113.9`,
        template:
          '$context.requestId,$context.status,$context.error.responseType,$context.error.message,$context.identity.sourceIp',
      },
      {
        name: `access XML by template, ${name}`,
        text: `<request id="${requestId}"><ip>203.0.113.9</ip><status>403</status><message>${message}</message><key>${apiKey}</key></request>`,
        template:
          '<request id="$context.requestId"><ip>$context.identity.sourceIp</ip><status>$context.status</status><message>$context.error.message</message><key>$context.identity.apiKey</key></request>',
      },
    );
  }
  inputs.push(
    {
      name: 'access JSON, strange members',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9",${strangeMembers(secrets)}}`,
    },
    {
      name: 'access JSON, strange members first',
      text: `{${strangeMembers(secrets)},"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9"}`,
    },
    {
      name: 'access JSON, nested members',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","identity":{"apiKey":"${apiKey}","sourceIp":"203.0.113.9"},"authorizer":{"token":"${inJson(secret)}","claims":{"email":"${inJson(secret)}"}},"request":{"headers":{"authorization":"Bearer ${inJson(secret)}","x-api-key":"${apiKey}"},"queryString":"t=${inJson(secret)}"},"response":{"body":"${inJson(secret)}"}}`,
    },
    {
      name: 'access JSON, path with a query',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","path":"/prod/orders?token=${inJson(secret)}","url":"https://api.example.com/orders?token=${inJson(secret)}","ip":"203.0.113.9","requestTime":"${time}"}`,
    },
    {
      name: 'access JSON, route with a query',
      text: `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resource":"/orders?token=${inJson(secret)}","route":"GET /orders?token=${inJson(secret)}","ip":"203.0.113.9","requestTime":"${time}"}`,
    },
    {
      name: 'access CLF, query in the request line',
      text: `203.0.113.9 - - [${time}] "GET /orders?token=${secret} HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
    },
    {
      name: 'access CSV, query in the path',
      text: `203.0.113.9,-,-,${time},GET,/orders?token=${secret},HTTP/1.1,403,42,${requestId},${extendedId}`,
    },
    {
      name: 'access CLF, key and context in the places of caller and user',
      text: `203.0.113.9 ${apiKey} ${secret} [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
    },
    {
      name: 'access CLF by template with key and context',
      text: `203.0.113.9 ${apiKey} ${secret} [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}`,
      template:
        '$context.identity.sourceIp $context.identity.apiKey $context.authorizer.token [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId',
    },
    {
      name: 'access CLF, key and context behind the console fields',
      text: `203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId} ${apiKey} ${secret}`,
    },
    {
      name: 'access CLF, key before the extended id',
      text: `203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${apiKey} ${secret}`,
    },
    {
      name: 'access CSV, key and context in the places of caller and user',
      text: `203.0.113.9,${apiKey},${secret},${time},GET,/orders,HTTP/1.1,403,42,${requestId},${extendedId}`,
    },
    {
      name: 'access CSV by template with key and context',
      text: `203.0.113.9,${apiKey},${secret},${time},GET,/orders,HTTP/1.1,403,42,${requestId},${extendedId}`,
      template:
        '$context.identity.sourceIp,$context.identity.apiKey,$context.authorizer.token,$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,$context.requestId,$context.extendedRequestId',
    },
    {
      name: 'access XML with key and context',
      text: `<request id="${requestId}"> <ip>203.0.113.9</ip> <caller>-</caller> <user>-</user> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/orders</resourcePath> <protocol>HTTP/1.1</protocol> <status>403</status> <responseLength>42</responseLength> <apiKey>${apiKey}</apiKey> <token>${secret}</token> <claims>${secret}</claims> <authorization>Bearer ${secret}</authorization> </request>`,
    },
    {
      name: 'access text by template, free texts side by side',
      text: `${requestId} 403 Bearer ${secret} curl/8.5.0 (x86_64) ${apiKey} alice ACCESS_DENIED`,
      template:
        '$context.requestId $context.status $context.authorizer.token $context.identity.userAgent $context.identity.apiKey $context.authorizer.principalId $context.error.responseType',
    },
    {
      name: 'access text by template, context before the user agent',
      text: `${requestId} 403 GET ${secret} x${secret} curl/8.5.0`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.authorizer.token $context.identity.userAgent',
    },
    {
      name: 'access text by template, context before the principal',
      text: `${requestId} 403 GET Bearer ${secret} alice`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.authorizer.token $context.authorizer.principalId',
    },
    {
      name: 'access text by template, validation error before the user agent',
      text: `${requestId} 403 GET [body of ${secret} is no number] curl/8.5.0`,
      template:
        '$context.requestId $context.status $context.httpMethod $context.error.validationErrorString $context.identity.userAgent',
    },
    {
      name: 'access JSON by template, two variables in one string',
      text: `{"id":"${requestId}","who":"Bearer ${inJson(secret)} alice ${apiKey}","status":403}`,
      template:
        '{"id":"$context.requestId","who":"$context.authorizer.token $context.authorizer.principalId $context.identity.apiKey","status":$context.status}',
    },
    {
      name: 'access JSON that the template given does not fit',
      text: jsonLine(secrets, 'Forbidden'),
      template: '{"id":"$context.requestId","user":"$context.identity.user","status":"$context.status"}',
    },
    {
      name: 'access lines of two formats',
      text: `${jsonLine(secrets, 'Forbidden')}\n203.0.113.9 - - [${time}] "GET /orders HTTP/1.1" 403 42 ${requestId} ${extendedId}\n${requestId} ${apiKey} ${secret} 403\n`,
      template: '$context.requestId $context.identity.apiKey $context.authorizer.token $context.status',
    },
  );
  return inputs;
}

const dataTrace = (secrets: Secrets): readonly string[] => {
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

function executionInputs(secrets: Secrets): CanaryInput[] {
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

const wafRecord = (secrets: Secrets) => ({
  timestamp: 1778751012345,
  formatVersion: 1,
  webaclId: aclArn,
  terminatingRuleId: 'limit-logins',
  terminatingRuleType: 'RATE_BASED',
  action: 'BLOCK',
  terminatingRuleMatchDetails: [
    {
      conditionType: 'SQL_INJECTION',
      sensitivityLevel: 'HIGH',
      location: 'BODY',
      matchedData: ['union', secrets.secret],
      matchedFieldName: secrets.secret,
    },
  ],
  httpSourceName: 'APIGW',
  httpSourceId: '111122223333:a1b2c3d4e5:prod',
  ruleGroupList: [
    {
      ruleGroupId: 'AWS#AWSManagedRulesCommonRuleSet',
      terminatingRule: {
        ruleId: 'SizeRestrictions_BODY',
        action: 'BLOCK',
        ruleMatchDetails: [{ matchedData: [secrets.secret] }],
      },
      nonTerminatingMatchingRules: [],
      excludedRules: null,
      customerConfig: null,
    },
  ],
  rateBasedRuleList: [
    {
      rateBasedRuleId: 'rid',
      rateBasedRuleName: 'limit-logins',
      limitKey: 'CUSTOMKEYS',
      limitValue: secrets.secret,
      maxRateAllowed: 100,
      evaluationWindowSec: '120',
      customValues: [
        { key: 'HEADER', name: 'x-api-key', value: secrets.apiKey },
        { key: 'COOKIE', name: 'sid', value: secrets.secret },
      ],
    },
  ],
  nonTerminatingMatchingRules: [
    { ruleId: 'count-all', action: 'COUNT', ruleMatchDetails: [{ matchedData: [secrets.secret] }] },
  ],
  requestHeadersInserted: [{ name: 'x-amzn-waf-secret', value: secrets.secret }],
  responseCodeSent: null,
  httpRequest: {
    clientIp: '203.0.113.9',
    country: 'SE',
    headers: [
      { name: 'Host', value: host },
      { name: 'X-Amzn-Trace-Id', value: 'Root=1-6962a0b1-0f3c5d7e9a1b2c3d4e5f6071' },
      ...secretHeaders(secrets).map(([name, value]) => ({ name, value })),
      { name: 'User-Agent', value: 'curl/8.5.0' },
      { name: 'Referer', value: `https://app.example.com/?token=${secrets.secret}` },
      ...secretHeaders(secrets).map(([name, value]) => ({ name, value })),
    ],
    uri: '/prod/orders/7',
    args: `token=${secrets.secret}&key=${secrets.apiKey}`,
    httpVersion: 'HTTP/1.1',
    httpMethod: 'POST',
    requestId: extendedId,
    fragment: secrets.secret,
  },
  labels: [{ name: 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body' }],
  ja3Fingerprint: secrets.secret,
});

function wafInputs(secrets: Secrets): CanaryInput[] {
  const record = wafRecord(secrets);
  const line = JSON.stringify(record);
  const { httpRequest, ...rest } = record;
  return [
    { name: 'WAF record', text: line },
    { name: 'WAF record, pretty-printed', text: JSON.stringify(record, null, 2) },
    { name: 'WAF record, request first', text: JSON.stringify({ httpRequest, ...rest }) },
    { name: 'WAF record of a prefix', text: `2026-05-14T09:30:12.345Z eu-west-1_front_3 ${line}` },
    { name: 'WAF record without its brace', text: line.slice(1) },
    { name: 'WAF record, quotes doubled', text: `"${line.replaceAll('"', '""')}"` },
    { name: 'WAF record, quotes escaped', text: JSON.stringify(line) },
    {
      name: 'WAF record, unknown action',
      text: line.replace('"action":"BLOCK","terminatingRuleMatch', '"action":"MAYBE","terminatingRuleMatch'),
    },
    { name: 'WAF record, two on one line', text: line + line },
  ];
}

function responseInputs(secrets: Secrets): CanaryInput[] {
  const { apiKey, secret } = secrets;
  const sent = secretHeaders(secrets)
    .map(([name, value]) => `> ${name}: ${value}\n`)
    .join('');
  const got = `< HTTP/1.1 403 Forbidden\n< Date: Thu, 14 May 2026 09:30:12 GMT\n< Content-Type: application/json\n< Content-Length: 23\n< Connection: keep-alive\n< x-amzn-RequestId: ${requestId}\n< x-amzn-ErrorType: ForbiddenException\n< x-amz-apigw-id: ${extendedId}\n< Set-Cookie: sid=${secret}; Secure; HttpOnly\n< x-secret: ${secret}\n<\n{"message":"Forbidden"}`;
  const options = secretHeaders(secrets)
    .map(([name, value]) => `-H '${name}: ${value}'`)
    .join(' ');
  const inputs: CanaryInput[] = [
    {
      name: 'curl -v',
      text: `$ curl -v https://${host}/prod/orders?token=${secret}\n> GET /prod/orders?token=${secret} HTTP/1.1\n> Host: ${host}\n${sent}>\n${got}`,
    },
    {
      name: 'curl -v of HTTP/2',
      text: `* [HTTP/2] [1] [authorization: Bearer ${secret}]\n* [HTTP/2] [1] [x-api-key: ${apiKey}]\n* [HTTP/2] [1] [:path: /prod/orders?token=${secret}]\n> GET /prod/orders?token=${secret} HTTP/2\n> Host: ${host}\n${sent}>\n${got.replace('HTTP/1.1 403 Forbidden', 'HTTP/2 403')}`,
    },
    {
      name: 'curl command',
      text: `curl -i -X POST ${options} --cookie 'sid=${secret}' -u 'me:${secret}' -d '{"password":"${secret}"}' 'https://${host}/prod/orders?token=${secret}&key=${apiKey}#${secret}'\n${got.replaceAll('< ', '')}`,
    },
    {
      name: 'curl command over lines',
      text: `curl -i \\\n  ${options.replaceAll(' -H', ' \\\n  -H')} \\\n  --data-raw '{\n    "password": "${secret}"\n  }' \\\n  "https://${host}/prod/orders?token=${secret}"\n\n${got.replaceAll('< ', '')}`,
    },
    {
      name: 'user in a URL',
      text: `curl https://me:${secret}@${host}/prod/orders\nHTTP/2 403\n\n{"message":"Forbidden"}`,
    },
    {
      name: 'httpie',
      text: `http POST https://${host}/prod/orders token==${secret} password=${secret} x-api-key:${apiKey} Authorization:'Bearer ${secret}'\nHTTP/1.1 403 Forbidden\n\n{"message":"Forbidden"}`,
    },
    {
      name: 'wscat',
      text: `wscat -c 'wss://${host}/prod?token=${secret}' -H 'Authorization: ${secret}'\nerror: Unexpected server response: 403`,
    },
    {
      name: 'PowerShell',
      text: `Invoke-RestMethod -Uri "https://${host}/prod/orders?token=${secret}" -Headers @{ "x-api-key" = "${apiKey}"; Authorization = "Bearer ${secret}" }\nInvoke-RestMethod: {"message":"Forbidden"} 403 (Forbidden)`,
    },
    {
      name: 'browser copy',
      text: `Request URL: https://${host}/prod/orders?token=${secret}\nRequest Method: GET\nStatus Code: 403 Forbidden\nauthorization: Bearer ${secret}\nx-api-key:\n${apiKey}\ncookie\nsid=${secret}\nx-amzn-errortype: ForbiddenException`,
    },
    {
      name: 'browser fetch',
      text: `fetch("https://${host}/prod/orders?token=${secret}", {"headers":{"authorization":"Bearer ${inJson(secret)}","x-api-key":"${apiKey}"},"body":"{\\"password\\":\\"${inJson(inJson(secret))}\\"}","method":"POST"});\nPOST https://${host}/prod/orders?token=${secret} 403 (Forbidden)`,
    },
    {
      name: 'CORS console',
      text: `Access to fetch at 'https://${host}/prod/orders?token=${secret}' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.`,
    },
    {
      name: 'own JSON body',
      text: `HTTP/1.1 403 Forbidden\nContent-Type: application/json\nSet-Cookie: ${secret}\n\n{"message":"${inJson(secret)}","token":"${inJson(secret)}","code":"${inJson(secret)}","error":"${inJson(secret)}"}`,
    },
    { name: 'own text body', text: `HTTP/1.1 403 Forbidden\nContent-Type: text/plain\n\n${secret}\n${secret}` },
    {
      name: 'own HTML body',
      text: `HTTP/1.1 403 Forbidden\n\n<html><head><title>403 ${secret}</title></head><body>${secret}</body></html>`,
    },
    {
      name: 'own XML body',
      text: `HTTP/1.1 403 Forbidden\n\n<Error><Code>AccessDenied</Code><Message>${secret}</Message><AWSAccessKeyId>${secret}</AWSAccessKeyId><StringToSign>${secret}</StringToSign><SignatureProvided>${secret}</SignatureProvided></Error>`,
    },
    {
      name: 'own XML body with its own code',
      text: `HTTP/1.1 403 Forbidden\n\n<Error><Code>${secret}</Code><Message>${secret}</Message></Error>`,
    },
    {
      name: 'SDK for Python',
      text: `botocore.exceptions.ClientError: An error occurred (ForbiddenException) when calling the PostToConnection operation: ${secret}`,
    },
    {
      name: 'SDK for JavaScript',
      text: `ForbiddenException: ${secret}\n    at throwDefaultError (/app/node_modules/x.js:8:22)\n  '$metadata': { httpStatusCode: 403, requestId: '${requestId}' },\n  headers: { Authorization: 'Bearer ${secret}', 'x-api-key': '${apiKey}' },\n  config: { data: '{"password":"${secret}"}' }`,
    },
    {
      name: 'SDK for Java',
      text: `com.amazonaws.AmazonServiceException: ${secret} (Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException; Request ID: ${requestId}; Proxy: null)`,
    },
    {
      name: 'axios',
      text: `AxiosError: Request failed with status code 403\n  config: { headers: { Authorization: 'Bearer ${secret}', 'x-api-key': '${apiKey}', Cookie: 'sid=${secret}' }, params: { token: '${secret}' }, data: '{"password":"${secret}"}', url: 'https://${host}/prod/orders?token=${secret}' }`,
    },
    {
      name: 'requests',
      text: `requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://${host}/prod/orders?token=${secret}&key=${apiKey}`,
    },
    {
      name: 'presigned URL',
      text: `GET https://${host}/prod/orders?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${secret}&X-Amz-Security-Token=${secret}&X-Amz-Signature=${secret} 403`,
    },
    {
      name: 'prose',
      text: `I send my key ${apiKey} and the token ${secret} to https://${host}/prod/orders and get HTTP 403 {"message":"Forbidden"}`,
    },
    {
      name: 'Postman',
      text: `Request Headers\nAuthorization: Bearer ${secret}\nx-api-key: ${apiKey}\nCookie: sid=${secret}\nRequest Body\n{"password":"${inJson(secret)}"}\nResponse Headers\nDate: Thu, 14 May 2026 09:30:12 GMT\nx-amzn-RequestId: ${requestId}\nResponse Body\n{"message":"Forbidden"}`,
    },
    {
      name: 'Lambda proxy event',
      text: JSON.stringify({
        resource: '/orders',
        path: '/orders',
        httpMethod: 'GET',
        headers: Object.fromEntries(secretHeaders(secrets)),
        queryStringParameters: { token: secret },
        body: secret,
        requestContext: {
          requestId,
          identity: { apiKey, sourceIp: '203.0.113.9' },
          authorizer: { principalId: secret, token: secret },
        },
      }),
    },
  ];
  for (const [name, message] of echoes(secrets)) {
    inputs.push(
      { name: `bare body, ${name}`, text: JSON.stringify({ message }) },
      {
        name: `status and body, ${name}`,
        text: `HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: IncompleteSignatureException\n\n${JSON.stringify({ message })}`,
      },
      { name: `bare message, ${name}`, text: message },
      { name: `body with raw newlines, ${name}`, text: `HTTP/1.1 403 Forbidden\n\n{"message":"${message}"}` },
      {
        name: `SDK message, ${name}`,
        text: `An error occurred (IncompleteSignatureException) when calling the PostToConnection operation: ${message}`,
      },
      {
        name: `XML message, ${name}`,
        text: `<IncompleteSignatureException>\n  <Message>${message}</Message>\n</IncompleteSignatureException>`,
      },
    );
  }
  return inputs;
}

/** Every input path but the envelopes. */
export const canaryInputs = (secrets: Secrets): readonly CanaryInput[] => [
  ...accessInputs(secrets),
  ...executionInputs(secrets),
  ...wafInputs(secrets),
  ...responseInputs(secrets),
];

/** One of each kind, each an event of its own, for envelopes. */
export const canaryEvents = (secrets: Secrets): readonly string[] => [
  jsonLine(secrets, 'Forbidden'),
  `{"requestId":"${requestId}","status":403,"httpMethod":"GET","resourcePath":"/orders","sourceIp":"203.0.113.9",${strangeMembers(secrets)}}`,
  ...dataTrace(secrets).map((line) => `(${requestId}) ${line}`),
  JSON.stringify(wafRecord(secrets)),
];
