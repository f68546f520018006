import { gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../server/src/telemetry/log.js';
import { createMetrics } from '../../../server/src/telemetry/metrics.js';
import { createServiceTelemetry } from '../../../server/src/telemetry/service-telemetry.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { readRoutes } from './route-table.js';
import { type Api, allTokens, bearer, startApi, testNowMs, tokens } from './start-api.js';

const database = useTestDatabase();
const canary = 'CANARYs3cr3t';
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

/** Log text with the canary wherever a secret can stand. */
const batches: Readonly<Record<string, string>> = {
  'an access log with secrets in query, headers and unknown fields': JSON.stringify({
    requestId: id(1),
    extendedRequestId: 'CanaryEXAMPLE1=',
    requestTime: '01/Mar/2026:12:20:17 +0000',
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    httpMethod: 'GET',
    resourcePath: '/orders',
    path: `/orders?token=${canary}`,
    status: '403',
    responseType: 'ACCESS_DENIED',
    authorization: `Bearer ${canary}`,
    apiKey: `${canary}${canary}`,
    queryString: `password=${canary}`,
    cookie: `session=${canary}`,
    authorizer: { claims: { secret: canary } },
  }),
  'an execution log': [
    `(${id(2)}) Extended Request Id: CanaryEXAMPLE2=`,
    `(${id(2)}) Method request headers: {Authorization=Bearer ${canary}, x-api-key=${canary}, Cookie=a=${canary}}`,
    `(${id(2)}) Method request query string: {password=${canary}}`,
    `(${id(2)}) Method request body before transformations: {"password":"${canary}"}`,
    `(${id(2)}) Successfully completed authorizer: {"principalId":"x","context":{"secret":"${canary}"}}`,
    `(${id(2)}) The client is not authorized to perform this operation.`,
    `(${id(2)}) Method completed with status: 403`,
  ]
    .map((line) => JSON.stringify({ timestamp: testNowMs, message: line }))
    .join('\n'),
  'a WAF record': JSON.stringify({
    timestamp: testNowMs - 600_000,
    action: 'BLOCK',
    terminatingRuleId: 'rule',
    httpSourceName: 'APIGW',
    terminatingRuleMatchDetails: [{ conditionType: 'SQL_INJECTION', location: 'BODY', matchedData: [canary] }],
    httpRequest: {
      clientIp: '203.0.113.9',
      uri: '/prod/orders',
      args: `token=${canary}`,
      httpMethod: 'POST',
      requestId: 'CanaryEXAMPLE3=',
      headers: [
        { name: 'Authorization', value: `Bearer ${canary}` },
        { name: 'Cookie', value: canary },
      ],
    },
  }),
  'lines that nothing reads': `password=${canary}\n{"broken": "${canary}`,
};

async function send(api: Api, text: string, headers: Record<string, string> = {}) {
  return api.fetch('/api/v1/ingest', {
    method: 'POST',
    headers: { ...bearer('ingest'), 'Content-Type': 'application/x-ndjson', ...headers },
    body: gzip(text, headers),
  });
}

const gzip = (text: string, headers: Record<string, string>): string =>
  headers['Content-Encoding'] === 'gzip' ? (gzipSync(text) as unknown as string) : text;

describe('a secret that comes in', () => {
  it('reaches neither answers, metrics nor the log', async () => {
    let log = '';
    const metricsRegistry = new Registry();
    const telemetry = createServiceTelemetry({
      log: createLog({
        level: 'debug',
        format: 'json',
        nowMs: () => testNowMs,
        write: (line) => {
          log += line;
        },
      }),
      metrics: createMetrics(metricsRegistry),
      tracer: null,
    });
    const service = await openService(database, Date.now, telemetry);
    const api = await startApi({
      ...service,
      telemetry,
      metricsRegistry,
      access: { tokens: allTokens, loopback: true },
    });
    const answers: string[] = [];
    const keep = async (response: Response, why: string) => {
      answers.push(`${why}: ${[...response.headers].join('\n')}\n${await response.text()}`);
      return response.status;
    };

    for (const [name, text] of Object.entries(batches)) {
      expect(await keep(await send(api, `${text}\n`), name)).toBe(200);
      expect(await keep(await send(api, `${text}\n`, { 'Content-Encoding': 'gzip', Feed: 'again' }), name)).toBe(200);
      await keep(await send(api, text, { 'Content-Encoding': 'gzip', 'X-Note': canary, Cookie: canary }), name);
      const explained = { 'Content-Type': 'text/plain', ...bearer('read') };
      await keep(await api.fetch('/api/v1/explain', { method: 'POST', headers: explained, body: text }), name);
    }
    await keep(await send(api, `{"x":"${canary}`, { 'Content-Type': 'application/json' }), 'wrong type');
    const badJson = { 'Content-Type': 'application/json', ...bearer('read') };
    await keep(
      await api.fetch('/api/v1/explain', { method: 'POST', headers: badJson, body: `{"${canary}` }),
      'bad JSON',
    );
    await keep(await api.fetch('/docs', { headers: { Authorization: `Bearer w403_read_x_${canary}` } }), 'bad token');
    await keep(await api.fetch('/docs', { headers: { Authorization: `Basic ${canary}` } }), 'another scheme');
    await keep(await api.fetch(`/${canary}?token=${canary}`, { headers: bearer('read') }), 'unknown address');
    await keep(await api.fetch(`/${canary}`, { method: 'PUT', headers: bearer('read') }), 'unknown method');

    for (const { method, path } of await readRoutes(api)) {
      if (method !== 'GET' || path === '/api/v1/stream') continue;
      await keep(await api.fetch(path, { headers: bearer('admin') }), path);
    }
    for (const found of ['CanaryEXAMPLE1=', 'CanaryEXAMPLE2=', 'CanaryEXAMPLE3=', id(1), id(2)]) {
      await keep(await api.fetch(`/api/v1/events/${found}`, { headers: bearer('read') }), found);
    }
    for (const by of ['path', 'principal', 'api_key_id', 'user_agent', 'culprit', 'source_ip']) {
      await keep(await api.fetch(`/api/v1/top?by=${by}`, { headers: bearer('read') }), by);
    }
    // What a caller writes into its own address is at most quoted back to it.
    await (await api.fetch(`/api/v1/series?from=${canary}`, { headers: bearer('read') })).text();

    expect(answers.filter((answer) => answer.includes(canary))).toEqual([]);
    // It was not all empty: refusals were found, and the lines that nothing reads are told of.
    expect(answers.some((answer) => answer.includes('"reason":"unrecognised"'))).toBe(true);
    expect(answers.some((answer) => answer.startsWith('CanaryEXAMPLE1=') && answer.includes('authorizer_denied'))).toBe(
      true,
    );
    expect(answers.some((answer) => answer.startsWith('CanaryEXAMPLE3=') && answer.includes('waf_blocked'))).toBe(true);
    expect(log.split('\n').length).toBeGreaterThan(20);
    expect(log).not.toContain(canary);
    for (const { token } of Object.values(tokens)) {
      const secret = token.slice(-43);
      expect(log).not.toContain(secret);
      expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    }
  });
});
