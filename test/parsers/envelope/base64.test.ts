import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, looksLikeBase64Gzip } from '../../../parsers/src/envelope/base64.js';

describe('base64', () => {
  it('gives back any bytes, of both alphabets, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const padded = Buffer.from(bytes).toString('base64');
        for (const text of [padded, padded.replace(/=+$/, ''), Buffer.from(bytes).toString('base64url')]) {
          expect(decodeBase64(text)).toEqual(bytes);
        }
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it.each([
    ['a blank', 'YWJj ZGVm'],
    ['a newline', 'YWJj\nZGVm'],
    ['padding in the middle', 'YW==YWJj'],
    ['too much padding', 'YWI==='],
    ['a letter that is none', 'YWé='],
    ['a lone last character', 'YWJjZ'],
    ['a character beyond the table', 'YWJ\u4e00'],
  ])('refuses %s', (_name, text) => {
    expect(decodeBase64(text)).toBeNull();
  });

  it('knows gzip by its first characters', () => {
    expect(looksLikeBase64Gzip(gzipSync('text').toString('base64'))).toBe(true);
    expect(looksLikeBase64Gzip(Buffer.from('{"requestId":"none of it"}').toString('base64'))).toBe(false);
    expect(looksLikeBase64Gzip('H4sI is what gzip looks like in base64')).toBe(false);
  });
});
