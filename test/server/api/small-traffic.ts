import type { Api } from './start-api.js';
import { testNowMs } from './start-api.js';

/** Seconds before `testNowMs`. */
export const before = (seconds: number): number => testNowMs - seconds * 1000;

const access = (secondsBefore: number, id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  requestId: `00000000-0000-4000-8000-0000000${id}`,
  extendedRequestId: `Small${id}EXAMPLE=`,
  requestTimeEpoch: before(secondsBefore),
  accountId: '111122223333',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  httpMethod: 'GET',
  resourcePath: '/orders/{id}',
  path: '/prod/orders/7',
  ip: '203.0.113.9',
  userAgent: 'curl/8.0',
  status: '403',
  ...more,
});

const execution = (secondsBefore: number, id: string, text: string): Record<string, unknown> => ({
  id: `${id}-${secondsBefore}`,
  timestamp: before(secondsBefore),
  message: `(00000000-0000-4000-8000-0000000${id}) ${text}`,
  logGroup: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod',
});

/** What a caller writes to mislead whoever reads the log. */
export const hostilePath = '/prod/orders\n2026-03-01T12:00:00Z GET /admin \u2192 200\u001b[2K\u202e<b>gpj';

/** A few minutes of one stage: each kind of refusal that the tables tell apart, once or a few times. */
export const smallTraffic: readonly Record<string, unknown>[] = [
  ...Array.from({ length: 40 }, (_, n) => access(600 - n, `1${String(n).padStart(4, '0')}`, { status: '200' })),
  // A key that is in no plan: the access log says so, the execution log proves it.
  access(500, '20001', {
    responseType: 'INVALID_API_KEY',
    errorMessage: 'Forbidden',
    xrayTraceId: 'Root=1-645566cf-7cb058b04d9bb3ee01dc4036',
  }),
  execution(501, '20001', 'Extended Request Id: Small20001EXAMPLE='),
  execution(
    500.5,
    '20001',
    'API Key ********abcdef not authorized because method GET /orders/{id} requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage',
  ),
  // The web ACL named a rule.
  access(400, '20002', { responseType: 'WAF_FILTERED', errorMessage: 'Forbidden', path: hostilePath }),
  {
    timestamp: before(400),
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/00000000-0000-4000-8000-000000000000',
    terminatingRuleId: 'block-bots',
    terminatingRuleType: 'REGULAR',
    action: 'BLOCK',
    httpSourceName: 'APIGW',
    httpSourceId: '111122223333:a1b2c3d4e5:prod',
    httpRequest: {
      clientIp: '203.0.113.9',
      country: 'NL',
      uri: '/prod/orders',
      httpMethod: 'GET',
      requestId: 'Small20002EXAMPLE=',
      headers: [{ name: 'Host', value: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com' }],
    },
  },
  // Only "Forbidden": several gates say it.
  access(300, '20003', { errorMessage: 'Forbidden', ip: '198.51.100.7' }),
  // A format that tells nothing but the status.
  ...[200, 190, 180].map((seconds, n) => access(seconds, `2000${4 + n}`, { userAgent: undefined })),
];

/** Sends it as one batch of the feed `small`; complete up to a minute before its newest line. */
export async function sendSmallTraffic(api: Api, headers: Record<string, string> = {}): Promise<void> {
  const body = smallTraffic.map((line) => `${JSON.stringify(line)}\n`).join('');
  const response = await api.fetch('/api/v1/ingest?account=111122223333&region=eu-west-1', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', 'Batch-Id': 'small', Feed: 'small', ...headers },
    body,
  });
  if (response.status !== 200) throw new Error(await response.text());
}
