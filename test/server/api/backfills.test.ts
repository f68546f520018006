import { describe, expect, it } from 'vitest';
import type { Backfiller, BackfillReport } from '../../../server/src/sources/backfiller.js';
import { type Api, allTokens, bearer, problemOf, startApi, testNowMs } from './start-api.js';
import { backfillReport, willingBackfiller } from './willing-backfiller.js';

const path = '/api/v1/backfills';
const hour = 3_600_000;
const day = 24 * hour;

const post = (api: Api, body: unknown, headers: Record<string, string> = {}) =>
  api.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function opened(more: Partial<Backfiller> = {}) {
  const backfiller = willingBackfiller(more);
  return { backfiller, api: await startApi({ backfiller }) };
}

const halfRead: BackfillReport = backfillReport({
  api: 'orders-*',
  problems: ['aws us-east-1: the log groups are still being looked for.'],
  groups: [
    {
      group: { account: '111122223333', region: 'eu-west-1', name: '/aws/apigateway/shop' },
      state: 'reading',
      message: '',
      windows: 600,
      doneWindows: 250,
      events: 9_000,
    },
    {
      group: { account: '111122223333', region: 'eu-west-1', name: '/aws/apigateway/pets' },
      state: 'denied',
      message: 'logs:FilterLogEvents is missing.',
      windows: 600,
      doneWindows: 0,
      events: 0,
    },
  ],
});

describe('POST /api/v1/backfills', () => {
  it('begins with the range and the stages that were asked for', async () => {
    const { api, backfiller } = await opened();
    const from = '2026-02-20T00:00:00Z';
    const response = await post(api, { from, to: 'now-1d', api: 'a1b2c3d4e5', stage: 'prod' });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id: 'mkxv3c1s-1', state: 'running', from: Date.parse(from) });
    expect(backfiller.asked).toEqual([
      { range: { fromMs: Date.parse(from), toMs: testNowMs - day }, api: 'a1b2c3d4e5', stage: 'prod' },
    ]);
  });

  it('reads all stages up to now unless told otherwise, and nothing of the future', async () => {
    const { api, backfiller } = await opened();
    await post(api, { from: 'now-30d' });
    await post(api, { from: 'now-2h', to: String(testNowMs + day) });
    expect(backfiller.asked).toEqual([
      { range: { fromMs: testNowMs - 30 * day, toMs: testNowMs }, api: null, stage: null },
      { range: { fromMs: testNowMs - 2 * hour, toMs: testNowMs }, api: null, stage: null },
    ]);
  });

  it.each([
    ['no range', {}, 'body_invalid', 'body from'],
    ['a number', { from: 1772366417000 }, 'body_invalid', 'expected string'],
    ['a misspelt field', { from: 'now-1d', apis: 'x' }, 'body_invalid', 'apis'],
    ['half an object', '{"from":', 'body_invalid', '{"from": "now-7d"}'],
    ['an empty range', { from: 'now', to: 'now-1h' }, 'range_invalid', 'from before to'],
    ['the future', { from: String(testNowMs + hour), to: String(testNowMs + day) }, 'range_invalid', 'from before to'],
    ['what is not kept any more', { from: 'now-31d' }, 'range_invalid', 'retention.rowsDays'],
    ['a range of a year', { from: 'now-365d' }, 'range_too_long', 'at most 92 days'],
  ])('refuses %s and begins nothing', async (_name, body, code, words) => {
    const { api, backfiller } = await opened();
    const answer = await problemOf(await post(api, body));
    expect(answer.code).toBe(code);
    expect(answer.detail).toContain(words);
    expect(backfiller.asked).toEqual([]);
  });

  it('says which one is under way', async () => {
    const { api } = await opened({ start: () => ({ kind: 'busy', report: halfRead }) });
    const response = await post(api, { from: 'now-1d' });
    expect(response.status).toBe(409);
    expect((await problemOf(response)).detail).toContain(halfRead.id);
  });

  it('is for admins only; how far it is may be read', async () => {
    const api = await startApi({ access: { tokens: allTokens, loopback: false } });
    for (const role of ['read', 'ingest'] as const) {
      const response = await post(api, { from: 'now-1d' }, bearer(role));
      expect(response.status).toBe(403);
      expect((await problemOf(response)).detail).toBe(`Expected a token of the role admin, came ${role}.`);
    }
    expect((await post(api, { from: 'now-1d' }, bearer('admin'))).status).toBe(202);
    expect((await api.fetch(path, { headers: bearer('read') })).status).toBe(200);
  });
});

it('GET says how far each group is, and what could not be read', async () => {
  const { api } = await opened({ list: () => [halfRead] });
  expect(await (await api.fetch(path)).json()).toEqual({
    backfills: [
      {
        id: halfRead.id,
        state: 'running',
        from: halfRead.range.fromMs,
        to: halfRead.range.toMs,
        api: 'orders-*',
        stage: null,
        startedAt: halfRead.startedMs,
        endedAt: null,
        windows: 1_200,
        doneWindows: 250,
        events: 9_000,
        problems: halfRead.problems,
        groups: [
          {
            ...{ account: '111122223333', region: 'eu-west-1', group: '/aws/apigateway/shop' },
            ...{ state: 'reading', message: '', windows: 600, doneWindows: 250, events: 9_000 },
          },
          {
            ...{ account: '111122223333', region: 'eu-west-1', group: '/aws/apigateway/pets' },
            ...{
              state: 'denied',
              message: 'logs:FilterLogEvents is missing.',
              windows: 600,
              doneWindows: 0,
              events: 0,
            },
          },
        ],
      },
    ],
  });
});

it('DELETE stops it and answers how far it came', async () => {
  const { api, backfiller } = await opened();
  const response = await api.fetch(`${path}/abc-1`, { method: 'DELETE' });
  expect(await response.json()).toMatchObject({ id: 'abc-1', state: 'stopped', endedAt: Date.UTC(2026, 2, 1, 12, 40) });
  expect(backfiller.asked).toEqual(['abc-1']);
});
