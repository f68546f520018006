import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpResponseFormat } from '../../../parsers/src/http-response/http-response.js';
import { plainEntry } from '../../../parsers/src/model/index.js';

const canary = 'CanarySecret0123456789';

/** Places of a paste where secrets stand. */
const places: readonly (readonly [name: string, paste: string])[] = [
  ['x-api-key header', `> GET /a HTTP/1.1\n> x-api-key: ${canary}\n< HTTP/1.1 403 Forbidden`],
  ['Authorization header', `GET /a HTTP/1.1\nAuthorization: Bearer ${canary}\n\nHTTP/1.1 403 Forbidden`],
  ['curl -H', `curl -H 'x-api-key: ${canary}' -H "Authorization: ${canary}" https://api.example.com/a\nHTTP/2 403`],
  ['curl -u', `curl -u me:${canary} https://api.example.com/a\nHTTP/2 403`],
  ['curl --data', `curl -d '{"password":"${canary}"}' https://api.example.com/a\nHTTP/2 403`],
  ['user of a URL', `curl https://me:${canary}@api.example.com/a\nHTTP/2 403`],
  ['query', `GET https://api.example.com/a?api_key=${canary} 403 (Forbidden)`],
  ['query of a request line', `> GET /a?token=${canary} HTTP/1.1\n< HTTP/1.1 403 Forbidden`],
  ['security token', `> GET /a HTTP/1.1\n> X-Amz-Security-Token: ${canary}\n< HTTP/1.1 403 Forbidden`],
  ['cookie', `> GET /a HTTP/1.1\n> Cookie: session=${canary}\n< HTTP/1.1 403 Forbidden\n< Set-Cookie: s=${canary}`],
  ['unknown header', `HTTP/1.1 403 Forbidden\nx-secret: ${canary}`],
  ['own body', `HTTP/1.1 403 Forbidden\n\n{"message":"${canary}","token":"${canary}"}`],
  ['own text body', `HTTP/1.1 403 Forbidden\n\n${canary}`],
  ['HTML body', `HTTP/1.1 403 Forbidden\n\n<html><body>${canary}</body></html>`],
  ['XML body', `HTTP/1.1 403 Forbidden\n\n<Error><Code>AccessDenied</Code><Message>${canary}</Message></Error>`],
  [
    'echoed token',
    `403 {"message":"'${canary}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer ${canary}'."}`,
  ],
  [
    'echoed Authorization',
    `403 {"message":"Authorization header requires 'Credential' parameter. Authorization=Basic ${canary}=="}`,
  ],
  [
    'canonical string',
    `403 {"message":"The request signature we calculated does not match the signature you provided.\\n\\nThe Canonical String for this request should have been\\n'GET\\n/a\\nx-api-key:${canary}'"}`,
  ],
  [
    'signature query',
    `curl 'https://api.example.com/a?X-Amz-Signature=${canary}&X-Amz-Security-Token=${canary}'\nHTTP/2 403`,
  ],
  ['prose', `my key is ${canary} and I get HTTP 403`],
  ['in words that look like an exception message', `ForbiddenException: ${canary}`],
];

describe('secrets of a paste are not kept', () => {
  it.each(places)('%s', (_name, paste) => {
    const result = httpResponseFormat.parse(plainEntry(paste, 1));
    expect(result.ok).toBe(true);
    expect(JSON.stringify(result)).not.toContain(canary);
  });

  it('in any order of the lines', () => {
    const lines = places.flatMap(([, paste]) => paste.split('\n'));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: 1 }), (some) => {
        expect(JSON.stringify(httpResponseFormat.parse(plainEntry(some.join('\n'), 1)))).not.toContain(canary);
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
