import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createExplainer,
  defaultLimits,
  type ExplainOptions,
  type Explanation,
  explainText,
} from '../../../parsers/src/index.js';

const R = '3f2a9c1e-7b60-4d35-8e14-a90b6c2d7f01';
const S = '5d81e7f4-02ac-4b9d-9c3e-1f64b8a0d372';
const X = 'QmT4xEb7LvHcEJw=';
const Y = 'QmT4yFc8MwIdFKx=';

const format =
  '{"rid":"$context.requestId","xid":"$context.extendedRequestId","ip":"$context.identity.sourceIp","m":"$context.httpMethod","p":"$context.path","s":"$context.status","t":"$context.requestTimeEpoch","type":"$context.error.responseType"}';
const accessLine = (more: object = {}): string =>
  JSON.stringify({
    rid: R,
    xid: X,
    ip: '198.51.100.23',
    m: 'POST',
    p: '/live/orders/7',
    s: '403',
    t: '1773478800120',
    type: 'ACCESS_DENIED',
    ...more,
  });
/** The console's JSON template, as no more than its keys tell. */
const consoleJson = (more: object = {}): string =>
  JSON.stringify({
    requestId: S,
    ip: '198.51.100.23',
    caller: '-',
    user: '-',
    requestTime: '14/Mar/2026:09:00:00 +0000',
    httpMethod: 'GET',
    resourcePath: '/pets',
    status: '200',
    protocol: 'HTTP/1.1',
    responseLength: '12',
    ...more,
  });
const executionLog = (requestId: string, extendedId: string): string[] => [
  `(${requestId}) Extended Request Id: ${extendedId}`,
  `(${requestId}) The client is not authorized to perform this operation.`,
  `(${requestId}) Method completed with status: 403`,
];
const wafRecord = (requestId: string): string =>
  JSON.stringify({
    timestamp: 1773478800000,
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/orders/5b1c2d3e',
    terminatingRuleId: 'deny-scanners',
    terminatingRuleType: 'REGULAR',
    action: 'BLOCK',
    httpSourceName: 'APIGW',
    httpSourceId: '111122223333:q1w2e3r4t5:live',
    httpRequest: { clientIp: '198.51.100.23', uri: '/live/orders/7', args: '', httpMethod: 'POST', requestId },
  });
const paste = [
  'HTTP/1.1 403 Forbidden',
  'content-type: application/json',
  'x-amzn-errortype: ForbiddenException',
  '',
  '{"message":"Forbidden"}',
];

/** With a byte order mark, as PowerShell writes it. */
const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le');

const explain = (lines: readonly string[], options?: ExplainOptions): Explanation =>
  explainText(`${lines.join('\n')}\n`, options);
const sources = ({ requests }: Explanation): string[] =>
  requests.map(({ record }) =>
    [
      record.access && `access:${record.access.format}`,
      record.execution.length > 0 && `execution:${record.execution.length}`,
      record.waf && `waf:${record.wafJoin}`,
      record.response && 'response',
    ]
      .filter(Boolean)
      .join(' '),
  );

describe('a mixture', () => {
  it('is sorted into requests in order of first appearance', () => {
    const found = explain(
      [
        wafRecord(Y),
        ...executionLog(R, X),
        '',
        'no log line at all',
        accessLine(),
        accessLine({ rid: S, xid: Y, type: 'WAF_FILTERED' }),
      ],
      { accessLogFormat: format },
    );
    expect(sources(found)).toEqual(['access:template waf:id', 'access:template execution:3']);
    expect(found.requests.map(({ verdict }) => verdict.outcome)).toEqual(['refused', 'refused']);
    expect(found.requests[0]?.verdict.cause).toBe('waf_blocked');
    expect(found.rejected).toMatchObject([{ line: 6, reason: 'unrecognised' }]);
    expect(found.warnings).toEqual([]);
  });

  it('keeps a pasted response without ids beside the logs', () => {
    const found = explain([accessLine(), '', ...paste], { accessLogFormat: format });
    expect(sources(found)).toEqual(['access:template', 'response']);
  });

  it('joins a WAF record to a line that logs requestId only, and says approximately', () => {
    const requestIdOnly = format.replace('"xid":"$context.extendedRequestId",', '');
    const { xid, ...line } = JSON.parse(accessLine({ type: 'WAF_FILTERED' })) as Record<string, string>;
    expect(xid).toBe(X);
    const found = explain([JSON.stringify(line), wafRecord(Y)], { accessLogFormat: requestIdOnly });
    expect(sources(found)).toEqual(['access:template waf:approximate']);
  });

  it('gives a log to neither of two requests whose callers chose one request id', () => {
    const requestIdOnly = format.replace('"xid":"$context.extendedRequestId",', '');
    const line = (status: string): string => {
      const { xid: _, ...rest } = JSON.parse(accessLine({ s: status, type: '-' })) as Record<string, string>;
      return JSON.stringify(rest);
    };
    const found = explain([line('403'), line('200'), ...executionLog(R, X)], { accessLogFormat: requestIdOnly });
    expect(sources(found)).toEqual(['access:template', 'access:template', 'execution:3']);
  });

  it('counts a CloudWatch event that two deliveries hold once', () => {
    const payload = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: 'orders-access',
      logStream: 's1',
      subscriptionFilters: ['all'],
      logEvents: [{ id: '39480000000001', timestamp: 1773478800000, message: consoleJson({ status: '403' }) }],
    });
    expect(explain([payload, payload]).requests).toHaveLength(1);
  });

  it('uses --api and --stage where no line tells', () => {
    const [request] = explain([consoleJson()], { apiId: 'q1w2e3r4t5', stage: 'live' }).requests;
    expect(request?.record).toMatchObject({ apiId: 'q1w2e3r4t5', stage: 'live' });
  });

  it('hands configuration facts to the rules', () => {
    const missing = { rid: R, m: 'GET', p: '/live/nothing', type: 'MISSING_AUTHENTICATION_TOKEN' };
    const decide = (config?: ExplainOptions['config']) =>
      explain([accessLine(missing)], { accessLogFormat: format, ...(config && { config }) }).requests[0]?.verdict;
    const routes = [{ path: '/orders', method: 'GET', authorizationType: 'NONE', apiKeyRequired: false }] as const;
    expect(decide({ ageMs: 0, apiKind: 'rest', routes })).not.toEqual(decide());
  });
});

describe('the given template', () => {
  it('leaves lines that it does not fit to auto-detection, with one warning', () => {
    const found = explain([accessLine(), consoleJson(), consoleJson({ status: '403' })], { accessLogFormat: format });
    expect(sources(found)).toEqual(['access:template', 'access:json-keys', 'access:json-keys']);
    expect(found.warnings).toHaveLength(1);
    expect(found.warnings[0]).toMatch(/does not fit 2 records, the first at line 2/);
  });

  it.each([
    ['execution lines', executionLog(R, X)],
    ['WAF records', [wafRecord(X)]],
    ['pasted responses', paste],
  ])('does not warn about %s, which are no access log', (_, lines) => {
    expect(explain([accessLine(), '', ...lines], { accessLogFormat: format }).warnings).toEqual([]);
  });

  it('warns when it fits nothing and nothing else does', () => {
    const found = explain(['ta ta ta'], { accessLogFormat: format });
    expect(found).toMatchObject({ requests: [], rejected: [{ line: 1, reason: 'unrecognised' }] });
    expect(found.warnings).toHaveLength(1);
  });

  it('warns when its lines are read as error texts of somebody', () => {
    const found = explain(['GET /pets 403 {"message":"Forbidden"} 12 ms'], {
      accessLogFormat: '$context.requestId $context.status',
    });
    expect(found.warnings[0]).toMatch(/does not fit line 1/);
  });

  it('that is none is refused by createExplainer', () => {
    expect(createExplainer({ accessLogFormat: 'no variable' })).toMatchObject({ ok: false });
  });

  it('that is none becomes a warning of explainText, and everything is auto-detected', () => {
    const found = explain([consoleJson()], { accessLogFormat: 'no variable' });
    expect(found.requests).toHaveLength(1);
    expect(found.warnings[0]).toMatch(/not used/);
  });
});

describe('rejects', () => {
  it('say nothing about blank input', () => {
    expect(explain(['', '  ', '', ''])).toEqual({ requests: [], unlisted: [], rejected: [], warnings: [] });
    expect(explainText('')).toEqual({ requests: [], unlisted: [], rejected: [], warnings: [] });
  });

  it('make one of each run of lines that nobody knows', () => {
    const found = explain(['la la', 'lo lo', '', 'le le', consoleJson(), 'li li']);
    expect(found.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'unrecognised'],
      [6, 'unrecognised'],
    ]);
    expect(found.rejected[0]?.detail).toMatch(/these 3 lines/);
    expect(found.rejected[1]?.detail).toMatch(/this line/);
  });

  it('say what is wrong when a format knows the line but cannot read it', () => {
    const record = wafRecord(X);
    const cut = record.slice(0, record.indexOf('"action"'));
    expect(explain([cut])).toMatchObject({ requests: [], rejected: [{ line: 1, reason: 'truncated' }] });
    expect(explain([cut]).rejected[0]?.detail).not.toContain('deny-scanners');
  });

  it('never show the text of a line', () => {
    const secret = 'hunter2-of-the-line';
    const found = explain([`la ${secret}`, consoleJson(), `{"${secret}`, `HTTP/1.1 ${secret}`]);
    expect(JSON.stringify([found.rejected, found.warnings])).not.toContain(secret);
  });

  it('are listed up to a thousand, the rest is counted', () => {
    const lines = Array.from({ length: 1500 }, () => ['la la', consoleJson()]).flat();
    const { rejected, requests } = explain(lines);
    expect(requests).toHaveLength(1500);
    expect(rejected).toHaveLength(1001);
    expect(rejected.at(-1)?.detail).toMatch(/^500 further rejects/);
  });
});

describe('limits', () => {
  it('stop reading at totalBytes and keep what came before', () => {
    const created = createExplainer({ limits: { ...defaultLimits, totalBytes: 2000 } });
    if (!created.ok) throw new Error(created.detail);
    const explainer = created.value;
    const bytes = new TextEncoder().encode(`${consoleJson()}\n`);
    for (let i = 0; i < 50; i++) explainer.push(bytes);
    expect(explainer.full).toBe(true);
    const found = explainer.end();
    expect(found.requests.length).toBeGreaterThan(0);
    expect(found.requests.length).toBeLessThan(50);
    expect(found.rejected.filter(({ reason }) => reason === 'input_too_large')).toHaveLength(1);
  });

  it('explain requests early when too many are open, and say so', () => {
    const lines = Array.from({ length: 30 }, (_, i) => accessLine({ xid: `QmT4x${String(i).padStart(10, '0')}=` }));
    const found = explain(lines, { accessLogFormat: format, limits: { ...defaultLimits, openRequests: 5 } });
    expect(found.requests).toHaveLength(30);
    expect(found.warnings[0]).toMatch(/More than 5 requests/);
  });
});

/** Console lines with a status each; every one another request. */
const requestsOf = (statuses: readonly string[]): string[] =>
  statuses.map((status, i) =>
    consoleJson({ requestId: `${S.slice(0, -6)}${String(i).padStart(6, '0')}`, status, responseLength: '-' }),
  );
const outcomes = ({ requests }: Explanation): string[] => requests.map(({ verdict }) => verdict.outcome);

describe('more requests than are listed', () => {
  const limited = (lines: readonly string[], explainedRequests: number): Explanation =>
    explain(lines, { limits: { ...defaultLimits, explainedRequests } });
  const ok = (count: number): string[] => Array.from({ length: count }, () => '200');
  const refused = (count: number): string[] => Array.from({ length: count }, () => '403');

  it('are counted, and one reject says so', () => {
    const found = limited(requestsOf([...ok(30), ...refused(4), ...ok(30)]), 20);
    expect(found.requests).toHaveLength(20);
    expect(found.unlisted).toEqual([{ outcome: 'not_refused', cause: null, count: 44 }]);
    expect(found.rejected).toMatchObject([{ reason: 'too_many_requests_held' }]);
    expect(found.rejected[0]?.detail).toMatch(
      /^Expected at most 20 requests to list, 64 came.*: 44 not refused\. Narrow/,
    );
  });

  it('keep those that were refused, in order of first appearance', () => {
    const found = limited(requestsOf([...ok(10), ...refused(4), ...ok(10)]), 6);
    expect(outcomes(found)).toEqual(['not_refused', 'not_refused', 'refused', 'refused', 'refused', 'refused']);
    expect(found.requests.map(({ record }) => record.line)).toEqual([1, 2, 11, 12, 13, 14]);
  });

  it('hide no cause behind a flood of another one', () => {
    const rare = accessLine({ type: 'WAF_FILTERED' });
    const flood = Array.from({ length: 50 }, (_, i) => accessLine({ xid: `QmT4x${String(i).padStart(10, '0')}=` }));
    const found = explain([...flood, rare, ...flood.map((line) => line.replace('QmT4x', 'RnU5y'))], {
      accessLogFormat: format,
      limits: { ...defaultLimits, explainedRequests: 5 },
    });
    expect(found.requests.map(({ verdict }) => verdict.cause).sort()).toContain('waf_blocked');
    expect(found.requests).toHaveLength(5);
    expect(found.unlisted.map(({ count }) => count)).toEqual([96]);
  });

  it('have a remedy as every listed request has', () => {
    const [only] = limited(requestsOf(refused(3)), 1).requests;
    expect(only?.verdict.remedy.steps.length).toBeGreaterThan(0);
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 1000])('with a limit of %i none is lost', (limit) => {
    const statuses = Array.from({ length: 60 }, (_, i) => ['200', '403', '429', '200', '-', '500'][i % 6] as string);
    const found = limited(requestsOf(statuses), limit);
    const uncounted = found.unlisted.reduce((sum, { count }) => sum + count, 0);
    expect(found.requests).toHaveLength(Math.min(limit, 60));
    expect(found.requests.length + uncounted).toBe(60);
    expect(found.rejected).toHaveLength(uncounted > 0 ? 1 : 0);
  });

  it('say nothing when all are listed', () => {
    const found = limited(requestsOf(ok(20)), 20);
    expect(found.unlisted).toEqual([]);
    expect(found.rejected).toEqual([]);
  });
});

describe('several inputs', () => {
  interface Input {
    readonly name?: string;
    readonly text: string | Uint8Array;
  }
  const explainInputs = (inputs: readonly Input[], options?: ExplainOptions): Explanation => {
    const created = createExplainer(options);
    if (!created.ok) throw new Error(created.detail);
    for (const { name, text } of inputs) {
      created.value.nextInput(name);
      created.value.push(typeof text === 'string' ? new TextEncoder().encode(text) : text);
    }
    return created.value.end();
  };
  const requestIds = ({ requests }: Explanation) => requests.map(({ record }) => record.requestId);

  it('end their last lines themselves', () => {
    const found = explainInputs([{ text: consoleJson() }, { text: consoleJson({ requestId: R }) }]);
    expect(requestIds(found)).toEqual([S, R]);
    expect(found.rejected).toEqual([]);
  });

  it.each([
    ['gzip behind text', [consoleJson(), gzipSync(consoleJson({ requestId: R }))]],
    ['gzip behind gzip', [gzipSync(consoleJson()), gzipSync(consoleJson({ requestId: R }))]],
    ['UTF-16 behind text', [consoleJson(), utf16(consoleJson({ requestId: R }))]],
    ['text behind gzip', [gzipSync(consoleJson()), consoleJson({ requestId: R })]],
  ])('are each what they are: %s', (_name, texts) => {
    const found = explainInputs(texts.map((text) => ({ text })));
    expect(requestIds(found)).toEqual([S, R]);
    expect(found.rejected).toEqual([]);
  });

  it('are put together: one request out of its access line and its execution log', () => {
    const access = { name: 'access.log', text: accessLine() };
    const execution = { name: 'execution.log', text: executionLog(R, X).join('\n') };
    for (const inputs of [
      [access, execution],
      [execution, access],
    ]) {
      const found = explainInputs(inputs, { accessLogFormat: format });
      expect(sources(found)).toEqual(['access:template execution:3']);
      expect(found.requests[0]?.input).toBe(inputs[0]?.name);
    }
  });

  it('do not go on with what the one before left open', () => {
    const cutOff = `{\n  "requestId": "${S}",\n  "status": "403",\n`;
    const found = explainInputs([{ text: cutOff }, { text: consoleJson({ requestId: R }) }]);
    expect(requestIds(found)).toContain(R);
    const body = explainInputs([{ text: paste.slice(0, 4).join('\n') }, { text: 'la la\n' }]);
    expect(body.requests).toHaveLength(1);
    expect(body.rejected).toMatchObject([{ line: 1, reason: 'unrecognised' }]);
  });

  it('are named by rejects and requests, whose lines are those of their input', () => {
    const found = explainInputs([
      { name: 'a.log', text: `la la\n${consoleJson()}\n` },
      { name: 'b.log', text: '' },
      { name: 'c.log', text: `\n${consoleJson({ requestId: R })}\nla la` },
      { text: 'la la' },
    ]);
    expect(found.requests.map(({ input, record }) => [input, record.line])).toEqual([
      ['a.log', 2],
      ['c.log', 2],
    ]);
    expect(found.rejected.map(({ line, detail }) => `${line} ${detail.slice(0, 14)}`)).toEqual(
      ['1 a.log: Expected', '3 c.log: Expected', '1 input 4: Expec'].map((text) => text.slice(0, 16)),
    );
  });

  it('make runs of unread lines of their own', () => {
    const found = explainInputs([{ text: 'la\nla' }, { text: 'la' }]);
    expect(found.rejected.map(({ detail }) => /these 2 lines|this line/.exec(detail)?.[0])).toEqual([
      'these 2 lines',
      'this line',
    ]);
  });

  it.each([
    ['damaged gzip', gzipSync('x'.repeat(100)).subarray(0, -9), 'corrupt_gzip'],
    ['bytes that are no UTF-8', Uint8Array.of(0x6c, 0x61, 0xff, 0x0a), 'invalid_utf8'],
  ])('say each what is wrong with them: %s', (_name, bytes, reason) => {
    const { rejected } = explainInputs([
      { name: 'a', text: bytes },
      { name: 'b', text: bytes },
    ]);
    const found = rejected.filter((reject) => reject.reason === reason);
    expect(found.map(({ line, detail }) => [line, detail.slice(0, 3)])).toEqual([
      [1, 'a: '],
      [1, 'b: '],
    ]);
  });

  it('are named by warnings', () => {
    const found = explainInputs(
      [
        { name: 'a', text: accessLine() },
        { name: 'b', text: `\n${consoleJson()}` },
      ],
      { accessLogFormat: format },
    );
    expect(found.warnings[0]).toContain('does not fit b line 2;');
  });

  it('share one limit on their text', () => {
    const limits = { ...defaultLimits, totalBytes: 1000 };
    const found = explainInputs(
      Array.from({ length: 9 }, () => ({ text: consoleJson() })),
      { limits },
    );
    expect(found.rejected.filter(({ reason }) => reason === 'input_too_large')).toHaveLength(1);
  });

  it('need no name when there is one', () => {
    const found = explainInputs([{ name: 'a.log', text: `la la\n${consoleJson()}` }]);
    expect(found.requests[0]?.input).toBeNull();
    expect(found.rejected[0]?.detail).toMatch(/^Expected/);
    expect(found).toEqual(explain(['la la', consoleJson()]));
  });
});

const mixture = fc
  .array(
    fc.constantFrom(
      ...executionLog(R, X),
      ...executionLog(S, Y),
      accessLine(),
      accessLine({ rid: S, xid: Y }),
      consoleJson(),
      wafRecord(X),
      wafRecord(Y),
      ...paste,
      'The client is not authorized to perform this operation.',
      `Verifying Usage Plan for request: ${R}. API Key:  API Stage: q1w2e3r4t5/live`,
      'Method completed with status: 403',
      'prose of somebody who asks',
      '{"message":"Missing Authentication Token"}',
      '',
      '\u00e9\u4e16\u{1f600}',
    ),
    { maxLength: 30 },
  )
  .map((lines) => new TextEncoder().encode(`${lines.join('\n')}\n`));

function explainChunks(chunks: readonly Uint8Array[], options: ExplainOptions = {}): Explanation {
  const created = createExplainer(options);
  if (!created.ok) throw new Error(created.detail);
  for (const chunk of chunks) created.value.push(chunk);
  return created.value.end();
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('properties', () => {
  it('the same bytes give the same explanation however they are cut', () => {
    fc.assert(
      fc.property(
        mixture,
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (bytes, sizes, withFormat) => {
          const options = withFormat ? { accessLogFormat: format } : {};
          expect(explainChunks(cut(bytes, sizes), options)).toEqual(explainChunks([bytes], options));
        },
      ),
      { seed: 403, numRuns: 150 },
    );
  });

  it('a byte at a time is as good as all at once', () => {
    const bytes = new TextEncoder().encode([...executionLog(R, X), accessLine(), wafRecord(X), ...paste].join('\n'));
    expect(explainChunks(cut(bytes, [1]))).toEqual(explainChunks([bytes]));
  });

  it('any bytes give an explanation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { requests, rejected, warnings } = explainChunks([bytes]);
        expect([requests, rejected, warnings].every(Array.isArray)).toBe(true);
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it('so do real lines with bytes changed, doubled and left out', () => {
    const edit = fc.record({
      at: fc.nat(),
      kind: fc.constantFrom('set', 'drop', 'repeat'),
      byte: fc.integer({ min: 0, max: 255 }),
      length: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(mixture, fc.array(edit, { maxLength: 12 }), fc.boolean(), (original, edits, withFormat) => {
        let bytes = [...original];
        for (const { at, kind, byte, length } of edits) {
          const place = bytes.length === 0 ? 0 : at % bytes.length;
          if (kind === 'set') bytes[place] = byte;
          else if (kind === 'drop') bytes.splice(place, length);
          else bytes = [...bytes.slice(0, place + length), ...bytes.slice(place)];
        }
        const options = withFormat ? { accessLogFormat: format } : {};
        const found = explainChunks([Uint8Array.from(bytes)], options);
        for (const { verdict, record } of found.requests) {
          expect(verdict.outcome === 'refused').toBe(verdict.cause !== null);
          expect(record.eventId).toMatch(/^[0-9a-f]{32}$/);
          expect(record.line).toBeGreaterThan(0);
        }
      }),
      { seed: 403, numRuns: 400 },
    );
  });
});
