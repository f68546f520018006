import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, parseLenientJson } from '../../../parsers/src/text/lenient-json.js';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const read = (text: string, start?: number): unknown => plain(parseLenientJson(text, start)?.value);

describe('parseLenientJson: JSON as people paste it', () => {
  it.each([
    ['strict JSON', '{"status":"403","n":1.5,"ok":true,"none":null}', { status: '403', n: 1.5, ok: true, none: null }],
    ['text behind the value', '{"a":1} and more', { a: 1 }],
    ['a bare dash for a number', '{"status":403,"latency":-,"x":"y"}', { status: 403, latency: '-', x: 'y' }],
    ['bare dots for a left-out value', '{"webaclId": ..., "action":"BLOCK"}', { webaclId: '...', action: 'BLOCK' }],
    ['a masked word', '{"id":<request-id>,"a":1}', { id: '<request-id>', a: 1 }],
    ['a left-out value', '{"a":,"b":2}', { a: '', b: 2 }],
    ['a left-out last value', '{"a":1,"b":}', { a: 1, b: '' }],
    ['a left-out last value inside', '{"o":{"b":},"c":3}', { o: { b: '' }, c: 3 }],
    ['a left-out value before a bracket', '[{"a":1},]', [{ a: 1 }]],
    ['trailing commas', '{"a":[1,2,],}', { a: [1, 2] }],
    ['doubled quotes around a message', '{"m":""Forbidden"","s":"403"}', { m: 'Forbidden', s: '403' }],
    ['an empty string', '{"m":"","s":"403"}', { m: '', s: '403' }],
    ['unescaped quotes inside', '{"m":"said "no" to it","s":"403"}', { m: 'said "no" to it', s: '403' }],
    [
      'unescaped quotes before a comma and a word',
      '{"m":"said "no", then left","s":"403"}',
      { m: 'said "no", then left', s: '403' },
    ],
    ['literals behind a comma', '["a",true,"b",false,"c",null]', ['a', true, 'b', false, 'c', null]],
    ['escapes', '{"m":"a\\n\\u0041\\"\\/","n":1} .', { m: 'a\nA"/', n: 1 }],
    ['a broken \\u escape', '{"m":"\\uZZ","n":1} .', { m: '\\uZZ', n: 1 }],
    ['a missing brace inside an array', '[{"a":1],"x"', [{ a: 1 }]],
    ['a string', '"Execution log"', 'Execution log'],
  ])('reads %s', (_name, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['no JSON', 'Missing Authentication Token'],
    ['a number', '403'],
    ['nothing', ''],
    ['blanks', '  \n'],
  ])('is null for %s', (_name, text) => {
    expect(parseLenientJson(text)).toBeNull();
  });

  it('reads the value that begins at an offset', () => {
    expect(read('log: {"a":{"b":1}} tail', 4)).toEqual({ a: { b: 1 } });
  });
});

describe('parseLenientJson: cut text', () => {
  it.each([
    ['in a string', '{"a":1,"rule":"block_ba', { a: 1, rule: 'block_ba' }, 14],
    ['in a number', '{"a":1,"limit":10', { a: 1, limit: 10 }, 15],
    ['in a key', '{"a":1,"termina', { a: 1 }, 7],
    ['after a comma', '{"a":1,', { a: 1 }, null],
    ['after a colon', '{"a":1,"b":', { a: 1 }, null],
    ['in an array', '{"a":[{"x":1},', { a: [{ x: 1 }] }, null],
    ['in an escape', '{"a":"x\\', { a: 'x' }, 5],
  ])('%s', (_name, text, value, cutValueAt) => {
    const found = parseLenientJson(text);
    expect(found).toMatchObject({ complete: false, strict: false, cutValueAt });
    expect(plain(found?.value)).toEqual(value);
  });

  it('leaves the cut value out when the text up to it is read again', () => {
    const text = '{"a":{"b":"arn:aws:execute-api:eu-we';
    const cutAt = parseLenientJson(text)?.cutValueAt ?? -1;
    expect(read(text.slice(0, cutAt))).toEqual({ a: {} });
  });

  it('has no cut value when the value is whole', () => {
    expect(parseLenientJson('{"a":"b"} tail')).toMatchObject({ complete: true, cutValueAt: null, end: 9 });
  });
});

describe('parseLenientJson: hostile text', () => {
  it('keeps __proto__ an ordinary key', () => {
    const found = parseLenientJson('{"__proto__":{"polluted":true},"a":-}');
    expect(Object.getPrototypeOf(found?.value)).toBeNull();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['brackets', '['.repeat(300_000)],
    ['braces', '{"a":'.repeat(200_000)],
    ['closing brackets', `{${']'.repeat(500_000)}`],
    ['quotes', `{${'"'.repeat(500_000)}`],
    ['quotes and commas', `{"a":"${'",x '.repeat(200_000)}`],
    ['quotes and blanks', `{"a":"${`"${' '.repeat(300)}`.repeat(3_000)}`],
    ['backslashes', `{"a":"${'\\'.repeat(999_999)}`],
    ['colons', `{"a"${':'.repeat(500_000)}`],
  ])('reads a megabyte of %s', (_name, text) => {
    expect(() => parseLenientJson(text)).not.toThrow();
  });

  it('agrees with JSON.parse on every JSON, also with text behind it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toEqual(plain(value));
        // Strings that hold `",` or `":` are the price of reading unescaped quotes; without them both readers agree.
        if (!text.includes('\\') && !text.includes('__proto__')) expect(read(`${text} .`)).toEqual(plain(value));
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it('never throws and ends inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\nu0-. tf') }), (text) => {
        const found = parseLenientJson(text);
        if (found === null) return;
        expect(found.end).toBeGreaterThan(0);
        expect(found.end).toBeLessThanOrEqual(text.length);
        if (found.cutValueAt !== null) expect(found.cutValueAt).toBeLessThan(text.length);
      }),
      { seed: 403, numRuns: 5_000 },
    );
  });

  it('knows objects from arrays and null', () => {
    expect([{}, [], null, 'x'].map(isJsonObject)).toEqual([true, false, false, false]);
  });
});
