import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hanging, indented, lineRanges, wrap, wrapParts } from '../../../server/src/cli/wrap.js';

describe('wrap', () => {
  it.each([
    ['a short text', 'one two', 20, ['one two']],
    ['a break at the last blank that fits', 'one two three', 8, ['one two', 'three']],
    ['a text that fits exactly', 'one two', 7, ['one two']],
    [
      'a word longer than the line stays whole',
      'see arn:aws:execute-api:eu-west-1 now',
      8,
      ['see', 'arn:aws:execute-api:eu-west-1', 'now'],
    ],
    ['only one long word', 'abcdefghij', 4, ['abcdefghij']],
    ['an empty text', '', 10, ['']],
  ])('%s', (_name, text, width, lines) => {
    expect(wrap(text, width, indented(''))).toEqual(lines);
  });

  it('counts the indentation and hangs what follows a number', () => {
    expect(wrap('one two three', 10, hanging('1. '))).toEqual(['1. one two', '   three']);
  });

  it('loses no word and breaks none', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 5, max: 60 }), (list, width) => {
        const text = list.join(' ');
        const lines = lineRanges(text, width).map(([start, end]) => text.slice(start, end));
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
      }),
      { seed: 403, numRuns: 500 },
    );
  });
});

describe('wrapParts', () => {
  it.each([
    ['all on a line', ['a b', 'c'], 20, ['  a b · c']],
    ['breaks between parts only', ['api a1', 'stage prod', 'GET /'], 20, ['  api a1', '  stage prod · GET /']],
    ['a part longer than the line', ['x'.repeat(30), 'y'], 20, [`  ${'x'.repeat(30)}`, '  y']],
    ['none', [], 20, []],
  ])('%s', (_name, parts: string[], width, lines) => {
    expect(wrapParts(parts, width, '  ')).toEqual(lines);
  });
});
