import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOfLine } from '../../../parsers/src/evidence/line-shape.js';
import { leaksIn, secretShapes } from '../../must-hold/canary-secrets.js';

describe('the shape of a line', () => {
  it.each([
    ['letters and digits', 'GET /orders/4711 403', 'aaa /aaaaaa/9999 999'],
    [
      'variables of $context as keys',
      '{"requestId":"0c5f", "identity.sourceIp" : "203.0.113.9"}',
      '{"requestId":"9a9a", "identity.sourceIp" : "999.9.999.9"}',
    ],
    ['what people shorten them to', '{"sourceIp":"x"}', '{"sourceIp":"a"}'],
    [
      'keys of AWS',
      '{"messageType":"DATA","logEvents":[{"id":"1"}]}',
      '{"messageType":"aaaa","logEvents":[{"id":"9"}]}',
    ],
    ['other keys', '{"password":"x","status2":1}', '{"aaaaaaaa":"a","aaaaaa9":9}'],
    ['a known word that is no key', '{"a":"status","b":"path"}', '{"a":"aaaaaa","a":"aaaa"}'],
    ['a known word without quotes', 'status: requestId', 'aaaaaa: aaaaaaaaa'],
    ['a known key with more letters', '{"statuses":1,"xstatus":2}', '{"aaaaaaaa":9,"aaaaaaa":9}'],
    ['letters and digits of other scripts', 'Größe Москва ४२ 東京', 'aaaaa aaaaaa 99 aa'],
    ['other characters', '→ 😀 \u202e', 'u u u'],
    ['control characters', 'a\tb\u001b[31mc', 'a a [99aa'],
    ['nothing', '', ''],
  ])('%s', (_name, line, shape) => {
    expect(shapeOfLine(line)).toBe(shape);
  });

  it('has at most 200 characters', () => {
    expect(shapeOfLine('x'.repeat(5000))).toBe('a'.repeat(200));
    expect(shapeOfLine('{"requestId":"'.repeat(500)).length).toBe(200);
  });

  it('holds no character of the line but punctuation, whatever the line is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        expect(shapeOfLine(line)).toMatch(/^[a9u -~]*$/);
        expect(shapeOfLine(line).replace(/[a9u]/g, '')).not.toMatch(/[a-z0-9]/i);
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it.each(secretShapes)('shows nothing of secrets that look like $shape', (secrets) => {
    const { secret, apiKey } = secrets;
    const lines = [
      secret,
      `{"requestId":"${secret}"}`,
      `{"${secret}":"x"}`,
      `status=${apiKey} ${secret}`,
      `"status": ${apiKey}`,
    ];
    expect(lines.flatMap((line) => leaksIn(shapeOfLine(line), secrets))).toEqual([]);
  });
});
