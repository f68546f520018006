import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, refusalPattern } from '../../../parsers/src/access-log/index.js';
import { compileFilterPattern } from '../../fake-aws/filter-pattern/compile-filter-pattern.js';

function patternOf(format: string) {
  const compiled = compileAccessLogFormat(format);
  if (!compiled.ok) throw new Error(compiled.detail);
  return refusalPattern(compiled.value);
}

const clf =
  '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength "$context.identity.userAgent" $context.requestId';
const allTypes = '"type":"$context.error.responseType"';

describe('the pattern for a format', () => {
  it.each([
    ['JSON', '{"ip":"$context.identity.sourceIp","status":"$context.status"}', '?"\\",\\"status\\":\\"403\\""'],
    ['JSON with bare numbers', '{"status":$context.status,"ip":"$context.identity.sourceIp"}', '?"{\\"status\\":403,"'],
    ['the Common Log Format', clf, '?"\\" 403 "'],
    ['CSV', '$context.requestId,$context.status,$context.path', '?",403,"'],
    ['XML', '<r><s>$context.status</s></r>', '?"<r><s>403<"'],
    ['the status at both ends of the line', '$context.status', '?"403"'],
    ['several statuses', '$context.status|$context.waf.status|$context.authorize.status|', '?"403|" ?"|403|"'],
    ['a web ACL', '$context.status|$context.wafResponseCode', '?"403|" ?"|WAF_BLOCK"'],
    ['an escaped quotation mark', '{"all":"status=\\"$context.status\\""}', '?"\\"403"'],
    ['text that is no ASCII', 'é\u202e: $context.status', '?": 403"'],
  ])('%s', (_, format, pattern) => {
    expect(patternOf(format)?.pattern).toBe(pattern);
  });

  it('asks for each type of response that refuses, whatever status the client saw', () => {
    const pattern = patternOf(`{"status":"$context.status",${allTypes}}`)?.pattern ?? '';
    const test = compileFilterPattern(pattern);
    expect(test('{"status":"401","type":"EXPIRED_TOKEN"}')).toBe(true);
    expect(test('{"status":"400","type":"BAD_REQUEST_BODY"}')).toBe(false);
  });

  it('leaves out what only looks like a refusal', () => {
    const test = compileFilterPattern(patternOf(clf)?.pattern ?? '');
    const line = (path: string, status: string, length: string, id: string) =>
      `192.0.2.7 - - [27/Oct/2023:13:40:57 +0000] "GET ${path} HTTP/1.1" ${status} ${length} "curl/8" ${id}`;
    expect(test(line('/pets', '403', '23', 'a1b2'))).toBe(true);
    expect(test(line('/403', '200', '403', '403-403'))).toBe(false);
  });

  // As API Gateway writes what has no value, quotes of a caller (2022), and $context.error.messageString.
  it.each([
    ['{"latency":$context.integrationLatency,"status":$context.status}', '{"latency":-,"status":403}'],
    ['{"agent":"$context.identity.userAgent","status":"$context.status"}', '{"agent":"a"b","status":"403"}'],
    ['{"m":"$context.error.messageString","status":"$context.status"}', '{"m":""Forbidden"","status":"403"}'],
  ])('finds refusals in lines of %s that are no JSON', (format, line) => {
    expect(compileFilterPattern(patternOf(format)?.pattern ?? '')(line)).toBe(true);
  });

  it('finds refusals whose user agent has quotation marks, blanks and brackets', () => {
    const line = '192.0.2.7 - - [27/Oct/2023:13:40:57 +0000] "GET / HTTP/1.1" 403 23 "a" b] "[" a1b2';
    expect(compileFilterPattern(patternOf(clf)?.pattern ?? '')(line)).toBe(true);
  });

  it('gets by with less of the text around when AWS would not take more', () => {
    const long = 'a-name-of-a-key-that-nobody-should-ever-choose-for-it';
    const keys = ['status', 'error.responseType', 'authorize.status', 'authenticate.status', 'wafResponseCode'];
    const pattern = patternOf(`{${keys.map((key, i) => `"${long}${i}":"$context.${key}"`).join()}}`)?.pattern;
    expect(pattern?.length).toBeLessThanOrEqual(1024);
    expect(compileFilterPattern(pattern ?? '')(`{"${long}0":"403"}`)).toBe(true);
  });

  it('says which refusals it misses', () => {
    expect(patternOf('$context.status $context.waf.status$context.requestId')).toEqual({
      pattern: '?"403 "',
      misses: ['Refusals that only $context.waf.status tells of: it touches another variable in the format.'],
    });
  });

  it.each([
    ['that logs nothing of refusals', '$context.requestId $context.path'],
    ['whose status touches another variable', '$context.requestId$context.status $context.wafResponseCode'],
  ])('is not made for a format %s', (_, format) => {
    expect(patternOf(format)).toBeNull();
  });
});
