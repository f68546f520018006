import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CountingUnit } from '../../../server/src/pipeline/counting-unit.js';
import { StoreError } from '../../../server/src/store/store-error.js';
import { createReceivingSink } from './receiving-sink.js';
import { type Api, problemOf, startApi, testNowMs } from './start-api.js';

const ndjson = { 'Content-Type': 'application/x-ndjson' };
const send = (api: Api, body: string | Uint8Array, headers: Record<string, string> = {}, query = '') =>
  api.fetch(`/api/v1/ingest${query}`, { method: 'POST', headers: { ...ndjson, ...headers }, body: body as string });

describe('a batch', () => {
  it.each([
    ['as JSON lines', { 'Content-Type': 'application/x-ndjson' }, false],
    ['as raw lines', { 'Content-Type': 'application/octet-stream' }, false],
    ['with parameters of its type', { 'Content-Type': 'Application/X-NDJSON; charset=utf-8' }, false],
    ['compressed', { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip' }, true],
    ['compressed, upper case', { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'GZIP' }, true],
    ['said to be as it is', { 'Content-Type': 'application/octet-stream', 'Content-Encoding': 'identity' }, false],
  ])('comes in %s', async (_name, headers, compressed) => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    const text = '{"a":1}\n{"a":2}\n';
    const response = await send(api, compressed ? gzipSync(text) : text, { ...headers, 'Batch-Id': 'b1' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      unit: 'http:default:b1',
      lines: 2,
      requests: 2,
      refused: 0,
      rejected: {},
      isNew: true,
    });
    expect(sink.received.map(({ text }) => text)).toEqual([text]);
    // However slowly its sender sends, others do not wait for it.
    expect(sink.received.map(({ unit }) => unit.isArriving)).toEqual([true]);
  });

  it('of several gzip members is read to its end', async () => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    const body = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    expect((await send(api, body, { 'Content-Encoding': 'gzip' })).status).toBe(200);
    expect(sink.received[0]?.text).toBe('one\ntwo\n');
  });

  it('keeps its name, so that a repetition is the same unit', async () => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    const headers = { 'Batch-Id': 'access.log:0-4096', Feed: 'orders' };
    await send(api, 'x\n', headers);
    expect(await (await send(api, 'x\n', headers)).json()).toMatchObject({
      unit: 'http:orders:access.log:0-4096',
      isNew: false,
    });
  });

  it('without a name is a unit of its own each time', async () => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    await send(api, 'x\n');
    await send(api, 'x\n');
    expect(new Set(sink.received.map(({ unit }) => unit.id)).size).toBe(2);
  });

  it.each([
    ['Batch-Id', 'has blanks'],
    ['Batch-Id', 'x'.repeat(129)],
    ['Batch-Id', 'a/b'],
    ['Feed', 'Orders'],
    ['Feed', 'a:b'],
    ['Feed', '-'],
    ['Feed', 'x'.repeat(64)],
  ])('with %s: %s is refused', async (name, value) => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    const response = await send(api, 'x\n', { [name]: value });
    expect(response.status).toBe(400);
    expect((await problemOf(response)).detail).toMatch(new RegExp(`^header ${name}: expected `));
    expect(sink.received).toEqual([]);
  });
});

describe('how lines are to be read', () => {
  const format = '$context.requestId $context.status';
  const ingestFeeds = new Map([
    [
      'orders',
      {
        accessLogFormat: format,
        place: { account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' },
        delayMs: 5_000,
      },
    ],
  ]);
  const settingsOf = async (headers: Record<string, string>, query = '') => {
    const sink = createReceivingSink();
    await send(await startApi({ sink, ingestFeeds }), 'x\n', headers, query);
    const units = sink.received.map(({ unit }) => unit);
    expect(units).toHaveLength(1);
    return (units[0] as CountingUnit).settings;
  };

  it('stands in the configuration of the feed', async () => {
    const { template, fallbackPlace } = await settingsOf({ Feed: 'orders' });
    expect(template?.variables).toEqual(['requestId', 'status']);
    expect(fallbackPlace).toEqual(ingestFeeds.get('orders')?.place);
  });

  it('or in the request, which goes before it', async () => {
    const query = `?format=${encodeURIComponent('$context.extendedRequestId $context.status')}&stage=blue&api=other`;
    const { template, fallbackPlace } = await settingsOf({ Feed: 'orders' }, query);
    expect(template?.variables).toEqual(['extendedRequestId', 'status']);
    expect(fallbackPlace).toEqual({ account: '111122223333', region: 'eu-west-1', apiId: 'other', stage: 'blue' });
  });

  it('or nowhere: lines are recognised by themselves', async () => {
    const { template, fallbackPlace } = await settingsOf({ Feed: 'payments' });
    expect(template).toBeNull();
    expect(fallbackPlace).toEqual({ account: null, region: null, apiId: null, stage: null });
  });

  it('a format that is none is refused', async () => {
    const response = await send(await startApi(), 'x\n', {}, '?format=status');
    expect((await problemOf(response)).code).toBe('access_log_format_invalid');
  });

  it('new names of feeds are bounded, known ones are not', async () => {
    const sink = createReceivingSink();
    const api = await startApi({ sink, ingestFeeds, limits: { maxFeeds: 2 } });
    const statuses: number[] = [];
    for (const Feed of ['orders', 'default', 'one', 'two', 'three', 'one', 'orders']) {
      statuses.push((await send(api, 'x\n', { Feed })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 400, 200, 200]);
  });

  it('a batch that is refused uses up no name', async () => {
    const api = await startApi({ sink: createReceivingSink(), limits: { maxFeeds: 1 } });
    for (const Feed of ['one', 'two', 'three']) {
      expect((await send(api, 'no gzip', { Feed, 'Content-Encoding': 'gzip' })).status).toBe(400);
      expect((await send(api, 'x\n', { Feed }, '?format=status')).status).toBe(400);
    }
    expect((await send(api, 'x\n', { Feed: 'four' })).status).toBe(200);
    expect((await send(api, 'x\n', { Feed: 'five' })).status).toBe(400);
  });
});

describe('how far a feed is complete', () => {
  const minuteMs = 60_000;
  it.each([
    [
      'the newest event less the delay',
      testNowMs - 5 * minuteMs,
      [{ feed: 'http:default', completeUntilMs: testNowMs - 6 * minuteMs }],
    ],
    ['never ahead of the clock', testNowMs + 9e9, [{ feed: 'http:default', completeUntilMs: testNowMs - minuteMs }]],
    ['nothing if no line has a time', 0, []],
  ])('%s', async (_name, newestMs, expected) => {
    const sink = createReceivingSink(newestMs);
    await send(await startApi({ sink }), 'x\n');
    expect(sink.progress).toEqual(expected);
  });
});

describe('a body that is too large', () => {
  const maxBodyBytes = 100_000;

  it.each([
    ['a gzip bomb', gzipSync(Buffer.alloc(20_000_000)), { 'Content-Encoding': 'gzip' }],
    [
      'a bomb of many members',
      Buffer.concat(Array.from({ length: 200 }, () => gzipSync(Buffer.alloc(1_000)))),
      { 'Content-Encoding': 'gzip' },
    ],
    ['plain', Buffer.alloc(maxBodyBytes + 1, 'x'), {}],
    ['announced', Buffer.alloc(2_000_000, 'x'), {}],
    ['incompressible', gzipSync(randomBytes(maxBodyBytes * 2)), { 'Content-Encoding': 'gzip' }],
  ])('is refused: %s', async (_name, body, headers) => {
    const sink = createReceivingSink();
    const api = await startApi({ sink, limits: { maxBodyBytes } });
    const response = await send(api, body, headers);
    expect((await problemOf(response)).code).toBe('body_too_large');
    expect(sink.received).toEqual([]);
  });

  it('is read no further than the limit', async () => {
    let bytes = 0;
    const sink = createReceivingSink();
    const api = await startApi({
      limits: { maxBodyBytes },
      sink: {
        ...sink,
        async accept(unit) {
          for await (const chunk of unit.content) bytes += chunk.length;
          throw new Error('never reached');
        },
      },
    });
    await send(api, gzipSync(Buffer.alloc(50_000_000)), { 'Content-Encoding': 'gzip' });
    expect(bytes).toBeLessThanOrEqual(maxBodyBytes);
  });

  it('of exactly the limit is taken', async () => {
    const api = await startApi({ sink: createReceivingSink(), limits: { maxBodyBytes } });
    const full = Buffer.alloc(maxBodyBytes, 'x');
    expect((await send(api, full)).status).toBe(200);
    expect((await send(api, gzipSync(full), { 'Content-Encoding': 'gzip' })).status).toBe(200);
  });
});

describe('a body that is not whole is not stored', () => {
  const whole = gzipSync('{"a":1}\n'.repeat(1000));
  it.each([
    ['gzip that ends early', whole.subarray(0, -12)],
    ['gzip with a wrong checksum', Buffer.concat([whole.subarray(0, -8), Buffer.alloc(8)])],
    ['no gzip at all', Buffer.from('{"a":1}\n')],
    ['empty', Buffer.alloc(0)],
  ])('%s', async (_name, body) => {
    const sink = createReceivingSink();
    const api = await startApi({ sink });
    const response = await send(api, body, { 'Content-Encoding': 'gzip' });
    expect((await problemOf(response)).code).toBe('body_corrupt');
    expect(sink.received).toEqual([]);
  });

  it.each(['identity', 'gzip'])('the caller goes away in the middle (%s)', async (encoding) => {
    const inside = deferred();
    const failed = deferred();
    const sink = createReceivingSink();
    const api = await startApi({
      sink: {
        ...sink,
        async accept(unit) {
          inside.resolve(undefined);
          try {
            return await sink.accept(unit);
          } catch (error) {
            failed.resolve(error);
            throw error;
          }
        },
      },
    });
    const sent = request({
      port: api.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/api/v1/ingest',
      headers: { ...ndjson, 'Content-Length': '5000', 'Content-Encoding': encoding },
    });
    sent.on('error', () => {});
    sent.write(encoding === 'gzip' ? whole.subarray(0, 40) : '{"a":1}\n');
    await inside.promise;
    sent.destroy();
    expect(await failed.promise).toMatchObject({ code: 'body_corrupt' });
    expect(sink.received).toEqual([]);
  });
});

function deferred(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => {};
  const promise = new Promise<unknown>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('while the store is away nothing is lost: the sender is told to repeat', () => {
  it.each(['unavailable', 'busy', 'timeout', 'too_large', 'full'] as const)('%s', async (kind) => {
    const sink = createReceivingSink();
    const api = await startApi({
      sink: { ...sink, accept: () => Promise.reject(new StoreError(kind, 'The database does not answer.')) },
    });
    const response = await send(api, '{}\n'.repeat(100_000));
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await problemOf(response)).retryable).toBe(true);
  });

  it('also when only the watermark could not be written: the batch is the same when it comes again', async () => {
    const sink = createReceivingSink(testNowMs);
    let away = true;
    const api = await startApi({
      sink: {
        ...sink,
        reportProgress: (feed, kind, ms) =>
          away ? Promise.reject(new StoreError('unavailable', 'away')) : sink.reportProgress(feed, kind, ms),
      },
    });
    expect((await send(api, 'x\n', { 'Batch-Id': 'b' })).status).toBe(503);
    away = false;
    expect(await (await send(api, 'x\n', { 'Batch-Id': 'b' })).json()).toMatchObject({ isNew: false });
    expect(sink.progress).toHaveLength(1);
  });

  it('more batches at once than allowed wait outside', async () => {
    const inside = deferred();
    const go = deferred();
    const sink = createReceivingSink();
    const api = await startApi({
      limits: { openIngests: 1 },
      sink: {
        ...sink,
        async accept(unit) {
          inside.resolve(undefined);
          await go.promise;
          return sink.accept(unit);
        },
      },
    });
    const first = send(api, 'x\n');
    await inside.promise;
    const second = await send(api, 'y\n');
    expect((await problemOf(second)).code).toBe('ingest_busy');
    go.resolve(undefined);
    expect((await first).status).toBe(200);
    expect((await send(api, 'y\n')).status).toBe(200);
  });
});
