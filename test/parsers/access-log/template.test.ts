import { describe, expect, it } from 'vitest';
import { type AccessLogTemplate, compileAccessLogFormat } from '../../../parsers/src/access-log/index.js';

function compiled(format: string): AccessLogTemplate {
  const result = compileAccessLogFormat(format);
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

const read = (format: string, line: string): Record<string, string> | null => {
  const values = compiled(format).parse(line);
  return values === null ? null : Object.fromEntries(values);
};

const id = '0d9ae7f2-7a64-4b39-9b1d-5f3c1c0a7e11';

describe('compileAccessLogFormat', () => {
  it.each([
    ['an empty format', '', /empty/],
    ['only blanks', ' \n ', /empty/],
    ['no variable', '{"status":"403"}', /\$context variable/],
    ['what a shell left of $context', '{"status":".status"}', /single quotes/],
    ['the word alone', '$context', /\$context variable/],
    ['only stage variables', '$stageVariables.color', /\$context variable/],
    ['more than AWS allows', `$context.status${'x'.repeat(20_000)}`, /3 KB/],
  ])('refuses %s with a sentence that helps', (_, format, sentence) => {
    const result = compileAccessLogFormat(format);
    expect(result).toMatchObject({ ok: false, reason: 'malformed' });
    expect(result.ok ? '' : result.detail).toMatch(sentence);
    expect(result.ok ? '' : result.detail).not.toContain('403');
  });

  it.each([
    ['JSON', '{"a":"$context.status","b":$context.requestId}', 'json'],
    ['a JSON array', '["$context.status"]', 'json'],
    ['constants around', 'GW $context.status end', 'text'],
    ['one key twice, which JSON.parse would lose', '{"a":"$context.status","a":"$context.path"}', 'text'],
    ['a variable as key', '{"$context.stage":"$context.status"}', 'text'],
    ['a brace that never closes', '{"a":"$context.status"', 'text'],
  ])('takes %s for what it is', (_, format, kind) => {
    expect(compiled(format).kind).toBe(kind);
  });

  it('lists known variables once, and claims and authorizer keys by their common names', () => {
    expect(
      compiled(
        '$context.status $context.authorizer.claims.sub $context.authorizer.claims.custom:team $context.authorizer.tenant $context.authorizer.error $context.nonsense $stageVariables.x $context.status',
      ).variables,
    ).toEqual(['status', 'authorizer.claims', 'authorizer.context', 'authorizer.error']);
  });
});

describe('a template reads', () => {
  it.each<[string, string, string, Record<string, string>]>([
    [
      'CLF',
      '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId',
      `198.51.100.4 - - [03/Mar/2025:09:10:11 +0000] "GET /a/{b} HTTP/1.1" 403 23 ${id}`,
      {
        'identity.sourceIp': '198.51.100.4',
        requestTime: '03/Mar/2025:09:10:11 +0000',
        httpMethod: 'GET',
        resourcePath: '/a/{b}',
        protocol: 'HTTP/1.1',
        status: '403',
        responseLength: '23',
        requestId: id,
      },
    ],
    [
      'CSV with a comma in the path',
      '$context.path,$context.status,$context.requestId',
      `/p/a,b,c,403,${id}`,
      { path: '/p/a,b,c', status: '403', requestId: id },
    ],
    [
      'XML',
      '<r id="$context.requestId"><s>$context.status</s><u>$context.identity.userAgent</u></r>',
      `<r id="${id}"><s>403</s><u>a <b> c</u></r>`,
      { requestId: id, status: '403', 'identity.userAgent': 'a <b> c' },
    ],
    [
      'a user agent with the separators around it',
      '"$context.identity.userAgent" $context.status $context.requestId',
      `"x" 200 y" 403 ${id}`,
      { 'identity.userAgent': 'x" 200 y', status: '403', requestId: id },
    ],
    [
      'a free text at the end',
      '$context.status $context.requestId $context.error.message',
      `403 ${id} Missing Authentication Token`,
      { status: '403', requestId: id, 'error.message': 'Missing Authentication Token' },
    ],
    [
      'variables with nothing between them',
      '$context.status$context.requestTimeEpoch$context.httpMethod',
      '4031741000000000GET',
      { status: '403', requestTimeEpoch: '1741000000000', httpMethod: 'GET' },
    ],
    [
      'hyphens for all',
      '$context.status $context.requestTime$context.requestId [$context.error.message]',
      '- -- [-]',
      { status: '-', requestTime: '-', requestId: '-', 'error.message': '-' },
    ],
    [
      'names in braces',
      'c|$-{context.status}|$$-{context.requestId}|'.replaceAll('-', ''),
      `c|403|${id}|`,
      { status: '403', requestId: id },
    ],
    [
      'unknown names and stage variables over',
      '$context.status $context.nope.x $stageVariables.y $context.requestId',
      `403 - blue ${id}`,
      { status: '403', requestId: id },
    ],
    ['a name followed by a full stop', 'status $context.status.', 'status 403.', { status: '403' }],
    [
      'a format with blanks and a newline around it',
      ' $context.status $context.requestId \n',
      `403 ${id}  `,
      { status: '403', requestId: id },
    ],
    [
      'a line with its newline',
      '$context.status $context.requestId\n',
      `403 ${id}\r\n`,
      { status: '403', requestId: id },
    ],
    [
      'a variable that stands twice',
      '$context.status $context.requestId $context.status',
      `403 ${id} 403`,
      { status: '403', requestId: id },
    ],
    [
      'JSON: words and variables in one string',
      '{"r":"$context.httpMethod $context.path ($context.status)"}',
      '{"r":"GET /a\\u0020b (403)"}'.replace('\\u0020b', 'b'),
      { httpMethod: 'GET', path: '/ab', status: '403' },
    ],
    [
      'JSON: bare words',
      '{"s":$context.status,"l":$context.integrationLatency,"m":$context.error.messageString}',
      '{"s":403,"l":-,"m":"Forbidden \\"x\\""}',
      { status: '403', integrationLatency: '-', 'error.messageString': 'Forbidden "x"' },
    ],
    [
      'JSON: an absent message without its quotes',
      '{"m":$context.error.messageString,"s":"$context.status"}',
      '{"m":-,"s":"200"}',
      { 'error.messageString': '-', status: '200' },
    ],
    [
      'JSON: doubled quotes',
      '{"m":"$context.error.messageString","s":"$context.status"}',
      '{"m":""Forbidden"","s":"403"}',
      { 'error.messageString': '"Forbidden"', status: '403' },
    ],
    [
      'JSON: quotes that nobody escaped',
      '{"u":"$context.identity.userAgent","s":"$context.status"}',
      '{"u":"a "quoted" agent","s":"403"}',
      { 'identity.userAgent': 'a "quoted" agent', status: '403' },
    ],
    [
      'JSON: another order and several lines',
      '{"s":"$context.status","n":{"id":"$context.requestId"},"l":["$context.stage"]}',
      `{\n "l": ["prod"],\n "n": { "id": "${id}" },\n "s": "403"\n}`,
      { status: '403', requestId: id, stage: 'prod' },
    ],
    [
      'JSON: numbers where the template has strings',
      '{ "s":"$context.status","t":"$context.requestTimeEpoch"}',
      '{"s":403,"t":1741000000000}',
      { status: '403', requestTimeEpoch: '1741000000000' },
    ],
    [
      'JSON: two claims as one',
      '{"a":"$context.authorizer.claims.sub","b":"$context.authorizer.claims.aud"}',
      '{"a":"-","b":"x"}',
      { 'authorizer.claims': 'x' },
    ],
    [
      'the format as the AWS command line prints it',
      '"{\\"s\\":\\"$context.status\\",\\"i\\":\\"$context.requestId\\"}"',
      `{"s":"403","i":"${id}"}`,
      { status: '403', requestId: id },
    ],
  ])('%s', (_, format, line, expected) => {
    expect(read(format, line)).toEqual(expected);
  });

  it.each([
    ['another layout', '$context.status $context.requestId', `${id} 403`],
    ['a line cut in the middle', '$context.status $context.requestId end', `403 ${id}`],
    ['more after the end', '$context.status|', '403| and more'],
    ['a status of four digits', 'x$context.status', 'x4033'],
    ['a time of another form', '<$context.requestTime>', '<2025-03-03T09:10:11Z>'],
    ['JSON without one of its keys', '{"s":"$context.status","i":"$context.requestId"}', '{"s":"403"}'],
    ['JSON with another constant', '{"kind":"gateway","s":"$context.status"}', '{"kind":"app", "s":"403"}'],
    ['JSON with an object in place of a value', '{"s":"$context.status"}', '{"s":{"x":1} }'],
    ['JSON that is no object', '{"s":"$context.status"}', '"403"'],
    ['an empty line', '$context.status', ''],
  ])('and does not fit %s', (_, format, line) => {
    expect(compiled(format).parse(line)).toBeNull();
  });
});

describe('where a caller could have written the separators', () => {
  it('a status between two free texts is left out rather than taken from the user agent', () => {
    const format = '"$context.identity.userAgent" $context.status "$context.error.message" $context.requestId';
    expect(read(format, `"curl" 403 "Forbidden" ${id}`)).toMatchObject({ status: '403', 'error.message': 'Forbidden' });
    const forged = read(format, `"x" 200 "y" 403 "Forbidden" ${id}`);
    expect(forged).toEqual({ 'identity.userAgent': 'x', requestId: id });
  });

  it('a message beside a user agent is left out when the blank between them could be any', () => {
    const format = '$context.status $context.identity.userAgent $context.error.message';
    expect(read(format, '403 curl -')).toMatchObject({ 'error.message': '-' });
    // Nor is the user agent shown: a message may echo a caller's token, and the blank could stand anywhere.
    expect(read(format, '403 a b User is not authorized to access this resource')).toEqual({ status: '403' });
  });

  it('a key that comes twice in a JSON line of 2022 does not override the real one', () => {
    const format = '{"status":"$context.status","ua":"$context.identity.userAgent"}';
    expect(read(format, '{"status":"403","ua":"x","status":"200"}')).toEqual({
      status: '403',
      'identity.userAgent': 'x","status":"200',
    });
  });

  it('a key that comes twice in a line of another layout makes it unreadable rather than wrong', () => {
    const format = '{"status":"$context.status","ua":"$context.identity.userAgent"}';
    expect(read(format, '{ "status":"403", "ua":"x","status":"200" }')).toBeNull();
    expect(read(format, '{ "ua":"x", "status":"403" }')).toMatchObject({ status: '403' });
  });

  it('a line that repeats every separator thousands of times is read or refused in linear time', () => {
    const format =
      '$context.identity.userAgent $context.path $context.error.message "$context.identity.userAgent" $context.status';
    const line = `${'a " 403 '.repeat(20_000)}"x" 403`;
    const values = compiled(format).parse(line);
    expect(values === null || values.get('status') === '403').toBe(true);
  });
});
