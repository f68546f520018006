import { describe, expect, it } from 'vitest';
import { createAssembler } from '../../../parsers/src/assemble/index.js';
import { defaultLimits, type GatewayMessage, noPlace, type RequestRecord } from '../../../parsers/src/model/index.js';
import { access, assemble, baseMs, type Evidence, execution, lines, response, shortId, uuid, waf } from './evidence.js';

const one = (...evidence: Evidence[]): RequestRecord => {
  const records = assemble(evidence);
  expect(records).toHaveLength(1);
  return records[0] as RequestRecord;
};
const X = shortId(1);
const ids = { extendedRequestId: X };
const both = { requestId: uuid(1), extendedRequestId: X };
const log = (...rest: Parameters<typeof execution>[1]): Evidence[] =>
  execution(10, [
    [uuid(1), lines.extendedId(X)],
    ...rest.map((line) => ('kind' in line ? ([uuid(1), line] as const) : line)),
  ]);

describe('status', () => {
  it.each<[string, Evidence[], number | null]>([
    [
      'the access line comes first',
      [access(1, ids, { status: '404' }), ...log(lines.gatewayResponse(403)), response(3, ids, { status: 500 })],
      404,
    ],
    ['then the gateway response', [...log(lines.gatewayResponse(404), lines.completed(403)), response(3, ids)], 404],
    ['then the completion', [...log(lines.completed(403)), response(3, ids, { status: 500 })], 403],
    ['then the response', [response(3, ids, { status: 403 }), waf(4, X, { responseCodeSent: 429 })], 403],
    ['then what WAF sent', [waf(4, X, { responseCodeSent: 429 })], 429],
    ['a block without custom response is 403', [waf(4, X)], 403],
    ['an allowed request has no status of WAF', [waf(4, X, { action: 'ALLOW' })], null],
    [
      'a status that was logged as - is not known',
      [access(1, ids, { status: null }), ...log(lines.completed(403))],
      403,
    ],
    ['a status that is none is not known', [access(1, ids, { status: '4o3' })], null],
    ['no source tells', [...log(lines.refused)], null],
  ])('%s', (_, evidence, expected) => {
    expect(one(...evidence).status).toBe(expected);
  });
});

const denial = (policy: 'resource' | 'identity'): GatewayMessage => ({
  kind: 'user_not_authorized',
  text: 'User: anonymous is not authorized to perform: execute-api:Invoke …',
  denial: {
    effect: 'no_allow',
    policy,
    policyArn: null,
    principal: 'anonymous',
    action: 'execute-api:Invoke',
    resource: null,
  },
  authorizationScheme: null,
  subject: null,
});
const headers = response(1, {}).facts;
const withHeaders = (more: object) =>
  ({ headers: { ...(headers.kind === 'response' ? headers.headers : {}), ...more } }) as never;

describe('kind of API', () => {
  it.each<[string, Evidence[], RequestRecord['apiKind']]>([
    ['a route key of an HTTP API', [access(1, { requestId: X }, { routeKey: 'GET /pets' })], 'http'],
    ['$default', [access(1, { requestId: X }, { routeKey: '$default' })], 'http'],
    [
      '$default of a message',
      [access(1, { requestId: X }, { routeKey: '$default', eventType: 'MESSAGE' })],
      'websocket',
    ],
    ['$connect', [access(1, { requestId: X }, { routeKey: '$connect' })], 'websocket'],
    ['a connection id', [access(1, { requestId: X }, { connectionId: 'Kd1=' })], 'websocket'],
    [
      'a handshake that never became one',
      [access(1, { requestId: uuid(1) }, { eventType: null, routeKey: null, connectionId: null })],
      'websocket',
    ],
    ['a short request id with a method', [access(1, { requestId: X }, { httpMethod: 'GET' })], 'http'],
    ['a UUID with a resource', [access(1, { requestId: uuid(1) }, { resourcePath: '/pets' })], 'rest'],
    [
      'a UUID and a route key that is -',
      [access(1, { requestId: uuid(1) }, { resourcePath: '/pets', routeKey: null })],
      'rest',
    ],
    ['two different ids', [access(1, both, {})], 'rest'],
    ['a web ACL decision', [access(1, {}, { wafResponseCode: 'WAF_BLOCK' })], 'rest'],
    ['an execution log', log(lines.refused), 'rest'],
    [
      'an execution log with WebSocket lines',
      log({ kind: 'websocket', text: 'WebSocket Request Route: [$connect]' }),
      'websocket',
    ],
    ['execution lines under a short id', execution(1, [[X, lines.started]]), 'websocket'],
    ['apigw-requestid', [response(1, {}, withHeaders({ httpApiRequestId: true }))], 'http'],
    ['x-amz-apigw-id and an error type', [response(1, {}, withHeaders({ apigwId: true }))], 'rest'],
    ['a resource policy in the message', [response(1, {}, { message: denial('resource') })], 'rest'],
    ['an identity policy in the message', [response(1, {}, { message: denial('identity') })], null],
    ['a WAF record of API Gateway', [waf(1, X)], 'rest'],
    ['a WAF record of CloudFront', [waf(1, X, { httpSourceName: 'CF' })], null],
    ['nothing', [access(1, {}, { status: '403' })], null],
  ])('%s', (_, evidence, expected) => {
    expect(one(...evidence).apiKind).toBe(expected);
  });
});

describe('fields', () => {
  it('takes each from the best source', () => {
    const record = one(
      access(
        3,
        both,
        {
          status: '403',
          httpMethod: 'POST',
          path: '/live/orders/7',
          resourcePath: '/orders/{id}',
          apiId: 'q1w2e3r4t5',
          stage: 'live',
          accountId: '111122223333',
          'identity.sourceIp': '203.0.113.9',
          xrayTraceId: '1-65f2c0a1-0123456789abcdef01234567',
        },
        { timeMs: baseMs },
      ),
      waf(1, X, { timeMs: baseMs - 40, clientIp: '203.0.113.9', method: 'POST', uri: '/live/orders/7' }),
      ...log(lines.usagePlan, lines.keyRefused, lines.completed(403)),
    );
    expect(record).toMatchObject({
      requestId: uuid(1),
      extendedRequestId: X,
      traceId: '1-65f2c0a1-0123456789abcdef01234567',
      timeMs: baseMs,
      status: 403,
      apiKind: 'rest',
      account: '111122223333',
      apiId: 'q1w2e3r4t5',
      stage: 'live',
      method: 'POST',
      path: '/live/orders/7',
      route: '/orders/{id}',
      sourceIp: '203.0.113.9',
      wafJoin: 'id',
      line: 1,
    });
  });

  it.each<[string, Evidence[], Partial<RequestRecord>]>([
    [
      'a WAF record alone',
      [waf(1, X, { timeMs: baseMs, clientIp: '198.51.100.4', method: 'GET', uri: '/live/a' })],
      { timeMs: baseMs, sourceIp: '198.51.100.4', method: 'GET', path: '/live/a', route: null },
    ],
    [
      'a WAF record with redacted fields',
      [waf(1, X, { method: 'REDACTED', uri: 'REDACTED', clientIp: '198.51.100.4' })],
      { method: null, path: null },
    ],
    ['a route key', [access(1, ids, { routeKey: 'POST /orders/{id}' })], { method: 'POST', route: '/orders/{id}' }],
    [
      'a route key for any method',
      [access(1, ids, { routeKey: 'ANY /{proxy+}' })],
      { method: null, route: '/{proxy+}' },
    ],
    ['$default', [access(1, ids, { routeKey: '$default' })], { method: null, route: '$default' }],
    ['the method of an API key line', log(lines.keyRefused), { method: 'POST', route: '/orders/{id}', path: null }],
    ['the path line of an execution log', log(lines.path), { method: 'GET', path: '/pets', route: null }],
    ['the trace line of an execution log', log(lines.trace), { traceId: '1-65f2c0a1-0123456789abcdef01234567' }],
    [
      'no path of its own beside a resource that did not match',
      [access(1, ids, { resourcePath: null })],
      { route: null, path: null },
    ],
    ['the event time of the envelope', [access(1, ids, {}, { entry: { timeMs: baseMs } })], { timeMs: baseMs }],
  ])('of %s', (_, evidence, expected) => {
    expect(one(...evidence)).toMatchObject(expected);
  });

  it('uses the given api and stage only where no line tells', () => {
    const assembler = createAssembler(defaultLimits, {
      fallbackPlace: { ...noPlace, apiId: 'given00000', stage: 'given' },
    });
    for (const { entry, facts } of [access(1, ids, { stage: 'live' })]) assembler.add(entry, facts);
    expect(assembler.end()).toMatchObject([{ apiId: 'given00000', stage: 'live' }]);
  });
});
