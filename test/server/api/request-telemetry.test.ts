import { describe, expect, it } from 'vitest';
import { silentTelemetry, type Telemetry } from '../../../server/src/telemetry/telemetry.js';
import { allTokens, bearer, rawRequest, startApi } from './start-api.js';

type Served = Parameters<Telemetry['requestServed']>[0];

async function recorded(count: number) {
  const served: Served[] = [];
  const spans: string[] = [];
  let enough: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const api = await startApi({
    access: { tokens: allTokens, loopback: true },
    telemetry: {
      ...silentTelemetry,
      requestServed: (event) => {
        if (served.push(event) === count) enough();
      },
      span: (name, _attributes, work) => {
        spans.push(name);
        return work();
      },
    },
  });
  return { api, served, spans, all };
}

describe('what is told of each request', () => {
  it('is its route, status and token, never its path, query or headers', async () => {
    const { api, served, spans, all } = await recorded(6);
    await api.fetch('/api/v1/causes/waf_blocked?', { headers: bearer('read') });
    await api.fetch('/api/v1/causes/secret-word', { headers: bearer('admin') });
    await api.fetch('/secret-word?secret-word', { headers: bearer('read') });
    await api.fetch('/api/v1/series?secret-word=1', { headers: bearer('read') });
    await api.fetch('/api/v1/series', { headers: { Authorization: 'Bearer secret-word' } });
    await rawRequest(api, { method: 'PURGE', path: '/healthz' });
    await all;
    expect(served.map(({ method, route, status, tokenId }) => [method, route, status, tokenId])).toEqual([
      ['GET', '/api/v1/causes/{cause}', 200, 'grafana'],
      ['GET', '/api/v1/causes/{cause}', 404, 'ops'],
      ['GET', 'unmatched', 404, 'grafana'],
      ['GET', '/api/v1/series', 400, 'grafana'],
      ['GET', 'unmatched', 401, null],
      ['OTHER', 'unmatched', 405, null],
    ]);
    expect(JSON.stringify([served, spans])).not.toContain('secret-word');
    expect(spans).toEqual(['GET /api/v1/causes/{cause}', 'GET /api/v1/causes/{cause}']);
  });
});
