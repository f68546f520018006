import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchesOf, deliver, type FirehoseStream } from './firehose-sender.js';

const MiB = 1024 * 1024;
const sourceArn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/orders';

async function stream(listener: RequestListener, more: Partial<FirehoseStream> = {}): Promise<FirehoseStream> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
  let nowMs = 0;
  return {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    accessKey: () => 'key',
    sourceArn,
    contentEncoding: 'none',
    bufferBytes: MiB,
    retryMs: 300_000,
    clock: {
      nowMs: () => nowMs,
      wait: async (ms) => {
        nowMs += ms;
      },
    },
    random: () => 0.5,
    ...more,
  };
}

const batch = { requestId: 'r-1', timestamp: 1, records: [Buffer.from('line')] };

function answer(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { 'Content-Length': String(Buffer.byteLength(body)), ...headers }).end(body);
}
const json = { 'Content-Type': 'application/json' };
const good = '{"requestId":"r-1","timestamp":1}';

describe('a stream', () => {
  it('sends what the contract says', async () => {
    const seen: { headers: Record<string, unknown>; body: unknown }[] = [];
    const listener: RequestListener = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen.push({ headers: request.headers, body: JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) });
      answer(response, 200, json, good);
    };
    const commonAttributes = { team: 'orders' };
    const { outcome } = await deliver(await stream(listener, { contentEncoding: 'gzip', commonAttributes }), batch);
    expect(outcome).toBe('delivered');
    expect(seen).toEqual([
      {
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'x-amz-firehose-protocol-version': '1.0',
          'x-amz-firehose-request-id': 'r-1',
          'x-amz-firehose-source-arn': sourceArn,
          'x-amz-firehose-access-key': 'key',
          'x-amz-firehose-common-attributes': '{"commonAttributes":{"team":"orders"}}',
        }),
        body: { requestId: 'r-1', timestamp: 1, records: [{ data: 'bGluZQ==' }] },
      },
    ]);
  });

  it.each([
    ['an error', 500, json, good],
    ['another status of success', 202, json, good],
    ['a redirect', 301, { ...json, Location: '/' }, good],
    ['a refusal', 400, json, good],
    ['a type with a charset', 200, { 'Content-Type': 'application/json; charset=utf-8' }, good],
    ['a packed answer', 200, { ...json, 'Content-Encoding': 'gzip' }, good],
    ['another request id', 200, json, '{"requestId":"r-2","timestamp":1}'],
    ['no timestamp', 200, json, '{"requestId":"r-1"}'],
    ['no JSON', 200, json, 'ok'],
    ['more than 1 MiB', 200, json, `{"requestId":"r-1","timestamp":1,"x":"${'x'.repeat(MiB)}"}`],
  ] as [string, number, Record<string, string>, string][])(
    'takes %s for a failure and sends the same batch again, later and later',
    async (_name, status, headers, body) => {
      const delivered = await deliver(
        await stream((_request, response) => answer(response, status, headers, body)),
        batch,
      );
      expect(delivered.outcome).toBe('backed up');
      expect(delivered.waitsMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000]);
    },
  );

  it('waits at most 15 % less or more', async () => {
    for (const [random, first] of [
      [0, 850],
      [1, 1_150],
    ] as const) {
      const broken = await stream((_request, response) => answer(response, 500, json, good), { random: () => random });
      expect((await deliver(broken, batch)).waitsMs[0]).toBe(first);
    }
  });

  it('throws away for good what is answered with 413', async () => {
    const delivered = await deliver(await stream((_request, response) => answer(response, 413, {}, '')), batch);
    expect(delivered).toMatchObject({ outcome: 'lost', attempts: ['413'] });
  });

  it('sends again what was taken when it did not hear of it', async () => {
    let taken = 0;
    const listener: RequestListener = (request, response) => {
      request.resume().on('end', () => {
        taken++;
        answer(response, 200, json, good);
      });
    };
    const mishap = (_batch: unknown, attempt: number) =>
      (['unheard', 'cut', 'again', 'none'] as const)[attempt] ?? 'none';
    const delivered = await deliver(await stream(listener, { mishap }), batch);
    expect([delivered.attempts, taken]).toEqual([['unheard', 'cut', '200', '200'], 3]);
  });

  it('buffers by size and by number', async () => {
    const { clock, random } = await stream(() => {});
    const sizes = (records: Uint8Array[], bufferBytes = MiB) =>
      batchesOf(records, { bufferBytes, clock, random }).map((each) => each.records.length);
    expect(sizes(Array(25_000).fill(Buffer.from('x')))).toEqual([10_000, 10_000, 5_000]);
    expect(sizes(Array(5).fill(Buffer.alloc(500_000)))).toEqual([2, 2, 1]);
    expect(() => sizes([Buffer.alloc(1_024_001)])).toThrow(RangeError);
    expect(() => sizes([], 65 * MiB)).toThrow(RangeError);
  });
});
