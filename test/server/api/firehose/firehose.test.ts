import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createToken } from '../../../../server/src/api/access/token.js';
import { errorCatalogue, errorCodes } from '../../../../server/src/api/errors/catalogue.js';
import { retriedStatus } from '../../../../server/src/api/firehose/answer.js';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { createReceivingSink } from '../receiving-sink.js';
import { type Api, type ApiOptions, allTokens, bearer, rawRequest, startApi, testNowMs, tokens } from '../start-api.js';
import { accessLine, accessPayload, control, sourceArn } from './payloads.js';

const path = '/api/v1/ingest/firehose';
const id = 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f';
const access = { tokens: allTokens, loopback: false };
const line = accessLine(1, testNowMs);
const bodyOf = (records: readonly string[], requestId = id): string =>
  JSON.stringify({
    requestId,
    timestamp: testNowMs,
    records: records.map((record) => ({ data: Buffer.from(record).toString('base64') })),
  });

interface Sent {
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly without?: string;
}

async function send(api: Api, { body = bodyOf([line]), headers = {}, query = '', without }: Sent = {}) {
  const all: Record<string, string> = {
    'Content-Type': 'application/json',
    'X-Amz-Firehose-Protocol-Version': '1.0',
    'X-Amz-Firehose-Request-Id': id,
    'X-Amz-Firehose-Source-Arn': sourceArn,
    'X-Amz-Firehose-Access-Key': tokens.ingest.token,
    'X-Amz-Firehose-Common-Attributes': '{"commonAttributes":{"team":"orders"}}',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  };
  if (without !== undefined) delete all[without];
  return rawRequest(api, { method: 'POST', path: `${path}${query}`, headers: all, body });
}

const start = async (options: ApiOptions = {}) => {
  const sink = createReceivingSink(testNowMs - 300_000);
  return { sink, api: await startApi({ sink, access, ...options }) };
};

describe('an answer', () => {
  it('has exactly the form that Firehose takes', async () => {
    const { api } = await start();
    const { status, headers, body } = await send(api);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ requestId: id, timestamp: testNowMs });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  const provocations: [string, number, Sent, ApiOptions?][] = [
    ['token_missing', 401, { without: 'X-Amz-Firehose-Access-Key' }],
    ['token_invalid', 401, { headers: { 'X-Amz-Firehose-Access-Key': `${tokens.ingest.token.slice(0, -1)}_` } }],
    ['token_invalid', 401, { headers: { 'X-Amz-Firehose-Access-Key': 'x'.repeat(4096) } }],
    ['role_insufficient', 403, { headers: { 'X-Amz-Firehose-Access-Key': tokens.read.token } }],
    ['rate_limited', 429, {}, { limits: { ingestRequestsPerMinute: 0 } }],
    ['parameter_invalid', 400, { without: 'X-Amz-Firehose-Request-Id' }],
    ['parameter_invalid', 400, { headers: { 'X-Amz-Firehose-Request-Id': 'a b' } }],
    ['parameter_invalid', 400, { without: 'X-Amz-Firehose-Source-Arn' }],
    ['parameter_invalid', 400, { headers: { 'X-Amz-Firehose-Source-Arn': 'arn:aws:s3:::bucket' } }],
    ['parameter_invalid', 400, { query: '?feed=unknown' }],
    ['parameter_unknown', 400, { query: '?format=x' }],
    ['content_type_unsupported', 415, { headers: { 'Content-Type': 'text/plain' } }],
    ['content_encoding_unsupported', 415, { headers: { 'Content-Encoding': 'br' } }],
    ['body_corrupt', 400, { headers: { 'Content-Encoding': 'gzip' } }],
    ['body_invalid', 400, { body: 'no JSON' }],
    ['body_invalid', 400, { body: '' }],
    ['body_invalid', 400, { body: bodyOf([line], 'another') }],
    ['delivery_too_large', 400, {}, { limits: { maxDeliveryBytes: 10 } }],
    ['ingest_busy', 503, {}, { limits: { openIngests: 0 } }],
    ['feed_limit_reached', 400, {}, { limits: { maxFeeds: 0 } }],
    ['host_refused', 403, { headers: { Host: 'example.com' } }, { access: { tokens: [], loopback: true } }],
  ];

  it.each(provocations)('%s has it too, and makes Firehose send again (%i)', async (...provocation) => {
    const [code, expected, sent, options] = provocation as [string, number, Sent, ApiOptions?];
    const { sink, api } = await start(options);
    const { status, headers, body } = await send(api, sent);
    expect([status, JSON.parse(body)]).toEqual([
      expected,
      {
        requestId:
          /^[\w-]+$/.test(sent.headers?.['X-Amz-Firehose-Request-Id'] ?? id) &&
          sent.without !== 'X-Amz-Firehose-Request-Id'
            ? id
            : '',
        timestamp: testNowMs,
        errorMessage: expect.stringMatching(new RegExp(`^${code}: .{20}`)),
      },
    ]);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(sink.deliveries).toEqual([]);
  });

  it('is never 413, for which Firehose throws a batch away, nor a redirect', () => {
    for (const code of errorCodes) {
      const status = retriedStatus(errorCatalogue[code].status);
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).not.toBe(413);
    }
    expect([301, 302, 307, 308, 413, 100].map(retriedStatus)).toEqual([400, 400, 400, 400, 400, 400]);
  });

  it('tells the store is away as what it is', async () => {
    const sink = createReceivingSink();
    const acceptDelivery = () => Promise.reject(new StoreError('unavailable', 'The database does not answer.'));
    const { api } = await start({ sink: { ...sink, acceptDelivery } });
    const { status, body } = await send(api, { body: bodyOf(Array(100).fill(line)) });
    expect([status, JSON.parse(body).errorMessage]).toEqual([503, 'store_unavailable: The database does not answer.']);
  });
});

describe('a body that is too large is refused in a way that keeps it', () => {
  const limits = { maxDeliveryBytes: 100_000 };
  const filled = (bytes: number) => bodyOf(['x'.repeat(bytes)]);
  it.each([
    ['announced', filled(200_000), {}],
    ['gzip that is larger inside', gzipSync(filled(200_000)), { 'Content-Encoding': 'gzip' }],
    ['a bomb', gzipSync(Buffer.alloc(50_000_000, ' ')), { 'Content-Encoding': 'gzip' }],
    ['gzip that is larger itself', gzipSync(randomBytes(300_000)), { 'Content-Encoding': 'gzip' }],
  ])('%s', async (_name, body, headers) => {
    const { sink, api } = await start({ limits });
    const { status, body: told } = await send(api, { body, headers });
    expect([status, JSON.parse(told).errorMessage]).toEqual([
      400,
      expect.stringMatching(/^delivery_too_large: Expected at most 100000 bytes \(decompressed\)/),
    ]);
    expect(sink.deliveries).toEqual([]);
  });

  it('64 MiB of records are taken, gzip or not', async () => {
    const { api } = await start();
    const body = bodyOf(Array(64).fill('x'.repeat(1_024_000 * 1.02)));
    expect((await send(api, { body })).status).toBe(200);
    expect((await send(api, { body: gzipSync(body), headers: { 'Content-Encoding': 'gzip' } })).status).toBe(200);
  });
});

describe('what comes', () => {
  it.each([
    ['as it is', (body: string) => body, {}],
    ['as it is, said so', (body: string) => body, { 'Content-Encoding': 'identity' }],
    ['packed', (body: string) => gzipSync(body), { 'Content-Encoding': 'gzip' }],
  ])('%s becomes lines of the request and units of payloads', async (_name, pack, headers) => {
    const { sink, api } = await start();
    const payload = accessPayload(5, 8, testNowMs);
    expect((await send(api, { body: pack(bodyOf([line, payload, control, '', line])), headers })).status).toBe(200);
    expect(sink.deliveries).toHaveLength(1);
    const [received] = sink.deliveries;
    expect(received?.delivery).toMatchObject({
      id: `firehose:111122223333:eu-west-1:amazon-apigateway-orders:${id}`,
      feed: 'firehose:111122223333:eu-west-1:amazon-apigateway-orders',
      kind: 'firehose',
      // However slowly it comes, others do not wait for it.
      isArriving: true,
    });
    expect(received?.text).toBe(`${line}\n${line}\n`);
    expect([...(received?.units.values() ?? [])]).toEqual([payload]);
  });

  it('is read as the feed of the address says; account and region are those of the stream', async () => {
    const place = { account: null, region: null, apiId: 'q1w2e3r4t5', stage: 'prod' };
    const ingestFeeds = new Map([
      ['orders', { accessLogFormat: '$context.requestId $context.status', place, delayMs: 0 }],
    ]);
    const { sink, api } = await start({ ingestFeeds });
    expect((await send(api, { query: '?feed=orders' })).status).toBe(200);
    const settings = sink.deliveries[0]?.delivery.settings;
    expect(settings?.template?.variables).toEqual(['requestId', 'status']);
    expect(settings?.fallbackPlace).toEqual({ ...place, account: '111122223333', region: 'eu-west-1' });
    expect(sink.progress[0]?.completeUntilMs).toBe(testNowMs - 300_000);
  });

  it('moves the watermark to its newest event less the delay, never ahead of the clock', async () => {
    const { sink, api } = await start();
    await send(api);
    const ahead = createReceivingSink(testNowMs + 9e9);
    await send((await start({ sink: ahead })).api);
    await send(api, { body: bodyOf([control]) });
    const feed = 'firehose:111122223333:eu-west-1:amazon-apigateway-orders';
    expect(sink.progress).toEqual([{ feed, completeUntilMs: testNowMs - 360_000 }]);
    expect(ahead.progress).toEqual([{ feed, completeUntilMs: testNowMs - 60_000 }]);
  });

  it('in 100,000 records is taken like any other', async () => {
    const { sink, api } = await start();
    expect((await send(api, { body: bodyOf(Array(100_000).fill('x')) })).status).toBe(200);
    expect(sink.deliveries[0]?.text.length).toBe(200_000);
  });
});

describe('the access key', () => {
  const old = { role: 'ingest', id: 'firehose' } as const;
  const [first, second] = [1, 2].map((seed) =>
    createToken('ingest', 'firehose', (size) => new Uint8Array(size).fill(seed)),
  );
  const withKey = (key: string | undefined) => ({ headers: { 'X-Amz-Firehose-Access-Key': key as string } });

  it('is rotated as any token is: both are taken until the first is removed', async () => {
    const both = [first, second].map((token) => ({ ...old, sha256: token?.sha256 as string }));
    const { api } = await start({ access: { tokens: both, loopback: false } });
    expect((await send(api, withKey(first?.token))).status).toBe(200);
    expect((await send(api, withKey(second?.token))).status).toBe(200);
    const later = await start({ access: { tokens: both.slice(1), loopback: false } });
    expect((await send(later.api, withKey(first?.token))).status).toBe(401);
    expect((await send(later.api, withKey(second?.token))).status).toBe(200);
  });

  it('goes before another one in Authorization, which alone will do as well', async () => {
    const { api } = await start();
    expect((await send(api, { headers: { ...bearer('ingest') }, without: 'X-Amz-Firehose-Access-Key' })).status).toBe(
      200,
    );
    expect((await send(api, { headers: { ...bearer('admin'), 'X-Amz-Firehose-Access-Key': 'wrong' } })).status).toBe(
      401,
    );
  });

  it('opens no other address from its header', async () => {
    const { api } = await start();
    const headers = { 'Content-Type': 'application/x-ndjson', 'X-Amz-Firehose-Access-Key': tokens.ingest.token };
    expect((await rawRequest(api, { method: 'POST', path: '/api/v1/ingest', headers, body: 'x\n' })).status).toBe(401);
  });

  it.each([
    ['its stream', [sourceArn], 200],
    ['one of its streams', ['arn:aws:firehose:us-east-1:111122223333:deliverystream/other', sourceArn], 200],
    ['streams of any name', ['arn:aws:firehose:eu-west-1:111122223333:deliverystream/*'], 200],
    ['streams of any region', ['arn:aws:firehose:*:111122223333:deliverystream/amazon-*-orders'], 200],
    ['another stream', ['arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-order'], 403],
    ['another account', ['arn:aws:firehose:*:444455556666:deliverystream/*'], 403],
    ['another region', ['arn:aws:firehose:eu-west-2:111122223333:deliverystream/*'], 403],
    ['names that only begin so', ['arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon*x'], 403],
  ])('bound to %s', async (_name, sourceArns, expected) => {
    const bound = [{ ...old, sha256: tokens.ingest.sha256, sourceArns }];
    const { sink, api } = await start({ access: { tokens: bound, loopback: false }, limits: { maxFeeds: 0 } });
    const { status, body } = await send(api);
    expect(status).toBe(expected);
    if (expected === 403) expect(JSON.parse(body).errorMessage).toMatch(/^token_bound: /);
    expect(sink.deliveries).toHaveLength(expected === 200 ? 1 : 0);
    const headers = { ...bearer('ingest'), 'Content-Type': 'application/x-ndjson' };
    expect((await rawRequest(api, { method: 'POST', path: '/api/v1/ingest', headers, body: 'x\n' })).status).toBe(403);
  });

  it('that is not bound may name a bounded number of streams', async () => {
    const { api } = await start({ limits: { maxFeeds: 2 } });
    const statuses: number[] = [];
    for (const name of ['a', 'b', 'c', 'a']) {
      const arn = `arn:aws:firehose:eu-west-1:111122223333:deliverystream/${name}`;
      statuses.push((await send(api, { headers: { 'X-Amz-Firehose-Source-Arn': arn } })).status);
    }
    expect(statuses).toEqual([200, 200, 400, 200]);
  });
});
