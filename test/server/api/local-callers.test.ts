import { describe, expect, it } from 'vitest';
import { readRoutes } from './route-table.js';
import { allTokens, bearer, rawRequest, startApi } from './start-api.js';

const ndjson = { 'Content-Type': 'application/x-ndjson' };

describe('without tokens only this machine is answered', () => {
  it.each([
    ['an address', '127.0.0.1:4030', 200],
    ['without a port', '127.0.0.1', 200],
    ['a name', 'localhost:4030', 200],
    ['another spelling', 'LocalHost', 200],
    ['IPv6', '[::1]:4030', 200],
    ['a name that leads here (DNS rebinding)', 'rebound.example.com:4030', 403],
    ['a name that begins like ours', 'localhost.example.com', 403],
    ['an address that begins like ours', '127.0.0.1.example.com', 403],
    ['a user part', 'localhost@example.com', 403],
    ['two names', 'localhost, example.com', 403],
    ['any address', '0.0.0.0:4030', 403],
    ['another loopback address', '127.0.0.2', 403],
    ['an address of the network', '203.0.113.9:4030', 403],
    ['a port that is none', 'localhost:http', 403],
  ])('Host: %s', async (_name, host, status) => {
    const api = await startApi();
    for (const path of ['/api/v1/causes', '/healthz', '/docs']) {
      const answer = await rawRequest(api, { path, headers: { Host: host } });
      expect(answer.status, path).toBe(status);
      if (status === 403) expect(JSON.parse(answer.body).code).toBe('host_refused');
    }
  });

  it('no address at all is answered under a foreign name', async () => {
    const api = await startApi();
    for (const { method, path } of await readRoutes(api)) {
      const answer = await rawRequest(api, { method, path, headers: { Host: 'rebound.example.com' } });
      expect(answer.status, `${method} ${path}`).toBe(403);
    }
  });

  it('a name in the request line does not help', async () => {
    const api = await startApi();
    const answer = await rawRequest(api, {
      path: 'http://localhost/api/v1/causes',
      headers: { Host: 'rebound.example.com' },
    });
    expect(answer.status).toBe(403);
  });

  it('a foreign name in the request line stands above Host', async () => {
    const api = await startApi();
    const answer = await rawRequest(api, {
      path: 'http://rebound.example.com/api/v1/causes',
      headers: { Host: 'localhost' },
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body).code).toBe('host_refused');
  });
});

describe('without tokens pages of other origins are not answered', () => {
  const host = 'localhost:4030';
  const json = { Host: host, 'Content-Type': 'application/json' };
  it.each([
    ['a program: no Origin', json, 200],
    ['our own page', { ...json, Origin: 'http://localhost:4030' }, 200],
    ['our own page behind TLS on this machine', { ...json, Origin: 'https://localhost:4030' }, 200],
    ['our own page by the browser’s own word', { ...json, 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['another site', { ...json, Origin: 'https://example.com' }, 403],
    ['another port of this machine', { ...json, Origin: 'http://localhost:3000' }, 403],
    ['the same machine by another name', { ...json, Origin: 'http://127.0.0.1:4030' }, 403],
    ['a sandboxed page', { ...json, Origin: 'null' }, 403],
    ['an image or form without Origin', { ...json, 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a page of another port without Origin', { ...json, 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a form that navigates', { ...json, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }, 403],
  ])('%s', async (_name, headers, status) => {
    const api = await startApi();
    const answer = await rawRequest(api, { method: 'POST', path: '/api/v1/explain', headers, body: '{"text":"x"}' });
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    if (status === 403) expect(JSON.parse(answer.body).code).toBe('origin_refused');
  });

  it.each([
    ['a link on another site', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }, 200],
    ['an image on another site', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }, 403],
    ['a script of another site', { Origin: 'https://example.com' }, 403],
  ])('reading by %s', async (_name, headers, status) => {
    const api = await startApi();
    expect((await rawRequest(api, { path: '/docs', headers })).status).toBe(status);
  });

  it('no preflight is granted', async () => {
    const api = await startApi();
    const preflight = { Origin: 'https://example.com', 'Access-Control-Request-Method': 'POST' };
    const answer = await rawRequest(api, { method: 'OPTIONS', path: '/api/v1/ingest', headers: preflight });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what a form of a foreign page can send is not stored', () => {
  it.each([
    ['text/plain'],
    ['text/plain; charset=application/x-ndjson'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    [''],
    ['application/json'],
    ['application/x-ndjson, text/plain'],
  ])('Content-Type: %s', async (contentType) => {
    for (const api of [await startApi(), await startApi({ access: { tokens: allTokens, loopback: true } })]) {
      const answer = await rawRequest(api, {
        method: 'POST',
        path: '/api/v1/ingest',
        headers: { ...bearer('ingest'), ...(contentType === '' ? {} : { 'Content-Type': contentType }) },
        body: '{}',
      });
      expect(answer.status).toBe(415);
      expect(JSON.parse(answer.body).code).toBe('content_type_unsupported');
    }
  });

  it('its own types pass this door (the store behind it is away)', async () => {
    const api = await startApi();
    const answer = await rawRequest(api, { method: 'POST', path: '/api/v1/ingest', headers: ndjson, body: '{}' });
    expect(JSON.parse(answer.body).code).toBe('store_unavailable');
  });
});
