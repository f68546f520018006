import { describe, expect, it } from 'vitest';
import type { Role } from '../../../server/src/api/access/token.js';
import { createApi } from '../../../server/src/api/app.js';
import { type Route, readRoutes } from './route-table.js';
import { type Api, allTokens, apiDeps, bearer, problemOf, startApi, tokens } from './start-api.js';

const open = ['/healthz', '/readyz'];
const access = { tokens: allTokens, loopback: false };

async function statusOf(api: Api, { method, path, operation }: Route, headers: Record<string, string>) {
  const contentType = Object.keys(operation.requestBody?.content ?? {})[0];
  const abort = new AbortController();
  const response = await api.fetch(path, {
    method,
    headers: { ...headers, ...(contentType === undefined ? {} : { 'Content-Type': contentType }) },
    ...(contentType === undefined ? {} : { body: '{}' }),
    signal: abort.signal,
  });
  const { status } = response;
  // A live stream does not end by itself.
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) abort.abort();
  else await response.text();
  return status;
}

describe('with tokens configured', () => {
  it('the table has what this test is about', async () => {
    const routes = await readRoutes(await startApi({ access }));
    expect(routes.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['/api/v1/series', '/api/v1/stream', '/api/v1/ingest', '/metrics', '/docs', ...open]),
    );
    expect(routes.length).toBeGreaterThanOrEqual(17);
  });

  it.each([
    ['no token', {}, 'token_missing'],
    ['another scheme', { Authorization: 'Basic dXNlcjpwYXNz' }, 'token_missing'],
    ['an unknown token', { Authorization: `Bearer ${tokens.read.token.slice(0, -2)}zz` }, 'token_invalid'],
    ['a word', { Authorization: 'Bearer secret' }, 'token_invalid'],
    ['the configured hash', { Authorization: `Bearer ${tokens.admin.sha256}` }, 'token_invalid'],
    ['a token in another header', { 'X-Why403-Token': tokens.admin.token }, 'token_missing'],
  ])('a caller with %s gets nothing but the status of the probes', async (_name, headers, code) => {
    const api = await startApi({ access });
    for (const route of await readRoutes(api)) {
      if (open.includes(route.template)) {
        expect(await (await api.fetch(route.path, { headers })).json(), route.path).toEqual({
          status: route.template === '/healthz' ? 'ok' : 'ready',
        });
        continue;
      }
      const response = await api.fetch(route.path, { method: route.method, headers });
      expect(response.status, route.path).toBe(401);
      expect(response.headers.get('www-authenticate'), route.path).toBe('Bearer realm="why403"');
      // What Firehose gets is tested by itself (firehose.test.ts).
      if (route.template === '/api/v1/ingest/firehose') continue;
      expect((await problemOf(response)).code, route.path).toBe(code);
    }
  });

  it.each([
    '/',
    '/api',
    '/api/v2/series',
    '/API/v1/series',
    '/api/v1/series/',
    '/healthz/',
    '/healthz/../metrics',
    '/%2e/docs',
  ])('a caller without a token does not learn whether %s exists', async (path) => {
    const api = await startApi({ access });
    expect((await api.fetch(path)).status).toBe(401);
  });

  it('a token in the address is none', async () => {
    const api = await startApi({ access });
    expect((await api.fetch(`/api/v1/causes?token=${tokens.admin.token}`)).status).toBe(401);
  });

  const isBackfill = ({ template, method }: Pick<Route, 'template' | 'method'>): boolean =>
    template.startsWith('/api/v1/backfills') && method !== 'GET';
  const expected: Readonly<Record<Role, (route: Route) => boolean>> = {
    read: ({ template, method }) => !template.startsWith('/api/v1/ingest') && !isBackfill({ template, method }),
    ingest: ({ template }) => template.startsWith('/api/v1/ingest') || open.includes(template),
    admin: () => true,
  };

  it.each(['read', 'ingest', 'admin'] as const)('a %s token opens what its role opens, nothing else', async (role) => {
    const api = await startApi({ access });
    for (const route of await readRoutes(api)) {
      const status = await statusOf(api, route, bearer(role));
      if (expected[role](route)) expect([401, 403], `${route.method} ${route.path}`).not.toContain(status);
      else expect(status, `${route.method} ${route.path}`).toBe(403);
    }
  });

  it('both tokens of an id work while it is rotated, and the removed one stops', async () => {
    const { admin, read } = tokens;
    const two = await startApi({ access: { tokens: [{ ...read, id: 'ops' }, admin], loopback: false } });
    expect((await two.fetch('/api/v1/causes', { headers: bearer('read') })).status).toBe(200);
    expect((await two.fetch('/api/v1/causes', { headers: bearer('admin') })).status).toBe(200);
    const one = await startApi({ access: { tokens: [admin], loopback: false } });
    expect((await one.fetch('/api/v1/causes', { headers: bearer('read') })).status).toBe(401);
  });

  it('readiness lists its checks to who may read, and to nobody else', async () => {
    const readiness = () => ({ ready: false, checks: [{ name: 'store', ok: false, detail: 'is being restarted' }] });
    const api = await startApi({ access, readiness });
    const answers = await Promise.all(
      [{}, bearer('ingest'), bearer('read')].map(async (headers) => {
        const response = await api.fetch('/readyz', { headers });
        return { status: response.status, body: await response.json() };
      }),
    );
    expect(answers).toEqual([
      { status: 503, body: { status: 'not_ready' } },
      { status: 503, body: { status: 'not_ready' } },
      { status: 503, body: { status: 'not_ready', checks: readiness().checks } },
    ]);
  });

  it('any Host is answered: tokens guard, not names', async () => {
    const api = await startApi({ access });
    const response = await api.fetch('/api/v1/causes', {
      headers: { ...bearer('read'), Origin: 'https://grafana.example.com' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('without tokens', () => {
  it('an address that others reach is refused before anything is served', () => {
    expect(() => createApi(apiDeps({ access: { tokens: [], loopback: false } }))).toThrow(/tokens/);
  });
});

describe('every answer', () => {
  it.each([
    ['/healthz', 200],
    ['/docs', 200],
    ['/api/v1/causes', 200],
    ['/api/v1/nothing', 404],
    ['/api/v1/series?x=1', 400],
    ['/api/v1/series', 503],
    ['/metrics', 200],
    ['/', 302],
  ])('%s has the security headers', async (path, status) => {
    const api = await startApi();
    const response = await api.fetch(path);
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    for (const name of ['x-powered-by', 'access-control-allow-origin', 'server', 'etag']) {
      expect(response.headers.get(name), name).toBeNull();
    }
  });
});
