import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText } from '../../../server/src/text/json-text.js';
import { visible, visibleExcerpt } from '../../../server/src/text/visible.js';

/** Written out here by code point, not shared with the source: controls, bidi, zero-width and separator characters. */
function isHostile(character: string): boolean {
  const code = character.codePointAt(0) as number;
  const between = (from: number, to: number) => code >= from && code <= to;
  return (
    between(0x00, 0x1f) ||
    between(0x7f, 0x9f) ||
    code === 0x00ad ||
    code === 0x061c ||
    code === 0x180e ||
    between(0x200b, 0x200f) ||
    between(0x2028, 0x202e) ||
    between(0x2060, 0x206f) ||
    between(0xd800, 0xdfff) ||
    code === 0xfeff ||
    between(0xfff9, 0xfffb) ||
    between(0xe0000, 0xe007f)
  );
}
const hostile = (text: string): string[] => [...text].filter(isHostile);

/** Texts full of what terminals act on, between ordinary words. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 0x2100 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]8;;https://example.com\x07',
        '\u202e',
        '\u2066',
        '\ud800',
        '\udc00',
        '\u{e0041}',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('visible', () => {
  it.each([
    ['an escape sequence', '\x1b[31mred', '\\x1b[31mred'],
    ['newline, return and tab', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['NUL and DEL', '\0\x7f', '\\x00\\x7f'],
    ['a C1 control that begins sequences', '\x9b31m', '\\u009b31m'],
    ['a right-to-left override', 'gpj\u202eexe', 'gpj\\u202eexe'],
    ['isolates and marks', '\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
    ['zero-width characters', 'pay\u200bpal\ufeff\u2060', 'pay\\u200bpal\\ufeff\\u2060'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['a lone surrogate', 'x\ud800y', 'x\\ud800y'],
    ['an invisible tag character, two units', '\u{e0041}', '\\udb40\\udc41'],
    ['letters of other scripts stay', 'Grüße 注文 заказ 😀', 'Grüße 注文 заказ 😀'],
    ['an empty text', '', ''],
  ])('%s', (_name, text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('lets no character through that moves, reorders, hides or splits text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(hostile(visible(text))).toEqual([]);
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('says how long a text was that it cuts', () => {
    expect(visibleExcerpt('abcdef', 3)).toBe('abc… (6 characters in all)');
    expect(visibleExcerpt('abc', 3)).toBe('abc');
  });

  it('cuts an excerpt before escapes could make it longer', () => {
    expect(visibleExcerpt('\x1b'.repeat(10_000), 20).length).toBeLessThan(60);
  });
});

describe('jsonText', () => {
  it('means the same as JSON.stringify and holds nothing that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.array(hostileText), (texts) => {
        const text = jsonText({ texts });
        expect(JSON.parse(text)).toEqual({ texts });
        expect(hostile(text)).toEqual([]);
      }),
      { seed: 403, numRuns: 1000 },
    );
  });

  it('writes bidirectional marks and C1 controls as \\uXXXX', () => {
    expect(jsonText('a\u202eb\x9bc\x1b')).toBe('"a\\u202eb\\u009bc\\u001b"');
  });
});
