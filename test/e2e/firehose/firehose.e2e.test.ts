import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../../server/src/api/access/token.js';
import {
  batchesOf,
  type Delivered,
  deliver,
  type FirehoseBatch,
  type FirehoseStream,
  type Mishap,
} from '../../fake-aws/firehose-sender.js';
import { createRandom, type Random } from '../exactly-once/random.js';
import { createRequest, type Request } from '../exactly-once/traffic.js';
import { expectExactly } from '../exactly-once/truth.js';
import { makeFolder, type Program, run, tidy, tidyMs } from '../service/program.js';

const minuteMs = 60_000;
const MiB = 1024 * 1024;
const arn = (name: string): string => `arn:aws:firehose:eu-west-1:111122223333:deliverystream/${name}`;
const tokens = {
  before: createToken('ingest', 'firehose', randomBytes),
  after: createToken('ingest', 'firehose', randomBytes),
  admin: createToken('admin', 'ops', randomBytes),
};

/** As many and as long as Amazon allows. */
const commonAttributes = Object.fromEntries(
  Array.from({ length: 50 }, (_, i) => [`attribute-${i}`.padEnd(256, 'x'), 'y'.repeat(1024)]),
);

// Other seeds by hand: WHY403_SEED=7 npx vitest run --project end-to-end test/e2e/firehose
const seeds = process.env['WHY403_SEED'] === undefined ? [403, 404] : [Number(process.env['WHY403_SEED'])];

describe.each(seeds)(
  'seed %i: streams that send at least once, kill -9 in the middle of batches, keys rotated',
  (seed) => {
    const random = createRandom(seed);
    const beginMs = Math.floor(Date.now() / minuteMs) * minuteMs - 90 * minuteMs;
    const requests = Array.from({ length: 3000 }, (_, index) =>
      createRequest(random, index, beginMs + random.integer(60 * minuteMs)),
    );
    const [direct, subscribed] = [requests.slice(0, 1500), requests.slice(1500)];
    let config = '';
    let service: Program;
    let url = '';
    let up: Promise<void>;
    let key = tokens.before.token;

    beforeAll(async () => {
      const directory = makeFolder();
      config = join(directory, 'why403.yaml');
      const streams = { role: 'ingest', id: 'firehose', sourceArns: [arn('amazon-apigateway-*'), arn('cloudwatch')] };
      writeFileSync(
        config,
        JSON.stringify({
          listen: { port: 0 },
          data: { directory: join(directory, 'data') },
          access: {
            tokens: [
              { ...streams, sha256: tokens.before.sha256 },
              { ...streams, sha256: tokens.after.sha256 },
              { role: 'admin', id: 'ops', sha256: tokens.admin.sha256 },
            ],
          },
        }),
      );
      up = start();
      await up;
    }, 60_000);

    afterAll(tidy, tidyMs);

    async function start(): Promise<void> {
      service = run(['serve', '--config', config]);
      url = await service.address();
    }

    it('rows and totals equal the truth exactly', async () => {
      const payloads = [...accessPayloads(random, subscribed), ...executionPayloads(requests)];
      // CloudWatch Logs hands some payloads over twice, into whichever request is open then.
      const twice = random.shuffle([...payloads, ...payloads.filter(() => random.next() < 0.15)]);
      const batches = random.shuffle([
        ...flushed(
          random,
          direct.map(({ accessLine }) => lineOf(random, accessLine)),
          'amazon-apigateway-orders',
        ),
        ...flushed(random, twice, 'cloudwatch'),
      ]);
      const [delivered] = await Promise.all([sendAll(batches), disturb()]);
      const outcomes = delivered.map(({ outcome }) => outcome);
      expect(new Set(outcomes)).toEqual(new Set(['delivered']));
      // The situations that this is about did come up.
      const attempts = delivered.flatMap((each) => each.attempts);
      for (const word of ['cut', 'unheard']) expect(attempts).toContain(word);
      expect(attempts.filter((attempt) => attempt === '200').length).toBeGreaterThan(batches.length);
      expect(attempts.some((attempt) => attempt !== '200' && attempt !== 'cut' && attempt !== 'unheard')).toBe(true);

      // A line of now from each stream moves its watermark behind all that is asked for.
      const closing = createRequest(random, 999_999, Date.now()).accessLine;
      const ends = ['amazon-apigateway-orders', 'cloudwatch'].flatMap((name) =>
        flushed(random, [Buffer.from(closing)], name),
      );
      await sendAll(ends, () => 'none');
      const headers = { Authorization: `Bearer ${tokens.admin.token}` };
      await expectExactly({ address: () => url, headers, beginMs }, requests);
      const rejects = await rejected(headers);
      expect(rejects).toEqual({ corrupt_base64: 0, corrupt_gzip: poisoned });
    }, 240_000);

    let poisoned = 0;

    /** Records as a stream buffers them for some seconds; in some a record is damaged. */
    function flushed(
      from: Random,
      records: readonly Uint8Array[],
      name: string,
    ): { name: string; batch: FirehoseBatch }[] {
      const made: { name: string; batch: FirehoseBatch }[] = [];
      for (let at = 0; at < records.length; ) {
        const count = 1 + from.integer(60);
        const part = records.slice(at, at + count);
        if (from.next() < 0.1) {
          part.splice(from.integer(part.length), 0, gzipSync('{"messageType":').subarray(0, 20));
          poisoned++;
        }
        for (const batch of batchesOf(part, { bufferBytes: MiB, clock, random: from.next })) made.push({ name, batch });
        at += count;
      }
      return made;
    }

    let nowMs = beginMs;
    const clock = {
      nowMs: () => nowMs,
      // Firehose's time is not ours: it waits as long as it says, we until there is someone to ask.
      async wait(ms: number) {
        nowMs += ms / 100;
        await up;
      },
    };

    async function sendAll(
      batches: readonly { readonly name: string; readonly batch: FirehoseBatch }[],
      mishap: FirehoseStream['mishap'] = mishaps,
    ): Promise<Delivered[]> {
      const queue = [...batches];
      const all: Delivered[] = [];
      const sender = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const stream: FirehoseStream = {
            url: () => `${url}/api/v1/ingest/firehose`,
            accessKey: () => key,
            sourceArn: arn(next.name),
            contentEncoding: random.next() < 0.5 ? 'gzip' : 'none',
            bufferBytes: MiB,
            commonAttributes,
            retryMs: 7_200_000,
            clock,
            random: random.next,
            mishap,
          };
          all.push(await deliver(stream, next.batch));
          // Slow enough to be killed in the middle.
          await sleep(20);
          if (all.length === Math.floor(batches.length / 2)) key = tokens.after.token;
        }
      };
      await Promise.all([sender(), sender(), sender(), sender()]);
      return all;
    }

    function mishaps(): Mishap {
      const dice = random.next();
      return dice < 0.08 ? 'cut' : dice < 0.16 ? 'unheard' : dice < 0.24 ? 'again' : 'none';
    }

    async function disturb(): Promise<void> {
      for (let kill = 0; kill < 5; kill++) {
        await sleep(200 + random.integer(800));
        service.kill('SIGKILL');
        const ended = service.ended;
        up = ended.then(start);
        await up;
      }
    }

    /** Lines that were not read, of all feeds. */
    async function rejected(headers: Record<string, string>): Promise<Record<string, number>> {
      const response = await fetch(`${url}/api/v1/sources`, { headers });
      const { feeds } = (await response.json()) as { feeds: { rejected: Record<string, number> }[] };
      const count = (reason: string) => feeds.reduce((all, feed) => all + (feed.rejected[reason] ?? 0), 0);
      return { corrupt_base64: count('corrupt_base64'), corrupt_gzip: count('corrupt_gzip') };
    }
  },
);

/** The format of a stage ends with a newline or not. */
const lineOf = (random: Random, line: string): Uint8Array => Buffer.from(random.next() < 0.5 ? line : `${line}\n`);

function accessPayloads(random: Random, all: readonly Request[]): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let from = 0; from < all.length; ) {
    const count = 1 + random.integer(20);
    const logEvents = all.slice(from, from + count).map(({ accessLine, timeMs }, i) => ({
      id: `3${String(from + i).padStart(55, '0')}`,
      timestamp: timeMs,
      message: accessLine,
    }));
    const json = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: '111122223333',
      logGroup: '/aws/apigateway/orders',
      logStream: `stream-${random.integer(5)}`,
      subscriptionFilters: ['why403'],
      logEvents,
    });
    payloads.push(packed(random, json));
    from += count;
  }
  return payloads;
}

const executionPayloads = (all: readonly Request[]): Uint8Array[] =>
  all.flatMap(({ executionLine }) => (executionLine === null ? [] : [gzipSync(executionLine)]));

/** Unless the stream unpacks it. */
const packed = (random: Random, json: string): Uint8Array => (random.next() < 0.8 ? gzipSync(json) : Buffer.from(json));
