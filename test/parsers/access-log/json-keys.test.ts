import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonKeysFormat } from '../../../parsers/src/access-log/index.js';
import type { AccessFacts } from '../../../parsers/src/model/facts.js';
import { plainEntry } from '../../../parsers/src/model/log-entry.js';
import { hostileText } from './arbitraries.js';

const id = '5b1f9d0e-3c52-4a7e-9a0b-7e6d5c4b3a29';
const shortId = 'Lp4nYj3qEpFFK8x=';

function factsOf(text: string): AccessFacts | null {
  const entry = plainEntry(text, 1);
  const result = jsonKeysFormat.claims(entry) ? jsonKeysFormat.parse(entry) : null;
  const fact = result?.ok ? result.value[0] : undefined;
  return fact?.kind === 'access' ? fact : null;
}

const valuesOf = (object: unknown): AccessFacts['values'] | undefined =>
  factsOf(typeof object === 'string' ? object : JSON.stringify(object))?.values;

describe('key names', () => {
  const base = { requestId: id, status: '403', extendedRequestId: shortId, protocol: 'HTTP/1.1' };
  it.each<[string, string, string]>([
    ['sourceIp', 'identity.sourceIp', '203.0.113.8'],
    ['client_ip', 'identity.sourceIp', '203.0.113.8'],
    ['identitySourceIp', 'identity.sourceIp', '203.0.113.8'],
    ['errorResponseType', 'error.responseType', 'WAF_FILTERED'],
    ['error_response_type', 'error.responseType', 'WAF_FILTERED'],
    ['error.responseType', 'error.responseType', 'WAF_FILTERED'],
    ['responseType', 'error.responseType', 'WAF_FILTERED'],
    ['error_message', 'error.message', 'Forbidden'],
    ['errorMessage', 'error.message', 'Forbidden'],
    ['$context.error.message', 'error.message', 'Forbidden'],
    ['wafStatus', 'waf.status', '403'],
    ['waf-response-code', 'wafResponseCode', 'WAF_BLOCK'],
    ['webAclArn', 'webaclArn', 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/0f0e'],
    ['integrationStatus', 'integrationStatus', '403'],
    ['integration_status', 'integrationStatus', '403'],
    ['integration.status', 'integration.status', '403'],
    ['integrationIntegrationStatus', 'integration.integrationStatus', '200'],
    ['authorizerIntegrationStatus', 'authorizer.integrationStatus', '200'],
    ['errorValidationErrorString', 'error.validationErrorString', 'present'],
    ['identityUserArn', 'identity.userArn', 'arn:aws:iam::111122223333:user/ann'],
    ['userArn', 'identity.userArn', 'arn:aws:iam::111122223333:user/ann'],
    ['apiKeyId', 'identity.apiKeyId', 'k1l2m3n4o5'],
    ['principalId', 'authorizer.principalId', 'ann'],
    ['authorizeError', 'authorize.error', 'The client is not authorized to perform this operation.'],
    ['response_length', 'responseLength', '23'],
    ['request_time_epoch', 'requestTimeEpoch', '1741000000123'],
    ['xray_trace_id', 'xrayTraceId', '1-645566cf-7cb058b04d9bb3ee01dc4036'],
    ['domain_name', 'domainName', 'api.example.com'],
    ['http_method', 'httpMethod', 'GET'],
    ['ROUTE-KEY', 'routeKey', 'GET /pets'],
    ['account_id', 'accountId', '111122223333'],
    ['claimsSub', 'authorizer.claims', 'present'],
    ['authorizerTenant', 'authorizer.context', 'present'],
  ])('%s is %s', (key, variable, value) => {
    const values = valuesOf({ ...base, [key]: value });
    expect(values).toHaveProperty([variable], value.startsWith('The client') ? expect.any(String) : value);
  });

  it('reads times by their form, whatever the key is called', () => {
    expect(factsOf(JSON.stringify({ ...base, requestTime: 1741000000123 }))?.timeMs).toBe(1741000000123);
    expect(factsOf(JSON.stringify({ ...base, timestamp: '2025-03-03T11:06:40.123Z' }))?.timeMs).toBe(1741000000123);
    expect(factsOf(JSON.stringify({ ...base, time: '03/Mar/2025:11:06:40 +0000' }))?.timeMs).toBe(1741000000000);
  });

  it('tells a route key from a resource path by its form', () => {
    expect(valuesOf({ ...base, route: '/pets/{id}' })).toHaveProperty('resourcePath', '/pets/{id}');
    expect(valuesOf({ ...base, resource: 'GET /pets' })).toHaveProperty('routeKey', 'GET /pets');
  });

  it('reads nested objects by their joined names, and no inner name alone', () => {
    const values = valuesOf({
      request: { requestId: id, ip: '198.51.100.9', method: 'GET', path: '/prod/x' },
      response: { status: 404, length: 12 },
      error: { message: 'Forbidden', responseType: 'INVALID_API_KEY' },
      waf: { status: 200, responseCode: 'WAF_ALLOW' },
      authorizer: { status: '200', claims: { sub: 'ann' } },
      integration: { status: '-' },
    });
    expect(values).toEqual({
      requestId: id,
      'identity.sourceIp': '198.51.100.9',
      httpMethod: 'GET',
      path: '/prod/x',
      status: '404',
      responseLength: '12',
      'error.message': 'Forbidden',
      'error.responseType': 'INVALID_API_KEY',
      'waf.status': '200',
      wafResponseCode: 'WAF_ALLOW',
      'authorizer.status': '200',
      'authorizer.claims': 'present',
      'integration.status': null,
    });
  });

  it('ignores keys that it does not know, secrets first', () => {
    const text = JSON.stringify(
      factsOf(
        JSON.stringify({
          ...base,
          authorization: 'Bearer canary',
          cookie: 'canary',
          body: '{"x":"canary"}',
          apiKey: 'canary-key-value-0123456789',
        }),
      ),
    );
    expect(text).not.toContain('canary');
  });
});

describe('an access log is recognised', () => {
  it.each<[string, string]>([
    [
      'console JSON',
      `{ "requestId":"${id}", "ip": "198.51.100.9", "caller":"-", "user":"-", "requestTime":"03/Mar/2025:11:06:40 +0000", "httpMethod":"GET", "resourcePath":"/pets", "status":"403", "protocol":"HTTP/1.1", "responseLength":"42" }`,
    ],
    [
      'twelve keys with bare numbers',
      `{"requestId":"${shortId}","ip":"198.51.100.9","requestTime":1741000000123,"httpMethod":"GET","routeKey":"GET /pets","status":403,"protocol":"HTTP/1.1","responseLength":23,"stage":"$default","apiId":"a1b2c3d4e5","domainName":"api.example.com","userAgent":"curl"}`,
    ],
    [
      'a refused WebSocket handshake',
      `{"requestId":"${id}","ip":"198.51.100.9","eventType":"-","routeKey":"-","status":"403","connectionId":"-"}`,
    ],
    [
      'a short format with its cause',
      `{"status":"403","error":"Forbidden","errorResponseType":"INVALID_API_KEY","requestId":"${id}"}`,
    ],
    ['several lines', `{\n  "request_id": "${id}",\n  "status": "403",\n  "integration_status": "403"\n}`],
    [
      'a line cut in its middle',
      `{"requestId":"${id}","status":"403","errorResponseType":"ACCESS_DENIED","ip":"198.51.1`,
    ],
    [
      'a line cut before its status',
      `{"apiId":"a1b2c3d4e5","errorMessage":"Forbidden","extendedRequestId":"${shortId}","httpMethod":"GET","requestId":"${id}"`,
    ],
    ['quotes that nobody escaped', `{"requestId":"${id}","userAgent":"a "b" c","resourcePath":"/x","status":"403"}`],
    ['bare hyphens', `{"requestId":"${id}","integrationLatency":-,"status":403,"resourcePath":"/x"}`],
    [
      'what a shipper put before it',
      `2025-03-03T11:06:40.123Z stream-1 {"requestId":"${id}","status":"403","resourcePath":"/x","ip":"198.51.100.9"}`,
    ],
  ])('in %s', (_, text) => {
    expect(factsOf(text)?.ids.requestId ?? factsOf(text)?.ids.extendedRequestId).toMatch(/./);
  });

  it.each<[string, string]>([
    ['a response body', '{"message":"Forbidden"}'],
    [
      'a body with status and path',
      `{"timestamp":"2025-03-03T11:06:40Z","status":403,"error":"Forbidden","message":"Access Denied","path":"/pets"}`,
    ],
    ['a body with a request id', `{"status":403,"requestId":"${id}","path":"/pets","message":"no"}`],
    [
      'a WAF record',
      `{"timestamp":1741000000123,"formatVersion":1,"webaclId":"arn:aws:wafv2:x","terminatingRuleId":"r","action":"BLOCK","httpSourceName":"APIGW","httpRequest":{"clientIp":"198.51.100.9","uri":"/x","httpMethod":"GET","requestId":"${shortId}"},"status":403}`,
    ],
    [
      'a WAF record cut after its name',
      `{"httpSourceName":"APIGW","status":"403","requestId":"${id}","apiId":"a1b2c3d4e5"}`,
    ],
    [
      'an audit event',
      `{"eventVersion":"1.08","eventSource":"apigateway.amazonaws.com","requestID":"${id}","sourceIPAddress":"198.51.100.9","stage":"x","status":1,"apiId":"y"}`,
    ],
    [
      'the event of a proxy integration',
      `{"resource":"/x","path":"/x","httpMethod":"GET","headers":{},"requestContext":{"requestId":"${id}","stage":"prod","apiId":"a1b2c3d4e5","status":403}}`,
    ],
    ['an application log', `{"level":"info","status":403,"method":"GET","url":"/pets","ip":"198.51.100.9"}`],
    ['an envelope', '{"logEvents":[{"message":"x"}],"status":403,"apiId":"a","requestId":"b"}'],
    ['a string', '"status 403 requestId"'],
    ['an array', '[{"status":403}]'],
    ['no JSON', 'status=403 requestId=x'],
    [
      'an execution-log line with JSON in it',
      `(${id}) Endpoint response body before transformations: "{"status":403}"`,
    ],
  ])('not in %s', (_, text) => {
    expect(factsOf(text)).toBeNull();
  });

  it('takes no member of Object.prototype for a key', () => {
    expect(
      valuesOf(
        `{"requestId":"${id}","status":"403","resourcePath":"/x","__proto__":{"apiId":"zzzzzzzzzz"},"constructor":"x"}`,
      ),
    ).toEqual({
      requestId: id,
      status: '403',
      resourcePath: '/x',
    });
  });

  it('takes neither value of a key that a user agent repeated in a line without escapes', () => {
    const forged = `{"requestId":"${id}","resourcePath":"/x","apiId":"a1b2c3d4e5","protocol":"HTTP/1.1","responseLength":"1","status":"403","extendedRequestId":"${shortId}","userAgent":"x","status":"200"}`;
    expect(valuesOf(forged)).toMatchObject({ requestId: id, resourcePath: '/x' });
    expect(valuesOf(forged)).not.toHaveProperty('status');
  });

  it('takes a key that stands at two places of its object for what it is', () => {
    expect(
      valuesOf(
        `{"requestId":"${id}","status":"404","resourcePath":"/x","waf":{"status":"200"},"integration":{"status":"-"}}`,
      ),
    ).toMatchObject({ status: '404', 'waf.status': '200', 'integration.status': null });
  });

  it('does not mind key names that were escaped inside a value', () => {
    const text = JSON.stringify({ requestId: id, status: '403', resourcePath: '/x', userAgent: 'x","status":"200' });
    expect(valuesOf(text)).toHaveProperty('status', '403');
  });

  it('never throws for mutated lines, and keeps its statuses well formed', () => {
    const line = `{"requestId":"${id}","ip":"198.51.100.9","status":"403","error":{"message":"Forbidden"},"resourcePath":"/x","list":[1,{"a":null}]}`;
    fc.assert(
      fc.property(fc.nat(line.length), hostileText, fc.nat(30), (at, insert, cut) => {
        const status = factsOf(line.slice(0, at) + insert + line.slice(at + cut))?.values.status;
        expect(status == null || /^\d{3}$/.test(status)).toBe(true);
      }),
      { seed: 403, numRuns: 3000 },
    );
  });

  it('reads deeply nested and very wide objects without harm', () => {
    expect(factsOf(`${'{"a":'.repeat(50_000)}1`)).toBeNull();
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    expect(valuesOf({ requestId: id, status: '403', resourcePath: '/x', ...wide })).toHaveProperty('status', '403');
  });
});
