import { describe, expect, it } from 'vitest';
import type { RequestRecord, Verdict } from '../../../parsers/src/index.js';
import { sample as schema } from '../../../server/src/api/schemas/sample.js';
import type { EventQuery } from '../../../server/src/query/query.js';
import type { StoredEvent } from '../../../server/src/store/event-store.js';
import { refusedRow, sampleRow } from '../../conformance/store-rows.js';
import { payloads } from '../../support/hostile-values.js';
import { problemOf, startApi, storeAway, testNowMs } from './start-api.js';

interface Page {
  readonly from: number;
  readonly to: number;
  readonly next: string | null;
  readonly samples: readonly Sample[];
}
interface Sample {
  readonly severity: string;
  readonly body: string;
  readonly labels: Record<string, string>;
  readonly labelTypes: Record<string, string>;
  readonly traceId: string | null;
  readonly logGroup: string | null;
}

type Known = { readonly record?: Partial<RequestRecord>; readonly verdict?: Partial<Verdict> };

const event = (more: Partial<StoredEvent> = {}, known?: Known): StoredEvent => {
  const { cancelled: _, ...row } = refusedRow('e1', { tsMs: testNowMs - 1000 });
  const { record, verdict } = sampleRow('e1');
  const sample =
    known === undefined ? null : { record: { ...record, ...known.record }, verdict: { ...verdict, ...known.verdict } };
  return { ...row, writtenAtMs: testNowMs, sample, ...more };
};

/** An API on a store that has these events, whatever is asked; it keeps the questions. */
async function apiWith(events: readonly StoredEvent[]) {
  const asked: EventQuery[] = [];
  const api = await startApi({
    store: {
      ...storeAway,
      readEvents: async (query) => {
        asked.push(query);
        return { events, next: null };
      },
    },
  });
  const read = async (query = ''): Promise<Page> =>
    (await api.fetch(`/api/v1/samples${query}`)).json() as Promise<Page>;
  return { asked, api, read };
}

const one = async (stored: StoredEvent): Promise<Sample> => {
  const { samples } = await (await apiWith([stored])).read();
  expect(samples.map((each) => schema.safeParse(each).error?.issues ?? [])).toEqual([[]]);
  return samples[0] as Sample;
};

const executed = (record: Partial<RequestRecord> = {}): Known => ({
  record: { execution: [{ kind: 'usage_plan_ok', text: 'Usage Plan check succeeded' }], ...record },
});

describe('/api/v1/samples', () => {
  it('tells one line of each request, with what to filter by', async () => {
    expect(await one(event({}, { record: { traceId: '1-645566cf-7cb058b04d9bb3ee01dc4036' } }))).toEqual({
      time: testNowMs - 1000,
      id: 'e1',
      severity: 'info',
      body: 'GET /orders/7 → 403: Blocked by AWS WAF: The web ACL blocked it.',
      labels: {
        account: '111122223333',
        region: 'eu-west-1',
        api_id: 'orders',
        stage: 'prod',
        route: '/orders/{id}',
        method: 'GET',
        cause: 'waf_blocked',
        group: 'waf',
        confidence: 'certain',
        detail: 'rule',
        culprit: 'block-bots',
        status: '403',
        source_ip: '203.0.113.9',
        principal: 'partner',
        api_key_id: 'key1',
        user_agent: 'curl/8.0',
        path: '/orders/7',
        request_id: 'request of e1',
        extended_request_id: 'extended e1',
      },
      labelTypes: expect.objectContaining({ stage: 'label', source_ip: 'dimension', status: 'field' }),
      traceId: '1-645566cf-7cb058b04d9bb3ee01dc4036',
      logGroup: null,
    });
  });

  it('says of each label whether it can be filtered by: those that are taken are, the others are refused', async () => {
    const { api, read } = await apiWith([event()]);
    const [{ labels, labelTypes }] = (await read()).samples as [Sample];
    expect(Object.keys(labelTypes)).toEqual(Object.keys(labels));
    for (const [name, value] of Object.entries(labels)) {
      const { status } = await api.fetch(`/api/v1/samples?${name}=${encodeURIComponent(value)}`);
      expect([name, status]).toEqual([name, labelTypes[name] === 'field' ? 400 : 200]);
      const grouped = await api.fetch(`/api/v1/series?by=${name}`);
      expect([name, grouped.status]).toEqual([name, labelTypes[name] === 'label' ? 503 : 400]);
    }
  });

  it('leaves out what no log tells', async () => {
    const { body, labels } = await one(
      event({ status: 0, principal: '', path: '', method: 'unknown', detail: '', culprit: '', userAgent: '' }),
    );
    expect(body).toBe('/orders/{id} → refused: Blocked by AWS WAF: The web ACL blocked it.');
    expect(Object.keys(labels)).not.toEqual(
      expect.arrayContaining(['status', 'principal', 'path', 'detail', 'culprit', 'user_agent']),
    );
    expect(labels['method']).toBe('unknown');
  });

  it.each<[string, Partial<StoredEvent>, Known | undefined, string | null]>([
    ['execution lines were seen', { apiId: 'a1b2c3d4e5' }, executed(), 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod'],
    ['none were seen: the stage may have no execution log', { apiId: 'a1b2c3d4e5' }, {}, null],
    ['only the row is left', { apiId: 'a1b2c3d4e5' }, undefined, null],
    ['no line tells the API', { apiId: 'unknown' }, executed(), null],
    ['no line tells the stage', { apiId: 'a1b2c3d4e5', stage: 'unknown' }, executed(), null],
    ['a stage that none can be called', { stage: '../admin?x=1#"><b>' }, executed(), null],
  ])('names a log group where %s', async (_, more, known, logGroup) => {
    expect((await one(event(more, known))).logGroup).toBe(logGroup);
  });

  it.each(payloads.map((payload) => [JSON.stringify(payload), payload]))(
    'is one line and harmless where a caller wrote %s',
    async (_, payload) => {
      const text = `${payload}\u001b[2K\u202e\u2028\r\n2026-03-01 GET /admin → 200`;
      const { body, labels } = await one(event({ path: text, method: payload, reason: text, userAgent: text }));
      expect(body).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(body).toContain('\\x1b[2K\\u202e\\u2028\\r\\n2026');
      // To be filtered for, a value has to be what it was.
      expect(labels['user_agent']).toBe(text);
    },
  );

  it('is told as JSON without a raw control or bidirectional character, and a long path does not hide the cause', async () => {
    const { api } = await apiWith([event({ path: `/\u202e${'x'.repeat(1000)}`, userAgent: '\u0085\u202e' })]);
    const text = await (await api.fetch('/api/v1/samples')).text();
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const [{ body }] = (JSON.parse(text) as Page).samples as [Sample];
    expect(body.indexOf('Blocked by AWS WAF')).toBeLessThan(300);
  });

  it('hands on range, filter, order and cursor', async () => {
    const { asked, read } = await apiWith([]);
    const { from, to, next } = await read('?from=now-1h&stage=prod&not.cause=waf_blocked&limit=7');
    await read('?order=oldest&cursor=1772366417000.abc');
    expect([from, to, next]).toEqual([testNowMs - 3_600_000, testNowMs, null]);
    expect(asked).toMatchObject([
      {
        fromMs: from,
        toMs: to,
        filter: { stage: { in: ['prod'] }, cause: { notIn: ['waf_blocked'] } },
        limit: 7,
        order: 'newest',
        cursor: null,
      },
      { order: 'oldest', limit: 100, cursor: { tsMs: 1_772_366_417_000, eventId: 'abc' } },
    ]);
  });

  it.each([
    ['another order', 'order=random', 'parameter_invalid', 'newest, oldest'],
    ['no order', 'order=', 'parameter_invalid', 'newest, oldest'],
    ['a misspelt cause', 'cause=waf_block', 'parameter_invalid', 'did you mean waf_blocked?'],
    ['a cursor of its own making', 'cursor=1.x%27)%20OR%201=1', 'cursor_invalid', 'expected a cursor'],
    ['too many', 'limit=1001', 'parameter_invalid', 'at most 1000'],
    ['a reversed range', 'from=now&to=now-1h', 'range_invalid', 'from before to'],
    ['a filter that samples only show', 'status=403', 'parameter_unknown', 'no such parameter'],
  ])('refuses %s', async (_, query, code, words) => {
    const { api, asked } = await apiWith([]);
    const problem = await problemOf(await api.fetch(`/api/v1/samples?${query}`));
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(words);
    expect(asked).toEqual([]);
  });

  it('says that the store does not answer', async () => {
    const response = await (await startApi()).fetch('/api/v1/samples');
    expect([response.status, (await problemOf(response)).code]).toEqual([503, 'store_unavailable']);
  });
});
