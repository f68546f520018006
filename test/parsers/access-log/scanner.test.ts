import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsKey, labelsOfValues } from '../../../parsers/src/access-log/access-labels.js';
import {
  type AccessBatch,
  type AccessCount,
  type AccessLogTemplate,
  compileAccessLogFormat,
  createAccessLogScanner,
  toAccessFacts,
} from '../../../parsers/src/access-log/index.js';
import { compileLinePlan } from '../../../parsers/src/access-log/line-plan.js';
import { mayBeRefused } from '../../../parsers/src/access-log/refusal.js';
import { plainEntry } from '../../../parsers/src/model/log-entry.js';
import { filledVariables, hostileText } from './arbitraries.js';

function compiled(format: string): AccessLogTemplate {
  const result = compileAccessLogFormat(format);
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Totals {
  readonly counts: Record<string, number>;
  readonly refused: unknown[];
  readonly unread: [number, string][];
}

const countsOf = (counts: readonly AccessCount[]): Record<string, number> => {
  const totals: Record<string, number> = {};
  for (const { count, ...labels } of counts) totals[labelsKey(labels)] = (totals[labelsKey(labels)] ?? 0) + count;
  return totals;
};

function totalsOf(batches: readonly AccessBatch[]): Totals {
  return {
    counts: countsOf(batches.flatMap(({ counts }) => counts)),
    refused: batches.flatMap(({ refused }) => refused.map(({ line, facts }) => [line, facts])),
    unread: batches.flatMap(({ unread }) =>
      unread.map(({ line, raw }): [number, string] => [line, decoder.decode(raw)]),
    ),
  };
}

/** What parsing each line by itself gives. */
function lineByLine(template: AccessLogTemplate, text: string): Totals {
  const counts: Record<string, number> = {};
  const refused: unknown[] = [];
  const unread: [number, string][] = [];
  text.split('\n').forEach((whole, i) => {
    const line = whole.replace(/\r+$/, '');
    if (line.trim() === '') return;
    const values = template.parse(line);
    if (values === null) {
      unread.push([i + 1, line]);
      return;
    }
    const key = labelsKey(labelsOfValues(values));
    counts[key] = (counts[key] ?? 0) + 1;
    if (mayBeRefused((variable) => values.get(variable))) {
      refused.push([i + 1, toAccessFacts(values, plainEntry(line, i + 1), 'template')]);
    }
  });
  return { counts, refused, unread };
}

function scanInChunks(
  template: AccessLogTemplate | null,
  bytes: Uint8Array,
  cuts: readonly number[],
  lineBytes = 1 << 20,
): AccessBatch[] {
  const scanner = createAccessLogScanner(template, { limits: { lineBytes } });
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  let from = 0;
  const batches = ends.map((end) => {
    const chunk = bytes.slice(from, end);
    const batch = scanner.scan(chunk);
    chunk.fill(0x78); // the caller reuses its buffer
    from = end;
    return batch;
  });
  return [...batches, scanner.end()];
}

const formats = [
  '{"requestId":"$context.requestId","apiId":"$context.apiId","stage":"$context.stage","m":"$context.httpMethod","r":"$context.resourcePath","t":"$context.requestTimeEpoch","ua":"$context.identity.userAgent","e":"$context.error.responseType","s":"$context.status","w":"$context.wafResponseCode"}',
  '{ "s":$context.status, "t":"$context.requestTime", "route":"$context.routeKey", "d":"$context.domainName", "m":$context.error.messageString, "a":"$context.authorize.status" }',
  '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId',
  '$context.apiId,$context.stage,$context.requestTimeEpoch,$context.httpMethod,$context.path,$context.status,$context.waf.status',
  '$context.status [$context.requestTime] "$context.identity.userAgent" $context.routeKey|$context.domainName',
  '$context.status $context.identity.userAgent',
  ' $context.status $context.requestId ',
];

describe('which templates are walked as bytes', () => {
  it.each([
    ['JSON', formats[0], true],
    ['JSON with bare words', formats[1], true],
    ['CLF', formats[2], true],
    ['CSV, whose path may hold commas', formats[3], false],
    ['a user agent in quotes, then a free route key', formats[4], true],
    ['free text at the end', formats[5], true],
    ['blanks at the ends', formats[6], false],
    ['two variables in one JSON string', '{"a":"$context.status $context.stage"}', false],
    ['one variable twice', '{"a":"$context.status","b":"$context.status"}', false],
    ['a user agent in quotes', '"$context.identity.userAgent" $context.status', true],
    ['a user agent before a hyphen, which any value may be', '$context.identity.userAgent-$context.status', false],
  ])('%s: %s', (_, format, walked) => {
    expect(compileLinePlan(compiled(format as string)) !== null).toBe(walked);
  });
});

describe('the scanner', () => {
  const common = compiled(formats[0] as string);
  const line = (values: Partial<Record<string, string>>): string =>
    (formats[0] as string).replace(/\$context\.([\w.]+)/g, (_, name: string) => values[name] ?? '-');
  const time = '1741000000123';

  it('counts by labels and hands out what may be refused', () => {
    const text = [
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        httpMethod: 'GET',
        resourcePath: '/x',
        requestTimeEpoch: time,
        status: '200',
      }),
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        httpMethod: 'GET',
        resourcePath: '/x',
        requestTimeEpoch: '1741000019999',
        status: '204',
      }),
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        httpMethod: 'GET',
        resourcePath: '/x',
        requestTimeEpoch: '1741000020000',
        status: '200',
      }),
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        requestTimeEpoch: time,
        status: '403',
        'error.responseType': 'MISSING_AUTHENTICATION_TOKEN',
      }),
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        requestTimeEpoch: time,
        status: '404',
        'error.responseType': 'ACCESS_DENIED',
      }),
      line({ apiId: 'a1b2c3d4e5', stage: 'prod', requestTimeEpoch: time, status: '200', wafResponseCode: 'WAF_BLOCK' }),
    ].join('\n');
    const bytes = encoder.encode(`${text}\n`);
    const batch = createAccessLogScanner(common).scan(bytes);
    expect(batch.lines).toBe(6);
    const place = { account: null, region: null, apiId: 'a1b2c3d4e5', stage: 'prod', minuteMs: 1740999960000 };
    const known = { ...place, method: 'GET', route: '/x', statusClass: '2xx', count: 2 };
    const unknown = { ...place, method: null, route: null, count: 1 };
    expect(batch.counts).toHaveLength(5);
    expect(batch.counts).toEqual(
      expect.arrayContaining([
        known,
        { ...known, minuteMs: 1741000020000, count: 1 },
        { ...unknown, statusClass: '403' },
        { ...unknown, statusClass: '4xx' },
        { ...unknown, statusClass: '2xx' },
      ]),
    );
    expect(batch.refused.map(({ line: number, facts }) => [number, facts.values.status])).toEqual([
      [4, '403'],
      [5, '404'],
      [6, '200'],
    ]);
    for (const { offset, raw } of batch.refused) expect(bytes.slice(offset, offset + raw.length)).toEqual(raw);
    expect(batch.unread).toEqual([]);
  });

  it.each(['waf.status', 'authorize.status', 'authenticate.status'])('hands out a line whose %s is 403', (variable) => {
    const scanner = createAccessLogScanner(compiled(`{"s":"$context.status","x":"$context.${variable}"}`));
    expect(scanner.scan(encoder.encode('{"s":"404","x":"403"}\n{"s":"404","x":"200"}\n')).refused).toHaveLength(1);
  });

  it('is not led astray by a status that a user agent spells out', () => {
    const trap = line({ status: '200', 'identity.userAgent': String.raw`x\",\"s\":\"403` });
    const batch = createAccessLogScanner(common).scan(encoder.encode(`${trap}\n`));
    expect(batch.refused).toEqual([]);
    expect(batch.counts).toMatchObject([{ statusClass: '2xx', count: 1 }]);
  });

  it('gives the same totals and refusals as reading each line by itself, however the bytes are cut', () => {
    const fuzzLine = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(filledVariables(12), fc.nat(6)) },
      { weight: 1, arbitrary: fc.tuple(fc.constant([]), fc.nat(6)) },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.array(
          fc.tuple(fuzzLine, fc.constantFrom('200', '403', '404', '500', '-', '302'), fc.boolean(), hostileText),
          { maxLength: 12 },
        ),
        fc.array(fc.nat(4000), { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        (format, drafts, cuts, newline) => {
          const lines = drafts.map(([[filled], status, isEscaped, noise], i) => {
            const values = new Map(filled.map(({ variable, value }) => [variable as string, value]));
            values.set('status', status);
            if (i % 5 === 4) return noise;
            return format.replace(/\$context\.([\w.]+)/g, (_, name: string) => {
              const value = values.get(name) ?? (i % 2 === 0 ? '-' : (sample[name] ?? '-'));
              return isEscaped ? JSON.stringify(value).slice(1, -1) : value;
            });
          });
          const text = lines.join(newline) + (drafts.length % 2 === 0 ? newline : '');
          const template = compiled(format);
          expect(totalsOf(scanInChunks(template, encoder.encode(text), cuts))).toEqual(lineByLine(template, text));
        },
      ),
      { seed: 403, numRuns: 1500 },
    );
  });

  it('gives the same for mutated bytes, invalid UTF-8 and NUL included', () => {
    const text = [
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        httpMethod: 'GET',
        resourcePath: '/x',
        requestTimeEpoch: time,
        status: '200',
      }),
      line({
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        httpMethod: 'PUT',
        resourcePath: '/é',
        requestTimeEpoch: time,
        status: '403',
      }),
    ].join('\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 3 }),
        fc.array(fc.nat(600), { maxLength: 3 }),
        (edits, cuts) => {
          const bytes = encoder.encode(text);
          for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
          const [whole, cut] = [scanInChunks(common, bytes, []), scanInChunks(common, bytes, cuts)].map(totalsOf);
          expect(cut).toEqual(whole);
          expect(whole?.counts).toEqual(lineByLine(common, decoder.decode(bytes)).counts);
        },
      ),
      { seed: 403, numRuns: 1000 },
    );
  });

  it('rejects a line that is too long by its number and reads on behind it', () => {
    const good = line({ status: '403' });
    const bytes = encoder.encode(`${good}\n${'x'.repeat(2000)}\n${good}\n`);
    for (const cuts of [[], [700], [400, 900, 1500, 2100], Array.from({ length: 200 }, (_, i) => i * 13)]) {
      const batches = scanInChunks(common, bytes, cuts, 1000);
      expect(batches.flatMap(({ rejects }) => rejects)).toMatchObject([{ line: 2, reason: 'line_too_long' }]);
      expect(batches.flatMap(({ refused }) => refused.map((one) => one.line))).toEqual([1, 3]);
      expect(batches.flatMap(({ unread }) => unread)).toEqual([]);
      for (const { offset, raw } of batches.flatMap(({ refused }) => refused)) {
        expect(decoder.decode(bytes.slice(offset, offset + raw.length))).toBe(good);
      }
    }
  });

  it('reads the last line without a newline only at the end, and can begin anew', () => {
    const scanner = createAccessLogScanner(common);
    const bytes = encoder.encode(line({ status: '403' }));
    for (let round = 0; round < 2; round++) {
      expect(scanner.scan(bytes)).toMatchObject({ lines: 0, refused: [] });
      expect(scanner.end()).toMatchObject({ lines: 1, refused: [{ line: 1, offset: 0 }] });
    }
    expect(scanner.end()).toMatchObject({ lines: 0, counts: [], refused: [] });
  });

  it('hands back what the template does not fit, and passes over blank lines', () => {
    const batch = createAccessLogScanner(common).scan(
      encoder.encode(`\n  \nnot a log line\n${line({ status: '200' })}\n`),
    );
    expect(batch.unread.map(({ line: number, raw }) => [number, decoder.decode(raw)])).toEqual([[3, 'not a log line']]);
    expect(batch.lines).toBe(4);
    expect(batch.counts).toHaveLength(1);
  });

  it('keeps counting right when there are more routes than its tables hold', () => {
    const scanner = createAccessLogScanner(common);
    for (let round = 0; round < 2; round++) {
      const text = Array.from({ length: 33_000 }, (_, i) => line({ resourcePath: `/r${i}`, status: '200' })).join('\n');
      const batch = scanner.scan(encoder.encode(`${text}\n`));
      expect(batch.counts).toHaveLength(33_000);
      expect(batch.counts.every(({ count }) => count === 1)).toBe(true);
    }
  });

  it('finds the format of each line by itself when no template is given', () => {
    const id = '0d9ae7f2-7a64-4b39-9b1d-5f3c1c0a7e11';
    const text = [
      `198.51.100.9 - - [03/Mar/2025:11:06:40 +0000] "GET /pets HTTP/1.1" 403 42 ${id}`,
      `{"requestId":"${id}","status":"200","resourcePath":"/x","apiId":"a1b2c3d4e5","requestTimeEpoch":"${time}"}`,
      'something else',
    ].join('\n');
    const batches = scanInChunks(null, encoder.encode(text), [30, 100]);
    expect(batches.flatMap(({ refused }) => refused)).toMatchObject([{ line: 1, facts: { format: 'console-clf' } }]);
    expect(countsOf(batches.flatMap(({ counts }) => counts))).toEqual({
      '[null,null,null,null,"GET","/pets",1740999960000,"403"]': 1,
      '[null,null,"a1b2c3d4e5",null,null,"/x",1740999960000,"2xx"]': 1,
    });
    expect(batches.flatMap(({ unread }) => unread)).toMatchObject([{ line: 3 }]);
  });
});

const sample: Readonly<Record<string, string>> = {
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  httpMethod: 'GET',
  resourcePath: '/pets/{id}',
  routeKey: 'GET /pets/{id}',
  requestTime: '27/Oct/2023:13:40:57 +0000',
  requestTimeEpoch: '1698414057744',
  requestId: '0d9ae7f2-7a64-4b39-9b1d-5f3c1c0a7e11',
  responseLength: '42',
  protocol: 'HTTP/1.1',
  domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
  'identity.sourceIp': '198.51.100.9',
};
