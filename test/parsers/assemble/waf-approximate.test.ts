import { describe, expect, it } from 'vitest';
import { fitsTemplate, samePath } from '../../../parsers/src/assemble/path-match.js';
import { noPlace } from '../../../parsers/src/model/index.js';
import { access, assemble, baseMs, execution, lines, shape, shortId, uuid, waf } from './evidence.js';

const place = { ...noPlace, apiId: 'q1w2e3r4t5', stage: 'live' };
const values = {
  status: '403',
  apiId: 'q1w2e3r4t5',
  stage: 'live',
  httpMethod: 'POST',
  path: '/live/orders/7',
  'identity.sourceIp': '203.0.113.9',
} as const;
const line = (more: object = {}, timeMs: number | null = baseMs, ids: object = { requestId: uuid(1) }) =>
  access(1, ids, { ...values, ...more }, { timeMs });
const record = (more: object = {}, timeMs: number | null = baseMs, id: string | null = shortId(1)) =>
  waf(2, id, { clientIp: '203.0.113.9', method: 'POST', uri: '/live/orders/7', place, timeMs, ...more });

const joined = ['access@1 + waf:approximate'];
const apart = ['access@1', 'waf:id'];

describe('WAF record that no id links', () => {
  it.each([
    ['api, stage, client, method, path and time agree', line(), record(), joined],
    ['the record has no id at all', line(), record({}, baseMs, null), joined],
    [
      'the line has an extended id and the record none',
      line({}, baseMs, { extendedRequestId: shortId(3) }),
      record({}, baseMs, null),
      joined,
    ],
    ['two seconds apart', line(), record({}, baseMs + 2000), joined],
    ['the line was written before the record', line(), record({}, baseMs - 2000), joined],
    ['api and stage of the line are not known', line({ apiId: null, stage: null }), record(), joined],
    ['api and stage of the record are not known', line(), record({ place: noPlace, uri: '/live/orders/7' }), joined],
    [
      'a custom domain: no stage in front on both sides',
      line({ path: '/orders/7' }),
      record({ uri: '/orders/7' }),
      joined,
    ],
    ['the line logs the path without the stage', line({ path: '/orders/7' }), record(), joined],
    ['the line logs the resource only', line({ path: undefined, resourcePath: '/orders/{id}' }), record(), joined],
    ['a greedy resource', line({ path: undefined, resourcePath: '/{proxy+}' }), record(), joined],
    ['both say that the web ACL blocked', line({ wafResponseCode: 'WAF_BLOCK' }), record(), joined],
    [
      'both have an extended id, and not the same',
      line({}, baseMs, { extendedRequestId: shortId(3) }),
      record(),
      apart,
    ],
    ['more than two seconds apart', line(), record({}, baseMs + 2001), apart],
    ['the time of the line is not known', line({}, null), record(), apart],
    ['the time of the record is not known', line(), record({}, null), apart],
    ['another client', line(), record({ clientIp: '203.0.113.10' }), apart],
    ['the line does not log the client', line({ 'identity.sourceIp': undefined }), record(), apart],
    ['another method', line(), record({ method: 'GET' }), apart],
    ['another path', line(), record({ uri: '/live/orders/8' }), apart],
    ['the stage only begins like the path', line({ path: '/orders/7' }), record({ uri: '/live2/orders/7' }), apart],
    ['the line logs neither path nor resource', line({ path: undefined }), record(), apart],
    ['no resource matched', line({ path: undefined, resourcePath: null }), record(), apart],
    ['another resource', line({ path: undefined, resourcePath: '/orders' }), record(), apart],
    ['another API', line({ apiId: 'zzzzzzzzzz' }), record(), apart],
    ['another stage', line({ stage: 'test' }), record(), apart],
    ['the record is of a CDN in front', line(), record({ httpSourceName: 'CF', place: noPlace }), apart],
    ['the uri is redacted in the record', line({ path: 'REDACTED' }), record({ uri: 'REDACTED' }), apart],
    ['the line says that the web ACL let it pass', line({ wafResponseCode: 'WAF_ALLOW' }), record(), apart],
    [
      'the line says that the web ACL blocked, the record allows',
      line({ wafResponseCode: 'WAF_BLOCK' }),
      record({ action: 'ALLOW' }),
      apart,
    ],
    [
      'another web ACL',
      line({ webaclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1' }),
      record({ webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/b/2' }),
      apart,
    ],
    [
      'another X-Ray trace',
      line({ xrayTraceId: '1-65f2c0a1-0123456789abcdef01234567' }),
      record({
        ids: { requestId: null, extendedRequestId: shortId(1), traceId: 'Root=1-65f2c0a1-ffffffffffffffffffffffff' },
      }),
      apart,
    ],
  ])('%s', (_, lineOfAccess, recordOfWaf, expected) => {
    expect(assemble([lineOfAccess, recordOfWaf]).map(shape).sort()).toEqual(expected);
    expect(assemble([recordOfWaf, lineOfAccess]).map(shape).sort()).toEqual(expected);
  });

  it('joins nothing when two access lines fit', () => {
    const other = access(3, { requestId: uuid(2) }, values, { timeMs: baseMs + 100 });
    expect(assemble([line(), other, record()]).map((r) => r.wafJoin)).toEqual([null, null, 'id']);
  });

  it('joins nothing when two records fit', () => {
    expect(assemble([line(), record(), record({}, baseMs, shortId(2))]).map((r) => r.wafJoin)).toEqual([
      null,
      'id',
      'id',
    ]);
  });

  it('joins each of two pairs that lie far enough apart', () => {
    const later = access(3, { requestId: uuid(2) }, values, { timeMs: baseMs + 10_000 });
    const records = assemble([line(), later, record(), record({}, baseMs + 10_500, shortId(2))]);
    expect(records.map((r) => r.wafJoin)).toEqual(['approximate', 'approximate']);
    expect(records.map((r) => r.extendedRequestId)).toEqual([shortId(1), shortId(2)]);
  });

  it('prefers the record that an id links', () => {
    const log = execution(5, [
      [uuid(1), lines.extendedId(shortId(2))],
      [uuid(1), lines.completed(403)],
    ]);
    const records = assemble([line(), ...log, record(), record({}, baseMs, shortId(2))]);
    expect(records.map((r) => r.wafJoin)).toEqual(['id', 'id']);
    expect(records[0]).toMatchObject({ extendedRequestId: shortId(2), requestId: uuid(1) });
  });

  it('gives up on a crowd of equal requests', () => {
    const crowd = Array.from({ length: 65 }, (_, i) =>
      access(i + 1, { requestId: uuid(i) }, values, { timeMs: baseMs }),
    );
    const records = assemble([...crowd, record()]);
    expect(records).toHaveLength(66);
    expect(records.some((r) => r.wafJoin === 'approximate')).toBe(false);
  });
});

describe('path match', () => {
  it.each([
    ['/pets', '/pets', true],
    ['/pets/', '/pets', true],
    ['/pets/7', '/pets/{id}', true],
    ['/pets/7/toys', '/pets/{id}/toys', true],
    ['/files/a/b/c', '/files/{proxy+}', true],
    ['/', '/', true],
    ['/pets', '/pets/{id}', false],
    ['/pets/7/8', '/pets/{id}', false],
    ['/files', '/files/{proxy+}', false],
    ['/Pets', '/pets', false],
    ['/', '/{proxy+}', false],
  ])('%s against the template %s: %s', (path, template, expected) => {
    expect(fitsTemplate(path, template)).toBe(expected);
  });

  it.each([
    ['/live/a', '/a', 'live', true],
    ['/a', '/live/a', 'live', true],
    ['/live', '/', 'live', true],
    ['/live/a', '/a', null, false],
    ['/livery/a', '/a', 'live', false],
  ])('%s and %s with the stage %s: %s', (a, b, stage, expected) => {
    expect(samePath(a, b, stage)).toBe(expected);
  });
});
