import { describe, expect, it } from 'vitest';
import { allTokens, bearer, problemOf, startApi, testNowMs } from './start-api.js';

const access = { tokens: allTokens, loopback: true };

describe('requests of one caller in a minute', () => {
  it('are limited, and free again in the next minute of the clock', async () => {
    let nowMs = testNowMs + 45_000;
    const api = await startApi({ limits: { requestsPerMinute: 3 }, nowMs: () => nowMs });
    const statuses = async (count: number) => {
      const all: number[] = [];
      for (let i = 0; i < count; i++) all.push((await api.fetch('/api/v1/causes')).status);
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    const refused = await api.fetch('/api/v1/causes');
    expect(refused.headers.get('retry-after')).toBe('15');
    expect((await problemOf(refused)).detail).toContain('3 requests a minute');
    nowMs += 15_000;
    expect(await statuses(1)).toEqual([200]);
  });

  it('are counted for each token of its own, and ingest apart', async () => {
    const api = await startApi({ access, limits: { requestsPerMinute: 1, ingestRequestsPerMinute: 2 } });
    const read = () => api.fetch('/api/v1/causes', { headers: bearer('read') });
    const ingest = () => api.fetch('/api/v1/ingest', { method: 'POST', headers: bearer('ingest') });
    expect((await read()).status).toBe(200);
    expect((await read()).status).toBe(429);
    expect((await ingest()).status).toBe(415);
    expect((await ingest()).status).toBe(415);
    expect((await ingest()).status).toBe(429);
    expect((await api.fetch('/api/v1/causes', { headers: bearer('admin') })).status).toBe(200);
  });

  it('guessing tokens is limited by address and does not lock out those who have one', async () => {
    const api = await startApi({ access, limits: { requestsPerMinute: 2 } });
    const guess = () =>
      api.fetch('/api/v1/causes', { headers: { Authorization: `Bearer w403_admin_ops_${'A'.repeat(43)}` } });
    expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 429]);
    expect((await api.fetch('/api/v1/causes', { headers: bearer('read') })).status).toBe(200);
  });

  it('headers that name another address change nothing', async () => {
    const api = await startApi({ limits: { requestsPerMinute: 1 } });
    const from = (address: string) =>
      api.fetch('/api/v1/causes', { headers: { 'X-Forwarded-For': address, Forwarded: `for=${address}` } });
    expect((await from('203.0.113.1')).status).toBe(200);
    expect((await from('203.0.113.2')).status).toBe(429);
  });

  it('probes are always answered', async () => {
    const api = await startApi({ limits: { requestsPerMinute: 1 } });
    for (let i = 0; i < 5; i++) expect((await api.fetch('/healthz')).status).toBe(200);
  });
});
