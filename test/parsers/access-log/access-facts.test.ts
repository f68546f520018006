import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessValues, toAccessFacts } from '../../../parsers/src/access-log/index.js';
import { type ContextVariable, contextVariables } from '../../../parsers/src/model/context-variable.js';
import type { AccessFacts } from '../../../parsers/src/model/facts.js';
import { plainEntry } from '../../../parsers/src/model/log-entry.js';
import { variables } from './arbitraries.js';

const factsOf = (values: Partial<Record<ContextVariable, string>>, timeMs: number | null = null): AccessFacts =>
  toAccessFacts(new Map(Object.entries(values)) as AccessValues, { ...plainEntry('', 1), timeMs }, 'template');

const id = '6a0e3b52-91f4-4c1d-8f63-2d6cf4d0b7aa';
const shortId = 'Kq3mXh2pDoEEJ7w=';

describe('values', () => {
  it.each<[string, ContextVariable, string, string | null | undefined]>([
    ['a status', 'status', '403', '403'],
    ['a hyphen as absent', 'error.responseType', '-', null],
    ['an empty value as absent', 'identity.userAgent', '', null],
    ['a type', 'error.responseType', 'ACCESS_DENIED', 'ACCESS_DENIED'],
    ['nothing of a sentence where a type stands', 'error.responseType', 'token abc', undefined],
    ['nothing of a word where a status stands', 'status', 'secret', undefined],
    [
      'nothing of a key value where a key id stands',
      'identity.apiKeyId',
      'Zx81LmPq02Rt56Uv90Wy34Ab78Cd12Ef56Gh90Ij',
      undefined,
    ],
    ['a key id', 'identity.apiKeyId', 'k1l2m3n4o5', 'k1l2m3n4o5'],
    [
      'the tail of a key value',
      'identity.apiKey',
      'Zx81LmPq02Rt56Uv90Wy',
      '**************Uv90Wy'.replace('Uv90Wy', 'Uv90Wy'),
    ],
    ['only that there were claims', 'authorizer.claims', 'ann@example.com', 'present'],
    ['only that there was authorizer context', 'authorizer.context', 'tenant-7', 'present'],
    ['only that there was a certificate', 'identity.clientCert.clientCertPem', '-----BEGIN', 'present'],
    ['a path without its query string', 'path', '/prod/pets?token=abc', '/prod/pets'],
    ['a route key', 'routeKey', 'GET /pets/{id}', 'GET /pets/{id}'],
    [
      'a user ARN',
      'identity.userArn',
      'arn:aws:sts::111122223333:assumed-role/R/s',
      'arn:aws:sts::111122223333:assumed-role/R/s',
    ],
    ['nothing of a header where an ARN stands', 'identity.userArn', 'Bearer eyJhbGciOi', undefined],
    ['a matched base path', 'customDomain.basePathMatched', '(none)', '(none)'],
    ['messageString without its quotes', 'error.messageString', '"Forbidden"', 'Forbidden'],
    ['an absent messageString in quotes', 'error.messageString', '"-"', null],
  ])('keep %s', (_, variable, logged, kept) => {
    expect(factsOf({ [variable]: logged }).values[variable]).toBe(kept);
  });

  it('leave out, not set to absent, what has another form: absent would say that the integration answered', () => {
    expect('error.responseType' in factsOf({ 'error.responseType': 'a b' }).values).toBe(false);
  });

  it.each<[ContextVariable, number]>([
    ['path', 2048],
    ['identity.userAgent', 512],
    ['authorizer.principalId', 256],
  ])('of %s end at %d characters', (variable, length) => {
    expect(factsOf({ [variable]: `/${'x'.repeat(5000)}` }).values[variable]).toHaveLength(length);
  });

  it('recognise the message and keep none of its foreign words', () => {
    const known = factsOf({ 'error.message': 'Missing Authentication Token' });
    expect(known.message?.kind).toBe('missing_authentication_token');
    const foreign = factsOf({ 'error.message': 'canary-7 secret sauce', 'authorizer.error': 'canary-8 more' });
    expect(foreign.message?.kind).toBe('other');
    expect(JSON.stringify(foreign)).not.toMatch(/canary/);
  });

  it('take the message from messageString when the format has no error.message', () => {
    expect(factsOf({ 'error.message': '-', 'error.messageString': '"Forbidden"' }).message?.kind).toBe('forbidden');
    expect(factsOf({ 'error.messageString': '-' }).message).toBeNull();
  });

  it('never hold a secret, under whatever variable it was logged except those of the caller own words', () => {
    const callersWords = new Set<ContextVariable>([
      'path',
      'resourcePath',
      'routeKey',
      'customDomain.basePathMatched',
      'identity.userAgent',
      'authorizer.principalId',
      'identity.clientCert.issuerDN',
      'identity.clientCert.subjectDN',
    ]);
    const secret = 'CANARYq8 Zr5Kt1Lw7Xp3';
    fc.assert(
      fc.property(
        fc.constantFrom(...variables.filter((name) => !callersWords.has(name))),
        fc.string(),
        (variable, before) => {
          expect(JSON.stringify(factsOf({ [variable]: before + secret }))).not.toContain('CANARY');
        },
      ),
      { seed: 403, numRuns: 1000 },
    );
    expect(Object.keys(contextVariables)).toHaveLength(variables.length);
  });
});

describe('ids', () => {
  it.each([
    ['a UUID', { requestId: id }, { requestId: id, extendedRequestId: null }],
    ['the short id of an HTTP API', { requestId: shortId }, { requestId: shortId, extendedRequestId: shortId }],
    ['both', { requestId: id, extendedRequestId: shortId }, { requestId: id, extendedRequestId: shortId }],
    ['a replaced id', { requestId: 'UUID_REPLACED_INVALID_REQUEST_ID' }, { requestId: null, extendedRequestId: null }],
    [
      'masked ids',
      { requestId: 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx', extendedRequestId: '************=' },
      { requestId: null, extendedRequestId: null },
    ],
    [
      'a UUID masked in part, which is still no short id',
      { requestId: '7c0d1e52-****-****-****-5e1f3a8b6c47', extendedRequestId: shortId },
      { requestId: '7c0d1e52-****-****-****-5e1f3a8b6c47', extendedRequestId: shortId },
    ],
    ['a hyphen', { requestId: '-' }, { requestId: null, extendedRequestId: null }],
    ['a sentence', { requestId: 'not an id' }, { requestId: null, extendedRequestId: null }],
  ])('from %s', (_, values, ids) => {
    expect(factsOf(values).ids).toEqual({ ...ids, traceId: null });
  });

  it.each([
    ['1-645566cf-7cb058b04d9bb3ee01dc4036', '1-645566cf-7cb058b04d9bb3ee01dc4036'],
    [
      'Root=1-645566cf-7cb058b04d9bb3ee01dc4036;Parent=7cb058b04d9bb3ee;Sampled=0',
      '1-645566cf-7cb058b04d9bb3ee01dc4036',
    ],
    ['Self=x', null],
    ['-', null],
  ])('trace root of %s', (logged, root) => {
    expect(factsOf({ xrayTraceId: logged }).ids.traceId).toBe(root);
  });
});

describe('place', () => {
  it('comes from the ids, region from the default endpoint', () => {
    expect(
      factsOf({
        apiId: 'a1b2c3d4e5',
        stage: '$default',
        accountId: '111122223333',
        domainName: 'zzzzzzzzzz.execute-api.ap-southeast-2.amazonaws.com',
      }).place,
    ).toEqual({ account: '111122223333', region: 'ap-southeast-2', apiId: 'a1b2c3d4e5', stage: '$default' });
  });

  it.each([
    ['a1b2c3d4e5.execute-api.us-gov-west-1.amazonaws.com', 'a1b2c3d4e5'],
    ['a1b2c3d4e5-vpce-0f1e2d3c4b5a69788.execute-api.eu-west-1.amazonaws.com', 'a1b2c3d4e5'],
    ['api.example.com', null],
    ['execute-api.eu-west-1.amazonaws.com.evil.example', null],
  ])('api id of host %s', (domainName, apiId) => {
    expect(factsOf({ domainName }).place.apiId).toBe(apiId);
  });
});

describe('time', () => {
  it.each([
    ['milliseconds', { requestTimeEpoch: '1741000000123' }, 1741000000123],
    ['seconds', { requestTimeEpoch: '1741000000' }, 1741000000000],
    [
      'epoch before request time',
      { requestTimeEpoch: '1741000000123', requestTime: '03/Mar/2025:00:00:00 +0000' },
      1741000000123,
    ],
    ['request time', { requestTime: '03/Mar/2025:11:06:40 -0100', requestTimeEpoch: '-' }, 1741003600000],
    ['the entry, when the line has none', { requestTime: '-' }, 77],
    [
      'the entry, when the line has nonsense',
      { requestTimeEpoch: '12', requestTime: '03/Foo/2025:11:06:40 +0000' },
      77,
    ],
  ])('in %s', (_, values, timeMs) => {
    expect(factsOf(values, 77).timeMs).toBe(timeMs);
  });
});
