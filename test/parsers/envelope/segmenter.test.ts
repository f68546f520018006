import { describe, expect, it } from 'vitest';
import { read, reasons, texts } from './harness.js';

const id = '6f0b1f4e-3a52-4d0c-9e0b-7d4c5a8e2b10';
const line = (text: string) => `(${id}) ${text}`;
const completed = line('Method completed with status: 403');
const access = '{"requestId":"r","status":"403"}';
const commonLog = '203.0.113.7 - - [14/Nov/2023:22:13:20 +0000] "GET /pets HTTP/1.1" 403 23 r';
const exchange = 'HTTP/2 403\nx-amzn-errortype: ForbiddenException\n\n{"message":"Forbidden"}';

const pretty = (start: string) =>
  `${start}{\n   "method": "POST",\n   "body" : {},\n   "list": [\n      {"requestId":"x","status":"1"}\n   ]\n}`;

/** Each expected entry stands as it stands in the input; they are joined by `by`. */
const cases: readonly { name: string; entries: readonly string[]; by?: string }[] = [
  { name: 'execution lines', entries: [completed, completed] },
  { name: 'execution lines with blank lines between them', entries: [completed, completed], by: '\n\n\n' },
  {
    name: 'a pretty-printed body and the line after it',
    entries: [pretty(line('Endpoint request body after transformations: ')), completed],
  },
  {
    name: 'a body that was cut off',
    entries: [`${line('Endpoint request body after transformations: {')}\n  "a": "b [TRUNCATED]`, access, completed],
  },
  {
    name: 'a body with a blank line in it',
    entries: [`${line('Method response body after transformations: {')}\n  "a": 1,\n\n  "b": 2\n}`, completed],
  },
  {
    name: 'an XML body',
    entries: [`${line('Endpoint response body before transformations: <a>')}\n  <b/>\n</a>`, completed],
  },
  {
    name: 'a Java date line after a body',
    entries: [
      pretty('Tue Nov 14 22:13:20 UTC 2023 : Method request body before transformations: '),
      'Tue Nov 14 22:13:20 UTC 2023 : Method completed with status: 403',
    ],
  },
  { name: 'an access line after execution lines', entries: [completed, access, completed, commonLog] },
  {
    name: 'a WAF record between them',
    entries: [completed, '{\n  "webaclId": "w",\n  "action": "BLOCK"\n}', completed],
  },
  { name: 'an exchange after a log', entries: [completed, exchange] },
  { name: 'an exchange after a blank line', entries: [completed, exchange], by: '\n\n' },
  { name: 'prose after a blank line', entries: [completed, 'Any idea why?\nIt worked yesterday.'], by: '\n\n' },
  { name: 'a response body after a blank line', entries: [completed, '{\n  "message": "Forbidden"\n}'], by: '\n\n' },
  { name: 'prose, then a log, then an exchange', entries: ['We see this:', completed, access, exchange, commonLog] },
  { name: 'two exchanges in one block', entries: [`${exchange}\n\n${exchange}`] },
  {
    name: 'a curl transcript',
    entries: [
      '$ curl -v https://api.example.com/pets\n> GET /pets HTTP/2\n> Host: api.example.com\n>\n< HTTP/2 403\n<\n* Connection #0 left intact\n{"message":"Forbidden"}\n\nreal 0m0.1s',
    ],
  },
  {
    name: 'an indented exchange',
    entries: ['    HTTP/2 403\n    content-type: application/json\n\n    {"message":"Forbidden"}'.trimStart()],
  },
  {
    name: 'a body over lines in an exchange',
    entries: ['HTTP/1.1 403 Forbidden\n\n{\n    "message": "Forbidden"\n}\nthat is all'],
  },
  { name: 'a body with two values on a line', entries: ['HTTP/1.1 403 Forbidden\n\n{"message":"Forbidden"}%'] },
  { name: 'a time that belongs to nothing', entries: ['2023-11-14T22:13:20Z\nthen it broke'] },
  { name: 'code that begins like JSON', entries: ['{ statusCode: 404,\n  headers }'] },
];

describe('plain text', () => {
  it.each(cases)('$name', ({ entries, by = '\n' }) => {
    const result = read(entries.join(by));
    expect(texts(result)).toEqual(entries);
    expect(result.rejects).toEqual([]);
    const input = entries.join(by);
    let from = 0;
    for (const entry of result.entries) {
      const at = input.indexOf(entry.text, from);
      expect(entry.line).toBe(input.slice(0, at).split('\n').length);
      from = at + entry.text.length;
    }
  });

  const lookAlike = '{"requestId":"r","status":403,"error":"Forbidden"}';
  it.each([
    ['its length', `HTTP/1.1 403\ncontent-length: ${lookAlike.length}\n\n${lookAlike}`],
    [
      'its length in a transcript',
      `< HTTP/2 403\n< Content-Length: ${lookAlike.length}\n<\n* left intact\n${lookAlike}`,
    ],
    ['its type', `HTTP/1.1 403\ncontent-type: application/json\n\n${lookAlike}`],
    [
      'its type, pretty-printed',
      `HTTP/1.1 403\ncontent-type: application/problem+json\n\n{\n  "requestId": "r",\n  "status": 403\n}`,
    ],
  ])('keeps a body that looks like a record with its exchange, known by %s', (_name, input) => {
    expect(texts(read(input))).toEqual([input]);
  });

  it.each([
    ['another length', 'HTTP/1.1 403\ncontent-length: 23\ncontent-type: application/json'],
    ['no header that tells', 'HTTP/1.1 403\nx-amzn-errortype: ForbiddenException'],
    ['a body before it', 'HTTP/1.1 403\ncontent-type: application/json\n\n{"message":"Forbidden"}'],
  ])('takes a record behind an exchange with %s for a record', (_name, block) => {
    expect(texts(read(`${block}\n\n${lookAlike}`))).toEqual([block, lookAlike]);
  });

  it('gives an unknown line of a timestamped log its own entry and time', () => {
    const result = read(`2023-11-14T22:13:20Z ${completed}\n2023-11-14T22:13:21Z something new\nand more of it`);
    expect(texts(result)).toEqual([completed, 'something new\nand more of it']);
    expect(result.entries[1]?.timeMs).toBe(Date.UTC(2023, 10, 14, 22, 13, 21));
  });

  it('does not give a time to a record behind other words', () => {
    const result = read(`2023-11-14T22:13:20Z\nwords\n${completed}`);
    expect(texts(result)).toEqual(['2023-11-14T22:13:20Z\nwords', completed]);
    expect(result.entries[1]?.timeMs).toBeNull();
  });

  it('leaves Unicode line separators inside a line', () => {
    expect(texts(read('one\u2028two\u2029three\u0085four'))).toEqual(['one\u2028two\u2029three\u0085four']);
  });

  it('gives nothing for nothing', () => {
    for (const input of ['', '\n', '\r\n \t\n', '\uFEFF', '\uFEFF\n']) {
      expect(read(input)).toEqual({ entries: [], rejects: [] });
    }
  });

  it('cuts a block that grows too large into several', () => {
    const result = read('word '.repeat(10).concat('\n').repeat(10), { limits: { recordBytes: 120 } });
    expect(reasons(result)).toEqual([]);
    expect(result.entries.map((entry) => entry.line)).toEqual([1, 3, 5, 7, 9]);
  });

  it('keeps the beginning of a value that grows too large', () => {
    const body = 'x'.repeat(50);
    const result = read([completed, body, body, body, completed].join('\n'), { limits: { recordBytes: 150 } });
    expect(texts(result)).toEqual([`${completed}\n${body}`, completed]);
    expect(result.rejects).toMatchObject([{ line: 1, reason: 'record_too_large' }]);
  });
});
