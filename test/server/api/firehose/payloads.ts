import { gzipSync } from 'node:zlib';

export const sourceArn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-orders';

/** An access line, refused when its number is a multiple of three. */
export function accessLine(n: number, timeMs: number): string {
  const refused = n % 3 === 0;
  return JSON.stringify({
    requestId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    extendedRequestId: `Xid${String(n).padStart(10, '0')}=`,
    requestTimeEpoch: String(timeMs),
    apiId: 'q1w2e3r4t5',
    stage: 'prod',
    httpMethod: 'GET',
    resourcePath: '/orders/{id}',
    status: refused ? '403' : '200',
    errorResponseType: refused ? 'INVALID_API_KEY' : '-',
    userAgent: 'a"}{"messageType":"CONTROL_MESSAGE"}',
  });
}

export interface PayloadEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

export const eventId = (n: number): string => `3${String(n).padStart(55, '0')}`;

export const payload = (logEvents: readonly PayloadEvent[], more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/apigateway/orders',
    logStream: 'e4da3b7fbbce2345d7772b0674a318d5',
    subscriptionFilters: ['why403'],
    logEvents,
    ...more,
  });

/** Access lines as CloudWatch Logs hands them on. */
export const accessPayload = (from: number, to: number, timeMs: number): string =>
  payload(
    Array.from({ length: to - from }, (_, i) => ({
      id: eventId(from + i),
      timestamp: timeMs,
      message: accessLine(from + i, timeMs),
    })),
  );

export const control = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [{ id: '', timestamp: 0, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
});

/** What WAF hands to a stream. */
export const wafRecord = (n: number, timeMs: number): string =>
  JSON.stringify({
    timestamp: timeMs,
    formatVersion: 1,
    webaclId: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/11111111-2222-4333-8444-555555555555',
    terminatingRuleId: 'block-scanners',
    terminatingRuleType: 'REGULAR',
    action: 'BLOCK',
    httpSourceName: 'APIGW',
    httpSourceId: '111122223333:q1w2e3r4t5:prod',
    httpRequest: {
      clientIp: '203.0.113.7',
      country: 'DE',
      headers: [{ name: 'User-Agent', value: 'curl/8.5.0' }],
      uri: '/prod/orders',
      httpMethod: 'GET',
      requestId: `Waf${String(n).padStart(10, '0')}=`,
    },
  });

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const zipped = (text: string): Uint8Array => gzipSync(text);
