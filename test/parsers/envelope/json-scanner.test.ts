import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScanner } from '../../../parsers/src/envelope/json-scanner.js';

/** [line, offset] of the end, or null when the value goes on. */
function endOf(text: string): [number, number] | null {
  const scanner = new JsonScanner();
  for (const [i, line] of text.split('\n').entries()) {
    const end = scanner.feed(line);
    if (end >= 0) return [i, end];
  }
  return null;
}

describe('the end of a JSON value', () => {
  it.each([
    ['on its line', '{"a":1} rest', [0, 7]],
    ['over lines', '{\n"a": [\n1\n]\n}', [4, 1]],
    ['behind braces in strings', '{"a":"}]{["} x', [0, 12]],
    ['behind an escaped quote', '{"a":"\\"}"} x', [0, 11]],
    ['behind an escaped backslash', '{"a":"\\\\"} x', [0, 10]],
    ['of an array', '[{},{}],', [0, 7]],
    ['behind a quote that was not closed on its line', '{"a":"b\n"c":1}', [1, 6]],
    ['nowhere', '{"a":{"b":1}', null],
  ])('%s', (_name, text, expected) => {
    expect(endOf(text)).toEqual(expected);
  });

  it('is where any value ends, pretty-printed or not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.array(fc.object())), fc.constantFrom(0, 1, 4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const lines = text.split('\n');
        expect(endOf(`${text}}]`)).toEqual([lines.length - 1, lines.at(-1)?.length]);
      }),
      { seed: 403, numRuns: 1000 },
    );
  });

  it('says where another value cannot begin', () => {
    const admits = (text: string, brace = '{') => {
      const scanner = new JsonScanner();
      for (const line of text.split('\n')) scanner.feed(line);
      return scanner.admits(brace.charCodeAt(0));
    };
    for (const open of ['{"a":', '[', '[{},', '{"a":[1,', '{"a":[\n{}\n,']) expect(admits(open)).toBe(true);
    for (const cut of ['{', '{"a":1,', '{"a":"b"', '[{}', '[1', '{"a":[],']) expect(admits(cut)).toBe(false);
    expect(admits('{"a":1,', '}')).toBe(true);
  });

  it('stops at a depth that no log has', () => {
    const scanner = new JsonScanner();
    expect(scanner.feed('['.repeat(200))).toBe(-1);
    expect(scanner.tooDeep).toBe(false);
    expect(scanner.feed('[')).toBe(-1);
    expect(scanner.tooDeep).toBe(true);
  });
});
