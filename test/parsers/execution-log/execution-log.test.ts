import { describe, expect, it } from 'vitest';
import { executionLogFormat, startsExecutionLine } from '../../../parsers/src/execution-log/execution-log.js';
import { type ExecutionFacts, type LogEntry, plainEntry } from '../../../parsers/src/model/index.js';

const id = '8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10';
const otherId = '11111111-2222-4333-8444-555555555555';
const arn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders/7';

function parse(text: string, entry: Partial<LogEntry> = {}): readonly ExecutionFacts[] {
  const found = executionLogFormat.parse({ ...plainEntry(text, 1), ...entry });
  if (!found.ok) throw new Error(`${found.reason}: ${found.detail}`);
  return found.value as readonly ExecutionFacts[];
}

function parseOne(text: string, entry: Partial<LogEntry> = {}): ExecutionFacts {
  const facts = parse(text, entry);
  expect(facts).toHaveLength(1);
  return facts[0] as ExecutionFacts;
}

const claims = (text: string): boolean => executionLogFormat.claims(plainEntry(text, 1));

describe('ids', () => {
  it.each<[string, string, string | null]>([
    ['the prefix', `(${id}) Successfully completed execution`, id],
    ['the prefix before the text', `(${id}) Starting execution for request: ${otherId}`, id],
    ['the text: starting', `Starting execution for request: ${id}`, id],
    ['the text: authorizer', `2016-10-01T10:55:45.602Z Starting authorizer: 7k2m9x for request: ${id}`, id],
    [
      'the text: usage plan, with a period behind it',
      `Verifying Usage Plan for request: ${id}. API Key:  API Stage: a1b2c3d4e5/prod`,
      id,
    ],
    ['the text: unauthorized', `Unauthorized request: ${id}`, id],
    ['the text: test invoke', `Execution log for request ${id}`, id],
    ['the name that all test invokes share is none', 'Starting execution for request: test-invoke-request', null],
    ['nor is the older one', 'Execution log for request test-request', null],
    ["the integration's id is not the request's", `AWS Integration Endpoint RequestId : ${otherId}`, null],
    [
      "nor is the failed function's",
      `Lambda execution failed with status 200 due to customer function error: x. Lambda request id: ${otherId}`,
      null,
    ],
    ['a placeholder', 'Unauthorized request: <request-id>', null],
  ])('requestId from %s', (_name, text, requestId) => {
    expect(parseOne(text).ids.requestId).toBe(requestId);
  });

  it('takes the extended id from its line and the trace id from its own', () => {
    expect(parseOne(`(${id}) Extended Request Id: PDx1PEC4oAMFpyA=`).ids).toEqual({
      requestId: id,
      extendedRequestId: 'PDx1PEC4oAMFpyA=',
      traceId: null,
    });
    expect(parseOne(`(${id}) X-ray Tracing ID : Root=1-6962a0b1-0123456789abcdef01234567`).ids.traceId).toBe(
      '1-6962a0b1-0123456789abcdef01234567',
    );
    expect(parseOne(`(${id}) Extended Request Id: ****************`).ids.extendedRequestId).toBeNull();
  });
});

describe('place', () => {
  const none = { account: null, region: null, apiId: null, stage: null };
  const shop = { ...none, apiId: 'a1b2c3d4e5', stage: 'prod' };
  it.each<[string, string, Partial<LogEntry>, object]>([
    ['L15', `(${id}) Verifying Usage Plan for request: ${id}. API Key:  API Stage: a1b2c3d4e5/prod`, {}, shop],
    [
      'L17',
      "API Key  not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Key was required but not present",
      {},
      shop,
    ],
    ['L18', 'Usage Plan check succeeded for API Key  and API Stage a1b2c3d4e5/prod', {}, shop],
    [
      'L19',
      'Key throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod, Resource r, HttpMethod GET. Limit: 1.00 Burst: 1',
      {},
      shop,
    ],
    [
      "the authorizer's methodArn",
      `Endpoint request body after transformations: {"type":"TOKEN","methodArn":"${arn}"}`,
      {},
      { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' },
    ],
    [
      'a methodArn of a test invoke has no stage',
      'Endpoint request body after transformations: {"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/ESTestInvoke-stage/GET/"}',
      {},
      { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: null },
    ],
    [
      'the log group',
      `(${id}) Successfully completed execution`,
      { logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod' },
      shop,
    ],
    ['the log group with a slash', `(${id}) x`, { logGroup: 'API-Gateway-Execution-Logs/a1b2c3d4e5/prod' }, shop],
    ["the canary's log group", `(${id}) x`, { logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod/Canary' }, shop],
    ["a shipper's prefix", `API-Gateway-Execution-Logs_a1b2c3d4e5/prod (${id}) x`, {}, shop],
    [
      'the log group rather than the text',
      'Usage Plan check succeeded for API Key  and API Stage zzzzzzzzzz/dev',
      { logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod', account: '111122223333', region: 'eu-west-1' },
      { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' },
    ],
    [
      'blotted out',
      `Verifying Usage Plan for request: ${id}. API Key:  API Stage: **********/prod`,
      {},
      { ...none, stage: 'prod' },
    ],
    ['another log group', `(${id}) x`, { logGroup: '/aws/lambda/orders' }, none],
  ])('%s', (_name, text, entry, place) => {
    expect(parseOne(text, entry).place).toEqual(place);
  });
});

describe('time', () => {
  const ms = Date.parse('2026-07-02T11:54:48.684Z');
  it.each<[string, string, number | null, number | null]>([
    ['the text', `2026-07-02T11:54:48.684Z (${id}) x`, null, ms],
    ['the text rather than the entry', `2026-07-02T11:54:48.684Z (${id}) x`, 5, ms],
    ['the entry', `(${id}) x`, ms, ms],
    ['a line of its own', `2026-07-02T11:54:48.684Z\n(${id}) Successfully completed execution`, null, ms],
    ['nobody', `(${id}) x`, null, null],
  ])('from %s', (_name, text, entryMs, expected) => {
    expect(parseOne(text, { timeMs: entryMs }).timeMs).toBe(expected);
  });
});

describe('several lines in one entry', () => {
  it('keeps a printed body with its line', () => {
    const facts = parseOne(`(${id}) Method request body before transformations: {\n  "a": 1\n}`);
    expect(facts.line).toEqual({
      kind: 'method_request_part',
      text: 'Method request body before transformations: …',
    });
  });

  it('does not believe a line that a request body forges', () => {
    const facts = parseOne(
      `(${id}) Method request body before transformations: x\n(${otherId}) Gateway response type: WAF_FILTERED with status code: 403`,
    );
    expect(facts.line.kind).toBe('method_request_part');
    expect(facts.ids.requestId).toBe(id);
  });

  const lines = [
    `Execution log for request ${id}`,
    `Thu Jul 02 11:54:48 UTC 2026 : Starting execution for request: ${id}`,
    'Thu Jul 02 11:54:48 UTC 2026 : Method request body before transformations: {',
    '  "Method completed with status": 403',
    '}',
    'Thu Jul 02 11:54:49 UTC 2026 : Received response. Status: 200, Integration latency: 7 ms',
    'Thu Jul 02 11:54:49 UTC 2026 : Method completed with status: 200',
    '',
  ];
  const log = lines.join('\n');
  const kinds = ['test_invoke', 'execution_started', 'method_request_part', 'response_received', 'method_completed'];

  it.each<[string, string]>([
    ['as the console prints it', log],
    ['below the word Logs', `Logs\n${log}`],
    ['with carriage returns', lines.join('\r\n')],
    ['as the answer of test-invoke-method', JSON.stringify({ status: 200, body: '{"a":1}', log, latency: 7 }, null, 4)],
    ['as that answer, cut off', JSON.stringify({ status: 200, log, latency: 7 }).slice(0, -8)],
    ['as its log member alone', `"log": ${JSON.stringify(log)},`],
    ['as one escaped string', JSON.stringify(log)],
    ['with a truncated line run into the next', log.replace('}\nThu', '}[TRUNCATED]Thu')],
  ])('reads a test invoke %s', (_name, text) => {
    expect(claims(text)).toBe(true);
    const facts = parse(text);
    expect(facts.map((f) => f.line.kind)).toEqual(kinds);
    expect(facts.every((f) => f.ids.requestId === id)).toBe(true);
    expect(facts.map((f) => f.timeMs)).toEqual([null, 48, 48, 49, 49].map((s) => s && Date.UTC(2026, 6, 2, 11, 54, s)));
  });

  it('gives a test invoke without an id of its own no id', () => {
    const facts = parse(
      'Execution log for request test-request\nThu Jul 02 11:54:48 UTC 2026 : Starting authorizer: 7k2m9x for request: test-request',
    );
    expect(facts.map((f) => f.ids.requestId)).toEqual([null, null]);
  });
});

describe('what is claimed', () => {
  it.each([
    ['a line with its id', `(${id}) whatever it says`],
    ['a WebSocket line', '(PDx1PEC4oAMFpyA=) whatever it says'],
    ['a line of a test invoke', 'Thu Jul 02 11:54:48 UTC 2026 : whatever it says'],
    ['a known line without prefix', 'Method completed with status: 403'],
    ['the lone sentence', 'The client is not authorized to perform this operation.'],
    ['the lone sentence in quotes', '"The client is not authorized to perform this operation."'],
    ['the lone sentence in code marks', '`The client is not authorized to perform this operation.`'],
    ['the lone sentence in a list', '- The client is not authorized to perform this operation'],
    ['a time alone above the line', '2026-07-02T11:54:48.684Z\nMethod completed with status: 403'],
  ])('%s', (_name, text) => {
    expect(claims(text)).toBe(true);
    expect(executionLogFormat.parse(plainEntry(text, 1)).ok).toBe(true);
  });

  it.each([
    ['an access line', '{"requestId":"8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10","status":"403"}'],
    [
      'an access line of aws logs tail',
      '2026-07-02T11:54:48.684000+00:00 b1946ac92492d2347c6235b4d2611184 {"status":"403"}',
    ],
    ['a CLF line', `203.0.113.7 - - [02/Jul/2026:11:54:48 +0000] "GET /orders HTTP/1.1" 403 23 ${id}`],
    [
      'a response',
      'HTTP/1.1 403 Forbidden\nx-amzn-RequestId: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10\n\n{"message":"Forbidden"}',
    ],
    ['a body', '{"message":"Missing Authentication Token"}'],
    ['a response sentence', 'User is not authorized to access this resource with an explicit deny'],
    ['prose', 'I get a 403 when I call the API, the log says nothing.'],
    ['prose about the title', 'The console shows "Execution log for request" and nothing more'],
    ['a time alone', '2026-07-02T11:54:48.684Z'],
    ['nothing', ''],
  ])('not %s', (_name, text) => {
    expect(claims(text)).toBe(false);
    expect(executionLogFormat.parse(plainEntry(text, 1))).toMatchObject({ ok: false, reason: 'unrecognised' });
  });

  it.each<[string, Partial<LogEntry>, string, string | null]>([
    ['the log group', { logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod' }, 'words nobody knows', 'other'],
    [
      'the log group',
      { logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod' },
      'API Key: 0123456789abcdefghij',
      'api_key_sent',
    ],
    ['a time', { timeMs: 5 }, 'Sending request to https://backend.example/orders', 'sending_request'],
    ['a stream', { logStream: 'b1946ac92492d2347c6235b4d2611184' }, 'API Key: 0123456789abcdefghij', 'api_key_sent'],
    ['a time', { timeMs: 5 }, 'words nobody knows', null],
    ['nothing', {}, 'Sending request to https://backend.example/orders', null],
    ['another log group', { logGroup: '/aws/lambda/orders' }, 'words nobody knows', null],
  ])('believes what the envelope took off the line: %s', (_name, told, text, kind) => {
    const entry = { ...plainEntry(text, 1), ...told };
    expect(executionLogFormat.claims(entry)).toBe(kind !== null);
    const found = executionLogFormat.parse(entry);
    expect(found.ok ? (found.value[0] as ExecutionFacts).line.kind : null).toBe(kind);
  });

  it('quotes nothing of what it refuses', () => {
    const found = executionLogFormat.parse(plainEntry('canary-1f7d is no log line', 1));
    expect(JSON.stringify(found)).not.toContain('canary');
  });
});

describe('startsExecutionLine', () => {
  it.each([
    `(${id}) Extended Request Id: PDx1PEC4oAMFpyA=`,
    `(${id}) words nobody knows`,
    `"(${id}) Method completed with status: 403",`,
    '2026-07-02T11:54:48.684Z Successfully completed execution',
    '2026-07-02T11:54:48.684Z User: anonymous is not authorized to perform: execute-api:Invoke on resource: x',
    'Thu Jul 02 11:54:48 UTC 2026 : Unauthorized',
    'The client is not authorized to perform this operation.',
    'Access denied. Reason: Could not find issuer for certificate',
    'Execution log for request test-request',
    '> Method completed with status: 403',
  ])('true for %s', (line) => {
    expect(startsExecutionLine(line)).toBe(true);
  });

  it.each([
    ['prose', 'I call the API and it says that the client is not authorized to perform this operation.'],
    ['prose that begins like a line', 'API Key is required for this method, I think'],
    ['prose with a number in front', '2 days ago: Method completed with status: 403 was in the log'],
    ['prose with parentheses', '(I use curl) and get Forbidden'],
    ['JSON', '{"message":"Forbidden"}'],
    ['a member of a printed body', '  "message": "Method completed with status: 403",'],
    ['a value of a printed body', '"Method completed with status: 403"'],
    ['a bracket of a printed body', '  }'],
    ['a header', 'x-amzn-RequestId: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10'],
    ['a header of a key', 'x-api-key: 0123456789abcdefghij'],
    ['a status line', 'HTTP/1.1 403 Forbidden'],
    ['a request line', '> GET /orders HTTP/1.1'],
    ['a canonical request inside a message', 'host;x-amz-date'],
    ['HTML', '<html><body>Method completed with status: 403</body></html>'],
    ['a command', '$ curl -i https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod'],
    ['a time', '2026-07-02T11:54:48.684Z'],
    ['nothing', ''],
  ])('false for %s', (_name, line) => {
    expect(startsExecutionLine(line)).toBe(false);
  });
});
