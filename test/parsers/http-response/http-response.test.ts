import { describe, expect, it } from 'vitest';
import { httpResponseFormat } from '../../../parsers/src/http-response/http-response.js';
import { plainEntry, type ResponseFacts } from '../../../parsers/src/model/index.js';
import { readOne, readPaste } from './read-paste.js';

const forbidden = '{"message":"Forbidden"}';
const uuid = '0d1b3c2e-1111-4222-8333-444455556666';

const restAnswer = [
  'HTTP/1.1 403 Forbidden',
  'Date: Tue, 14 Jan 2025 09:30:00 GMT',
  'Content-Type: application/json',
  'Content-Length: 42',
  'Connection: keep-alive',
  `x-amzn-RequestId: ${uuid}`,
  'x-amzn-ErrorType: MissingAuthenticationTokenException',
  'x-amz-apigw-id: EabcdEFGjoEEAbc=',
  'X-Amzn-Trace-Id: Root=1-67862fd8-0123456789abcdef01234567',
  '',
  '{"message":"Missing Authentication Token"}',
];

/** What every way of pasting the same answer must give. */
const restFacts = {
  status: 403,
  errorType: 'MissingAuthenticationTokenException',
  ids: {
    requestId: uuid,
    extendedRequestId: 'EabcdEFGjoEEAbc=',
    traceId: '1-67862fd8-0123456789abcdef01234567',
  },
  timeMs: Date.UTC(2025, 0, 14, 9, 30, 0),
  contentLength: 42,
  headersComplete: true,
  bodyShape: 'gateway',
  messageKey: 'message',
};

const decorations: readonly (readonly [name: string, decorate: (line: string, i: number) => string])[] = [
  ['as it is', (line) => line],
  ['indented', (line) => `        ${line}`],
  ['quoted in a chat', (line) => `> ${line}`],
  ['received marks of curl -v', (line) => (line.startsWith('{') ? line : `< ${line}`)],
  ['curl -v in a comment', (line) => (line.startsWith('{') ? `# ${line}` : `# < ${line}`)],
  ['line numbers', (line, i) => `${i + 7}: ${line}`],
  ['a table', (line) => `| ${line} |`],
  ['carriage returns', (line) => `${line}\r`],
  ['container log', (line) => `web_1  | ${line === '' || line.startsWith('{') ? line : `< ${line}`}`],
  ['upper-case header names', (line) => line.replace(/^[\w-]+(?=: )/, (name) => name.toUpperCase())],
  ['zsh mark at the end', (line) => (line.startsWith('{') ? `${line}%  ` : line)],
];

describe('one answer, pasted in many ways', () => {
  it.each(decorations)('%s', (_name, decorate) => {
    expect(readOne(restAnswer.map(decorate).join('\n'))).toMatchObject(restFacts);
  });

  it('as one escaped string', () => {
    expect(readOne(JSON.stringify(restAnswer.join('\r\n')))).toMatchObject(restFacts);
  });

  it('with the body before the headers', () => {
    const [body, ...rest] = [...restAnswer].reverse();
    expect(
      readOne(
        [
          body,
          ...rest
            .filter((line) => line !== '')
            .reverse()
            .slice(1),
        ].join('\n'),
      ),
    ).toMatchObject({
      ...restFacts,
      status: null,
    });
  });

  it('without a status line', () => {
    expect(readOne(restAnswer.slice(1).join('\n'))).toMatchObject({ ...restFacts, status: null });
  });
});

/** A paste of another style → what must be read of it. */
const styles: readonly (readonly [name: string, paste: string, want: object])[] = [
  [
    'browser copy with names and values on lines of their own',
    `Request URL:\nhttps://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/pets?limit=3\nRequest Method:\nOPTIONS\nStatus Code:\n403 Forbidden\nx-amzn-errortype:\nForbiddenException`,
    { status: 403, errorType: 'ForbiddenException' },
  ],
  [
    'browser copy',
    'Request URL: https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/pets?limit=3\nRequest Method: OPTIONS\nStatus Code: 403 Forbidden\nRemote Address: 203.0.113.4:443',
    {
      status: 403,
      request: { method: 'OPTIONS', path: '/prod/pets', hostKind: 'execute_api' },
      place: { apiId: 'abcdefghij', region: 'eu-west-1', stage: 'prod' },
    },
  ],
  [
    'PowerShell table',
    '"X-Amzn-ErrorType" = "InvalidSignatureException"\n"Content-Length" = "114"\n"Signature expired"',
    { errorType: 'InvalidSignatureException', message: { kind: 'signature_expired' } },
  ],
  [
    'Python dict of headers',
    `403 {'Date': 'Tue, 14 Jan 2025 09:30:00 GMT', 'Content-Type': 'application/json', 'Content-Length': '23', 'x-amzn-RequestId': '${uuid}', 'x-amzn-ErrorType': 'ForbiddenException', 'x-amz-apigw-id': 'EabcdEFGjoEEAbc='}\n{'message': 'Forbidden'}`,
    { status: 403, errorType: 'ForbiddenException', headersComplete: true, message: { kind: 'forbidden' } },
  ],
  [
    'Go map of headers',
    '403 Forbidden map[Content-Length:[23] X-Amz-Apigw-Id:[EabcdEFGjoEEAbc=] X-Amzn-Errortype:[ForbiddenException]]',
    { status: 403, errorType: 'ForbiddenException', headers: { apigwId: true } },
  ],
  [
    'Ruby hash of headers',
    `#<Net::HTTPForbidden 403 Forbidden> {"x-amzn-errortype"=>["ForbiddenException"]}`,
    { status: 403, errorType: 'ForbiddenException' },
  ],
  [
    'HTTPie',
    'HTTP/1.1 403 Forbidden\nContent-Type: application/json\nX-Amzn-ErrorType: AccessDeniedException\n\n{\n    "Message": "User is not authorized to access this resource with an explicit deny"\n}',
    {
      status: 403,
      messageKey: 'Message',
      bodyShape: 'gateway',
      message: { kind: 'authorizer_not_authorized', denial: { effect: 'explicit_deny', policy: null } },
    },
  ],
  [
    'boto3',
    'botocore.errorfactory.ForbiddenException: An error occurred (ForbiddenException) when calling the PostToConnection operation: Forbidden',
    { status: null, errorType: 'ForbiddenException', message: { kind: 'forbidden' }, hints: ['websocket'] },
  ],
  [
    'Java SDK',
    `com.amazonaws.services.apigatewaymanagementapi.model.ForbiddenException: null (Service: AmazonApiGatewayManagementApi; Status Code: 403; Error Code: ForbiddenException; Request ID: ${uuid}; Proxy: null)`,
    { status: 403, errorType: 'ForbiddenException', ids: { requestId: uuid }, hints: ['websocket'] },
  ],
  [
    'Go SDK',
    `operation error APIGateway: GetRestApi, https response error StatusCode: 403, RequestID: ${uuid}, api error AccessDeniedException: User: arn:aws:iam::111122223333:user/dev is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:eu-west-1::/restapis/abcdefghij`,
    {
      status: 403,
      errorType: 'AccessDeniedException',
      ids: { requestId: uuid },
      message: { kind: 'user_not_authorized', denial: { action: 'apigateway:GET' } },
    },
  ],
  [
    'JS SDK object',
    `ForbiddenException: Forbidden\n    at throwDefaultError (index.js:1:2)\n  '$fault': 'client',\n  '$metadata': {\n    httpStatusCode: 403,\n    requestId: '${uuid}',\n  }`,
    { status: 403, errorType: 'ForbiddenException', message: { kind: 'forbidden' }, ids: { requestId: uuid } },
  ],
  [
    'header pairs as two strings',
    `'x-amzn-errortype', 'ForbiddenException'\n'x-amzn-requestid', '${uuid}'`,
    { errorType: 'ForbiddenException', errorTypeFrom: 'header', ids: { requestId: uuid } },
  ],
  [
    'a hand-copied body without its colon',
    '{\n  "Message" "User: anonimous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:******:<id>/test/GET/pets\n}',
    { message: { kind: 'user_not_authorized', denial: { principal: 'anonymous' } } },
  ],
  [
    'a denial of another service without its head',
    'AccessDeniedException: not authorized to perform: kinesis:PutRecord on resource:\narn:aws:kinesis:eu-west-1:111122223333:stream/orders\nwith an explicit deny in a service control policy',
    {
      errorType: 'AccessDeniedException',
      message: {
        kind: 'user_not_authorized',
        denial: { action: 'kinesis:PutRecord', principal: null, effect: 'explicit_deny', policy: 'service_control' },
      },
    },
  ],
  [
    'a token that a JWT authorizer could not read, folded over two lines',
    'WWW-Authenticate: Bearer scope="" error="invalid_token"\n    error_description="token has no kid"',
    {
      status: null,
      message: { kind: 'unauthorized' },
      headers: { wwwAuthenticateError: 'invalid_token', wwwAuthenticateScope: null },
    },
  ],
  [
    'a 403 that speaks of an invalid token is still the 403',
    'HTTP/2 403\nwww-authenticate: Bearer error="invalid_token"',
    { status: 403, message: null, headers: { wwwAuthenticateError: 'invalid_token' } },
  ],
  [
    'scopes on the next line',
    'www-authenticate: Bearer\n  scope="a/read a/write"\n  error="insufficient_scope"',
    {
      message: { kind: 'jwt_insufficient_scope' },
      headers: { wwwAuthenticateError: 'insufficient_scope', wwwAuthenticateScope: 'a/read a/write' },
    },
  ],
  [
    'another OAuth server misses a scope and names none',
    'WWW-Authenticate: Bearer error="insufficient_scope", error_description="The request requires higher privileges"',
    { message: null, headers: { wwwAuthenticateError: 'insufficient_scope', wwwAuthenticateScope: null } },
  ],
  [
    'another OAuth server misses a scope and names it',
    'WWW-Authenticate: Bearer realm="app", error="insufficient_scope", scope="orders"',
    { message: null, headers: { wwwAuthenticateError: 'insufficient_scope', wwwAuthenticateScope: 'orders' } },
  ],
  [
    'a challenge without its header’s name',
    'It says 403: Bearer error="insufficient_scope"',
    { status: 403, message: null, headers: { wwwAuthenticateError: 'insufficient_scope' } },
  ],
  [
    'a body that names a missing scope is a backend’s',
    '{"statusCode":403,"error":"Forbidden","message":"expected any of: read:x","errorCode":"insufficient_scope"}',
    { status: 403, bodyShape: 'foreign', headers: { wwwAuthenticateError: null } },
  ],
  [
    'a body whose message is the word alone',
    '403 {"message":"insufficient_scope"}',
    { status: 403, bodyShape: 'foreign', message: { kind: 'other' } },
  ],
  [
    'somebody’s own JSON denies in words',
    '{\n  "errors": [\n    {\n      "message": "Access to this order is denied.",\n      "code": "Unauthorized"\n    }\n  ]\n}',
    { status: null, bodyShape: 'foreign', errorType: null },
  ],
  [
    'a problem+json body',
    'HTTP/1.1 403 Forbidden\n\n{\n  "type": "https://errors.example.com/deny",\n  "title": "Forbidden",\n  "status": 403\n}',
    { status: 403, bodyShape: 'foreign' },
  ],
  [
    'a function that failed over its own call',
    '{"errorMessage":"{\\"errorType\\":\\"ExpiredTokenException\\",\\"errorMessage\\":\\"The security token included in the request is expired\\",\\"errorStack\\":\\"at extractError (/var/runtime/node_modules/aws-sdk/lib/protocol/json.js:1:2)\\"}"}',
    {
      status: null,
      message: null,
      errorType: null,
      bodyShape: 'foreign',
      hints: ['backend'],
      request: { hostKind: null },
    },
  ],
  [
    'a function that passes on what an API answered it',
    '{"errorMessage":"An error occurred (ForbiddenException) when calling the PostToConnection operation: Forbidden","errorType":"ForbiddenException","stackTrace":[]}',
    { errorType: 'ForbiddenException', message: { kind: 'forbidden' }, hints: ['websocket'] },
  ],
  [
    'axios',
    `AxiosError: Request failed with status code 403\n  url: 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x',\n  data: { message: 'Forbidden' }`,
    { status: 403, message: { kind: 'forbidden' }, request: { hostKind: 'execute_api', path: '/prod/x' } },
  ],
  [
    'requests',
    'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x?key=1',
    { status: 403, request: { host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com', path: '/prod/x' } },
  ],
  [
    'Spring',
    `org.springframework.web.client.HttpClientErrorException$Forbidden: 403 Forbidden: "{"message":"Forbidden"}"`,
    { status: 403, message: { kind: 'forbidden' } },
  ],
  [
    'Step Functions with the cause as a string',
    '{"error":"ApiGateway.403","cause":"{\\"message\\":\\"Missing Authentication Token\\"}"}',
    { status: 403, message: { kind: 'missing_authentication_token' }, bodyShape: 'gateway' },
  ],
  [
    'XML body',
    'HTTP/1.1 403 Forbidden\n\n<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>',
    { bodyShape: 'xml', errorType: 'AccessDeniedException', message: { kind: 'operation_undetermined' }, edge: null },
  ],
  [
    'S3 error',
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>0123456789ABCDEF</RequestId><HostId>abc</HostId></Error>',
    { bodyShape: 'xml', errorType: 'AccessDenied', edge: 's3', message: null },
  ],
  [
    'S3 headers',
    'HTTP/1.1 403 Forbidden\nServer: AmazonS3\nX-Cache: Error from cloudfront',
    { edge: 's3', headers: { server: 'AmazonS3', viaCloudFront: true } },
  ],
  [
    'CloudFront block page',
    '<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>\n<H1>403 ERROR</H1>\nRequest blocked.\nGenerated by cloudfront (CloudFront)\nRequest ID: aBcDeF==\n</BODY></HTML>',
    { status: 403, bodyShape: 'html', edge: 'cloudfront', message: null },
  ],
  [
    'nginx page',
    'HTTP/1.1 403 Forbidden\nServer: nginx/1.25.3\n\n<html><head><title>403 Forbidden</title></head><body><center>nginx/1.25.3</center></body></html>',
    { status: 403, edge: 'other', bodyShape: 'html', headers: { server: 'nginx/1.25.3' } },
  ],
  [
    'load balancer page',
    'HTTP/1.1 403 Forbidden\nServer: awselb/2.0\nContent-Length: 118',
    { status: 403, edge: 'other' },
  ],
  ['Cloudflare header', 'HTTP/2 403\nserver: cloudflare\ncf-ray: 8aaaaaaaaaaaaaaa-FRA', { edge: 'other' }],
  [
    'an API behind a proxy of its own still shows the gateway',
    `HTTP/1.1 403 Forbidden\nServer: nginx\nx-amzn-RequestId: ${uuid}\nx-amzn-ErrorType: ForbiddenException`,
    { edge: null },
  ],
  [
    'scope missing at an HTTP API',
    'HTTP/2 403\napigw-requestid: FabcdEFGjoEEAbc=\nwww-authenticate: Bearer scope="orders/read orders/write" error="insufficient_scope" error_description="expected scopes: [orders/read orders/write]"',
    {
      headers: {
        httpApiRequestId: true,
        wwwAuthenticateError: 'insufficient_scope',
        wwwAuthenticateScope: 'orders/read orders/write',
      },
      ids: { extendedRequestId: 'FabcdEFGjoEEAbc=' },
      message: { kind: 'jwt_insufficient_scope' },
    },
  ],
  [
    'a frame in an open WebSocket is no HTTP answer',
    '< {"message": "Forbidden", "connectionId":"FabcdEFGjoECAbc=", "requestId":"Fabcd1FGjoEEAbc="}',
    { status: null, hints: ['websocket'], message: { kind: 'forbidden' }, bodyShape: 'gateway' },
  ],
  [
    'browser: failed preflight',
    "Access to fetch at 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn’t pass access control check: It does not have HTTP ok status.",
    {
      browserCors: 'preflight_failed',
      status: null,
      request: { host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com', path: '/prod/x' },
    },
  ],
  [
    'browser: answer without CORS headers',
    "Access to XMLHttpRequest at 'https://api.example.com/x' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    { browserCors: 'blocked', request: { host: 'api.example.com' } },
  ],
  [
    'Firefox: failed preflight',
    'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/x. (Reason: CORS preflight response did not succeed). Status code: 403.',
    { browserCors: 'preflight_failed', status: 403 },
  ],
  [
    'a customised message is not kept, its error type is',
    'HTTP/1.1 403 Forbidden\nx-amzn-ErrorType: AccessDeniedException\n\n{"message":"Outside the hours of this customer"}',
    { errorType: 'AccessDeniedException', bodyShape: 'foreign', message: { kind: 'other' }, hints: [] },
  ],
  [
    'error type with namespace and link',
    'x-amzn-errortype: com.amazon.coral.service#AccessDeniedException:http://internal.example.com/',
    { errorType: 'AccessDeniedException' },
  ],
  [
    'a body of somebody else',
    'HTTP/1.1 403 Forbidden\n\n{"error":"nope","ok":false}',
    { bodyShape: 'foreign', message: null },
  ],
  ['no body', 'HTTP/1.1 403 Forbidden\ncontent-length: 23', { bodyShape: 'none', contentLength: 23, message: null }],
  ['null message', 'Status: 500\n{"message":null}', { status: 500, message: { kind: 'null_message' } }],
  [
    'PowerShell error',
    'Invoke-RestMethod : {"message":"Missing Authentication Token"}\nAt line:1 char:1\n+ Invoke-RestMethod -Uri https://abcdefghij.execute-api.eu-west-1.amazonaws.com/dev',
    { message: { kind: 'missing_authentication_token' }, place: { apiId: 'abcdefghij' } },
  ],
  [
    'a page that API Gateway handed on is the backend’s',
    'HTTP/2 403\napigw-requestid: FabcdEFGjoEEAbc=\n\n<html><body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></body></html>',
    { edge: null, bodyShape: 'html', headers: { httpApiRequestId: true } },
  ],
  [
    'a load balancer’s page alone',
    '<html>\n<head><title>403 Forbidden</title></head>\n<body>\n<center><h1>403 Forbidden</h1></center>\n</body>\n</html>',
    { status: 403, edge: 'other', hints: [] },
  ],
  [
    'a Lambda function URL names itself',
    'HTTP/1.1 403 Forbidden\n\n{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
    { status: 403, messageKey: 'Message', message: { kind: 'forbidden' }, request: { hostKind: 'function_url' } },
  ],
  ['a header that only WAF writes', 'HTTP/2 405\nx-amzn-waf-action: captcha', { status: 405, hints: ['waf'] }],
  [
    'words after a header on its line',
    'x-amzn-errortype: ForbiddenException since we turned mutual TLS on',
    { errorType: 'ForbiddenException', hints: ['mtls'] },
  ],
  [
    'the name of a client’s own error is no error type',
    '{"errorType":"AxiosError","errorMessage":"Request failed with status code 403"}',
    { status: 403, errorType: null },
  ],
  [
    'a guess in prose is not the answer',
    'HTTP/1.1 403 Forbidden\n\nMaybe too many requests?',
    { status: 403, message: null },
  ],
  [
    'the ARN of a denial names the place',
    '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/pets"}',
    {
      place: { apiId: 'abcdefghij', stage: 'prod', region: 'eu-west-1', account: null },
      request: { method: 'GET' },
      message: { denial: { principal: 'anonymous' } },
    },
  ],
];

describe('styles of pasting', () => {
  it.each(styles)('%s', (_name, paste, want) => {
    expect(readOne(paste)).toMatchObject(want);
  });
});

const notAnAnswer: readonly (readonly [name: string, text: string])[] = [
  ['prose', 'Please have a look at our documentation of the new service.'],
  ['prose with a number', 'We sold 403 apples in 2024 and 500 pears.'],
  ['an empty block', ''],
  ['a command without its answer', 'curl https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/x'],
  ['a header of a mail', 'From: someone\nSubject: hello\nDate: Tue, 14 Jan 2025 09:30:00 GMT'],
  ['JSON of something else', '{"name":"box","size":3}'],
  ['a program’s log line', '{"level":"warn","message":"user is not authorized"}'],
  ['a stack trace', 'TypeError: x is not a function\n    at run (index.js:403:12)'],
];

describe('what is no answer', () => {
  it.each(notAnAnswer)('%s', (_name, text) => {
    expect(readPaste(text)).toEqual([]);
  });

  it('says what was expected and keeps the text to itself', () => {
    const result = httpResponseFormat.parse(plainEntry('hunter2 is my word', 1));
    expect(result).toMatchObject({ ok: false, reason: 'unrecognised' });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('several exchanges in one paste', () => {
  const statuses = (paste: string) => readPaste(paste).map((facts: ResponseFacts) => facts.status);

  it('one command after the other', () => {
    const paste = [
      '$ curl -i https://api.example.com/a',
      'HTTP/2 200',
      'apigw-requestid: FabcdEFGjoEEAbc=',
      '',
      '{"ok":true}',
      '$ curl -i https://api.example.com/b',
      'HTTP/2 403',
      '',
      forbidden,
    ].join('\n');
    expect(readPaste(paste).map((facts) => [facts.request.path, facts.status])).toEqual([
      ['/a', 200],
      ['/b', 403],
    ]);
  });

  it('a verbose transcript is one exchange', () => {
    const paste = [
      '$ curl -v https://api.example.com/a',
      '* Connected to api.example.com (203.0.113.9) port 443',
      '> GET /a HTTP/2',
      '> Host: api.example.com',
      '>',
      '< HTTP/2 403',
      '< x-amzn-errortype: ForbiddenException',
      '<',
      forbidden,
    ].join('\n');
    expect(statuses(paste)).toEqual([403]);
  });

  it('requests one under the other with their answers', () => {
    expect(
      statuses(`GET /a HTTP/1.1\n\nHTTP/1.1 401 Unauthorized\n\nGET /b HTTP/1.1\n\nHTTP/1.1 403 Forbidden\n`),
    ).toEqual([401, 403]);
  });

  it('bodies one under the other', () => {
    const paste = `${forbidden}\n{"message":"Missing Authentication Token"}`;
    expect(readPaste(paste).map((facts) => facts.message?.kind)).toEqual(['forbidden', 'missing_authentication_token']);
  });

  it('words after an answer do not make a second one', () => {
    expect(statuses(`HTTP/1.1 403 Forbidden\n\n${forbidden}\n\n403 is what I see all day, any idea?`)).toEqual([403]);
  });

  it('a list with an outcome on each line', () => {
    const paste = [
      'What I tried:',
      '1. **Good token** → `HTTP/1.1 200 OK` — `{"ok":true}`',
      '2. **Bad token** → `HTTP/1.1 403 Forbidden` — `x-amzn-ErrorType: AccessDeniedException`, Message: "User is not authorized to access this resource"',
      '3. **None** → `HTTP/1.1 401 Unauthorized` — `x-amzn-ErrorType: UnauthorizedException`, `{"message":"Unauthorized"}`',
    ].join('\n');
    expect(readPaste(paste).map(({ status, errorType, message }) => [status, errorType, message?.kind])).toEqual([
      [200, null, undefined],
      [403, 'AccessDeniedException', 'authorizer_not_authorized'],
      [401, 'UnauthorizedException', 'unauthorized'],
    ]);
  });

  it('a table with an outcome in each row', () => {
    const paste = [
      '| a | no key | **403**, `{"message":"Forbidden"}` |',
      '| b | wrong path | **403**, `{"message":"Missing Authentication Token"}` |',
      '| c | too fast | **429**, `{"message":"Too Many Requests"}` |',
    ].join('\n');
    expect(readPaste(paste).map(({ status, message }) => [status, message?.kind])).toEqual([
      [403, 'forbidden'],
      [403, 'missing_authentication_token'],
      [429, 'too_many_requests'],
    ]);
  });

  it('lines that tell the same status tell of one answer', () => {
    const paste =
      'ForbiddenException: Forbidden (Service: X; Status Code: 403)\nlogged again: 403 ForbiddenException: Forbidden';
    expect(statuses(paste)).toEqual([403]);
  });

  it('words before a command belong to its answer', () => {
    const paste = `The API has a usage plan.\n$ curl -i https://api.example.com/a\nHTTP/2 403\n\n${forbidden}`;
    expect(readPaste(paste).map((facts) => facts.hints)).toEqual([['usage_plan']]);
  });
});
