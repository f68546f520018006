import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKeys } from '../../../parsers/src/access-log/repeated-keys.js';

describe('repeatedKeys', () => {
  it.each([
    ['a key that stands there once', '{"status":"403","ip":"203.0.113.7"}', []],
    ['a key that JSON reads once and the text has twice', '{"status":"403","status":"200"}', ['status']],
    ['a key in two objects', '{"a":{"status":"1"},"b":{"status":"2"}}', []],
    ['a key whose quotes are escaped', '{"agent":"x\\",\\"status\\":\\"200","status":"403"}', []],
    ['a key with blanks before its colon', '{"status"  :"403","status":"200"}', ['status']],
    ['a word before no colon', '["status","status"]', []],
    ['text with colons', '{"time":"09:00:00:00","t2":"09:00:00:00"}', []],
  ])('%s', (_name, text, repeated) => {
    expect([...repeatedKeys(text, JSON.parse(text))]).toEqual(repeated);
  });

  it('finds in any text the keys that a pattern finds', () => {
    const piece = fc.constantFrom(
      '"status"',
      '"',
      ':',
      ' ',
      ',',
      'status',
      '\\',
      '\t',
      'a.b$',
      '"a"',
      'x'.repeat(79),
      '          ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const keys = [...text.matchAll(/"([\w.$-]{1,80})"[ \t]{0,8}:/g)].map(([, key]) => key as string);
        const repeated = new Set(keys.filter((key, i) => keys.indexOf(key) !== i));
        expect([...repeatedKeys(text, {})].sort()).toEqual([...repeated].sort());
      }),
      { seed: 403, numRuns: 3000 },
    );
  });
});
