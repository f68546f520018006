/** Text of any length that is made to cost a parser more than its length. */
export interface Family {
  readonly name: string;
  /** Characters that are enough to show what it costs: a megabyte, less where it would be a hundred thousand lines. */
  readonly size: number;
  readonly make: (length: number) => string;
}

const repeat =
  (unit: string, head = '', tail = '') =>
  (length: number): string =>
    head + unit.repeat(Math.ceil(Math.max(0, length - head.length - tail.length) / unit.length)) + tail;

const family = (name: string, unit: string, head = '', tail = ''): Family => ({
  name,
  size: unit.endsWith('\n') && unit.length < 24 ? 256 * 1024 : 1024 * 1024,
  make: repeat(unit, head, tail),
});

/** A unit both as one long line and as many lines. */
const lineAndLines = (name: string, unit: string): Family[] => [
  family(`${name}, one line`, unit),
  family(`${name}, many lines`, `${unit}\n`),
];

const requestId = '0c5f8e1a-7b3d-4e92-8a64-d1f0b2c3a495';
const time = '14/May/2026:09:30:12 +0000';

const marks = [
  ['braces', '{'],
  ['closing braces', '}'],
  ['brackets', '['],
  ['bracket pairs', '[]'],
  ['objects in arrays', '[{'],
  ['quotes', '"'],
  ['doubled quotes', '""""'],
  ['quotes and blanks', '" '],
  ['quotes and colons', '":'],
  ['quotes and commas', '",'],
  ['single quotes', "'"],
  ['backticks', '`'],
  ['parentheses', '('],
  ['angle brackets', '<'],
  ['angle brackets and names', '<a'],
  ['greater-than signs', '> '],
  ['commas', ','],
  ['backslashes', '\\'],
  ['escaped quotes', '\\"'],
  ['escaped newlines', '\\n'],
  ['escaped characters', '\\u0041'],
  ['blanks', ' '],
  ['tabs', '\t'],
  ['hyphens', '-'],
  ['hyphens and blanks', '- '],
  ['dots', '.'],
  ['digits', '0'],
  ['statuses', '403 '],
  ['letters', 'a'],
  ['capitals', 'A'],
  ['words', 'word '],
  ['slashes', '/'],
  ['question marks', '?'],
  ['at signs', '@'],
  ['colons', ':'],
  ['equal signs', '='],
  ['ampersands', '&'],
  ['entities', '&quot;'],
  ['asterisks', '*'],
  ['dollars', '$'],
  ['hash marks', '#'],
  ['bars', '| '],
  ['carriage returns', '\r'],
  ['NUL', '\0'],
  ['bidirectional marks', '\u202e'],
  ['wide characters', '\u{1f600}'],
  ['escape sequences', '\u001b[31m'],
  ['unfinished escape sequences', '\u001b['],
] as const;

const sentences = [
  ['User:', 'User: '],
  ['not authorized', 'is not authorized to perform: '],
  [
    'whole denials',
    'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/GET/x ',
  ],
  [
    'denials that break off',
    'User: arn:aws:sts::111122223333:assumed-role/ is not authorized to perform: execute-api:',
  ],
  ['explicit denies', 'with an explicit deny in a '],
  ['no policy allows', 'because no identity-based policy allows the '],
  ['Authorization header', 'Authorization header '],
  ['requires parameter', "Authorization header requires 'Credential' parameter. "],
  ['key=value pair', "not a valid key=value pair (missing equal-sign) in Authorization header: '"],
  ['Authorization=', 'Authorization='],
  ['authorization:', 'authorization: '],
  ['signature expired', 'Signature expired: 20260514T093012Z is now earlier than '],
  ['no method found', 'No method found matching route '],
  ['access denied', 'Access denied. Reason: '],
  ['message', 'message: '],
  ['message members', '"message":'],
  ['message member objects', '{"message":"Forbidden"}'],
  ['message elements', '<Message>'],
  ['exceptions', 'Exception: '],
  ['exception names', 'ForbiddenException'],
  ['when calling', ') when calling the '],
  ['request ids', 'request id: '],
  ['status code', 'status code '],
  ['status lines', 'HTTP/1.1 403 '],
  ['curl commands', 'curl -i https://api.example.com/ '],
  ['backslash-newline', 'curl \\\n'],
  ['URLs', 'https://'],
  ['URLs with paths', 'https://api.example.com/prod?x=1 '],
  ['AWS hosts', 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com '],
  ['labels of a host', 'a.'],
  ['headers', 'x-amzn-errortype: ForbiddenException '],
  ['header names', 'x-'],
  ['header lines', 'date: Thu\r\n'],
  ['request lines', 'GET / HTTP/1.1 '],
  ['prompts', 'me@host:~$ '],
  ['hint words', 'api key usage plan waf '],
  ['CORS words', 'blocked by CORS policy '],
  ['XML elements', '<status>403</status>'],
  ['XML elements that do not close', '<status>403</'],
  ['XML attributes', '<request id="" '],
  ['ARNs', 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/'],
  ['function ARNs', 'arn:aws:lambda:eu-west-1:111122223333:function:'],
  ['request times', `[${time}] `],
  ['ISO times', '2026-05-14T09:30:12.345Z '],
  ['log times and levels', '2026-05-14T09:30:12.345Z INFO '],
  ['Java dates', 'Thu May 14 09:30:12 UTC 2026 : '],
  ['base64 of gzip', 'H4sIAAAAAAAAA'],
  ['base64 lines of gzip', `H4sI${'A'.repeat(72)}\n`],
  ['base64 lines', `${'A'.repeat(76)}\n`],
  ['numbers and brackets', '1) '],
] as const;

const executionLines = [
  'Extended Request Id: ',
  'Starting authorizer: ',
  'Incoming identity: ',
  'Endpoint request URI: ',
  'Endpoint request headers: {',
  'Endpoint request body after transformations: {"methodArn":',
  'Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Effect":"Deny","Resource":[',
  'Using valid authorizer policy for principal: ',
  'Unauthorized request: ',
  'The client is not authorized to perform this operation',
  `Verifying Usage Plan for request: ${requestId}. API Key: API Stage: `,
  "API Key x not authorized because method '",
  "API Key x authorized because method 'GET /' ",
  'Usage Plan check succeeded for API Key and ',
  'Key throttle limit ',
  'Starting execution for request: ',
  'HTTP Method: GET, Resource Path: ',
  'Method request headers: {',
  'Method request body before transformations: {',
  'Sending request to ',
  'Received response. Status: ',
  'Endpoint response body before transformations: {"statusCode":',
  'Method response body after transformations: {"message":',
  'Method completed with status: ',
  'X-ray Tracing ID : ',
  'Gateway response type: ',
  'Gateway response body: {"message":"',
  'Execution failed due to ',
  'Lambda execution failed with status ',
  'Execution log for request ',
  'WebSocket Request Route: [',
  'Client [Connection Id: ',
];

const halfObjects = [
  ['half access lines', '{"requestId":"x","status":"403","error":{"message":"'],
  ['access members', '"requestId":"x","status":403,'],
  ['keys without values', '"a":'],
  ['keys of objects', '{"a":'],
  ['keys of arrays', '{"a":['],
  ['values with quotes inside', '{"a":"b"c"'],
  ['half WAF records', '{"webaclId":"x","terminatingRuleId":"y","action":"BLOCK","httpRequest":{"headers":[{"name":"'],
  ['rule groups', '{"ruleGroupId":"g","terminatingRule":{"ruleId":"r","action":"BLOCK"}},'],
  ['half subscription payloads', '{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"'],
  ['half filter output', '{"events":[{"message":"'],
  ['event objects', '{"message":"x","timestamp":1},'],
  ['half Firehose requests', '{"requestId":"x","records":[{"data":"'],
  ['half test-invoke output', '{"log":"Execution log for request x\\n'],
  ['Docker lines', '{"log":"'],
  ['CSV headers', 'timestamp,message\n'],
  ['half CSV rows', 'timestamp,message\n1778751012345,"'],
  ['CSV rows', '203.0.113.9,-,-,'],
  ['CLF heads', `203.0.113.9 - - [${time}] "GET `],
] as const;

/** To add one: a line in one of the lists above. */
export const families: readonly Family[] = [
  ...[...marks, ...sentences, ...halfObjects].flatMap(([name, unit]) => lineAndLines(name, unit)),
  ...executionLines.flatMap((unit) => lineAndLines(`line "${unit.slice(0, 28)}"`, unit)),
  ...executionLines.map((unit) => family(`lines (id) "${unit.slice(0, 28)}"`, `(${requestId}) ${unit}\n`)),
  family('one JSON string', 'x', '{"requestId":"x","status":"403","path":"', '"}'),
  family('one JSON string with quotes', 'x" ', '{"requestId":"x","status":"403","path":"', '"}'),
  family('one JSON string that does not end', 'x', '{"requestId":"x","status":"403","path":"'),
  family('JSON members that do not end', '"a":"b",', '{"requestId":"x","status":"403",'),
  family('nested JSON', '{"a":', '{"requestId":"x","status":403,"x":', ''),
  family('a pretty object that does not end', '  "a": "b",\n', '{\n'),
  family('a pretty array that does not end', '  {"a": "b"},\n', '[\n'),
  family(
    'a message of denials',
    'User: x is not authorized to perform: ',
    '{"requestId":"x","status":"403","ip":"203.0.113.9","errorMessage":"',
    '"}',
  ),
  family('a body that does not end', '"k": "v",\n', `(${requestId}) Method request body before transformations: {\n`),
  family('a body of lines', 'text\n', `(${requestId}) Method request body before transformations: `),
  family('headers that do not end', 'x-a: b\n', 'HTTP/1.1 403 Forbidden\n'),
  family('a body of HTML', '<p>', 'HTTP/1.1 403 Forbidden\nContent-Type: text/html\n\n<html>'),
  family('one CSV field', 'x ', 'timestamp,message\n1778751012345,"', '"'),
  family('one CSV field with doubled quotes', '""', 'timestamp,message\n1778751012345,"', '"'),
  family(
    'headers of a WAF record',
    '{"name":"x","value":"y"},',
    '{"webaclId":"arn:aws:wafv2:x","terminatingRuleId":"r","action":"BLOCK","httpRequest":{"headers":[',
    ']}}',
  ),
  family(
    'one client address',
    `{"requestId":"${requestId}","status":403,"httpMethod":"GET","ip":"203.0.113.9","apiId":"a1b2c3d4e5","stage":"prod"}\n`,
  ),
  family(
    'WAF records that fit no request',
    '{"webaclId":"arn:aws:wafv2:x","terminatingRuleId":"r","action":"BLOCK","timestamp":1778751012345,"httpSourceName":"APIGW","httpSourceId":"111122223333:a1b2c3d4e5:prod","httpRequest":{"clientIp":"203.0.113.9","uri":"/prod/x","httpMethod":"GET"}}\n',
  ),
  family(
    'WAF records and requests without ids',
    `{"webaclId":"arn:aws:wafv2:x","terminatingRuleId":"r","action":"BLOCK","timestamp":1778751012345,"httpSourceName":"APIGW","httpSourceId":"111122223333:a1b2c3d4e5:prod","httpRequest":{"clientIp":"203.0.113.9","uri":"/prod/x","httpMethod":"GET"}}\n{"requestId":"${requestId}","status":403,"path":"/prod/x","requestTimeEpoch":1778751012345,"httpMethod":"GET","ip":"203.0.113.9","apiId":"a1b2c3d4e5","stage":"prod"}\n`,
  ),
  family('one id in many logs', `(${requestId}) Starting execution for request: ${requestId}\n`),
  family(
    'one id in many finished logs',
    `(${requestId}) Extended Request Id: KdR5xHZvjoEFq3A=\n(${requestId}) Method completed with status: 403\n`,
  ),
];

/** Formats whose free texts stand side by side, so that a line can be read in many ways. */
export const greedyTemplates: readonly (readonly [name: string, template: string])[] = [
  [
    'free texts between blanks',
    '$context.identity.userAgent $context.error.message $context.authorizer.principalId $context.authorizer.token $context.status',
  ],
  [
    'free texts between commas',
    '$context.error.message,$context.identity.userAgent,$context.routeKey,$context.authorizer.x,$context.requestId,$context.status',
  ],
  [
    'free texts without anything between',
    '$context.error.message$context.identity.userAgent$context.authorizer.x$context.status',
  ],
  [
    'JSON with several variables in a string',
    '{"a":"$context.error.message $context.identity.userAgent $context.authorizer.x","status":"$context.status"}',
  ],
  [
    'times between free texts',
    '$context.error.message [$context.requestTime] $context.identity.userAgent [$context.requestTime] $context.authorizer.x',
  ],
  ['words side by side', '$context.path$context.resourcePath$context.stage$context.requestId$context.status'],
  [
    'console CLF',
    '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId',
  ],
  [
    'console XML',
    '<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> <status>$context.status</status> <message>$context.error.message</message> </request>',
  ],
];

const freeTexts = /\$context\.(?:identity\.userAgent|error\.message|authorizer\.\w+|routeKey|path|resourcePath)/g;
const fitting: readonly (readonly [variable: RegExp, value: string])[] = [
  [/\$context\.(?:status|responseLength)/g, '403'],
  [/\$context\.(?:requestId|extendedRequestId)/g, requestId],
  [/\$context\.requestTime/g, time],
  [/\$context\.identity\.sourceIp/g, '203.0.113.9'],
  [/\$context\.[\w.]+/g, 'x'],
];

/** A line of the template: the family's text wherever anything may stand, fitting values elsewhere. */
export function fillTemplate(template: string, { make }: Family, length: number): string {
  const free = [...template.matchAll(freeTexts)].length;
  const words = make(Math.ceil(length / Math.max(1, free))).replace(/[\r\n]/g, ' ');
  const filled = template.replace(freeTexts, () => words);
  return fitting.reduce((line, [variable, value]) => line.replace(variable, value), filled);
}
