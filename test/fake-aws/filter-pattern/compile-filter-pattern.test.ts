import { describe, expect, it } from 'vitest';
import { compileFilterPattern } from './compile-filter-pattern.js';

const clf =
  '192.0.2.7 - alice [01/Mar/2026:12:00:00 +0000] "GET /pets HTTP/1.1" 403 42 6f1c2a60-0000-4000-8000-000000000001 ABCdEFgh=';
const json = JSON.stringify({
  status: '403',
  code: 403,
  note: null,
  ok: false,
  'a.b': 'c',
  ip: '192.0.2.7',
  list: [{ id: 1 }, { id: 2 }],
  nested: { deep: 'yes' },
});

describe('terms', () => {
  it.each([
    ['', 'anything', true],
    ['" "', 'anything', true],
    ['ERROR', '[ERROR 400] BAD REQUEST', true],
    ['ERROR', '[error 400]', false],
    ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
    ['ERROR ARGUMENTS', '[ERROR 400] BAD REQUEST', false],
    ['?ERROR ?ARGUMENTS', 'no ARGUMENTS', true],
    ['?ERROR ?ARGUMENTS', 'nothing', false],
    // Terms with a question mark count for nothing beside others.
    ['?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED', true],
    ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
    ['"INTERNAL SERVER ERROR"', 'INTERNAL ERROR', false],
    ['ERROR -ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
    ['ERROR -ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', false],
    ['?"6f1c2a60-0000-4000-8000-000000000001" ?"0-0"', clf, true],
    ['"say \\"403\\""', 'say "403" now', true],
    ['%,40[13],%', 'a,403,b', true],
    ['%status\\x3E403\\x3C%', '<status>403</status>', true],
    ['%^a|b$%', 'bbb', true],
  ])('%s on %s: %s', (pattern, line, fits) => {
    expect(compileFilterPattern(pattern)(line)).toBe(fits);
  });
});

describe('JSON', () => {
  it.each([
    ['{ $.status = "403" }', true],
    ['{ $.status = 403 }', false],
    ['{ $.code = 403 }', true],
    ['{ $.code = "403" }', false],
    ['{ $.code = 4* }', true],
    ['{ ($.status = "403") || ($.status = 403) }', true],
    ['{ $.status = "4*" }', true],
    ['{ $.status = "5*" }', false],
    ['{ $.status = %40[13]% }', true],
    ['{ $.code >= 403 && $.code < 404 }', true],
    ['{ $.code > 403 }', false],
    ['{ $.code != 500 }', true],
    ['{ $.ip != 192.0.* }', false],
    ['{ $.ip != 198.51.100.* }', true],
    ['{ $.note IS NULL }', true],
    ['{ $.ok IS FALSE }', true],
    ['{ $.absent NOT EXISTS }', true],
    ['{ $.status NOT EXISTS }', false],
    // What is not there is not unequal either.
    ['{ $.absent != "x" }', false],
    ['{ $.[\'a.b\'] = "c" }', true],
    ['{ $.list[1].id = 2 }', true],
    ['{ $.list[*].id = 2 }', true],
    ['{ $.list = "1" }', false],
    ['{ $.nested = "yes" }', false],
    ['{ $.nested.* = "yes" }', true],
    // && binds before ||
    ['{ $.code = 403 || $.code = 1 && $.ip = "no" }', true],
    ['{ ($.code = 403 || $.code = 1) && $.ip = "no" }', false],
  ])('%s: %s', (pattern, fits) => {
    expect(compileFilterPattern(pattern)(json)).toBe(fits);
  });

  it('never fits a line that is no JSON', () => {
    expect(compileFilterPattern('{ $.absent NOT EXISTS }')('{"status": 403')).toBe(false);
  });
});

describe('space-delimited', () => {
  it.each([
    ['[ip, caller, user, time, request, status=403, size, requestId, extendedRequestId]', clf, true],
    ['[ip, caller, user, time, request, status=404, size, requestId, extendedRequestId]', clf, false],
    ['[..., status=403, size, requestId, extendedRequestId]', clf, true],
    ['[ip, ..., extendedRequestId=ABC*]', clf, true],
    ['[ip, caller, user, time, request=*pets*, status=4*, ...]', clf, true],
    ['[ip=%192\\.0\\.2\\.[1-9]%, ...]', clf, true],
    ['[..., status = 404 || status = 403, size, requestId, extendedRequestId]', clf, true],
    ['[..., status >= 400 && status < 403, size, requestId, extendedRequestId]', clf, false],
    ['[w1=ERROR, w2]', 'ERROR 09/25/2014 12:00:02 Failed', true],
    ['[w1=ERROR]', 'ERROR 09/25/2014', false],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'INFO up', true],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'WARNING low', false],
    ['[a, b, c]', 'a b', false],
  ])('%s on %s: %s', (pattern, line, fits) => {
    expect(compileFilterPattern(pattern)(line)).toBe(fits);
  });
});

it.each([
  ['a term that needs quotation marks', 'request-id'],
  ['an open quotation mark', '"open'],
  ['an open brace', '{ $.a = 1'],
  ['a comparison with no value', '{ $.a = }'],
  ['a text where a number must stand', '{ $.a > "1" }'],
  ['EXISTS', '{ $.a EXISTS }'],
  ['two wildcards in a selector', '{ $.a[*].* = 1 }'],
  ['a group in a regular expression', '%(a)%'],
  ['three regular expressions', '%a% %b% %c%'],
  ['more than 1,024 characters', `"${'a'.repeat(1_023)}"`],
])('refuses %s', (_, pattern) => {
  expect(() => compileFilterPattern(pattern)).toThrow(
    expect.objectContaining({ name: 'InvalidParameterException', status: 400 }),
  );
});
