import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { problemOf, startApi } from './start-api.js';

const text = { 'Content-Type': 'text/plain' };
const json = { 'Content-Type': 'application/json' };
const response =
  'HTTP/2 403\nx-amzn-errortype: MissingAuthenticationTokenException\n\n{"message":"Missing Authentication Token"}\n';

async function until(ask: () => Promise<Response>, fits: (answer: Response) => boolean): Promise<Response> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await answer.arrayBuffer();
  }
}

describe('explain', () => {
  it.each([
    ['text', text, response],
    ['text, compressed', { ...text, 'Content-Encoding': 'gzip' }, gzipSync(response)],
    ['JSON', json, JSON.stringify({ text: response })],
    ['JSON, compressed', { ...json, 'Content-Encoding': 'gzip' }, gzipSync(JSON.stringify({ text: response }))],
  ])('reads %s', async (_name, headers, body) => {
    const api = await startApi();
    const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers, body: body as string });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      requests: [{ status: 403, outcome: 'refused', remedy: { summary: expect.any(String) } }],
      rejected: [],
      warnings: [],
    });
  });

  it('uses the format and place given', async () => {
    const api = await startApi();
    const answer = await api.fetch('/api/v1/explain', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({
        text: '8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21 | 403 | WAF_FILTERED',
        accessLogFormat: '$context.requestId | $context.status | $context.error.responseType',
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
      }),
    });
    expect(await answer.json()).toMatchObject({
      requests: [{ cause: 'waf_blocked', apiId: 'a1b2c3d4e5', stage: 'prod', line: 1 }],
    });
  });

  it('lists a bounded number of requests and counts the others', async () => {
    const api = await startApi({ limits: { maxExplainedRequests: 2 } });
    const lines = Array.from({ length: 5 }, (_, i) =>
      JSON.stringify({
        requestId: `00000000-0000-4000-8000-00000000000${i}`,
        status: '403',
        responseType: 'WAF_FILTERED',
      }),
    );
    const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers: text, body: lines.join('\n') });
    const body = (await answer.json()) as { requests: unknown[]; unlisted: unknown[] };
    expect(body.requests).toHaveLength(2);
    expect(body.unlisted).toEqual([{ outcome: 'refused', cause: 'waf_blocked', count: 3 }]);
  });

  it('says of what it cannot read where it stands, never its text', async () => {
    const api = await startApi();
    const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers: text, body: 'open sesame hunter2\n' });
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ requests: [], rejected: [{ line: 1, reason: 'unrecognised' }] });
    expect(body).not.toContain('hunter2');
  });

  it.each([
    ['more than the limit', 'x'.repeat(1001), text, 'body_too_large'],
    ['a bomb', gzipSync(Buffer.alloc(5_000_000)), { ...text, 'Content-Encoding': 'gzip' }, 'body_too_large'],
    ['JSON that is none', '{"text": "hunter2', json, 'body_invalid'],
    ['JSON that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 'body_invalid'],
    ['JSON without a text', '{"accessLogFormat":"$context.status"}', json, 'body_invalid'],
    ['a list', '[]', json, 'body_invalid'],
    ['a prototype', '{"text":"x","__proto__":{"polluted":1}}', json, 'body_invalid'],
  ])('refuses %s', async (_name, body, headers, code) => {
    const api = await startApi({ limits: { maxExplainBytes: 1000 } });
    const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers, body: body as string });
    const found = await problemOf(answer);
    expect(found.code).toBe(code);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('a bounded number at once: more are sent away for a moment, whoever leaves makes room', async () => {
    const api = await startApi({ limits: { openExplains: 1 } });
    const ask = () => api.fetch('/api/v1/explain', { method: 'POST', headers: text, body: response });
    const slow = request(`${api.url}/api/v1/explain`, { method: 'POST', headers: { ...text, 'Content-Length': 100 } });
    slow.on('error', () => {});
    slow.write('HTTP/2 403\n');
    const refused = await until(ask, ({ status }) => status !== 200);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await problemOf(refused)).code).toBe('explain_busy');
    slow.destroy();
    expect((await until(ask, ({ status }) => status !== 503)).status).toBe(200);
  });

  it('a payload that unfolds to more than four times the limit is not read', async () => {
    const line = '{"requestId":"8b9b8a5e-6a1c-4d0e-9c63-6e3d1f0a7b21","status":"403"}';
    const wrapped = (lines: number) => gzipSync(`${line}\n`.repeat(lines)).toString('base64');
    const api = await startApi({ limits: { maxExplainBytes: 20_000 } });
    const readOf = async (lines: number) => {
      const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers: text, body: wrapped(lines) });
      return ((await answer.json()) as { rejected: { reason: string }[] }).rejected.map(({ reason }) => reason);
    };
    expect(await readOf(900)).not.toContain('payload_too_large');
    expect(await readOf(1500)).toContain('payload_too_large');
  });

  it('a wrapped payload inside the text is bounded too', async () => {
    const api = await startApi({ limits: { maxExplainBytes: 20_000 } });
    const inner = gzipSync(Buffer.alloc(15_000_000, 'a')).toString('base64');
    const answer = await api.fetch('/api/v1/explain', { method: 'POST', headers: text, body: inner });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ requests: [] });
  });
});
