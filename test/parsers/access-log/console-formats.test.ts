import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consoleFormats } from '../../../parsers/src/access-log/index.js';
import type { AccessFacts } from '../../../parsers/src/model/facts.js';
import { plainEntry } from '../../../parsers/src/model/log-entry.js';
import { hostileText } from './arbitraries.js';

const id = '9e8d7c6b-5a49-4382-b716-051423324150';
const shortId = 'Mr5oZk4rFqGGL9y=';
const time = '03/Mar/2025:11:06:40 +0000';

function factsOf(text: string): AccessFacts | null {
  const entry = plainEntry(text, 1);
  for (const format of consoleFormats) {
    const result = format.claims(entry) ? format.parse(entry) : null;
    const fact = result?.ok ? result.value[0] : undefined;
    if (fact?.kind === 'access') return fact;
  }
  return null;
}

const restValues = {
  'identity.sourceIp': '198.51.100.9',
  'identity.caller': null,
  'identity.user': null,
  requestTime: time,
  httpMethod: 'GET',
  resourcePath: '/pets/{id}',
  protocol: 'HTTP/1.1',
  status: '403',
  responseLength: '42',
  requestId: id,
};
const ids = { requestId: id, extendedRequestId: shortId, traceId: null };

describe('the console templates', () => {
  it.each<[string, string, string]>([
    ['CLF with a blank', 'console-clf', `198.51.100.9 - - [${time}] "GET /pets/{id} HTTP/1.1" 403 42 ${id} ${shortId}`],
    ['CLF without it', 'console-clf', `198.51.100.9 - - [${time}]"GET /pets/{id} HTTP/1.1" 403 42 ${id} ${shortId}`],
    ['CSV', 'console-csv', `198.51.100.9,-,-,${time},GET,/pets/{id},HTTP/1.1,403,42,${id},${shortId}`],
    [
      'XML',
      'console-xml',
      `<request id="${id}"> <extendedRequestId>${shortId}</extendedRequestId> <ip>198.51.100.9</ip> <caller>-</caller> <user>-</user> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/pets/{id}</resourcePath> <status>403</status> <protocol>HTTP/1.1</protocol> <responseLength>42</responseLength> </request>`,
    ],
  ])('REST %s', (_, format, line) => {
    expect(factsOf(line)).toEqual({
      kind: 'access',
      format,
      ids,
      place: { account: null, region: null, apiId: null, stage: null },
      timeMs: 1741000000000,
      values: { ...restValues, extendedRequestId: shortId },
      message: null,
    });
  });

  it.each([
    ['CLF', `198.51.100.9 - - [${time}] "GET /pets/{id} HTTP/1.1" 403 42 ${id}`],
    ['CSV', `198.51.100.9,-,-,${time},GET,/pets/{id},HTTP/1.1,403,42,${id}`],
    [
      'XML',
      `<request id="${id}"> <ip>198.51.100.9</ip> <caller>-</caller> <user>-</user> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/pets/{id}</resourcePath> <status>403</status> <protocol>HTTP/1.1</protocol> <responseLength>42</responseLength> </request>`,
    ],
  ])('REST %s before there were extended ids', (_, line) => {
    expect(factsOf(line)?.values).toEqual(restValues);
  });

  it.each<[string, string, Record<string, string | null>]>([
    [
      'HTTP API CLF',
      `198.51.100.9 - - [${time}] "GET GET /pets HTTP/1.1" 403 23 ${shortId}`,
      { httpMethod: 'GET', routeKey: 'GET /pets', requestId: shortId },
    ],
    [
      'HTTP API CLF, default route',
      `198.51.100.9 - - [${time}] "GET $default HTTP/1.1" 403 23 ${shortId}`,
      { routeKey: '$default' },
    ],
    [
      'HTTP API CLF, no route',
      `198.51.100.9 - - [${time}] "GET - HTTP/1.1" 404 23 ${shortId}`,
      { routeKey: null, status: '404' },
    ],
    [
      'HTTP API CSV',
      `198.51.100.9,${time},GET,GET /pets,HTTP/1.1,403,23,${shortId}`,
      { routeKey: 'GET /pets', status: '403', requestId: shortId },
    ],
    [
      'HTTP API XML',
      `<request id="${shortId}"> <ip>198.51.100.9</ip> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <routeKey>GET /pets</routeKey> <status>403</status> <protocol>HTTP/1.1</protocol> <responseLength>23</responseLength> </request>`,
      { routeKey: 'GET /pets', requestId: shortId },
    ],
    [
      'WebSocket CLF',
      `198.51.100.9 - - [${time}] "CONNECT $connect Ns6pAl5sGrHHM0z=" 403 ${shortId}`,
      { eventType: 'CONNECT', routeKey: '$connect', connectionId: 'Ns6pAl5sGrHHM0z=', status: '403' },
    ],
    [
      'WebSocket CSV',
      `198.51.100.9,-,-,${time},CONNECT,$connect,403,Ns6pAl5sGrHHM0z=,${shortId}`,
      { eventType: 'CONNECT', routeKey: '$connect', requestId: shortId },
    ],
    [
      'CSV with commas in the path',
      `198.51.100.9,-,-,${time},GET,/a,b,HTTP/1.1,403,42,${id}`,
      { resourcePath: '/a,b', status: '403' },
    ],
    [
      'CLF with more after the id',
      `198.51.100.9 - - [${time}] "GET $default HTTP/1.1" 500 35 ${shortId} The IAM role is wrong`,
      { status: '500', requestId: shortId },
    ],
    [
      'XML over several lines, without its id',
      `<request>\n  <requestTime>${time}</requestTime>\n  <httpMethod>GET</httpMethod>\n  <status>403</status>\n</request>`,
      { status: '403', httpMethod: 'GET' },
    ],
    [
      'CLF with a replaced request id',
      `198.51.100.9 - - [${time}] "GET /x HTTP/1.1" 403 23 UUID_REPLACED_INVALID_REQUEST_ID ${shortId}`,
      { extendedRequestId: shortId },
    ],
  ])('%s', (_, line, expected) => {
    expect(factsOf(line)?.values).toMatchObject(expected);
  });

  it('does not report the constant hyphens of the HTTP API template as an absent caller', () => {
    expect(factsOf(`198.51.100.9 - - [${time}] "GET $default HTTP/1.1" 403 23 ${shortId}`)?.values).not.toHaveProperty([
      'identity.caller',
    ]);
  });

  it.each([
    ['an ordinary web server line', `198.51.100.9 - - [${time}] "GET /pets HTTP/1.1" 403 153`],
    [
      'the same with referrer and agent',
      `198.51.100.9 - - [${time}] "GET /pets HTTP/1.1" 403 153 "https://example.com/" "Mozilla/5.0"`,
    ],
    ['the same with a duration', `198.51.100.9 - - [${time}] "GET /pets HTTP/1.1" 403 153 0.00123456`],
    [
      'the same with 32 hex digits',
      `198.51.100.9 - - [${time}] "GET /pets HTTP/1.1" 403 153 0123456789abcdef0123456789abcdef`,
    ],
    ['CSV without an id', `198.51.100.9,-,-,${time},GET,/pets,HTTP/1.1,403,42`],
    ['CSV of other columns', 'a,b,c,d,e,f,g'],
    ['an HTML page', '<html><head><title>403</title></head><body><status>403</status></body></html>'],
    ['XML of another service', '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'],
    ['an execution-log line', `(${id}) Method completed with status: 403`],
    ['nothing', ''],
  ])('do not claim %s', (_, line) => {
    expect(factsOf(line)).toBeNull();
  });

  it('never throw for mutated lines', () => {
    const lines = [
      `198.51.100.9 - - [${time}] "GET /pets HTTP/1.1" 403 42 ${id} ${shortId}`,
      `198.51.100.9,-,-,${time},GET,/pets,HTTP/1.1,403,42,${id},${shortId}`,
      `<request id="${id}"><ip>198.51.100.9</ip><requestTime>${time}</requestTime><httpMethod>GET</httpMethod><status>403</status></request>`,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.nat(150), hostileText, fc.nat(20), (line, at, insert, cut) => {
        const status = factsOf(line.slice(0, at) + insert + line.slice(at + cut))?.values.status;
        expect(status == null || /^\d{3}$/.test(status)).toBe(true);
      }),
      { seed: 403, numRuns: 3000 },
    );
  });
});
