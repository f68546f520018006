import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postProbe } from '../../../server/src/check/post-probe.js';
import type { ProbeAnswer, ProbeRequest } from '../../../server/src/check/probe.js';
import { probeFirehose } from '../../../server/src/check/probe-firehose.js';
import { createReceivingSink } from '../api/receiving-sink.js';
import { type ApiOptions, allTokens, startApi, tokens } from '../api/start-api.js';

const url = 'https://why403.example.com/api/v1/ingest/firehose';
const token = tokens.ingest.token;
const MiB = 1024 * 1024;

/** Probes with answers that are made up; small, since nobody reads the bodies. */
async function probed(answer: (request: ProbeRequest) => ProbeAnswer | Error, target = url) {
  const requests: ProbeRequest[] = [];
  const post = async (request: ProbeRequest) => {
    requests.push(request);
    const made = answer(request);
    if (made instanceof Error) throw made;
    return made;
  };
  const findings = await probeFirehose({ url: target, token }, { post, nowMs: () => 1, randomBytes, bodyBytes: 3e6 });
  return { requests, told: findings.map(({ level, sentence }) => `${level}: ${sentence}`) };
}

const good = ({ headers }: ProbeRequest): ProbeAnswer => {
  const body = JSON.stringify({ requestId: headers['X-Amz-Firehose-Request-Id'], timestamp: 1 });
  return { status: 200, headers: { 'content-type': 'application/json', 'content-length': String(body.length) }, body };
};
const coded = (code: string) => Object.assign(new Error('no'), { code });
const page = (status: number, headers: Record<string, string> = {}): ProbeAnswer => ({
  status,
  headers: { server: 'nginx', ...headers },
  body: '<html>',
});

describe('an endpoint that takes all', () => {
  it('is asked small, large and packed, as Firehose would', async () => {
    const { requests, told } = await probed(good);
    expect(told.map((line) => line.slice(0, 8))).toEqual(['ok: Took', 'ok: Took', 'ok: Took']);
    expect(requests.map(({ headers }) => headers['Content-Encoding'])).toEqual([undefined, undefined, 'gzip']);
    expect(new Set(requests.map(({ headers }) => headers['X-Amz-Firehose-Request-Id'])).size).toBe(3);
    for (const { headers, timeoutMs, body } of requests) {
      expect(timeoutMs).toBe(180_000);
      expect(headers).toMatchObject({
        'Content-Type': 'application/json',
        'X-Amz-Firehose-Access-Key': token,
        'Content-Length': String(body.length),
      });
    }
    // What packs to nothing would test no limit.
    expect(requests[2]?.body.length).toBeGreaterThan(1e6);
  });
});

describe('what is wrong is said in a sentence', () => {
  it.each([
    [
      'a proxy with a limit',
      page(413),
      /^problem: nginx .* 413: Firehose throws such a batch away for good\. .*client_max_body_size 128m/,
    ],
    [
      'a redirect',
      page(301, { location: 'https://other.example.com/' }),
      /redirect \(301\) to "https:\/\/other\.example\.com\/", which Firehose does not follow/,
    ],
    [
      'a login page',
      { ...page(200, { 'content-type': 'text/html; charset=utf-8' }) },
      /Content-Type is "text\/html; charset=utf-8" .*answers with a page/,
    ],
    ['a charset', page(200, { 'content-type': 'application/json; charset=utf-8' }), /not application\/json/],
    [
      'a proxy that packs answers',
      page(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      /gzip off/,
    ],
    ['a proxy that rewrites answers', page(200, { 'content-type': 'application/json' }), /no Content-Length/],
    ['no JSON', page(200, { 'content-type': 'application/json', 'content-length': '6' }), /no JSON/],
    [
      'another service',
      { status: 200, headers: { 'content-type': 'application/json', 'content-length': '2' }, body: '{}' },
      /another requestId/,
    ],
    ['a firewall', page(403), /nginx .* 403, and not why403 itself: something in front/],
    ['a wrong path', page(404), /check the path/],
    ['a proxy without a service', page(502), /does not reach the service/],
    ['a proxy that is impatient', page(504), /raise its time limits/],
    [
      'why403 itself',
      {
        status: 401,
        headers: {},
        body: '{"requestId":"x","timestamp":1,"errorMessage":"token_invalid: Expected \\u001b[31m"}',
      },
      /why403 refuses .* 401: token_invalid: Expected \\/,
    ],
    ['an unknown host', coded('ENOTFOUND'), /host name of the URL is not known/],
    ['nobody', coded('ECONNREFUSED'), /Nothing listens/],
    ['a connection that breaks', coded('ECONNRESET'), /limit on body sizes/],
    ['a slow endpoint', coded('ETIMEDOUT'), /within 3 minutes/],
    ['an old certificate', coded('CERT_HAS_EXPIRED'), /has expired/],
    ['a private certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT'), /public authority/],
    ['another certificate', coded('ERR_TLS_CERT_ALTNAME_INVALID'), /another host name/],
    ['http on the port', coded('EPROTO'), /port of https/],
    ['an error without a sentence of its own', coded('EWHATEVER'), /No answer came .*EWHATEVER/],
  ] as [string, ProbeAnswer | Error, RegExp][])('%s, and nothing larger is tried', async (_name, answer, sentence) => {
    const { requests, told } = await probed(() => answer);
    expect(told).toEqual([expect.stringMatching(sentence)]);
    expect(told[0]).toMatch(/^problem: /);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['ftp://why403.example.com/', /^problem: Expected the URL/, 0],
    ['why403.example.com', /^problem: Expected the URL/, 0],
    ['http://why403.example.com/api/v1/ingest/firehose', /^warning: Firehose delivers to https on port 443 only/, 3],
    [
      'https://why403.example.com:8443/api/v1/ingest/firehose',
      /^warning: Firehose delivers to https on port 443 only/,
      3,
    ],
  ])('the URL %s', async (target, sentence, sent) => {
    const { requests, told } = await probed(good, target);
    expect(told[0]).toMatch(sentence);
    expect(requests).toHaveLength(sent);
  });

  it('a limit that only large requests meet', async () => {
    const { told } = await probed((request) => (request.body.length > 2e6 ? page(413) : good(request)));
    expect(told.map((line) => line.split(':')[0])).toEqual(['ok', 'problem', 'problem']);
    expect(told[1]).toContain('a request of 4 MiB');
  });
});

describe('against the service', () => {
  async function probeApi(options: ApiOptions = {}, sourceArn: string | null = null, bodyBytes?: number) {
    const sink = createReceivingSink();
    const api = await startApi({ sink, access: { tokens: allTokens, loopback: false }, ...options });
    const target = { url: `${api.url}/api/v1/ingest/firehose`, token, sourceArn };
    const tools = { post: postProbe, nowMs: Date.now, randomBytes, ...(bodyBytes === undefined ? {} : { bodyBytes }) };
    const findings = await probeFirehose(target, tools);
    return { sink, findings: findings.filter(({ level }) => level !== 'warning') };
  }

  it('64 MiB go through, and nothing is stored', async () => {
    const { sink, findings } = await probeApi();
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
    expect(findings[1]?.sentence).toMatch(/^Took a request of 8\d MiB in /);
    expect(sink.deliveries.map(({ text, units, unread }) => [text, units.size, unread])).toEqual(
      Array(3).fill(['', 0, []]),
    );
    expect(sink.progress).toEqual([]);
  });

  it.each([
    ['its own limit', { limits: { maxDeliveryBytes: 2 * MiB } }, 'delivery_too_large'],
    ['a key that it does not know', { access: { tokens: allTokens.slice(0, 1), loopback: false } }, 'token_invalid'],
    [
      'a key of other streams',
      {
        access: {
          tokens: [{ ...tokens.ingest, sourceArns: ['arn:aws:firehose:*:111122223333:deliverystream/*'] }],
          loopback: false,
        },
      },
      'token_bound',
    ],
  ])('%s is told in its own words', async (_name, options, code) => {
    const { findings } = await probeApi(options, null, 3 * MiB);
    expect(findings.at(-1)).toMatchObject({
      level: 'problem',
      sentence: expect.stringMatching(new RegExp(`why403 refuses .*: ${code}: `)),
    });
  });

  it('a bound key passes with its stream', async () => {
    const arn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/orders';
    const bound = { access: { tokens: [{ ...tokens.ingest, sourceArns: [arn] }], loopback: false } };
    expect((await probeApi(bound, arn, MiB)).findings.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
  });
});

describe('a request', () => {
  async function serve(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  const post = async (listener: RequestListener, timeoutMs = 60_000) =>
    postProbe({ url: await serve(listener), headers: {}, body: Buffer.alloc(20 * MiB), timeoutMs });

  it('that is refused before it is sent hears the answer', async () => {
    const answer = await post((_request, response) =>
      response.writeHead(413, { Connection: 'close' }).end('too large'),
    );
    expect(answer).toMatchObject({ status: 413 });
  });

  it('is not sent on to where a redirect points', async () => {
    expect(await post((_request, response) => response.writeHead(307, { Location: '/other' }).end())).toMatchObject({
      status: 307,
      headers: { location: '/other' },
    });
  });

  it('that nobody answers ends at its time', async () => {
    await expect(post(() => {}, 50)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('whose connection is closed says so', async () => {
    await expect(post((request) => request.destroy())).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/),
    });
  });
});
