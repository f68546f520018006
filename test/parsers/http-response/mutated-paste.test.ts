import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpResponseFormat, startsHttpExchange } from '../../../parsers/src/http-response/http-response.js';
import { plainEntry } from '../../../parsers/src/model/index.js';

const pieces = [
  'HTTP/1.1 403 Forbidden',
  '< HTTP/2 403',
  '> GET /prod/a HTTP/1.1',
  '$ curl -i https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/a \\',
  'x-amzn-errortype: ForbiddenException',
  '"x-amzn-errortype" = "',
  'x-amz-apigw-id:',
  'www-authenticate: Bearer scope="a" error="insufficient_scope"',
  '{"message":"Forbidden"}',
  '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/a with an explicit deny"}',
  "'…' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer x'",
  'Date: Tue, 14 Jan 2025 09:30:00 GMT',
  '403',
  '` → 403 {"message":null}',
  '<Error><Code>AccessDenied</Code>',
  '{"log":"< HTTP/1.1 403 Forbidden\\r\\n"}',
  '12: HTTP/1.1 403',
  '\u0000\ufffd\u202e',
  '__proto__: constructor',
  '{"__proto__":{"message":"Forbidden"}}',
];

const line = fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 60, unit: 'binary' }), fc.constant(''));
const mutated = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.nat(400), fc.nat(40), fc.string({ maxLength: 6 }))
  .map(([lines, at, length, put]) => {
    const text = lines.join('\n');
    return text.slice(0, at) + put + text.slice(at + length);
  });

describe('mutated pastes', () => {
  it('give facts or a refusal, never an exception', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const entry = plainEntry(text, 1);
        startsHttpExchange(text);
        const result = httpResponseFormat.parse(entry);
        if (!result.ok) {
          expect(result.reason).toBe('unrecognised');
          return;
        }
        // what parses is claimed, or the registry would never ask
        expect(httpResponseFormat.claims(entry)).toBe(true);
        for (const facts of result.value) {
          if (facts.kind !== 'response') throw new Error('only answers come from pastes');
          expect(facts.status === null || (facts.status >= 100 && facts.status <= 599)).toBe(true);
        }
      }),
      { seed: 403, numRuns: 3000 },
    );
  });

  it('reads the same of a paste with other line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (lines) => {
        const unix = httpResponseFormat.parse(plainEntry(`x\n${lines.join('\n')}`, 1));
        const dos = httpResponseFormat.parse(plainEntry(`x\r\n${lines.join('\r\n')}`, 1));
        expect(dos).toEqual(unix);
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
