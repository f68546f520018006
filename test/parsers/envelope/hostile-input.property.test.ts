import { createGzip, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogReader } from '../../../parsers/src/envelope/index.js';
import { defaultLimits } from '../../../parsers/src/model/limits.js';
import { type ReadResult, read, readerOptions, reasons, texts } from './harness.js';

const completed = '(6f0b1f4e-3a52-4d0c-9e0b-7d4c5a8e2b10) Method completed with status: 403';
const access = '{"requestId":"r","status":"403"}';
const MiB = 1024 * 1024;
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

function expectSentences(result: ReadResult): void {
  for (const reject of result.rejects) {
    expect(reject.detail).toMatch(/^Expected .{20,300}\.$/);
    expect(reject.line).toBeGreaterThan(0);
  }
}

describe('damage', () => {
  const packed = gzipSync(
    Array.from({ length: 2000 }, (_, i) => `{"requestId":"r${i * 7919}","status":"403"}`).join('\n'),
  );

  it('reads a truncated gzip file up to the cut', () => {
    const result = read(packed.subarray(0, packed.length / 2));
    expect(result.entries.length).toBeGreaterThan(500);
    expect(reasons(result)).toEqual(['corrupt_gzip']);
    expectSentences(result);
  });

  it('reads what surrounds a truncated payload', () => {
    const result = read(`${completed}\n${base64(packed.subarray(0, packed.length / 2))}\n${completed}`);
    expect(texts(result).filter((text) => text === completed)).toHaveLength(2);
    expect(result.rejects).toMatchObject([{ line: 2, reason: 'corrupt_gzip' }]);
  });

  it('drops NUL bytes, says so once, and reads on', () => {
    const result = read(`${completed}\nMe\0thod\0\n\n${access}\0`);
    expect(texts(result)).toEqual([`${completed}\nMethod`, access]);
    expect(result.rejects).toMatchObject([{ line: 2, reason: 'nul_bytes' }]);
    expectSentences(result);
  });

  it('reads invalid UTF-8 as replacement characters and names the first line', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${access}\n`),
      Buffer.from([0x63, 0xff, 0xc3, 0x0a]),
      Buffer.from(access),
      Buffer.from([0x0a, 0xfe]),
    ]);
    const result = read(bytes);
    expect(texts(result)).toEqual([access, 'c\uFFFD\uFFFD', access, '\uFFFD']);
    expect(result.rejects).toMatchObject([{ line: 2, reason: 'invalid_utf8' }]);
    expectSentences(result);
  });

  it('takes a replacement character that was in the input for what it is', () => {
    expect(read('a\uFFFDb').rejects).toEqual([]);
  });

  it.each([
    ['text', 'x'],
    ['what looks like JSON', '{"a'],
    ['what looks like base64', 'H4sIAAAA'],
    ['brackets', '['],
    ['an object in an object', '{"a":'],
    ['escapes', '"\\'],
    ['white space', ' '],
    ['a time', '2023-11-14T22:13:20Z '],
  ])('skips a line of 100 MB of %s and reads the rest', (_name, unit) => {
    const result: ReadResult = { entries: [], rejects: [] };
    const reader = createLogReader(readerOptions(result, { payloadBytes: 4 * MiB }));
    reader.push(Buffer.from(`${completed}\n`));
    const piece = Buffer.from(unit.repeat(Math.ceil(MiB / unit.length)));
    for (let i = 0; i < 100; i++) reader.push(piece);
    reader.push(Buffer.from(`\n${completed}\n`));
    reader.end();
    expect(texts(result)).toEqual([completed, completed]);
    expect(result.entries.map((entry) => entry.line)).toEqual([1, 3]);
    expect(result.rejects).toMatchObject([{ line: 2, reason: 'line_too_long' }]);
    expectSentences(result);
  });

  it('reads 30 MB of records without a newline', () => {
    let count = 0;
    const reader = createLogReader({ ...readerOptions({ entries: [], rejects: [] }), onEntry: () => count++ });
    const piece = Buffer.from(access.repeat(32 * 1024));
    for (let i = 0; i < 30; i++) reader.push(piece);
    reader.end();
    expect(count).toBe(983_040);
  });

  it('reads a payload as large as the limit on one line', () => {
    const events = Array.from({ length: 60_000 }, (_, i) => ({ id: `${i}`, timestamp: 1.7e12, message: completed }));
    const document = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '1',
      logGroup: 'g',
      logStream: 's',
      logEvents: events,
    });
    expect(document.length).toBeGreaterThan(5 * MiB);
    expect(read(document, { chunks: [64 * 1024] })).toMatchObject({ entries: { length: 60_000 }, rejects: [] });
    expect(read(JSON.stringify(JSON.parse(document), null, 1)).entries).toHaveLength(60_000);
  });
});

describe('bombs', () => {
  it('stops a gzip file of 5 GB at the total limit', async () => {
    const result: ReadResult = { entries: [], rejects: [] };
    const reader = createLogReader(readerOptions(result, { totalBytes: 64 * MiB }));
    const before = process.memoryUsage().rss;
    const gzip = createGzip({ level: 1 });
    gzip.on('data', (piece: Buffer) => reader.push(piece));
    const done = new Promise((resolve) => gzip.on('end', resolve));
    const zeros = Buffer.alloc(16 * MiB);
    gzip.write(`${completed}\n`);
    for (let i = 0; i < 320; i++) {
      if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end();
    await done;
    reader.end();
    expect(texts(result)).toEqual([completed]);
    expect(reasons(result).filter((reason) => reason === 'input_too_large')).toHaveLength(1);
    expectSentences(result);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MiB);
  });

  it('stops a packed payload at the payload limit and reads the lines around it', () => {
    const bomb = base64(gzipSync(Buffer.alloc(40 * MiB, 'a\n')));
    const result = read(`${completed}\n${bomb}\n${completed}`, { limits: { payloadBytes: MiB } });
    expect(texts(result).filter((text) => text === completed)).toHaveLength(2);
    expect(result.rejects).toMatchObject([{ line: 2, reason: 'payload_too_large' }]);
    expectSentences(result);
  });

  it('reads what the total limit allows, and no more', () => {
    const result = read(`${completed}\n`.repeat(10), { limits: { totalBytes: 5 * (completed.length + 1) } });
    expect(texts(result)).toEqual(Array(5).fill(completed));
    expect(reasons(result)).toEqual(['input_too_large']);
    expect(read(completed, { limits: { totalBytes: completed.length } }).rejects).toEqual([]);
    expect(read(completed, { limits: { totalBytes: Number.POSITIVE_INFINITY } }).rejects).toEqual([]);
  });

  it('opens wrappings only as deep as the limit allows', () => {
    let gzips: Uint8Array = Buffer.from(completed);
    let strings = completed;
    let objects = completed;
    for (let i = 0; i < 8; i++) {
      gzips = gzipSync(gzips);
      strings = base64(gzipSync(strings));
      objects = JSON.stringify({ log: objects, stream: 'stdout' });
    }
    for (const input of [gzips, strings]) {
      const result = read(input);
      expect(result.entries).toEqual([]);
      expect(reasons(result)).toEqual(['nested_too_deep']);
      expectSentences(result);
    }
    expect(texts(read(gzips, { limits: { nesting: 9 } }))).toEqual([completed]);
    expect(texts(read(strings, { limits: { nesting: 20 } }))).toEqual([completed]);
    expect(texts(read(objects))).not.toEqual([completed]);
    expect(texts(read(objects, { limits: { nesting: 20 } }))).toEqual([completed]);
  });

  it.each([
    ['brackets on one line', '['.repeat(900_000)],
    ['balanced brackets on one line', '['.repeat(400_000) + ']'.repeat(400_000)],
    ['balanced objects on one line', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['objects on one line', '{"message":'.repeat(80_000)],
    ['a line of braces', '{'.repeat(900_000)],
    ['a million lines of braces', '{\n'.repeat(1_000_000)],
    ['a million lines of brackets', '[\n'.repeat(1_000_000)],
    ['a million lines of objects', '{"a":\n'.repeat(1_000_000)],
    ['a million closing braces', '}\n'.repeat(1_000_000)],
    ['a million empty objects on one line', '{}'.repeat(500_000)],
    ['a million broken objects on one line', '{"a"b}'.repeat(150_000)],
    ['a million quotes', '"\n'.repeat(1_000_000)],
    ['an execution line and a million open lines', `${completed} {\n${' {\n'.repeat(1_000_000)}`],
    ['an execution line and a million blank lines', `${completed} {\n${'\n'.repeat(1_000_000)}x`],
    ['times without end', '2023-11-14T22:13:20Z\n'.repeat(200_000)],
    ['CSV headers without end', 'timestamp,message\n'.repeat(200_000)],
    ['a CSV field without end', `timestamp,message\n1,"${'x""\n'.repeat(500_000)}`],
    ['base64 without end', `${'H4sIAAAAAAAAAAAAAAAAAAAA\n'.repeat(100_000)}`],
    ['an escaped string of escaped strings', JSON.stringify(JSON.stringify(JSON.stringify(completed.repeat(2000))))],
    ['records and times on one line', `2023-11-14T22:13:20Z ${access} `.repeat(18_000)],
    ['records and words on one line', `${access} and `.repeat(18_000)],
    ['prefixes of prefixes', `${'2023-11-14T22:13:20Z '.repeat(40_000)}\n`],
  ])('ends in linear time and bounded memory with %s', (_name, input) => {
    const result: ReadResult = { entries: [], rejects: [] };
    let largest = 0;
    const reader = createLogReader({
      ...readerOptions(result, { recordBytes: MiB }),
      onEntry: (entry) => {
        largest = Math.max(largest, entry.text.length);
      },
    });
    reader.push(Buffer.from(input));
    reader.push(Buffer.from(`\n\n${completed}\n`));
    reader.end();
    expect(largest).toBeLessThanOrEqual(MiB);
    expectSentences(result);
  });
});

describe('any input', () => {
  const seeds = [
    completed,
    access,
    `{\n  "requestId": "r",\n  "status": "403"\n}`,
    `2023-11-14T22:13:20Z 0123456789abcdef0123456789abcdef ${access}`,
    '2023-11-14T22:13:20Z',
    'timestamp,message\n1700000000123,"(id) a ""b""\nc"',
    'HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n{"message":"Forbidden"}',
    JSON.stringify({ events: [{ message: completed, timestamp: 1, eventId: 'e' }, { message: access }] }, null, 1),
    JSON.stringify({ requestId: 'q', records: [{ data: base64(access) }, { data: base64(gzipSync(completed)) }] }),
    JSON.stringify({ status: 403, log: `Execution log for request r\n${completed}` }),
    base64(
      gzipSync(
        JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup: 'g', logEvents: [{ id: '1', message: completed }] }),
      ),
    ),
    `[${access},${access}]`,
    'ünï\u2028cödé \u{1F600}',
    '',
    '   ',
    '{',
    '}',
    '"',
  ];
  const text = fc.array(fc.constantFrom(...seeds), { maxLength: 8 }).map((parts) => parts.join('\n'));
  const mutated = fc
    .tuple(
      text,
      fc.array(
        fc.tuple(
          fc.nat(4000),
          fc.constantFrom('{', '}', '[', '"', '\\', '\n', '\r', ',', '\0', '\uFEFF', 'é', '', '\x1b[0m'),
        ),
        { maxLength: 12 },
      ),
    )
    .map(([original, edits]) =>
      edits.reduce((at, [place, put]) => {
        const i = place % (at.length + 1);
        return at.slice(0, i) + put + at.slice(i + (place % 3));
      }, original),
    );
  const limits = fc.constantFrom(
    {},
    { lineBytes: 64 },
    { recordBytes: 100, payloadBytes: 200 },
    { totalBytes: 300 },
    { nesting: 1 },
  );
  const chunks = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });

  it('gives the same entries and rejects however it is cut', () => {
    fc.assert(
      fc.property(mutated, fc.boolean(), limits, chunks, (input, packed, limit, cuts) => {
        const bytes = packed ? gzipSync(input) : Buffer.from(input);
        expect(read(bytes, { limits: limit, chunks: cuts })).toEqual(read(bytes, { limits: limit }));
      }),
      { seed: 403, numRuns: 3000 },
    );
  });

  it('never throws, holds its limits, and explains each reject in a sentence', () => {
    fc.assert(
      fc.property(
        mutated,
        fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { maxLength: 6 }),
        limits,
        (input, bytes, limit) => {
          const packed = gzipSync(input);
          for (const [at, byte] of bytes) packed[at % packed.length] = byte;
          for (const source of [packed, Buffer.from(input), Buffer.from(base64(packed))]) {
            const result = read(source, { limits: limit });
            const { recordBytes } = { ...defaultLimits, ...limit };
            for (const entry of result.entries) expect(entry.text.length).toBeLessThanOrEqual(recordBytes);
            expectSentences(result);
          }
        },
      ),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('loses no line of a log that only plain records make', () => {
    const record = fc.constantFrom(
      completed,
      access,
      '203.0.113.7 - - [14/Nov/2023:22:13:20 +0000] "GET /p HTTP/1.1" 403 23 r',
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), chunks, (records, cuts) => {
        expect(texts(read(records.join('\n'), { chunks: cuts }))).toEqual(records);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  it('keeps raw text out of rejects', () => {
    const secret = 'canary0secret0value';
    const inputs = [
      `H4sI${secret}${secret}*`,
      JSON.stringify({ requestId: 'q', records: [{ data: `${secret}*` }] }),
      JSON.stringify({ events: [{ message: 'a' }, { message: { secret } }] }),
      `timestamp,message\n1,"${secret}`,
      `{"a":"${secret}"`.repeat(300),
      Buffer.concat([gzipSync(secret), Buffer.from(secret)]),
    ];
    for (const input of inputs) expect(JSON.stringify(read(input).rejects)).not.toContain('canary');
  });
});
