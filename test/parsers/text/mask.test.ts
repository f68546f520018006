import { describe, expect, it } from 'vitest';
import { maskSecret } from '../../../parsers/src/text/mask.js';

describe('maskSecret', () => {
  it.each([
    ['a 40-character key keeps its last six', `${'k'.repeat(34)}bQ7x2k`, `${'*'.repeat(34)}bQ7x2k`],
    ['the shortest key that spares six', '0123456789abcdef', '**********abcdef'],
    ['one character less shows nothing', '0123456789abcde', '***************'],
    ['an empty value', '', ''],
    ['one character', 'k', '*'],
  ])('%s', (_name, value, masked) => {
    expect(maskSecret(value)).toBe(masked);
  });

  it('bounds the length of what it writes', () => {
    expect(maskSecret('s'.repeat(100_000))).toHaveLength(134);
  });
});
