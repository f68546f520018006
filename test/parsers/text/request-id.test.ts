import { describe, expect, it } from 'vitest';
import {
  isGatewayId,
  isShortId,
  isTestInvokeId,
  isUuid,
  isWhollyMasked,
  namesARequest,
  replacedRequestId,
  standsForAnId,
  traceRoot,
  usableId,
} from '../../../parsers/src/text/request-id.js';

const uuid = '7c0d1e52-4b6a-4f83-9d20-5e1f3a8b6c47';
const shortId = 'Kd3vQgB_oAMF-7w=';
const maskedUuid = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';

describe('the forms of ids', () => {
  it.each([
    ['a UUID', uuid, 'uuid'],
    ['a UUID in capitals', uuid.toUpperCase(), 'uuid'],
    ['a UUID of zeros', '00000000-0000-0000-0000-000000000000', 'uuid'],
    ['an extended id', shortId, 'short'],
    ['the shortest that passes', 'abcdefghijk=', 'short'],
    ['the longest that passes', `${'a'.repeat(62)}==`, 'short'],
    ['the word in the place of a replaced id', replacedRequestId, 'replaced'],
    ['a UUID with a digit less', uuid.slice(0, -1), null],
    ['a UUID with a digit more', `${uuid}0`, null],
    ['a UUID with a letter that is no hex digit', uuid.replace('7c0d', '7cgd'), null],
    ['a UUID without hyphens', uuid.replaceAll('-', ''), null],
    ['a UUID in braces', `{${uuid}}`, null],
    ['a UUID and a newline', `${uuid}\n`, null],
    ['a masked UUID', maskedUuid, null],
    ['a short id without its padding', shortId.slice(0, -1), null],
    ['a short id with too much padding', `${shortId}==`, null],
    ['a short id with padding inside', 'Kd3vQg=oAMF7w=', null],
    ['one character too short', 'abcdefghij=', null],
    ['one character too long', `${'a'.repeat(63)}=`, null],
    ['base64 that is not URL-safe', 'Kd3vQgB/oAMF+7w=', null],
    ['the replaced word in small letters', replacedRequestId.toLowerCase(), null],
    ['an empty text', '', null],
    ['a hyphen', '-', null],
  ])('%s', (_name, id, form) => {
    expect({ uuid: isUuid(id), short: isShortId(id), gateway: isGatewayId(id) }).toEqual({
      uuid: form === 'uuid',
      short: form === 'short',
      gateway: form !== null,
    });
  });
});

describe('ids that name a request', () => {
  it.each([
    ['a UUID', uuid],
    ['an extended id', shortId],
    ['an id of another kind', 'req-20260702-0000000017'],
    ['the longest', 'a'.repeat(128)],
    ['an id with x and zeros among others', 'x0x0-1'],
    ['a word that begins as a test invoke', 'test-request-17'],
  ])('%s', (_name, id) => {
    expect(namesARequest(id)).toBe(true);
    expect(usableId(id)).toBe(id);
  });

  it.each([
    ['nothing', ''],
    ['a hyphen', '-'],
    ['the word in the place of a replaced id', replacedRequestId],
    ['the name of a test invoke', 'test-invoke-request'],
    ['its older name', 'test-request'],
    ['a masked UUID', maskedUuid],
    ['the same in capitals', maskedUuid.toUpperCase()],
    ['a UUID of zeros', '00000000-0000-0000-0000-000000000000'],
    ['a UUID masked in part', '7c0d1e52-****-****-****-5e1f3a8b6c47'],
    ['asterisks', '************='],
    ['a word in angle brackets', '<request-id>'],
    ['an id cut by dots', 'Kd3vQgB...'],
    ['an id cut by an ellipsis', 'Kd3vQgB…'],
    ['a sentence', 'not an id'],
    ['one character too long', 'a'.repeat(129)],
  ])('not %s', (_name, id) => {
    expect(namesARequest(id)).toBe(false);
    expect(usableId(id)).toBeNull();
  });

  it.each([
    ['a masked UUID', maskedUuid, true, true],
    ['a UUID of zeros', '00000000-0000-0000-0000-000000000000', true, true],
    ['asterisks', '****=', true, true],
    ['a hyphen', '-', true, true],
    ['the word in the place of a replaced id', replacedRequestId, false, true],
    ['the name of a test invoke', 'test-invoke-request', false, true],
    ['a UUID masked in part', '7c0d1e52-****-****-****-5e1f3a8b6c47', false, false],
    ['a UUID', uuid, false, false],
    ['an extended id', shortId, false, false],
  ])('what is left of %s', (_name, id, masked, placeholder) => {
    expect({ masked: isWhollyMasked(id), placeholder: standsForAnId(id) }).toEqual({ masked, placeholder });
  });

  it('has none where none was logged', () => {
    expect([usableId(null), usableId(undefined)]).toEqual([null, null]);
  });

  it.each([
    ['test-invoke-request', true],
    ['test-request', true],
    ['Test-Request-Id', true],
    ['test-invoke', false],
    ['my-test-request', false],
    [uuid, false],
  ])('the name of a test invoke: %s', (id, expected) => {
    expect(isTestInvokeId(id)).toBe(expected);
  });
});

describe('traceRoot', () => {
  const root = '1-66a1b2c3-0123456789abcdef01234567';
  const other = '1-66a1b2c4-fedcba9876543210fedcba98';

  it.each([
    ['the bare root', root],
    ['a header with the root alone', `Root=${root}`],
    ['a header with a parent', `Root=${root};Parent=0123456789abcdef;Sampled=0`],
    ["a load balancer's own step before it", `Self=${other};Root=${root}`],
    ["a load balancer's own step after it", `Root=${root};Self=${other}`],
    ['another spelling of the name', `root=${root}`],
    ['blanks between the parts', `Sampled=1; Root=${root}`],
    ['quotes around it', `"Root=${root}"`],
    ['words before it', `X-ray Tracing ID : Root=${root}`],
  ])('of %s', (_name, text) => {
    expect(traceRoot(text)).toBe(root);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a hyphen', '-'],
    ["a load balancer's own step alone", `Self=${other}`],
    ['a root with a digit less', root.slice(0, -1)],
    ['a root with a digit more', `${root}0`],
    ['another version', root.replace('1-', '2-')],
    ['a root at the end of a longer number', `1${root}`],
    ['a masked root', 'Root=1-xxxxxxxx-xxxxxxxxxxxxxxxxxxxxxxxx'],
    ['a root behind more text than a header has', `${' '.repeat(600)}Root=${root}`],
  ])('not of %s', (_name, text) => {
    expect(traceRoot(text)).toBeNull();
  });
});
