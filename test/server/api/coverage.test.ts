import { describe, expect, it } from 'vitest';
import type { Alternative, Verdict } from '../../../parsers/src/index.js';
import type { CoverageQuery } from '../../../server/src/query/query.js';
import type { Doubt, EventReader, FeedState, StageCoverage } from '../../../server/src/store/event-store.js';
import { sampleRow } from '../../conformance/store-rows.js';
import { problemOf, startApi, storeAway, testNowMs } from './start-api.js';

const minuteMs = 60_000;
const labels = { account: '111122223333', region: 'eu-west-1', api_id: 'orders', stage: 'prod' };

const stage = (more: Partial<StageCoverage> = {}): StageCoverage => ({
  labels,
  countedFrom: ['access'],
  requests: 200,
  refused: 40,
  unknown: 10,
  certain: 30,
  completeUntilMs: testNowMs - 90_000,
  ...more,
});

const feed = (name: string, more: Partial<FeedState> = {}): FeedState => ({
  feed: name,
  kind: 'http',
  completeUntilMs: testNowMs - minuteMs,
  units: 1,
  requests: 9,
  rejected: { malformed: 2, unrecognised: 3 },
  ...more,
});

const settle = (settledBy: string): Alternative => ({ cause: 'api_key_missing', confidence: 'possible', settledBy });
const sampled = (verdict: Partial<Verdict>, record: Partial<Doubt['samples'][number]['record']> = {}) => {
  const sample = sampleRow('e1');
  return { record: { ...sample.record, ...record }, verdict: { ...sample.verdict, ...verdict } };
};

interface Coverage {
  readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
}

async function apiOn(store: Partial<EventReader>) {
  const api = await startApi({ store: { ...storeAway, ...store } });
  return async (query = '') => (await (await api.fetch(`/api/v1/coverage${query}`)).json()) as Coverage;
}

const onStages = (...stages: readonly StageCoverage[]) =>
  apiOn({ readStages: async () => ({ stages, feeds: new Set<string>(), omittedStages: 0 }) });

/** Column name → values. */
const table = ({ columns }: Coverage) => Object.fromEntries(columns.map(({ name, values }) => [name, values]));

describe('/api/v1/coverage of stages', () => {
  it('tells of each what was counted, how sure it is, and how far behind', async () => {
    const read = await onStages(stage());
    expect(await read()).toEqual({
      from: testNowMs - 24 * 60 * minuteMs,
      to: testNowMs,
      at: testNowMs,
      table: 'stages',
      omittedRows: 0,
      columns: [
        { name: 'account', type: 'string', values: ['111122223333'] },
        { name: 'region', type: 'string', values: ['eu-west-1'] },
        { name: 'api_id', type: 'string', values: ['orders'] },
        { name: 'stage', type: 'string', values: ['prod'] },
        { name: 'counted_from', type: 'string', values: ['access'] },
        { name: 'requests', type: 'number', unit: 'requests', labels: {}, values: [200] },
        { name: 'refused', type: 'number', unit: 'requests', labels: {}, values: [40] },
        { name: 'unknown_ratio', type: 'number', unit: 'ratio', labels: {}, values: [0.25] },
        { name: 'certain_ratio', type: 'number', unit: 'ratio', labels: {}, values: [0.75] },
        { name: 'lag', type: 'number', unit: 's', labels: {}, values: [90] },
      ],
    });
  });

  it('does not call few unknown refusals many, nor none certain', async () => {
    const read = await onStages(
      stage({ refused: 2, unknown: 2, certain: 0 }),
      stage({ refused: 0, unknown: 0, certain: 0, countedFrom: [], requests: null }),
    );
    expect(table(await read())).toMatchObject({
      requests: [200, null],
      unknown_ratio: [0.1, 0],
      certain_ratio: [0, null],
      counted_from: ['access', ''],
    });
  });

  it('tells no unknown share of a stage whose logs are too old, since refusals that left the range would look like a change', async () => {
    const minute = 60_000;
    const read = await onStages(
      stage({ completeUntilMs: testNowMs - 15 * minute }),
      stage({ completeUntilMs: testNowMs - 15 * minute - 1 }),
      stage({ completeUntilMs: null }),
    );
    expect(table(await read())).toMatchObject({ unknown_ratio: [0.25, null, null] });
  });

  it.each<[string, string, (number | null)[]]>([
    ['now', '', [90, null, 0]],
    ['as of a moment', `?at=${testNowMs + 30_000}`, [120, null, 20]],
    ['as of a moment before it was read: no lag', '?at=now-5m', [0, null, 0]],
  ])('tells lags %s', async (_, query, lag) => {
    const read = await onStages(
      stage(),
      stage({ completeUntilMs: null }),
      stage({ completeUntilMs: testNowMs + 10_000 }),
    );
    expect(table(await read(query))).toMatchObject({ lag });
  });

  it.each(['requests', 'refused', 'unknown_ratio', 'certain_ratio', 'lag'])(
    'has only %s for an alert rule, beside what names the stage: what changes meanwhile would make another instance of it',
    async (field) => {
      const { columns } = await (await onStages(stage()))(`?field=${field}`);
      expect(columns.map(({ name }) => name)).toEqual(['account', 'region', 'api_id', 'stage', field]);
    },
  );

  it('of an empty store has all columns, and no rows', async () => {
    const { columns } = await (await onStages())();
    expect(columns).toHaveLength(10);
    expect(columns.flatMap(({ values }) => values)).toEqual([]);
  });

  it('hands on range, filter and limit, and says what a limit left out', async () => {
    const asked: CoverageQuery[] = [];
    const read = await apiOn({
      readStages: async (query) => {
        asked.push(query);
        return { stages: [stage()], feeds: new Set(), omittedStages: 4 };
      },
    });
    expect(await read('?from=now-1h&limit=1&api_id=orders&not.stage=test')).toMatchObject({ omittedRows: 4 });
    expect(asked).toEqual([
      {
        fromMs: testNowMs - 60 * minuteMs,
        toMs: testNowMs,
        filter: { api_id: { in: ['orders'] }, stage: { notIn: ['test'] } },
        limit: 1,
        nowMs: testNowMs,
      },
    ]);
  });
});

describe('/api/v1/coverage of feeds', () => {
  const store: Partial<EventReader> = {
    readFeeds: async () => [feed('file:a'), feed('http:b', { completeUntilMs: testNowMs - 10 * minuteMs })],
    readStages: async () => ({ stages: [], feeds: new Set(['http:b']), omittedStages: 0 }),
  };

  it('tells how far each is, and what it could not read', async () => {
    expect(table(await (await apiOn(store))('?table=feeds'))).toEqual({
      feed: ['file:a', 'http:b'],
      kind: ['http', 'http'],
      lag: [60, 600],
      requests: [9, 9],
      rejected: [5, 5],
      complete_until: [testNowMs - minuteMs, testNowMs - 10 * minuteMs],
    });
  });

  it('has no time beside a number for an alert rule', async () => {
    expect(table(await (await apiOn(store))('?table=feeds&field=lag'))).toEqual({
      feed: ['file:a', 'http:b'],
      kind: ['http', 'http'],
      lag: [60, 600],
    });
  });

  it('of some stages are those that delivered them', async () => {
    expect(table(await (await apiOn(store))('?table=feeds&stage=prod'))['feed']).toEqual(['http:b']);
  });

  it('beyond the limit are counted', async () => {
    expect(await (await apiOn(store))('?table=feeds&limit=1')).toMatchObject({ omittedRows: 1 });
  });
});

describe('/api/v1/coverage of advice', () => {
  const doubt = (more: Partial<Doubt>): Doubt => ({
    labels: { ...labels, cause: 'api_key_invalid' },
    refused: 4,
    samples: [],
    ...more,
  });
  const onDoubts = (...doubts: readonly Doubt[]) => apiOn({ readDoubts: async () => ({ doubts, omittedDoubts: 0 }) });

  it('is what the verdicts say would settle them, what settles most first', async () => {
    const read = await onDoubts(
      doubt({
        samples: [
          sampled({ alternatives: [settle('Look at the plan.'), settle('Log the key.')] }),
          sampled({ alternatives: [settle('Look at the plan.')] }),
        ],
      }),
    );
    expect(table(await read('?table=advice'))).toEqual({
      api_id: ['orders', 'orders'],
      stage: ['prod', 'prod'],
      cause: ['api_key_invalid', 'api_key_invalid'],
      advice: ['Look at the plan.', 'Log the key.'],
      requests: [4, 2],
    });
  });

  it('of an unknown cause names what its access-log format lacks', async () => {
    const record = {
      access: {
        kind: 'access' as const,
        format: 'json-keys',
        values: { status: '403', 'error.responseType': null, 'error.messageString': null, extendedRequestId: 'x' },
        message: null,
        ids: { requestId: null, extendedRequestId: null, traceId: null },
        place: { account: null, region: null, apiId: null, stage: null },
        timeMs: null,
      },
    };
    const remedy = { summary: 'Add the cause variables.', steps: [], commands: [] };
    const read = await onDoubts(
      doubt({
        labels: { ...labels, cause: 'unknown' },
        refused: 1,
        samples: [sampled({ cause: 'unknown', remedy }, record)],
      }),
    );
    const [advice] = table(await read('?table=advice'))['advice'] as [string];
    expect(advice).toMatch(/^Add the cause variables\. The format lacks \$context\.wafResponseCode, /);
    expect(advice).not.toContain('error.message');
  });

  it('says a thing once however often a verdict says it, and nothing of samples that have expired', async () => {
    const twice = sampled({ alternatives: [settle('Look.'), settle('Look.')] });
    const read = await onDoubts(doubt({ refused: 3, samples: [twice] }), doubt({ samples: [] }));
    expect(table(await read('?table=advice&field=requests'))).toMatchObject({ advice: ['Look.'], requests: [3] });
  });

  it('is at least one request where it was seen, and bounded', async () => {
    const rare = [sampled({ alternatives: [settle('Rare.')] }), ...Array(9).fill(sampled({}))];
    const read = await onDoubts(
      doubt({ refused: 2, samples: rare }),
      doubt({ samples: [sampled({ alternatives: [settle('Other.')] })] }),
    );
    expect(await read('?table=advice&limit=1')).toMatchObject({ omittedRows: 1 });
    expect(table(await read('?table=advice'))).toMatchObject({ advice: ['Other.', 'Rare.'], requests: [4, 1] });
  });
});

describe('/api/v1/coverage', () => {
  it.each([
    ['another table', 'table=stage', 'parameter_invalid', 'did you mean stages?'],
    ['a field that no table has', 'field=latency', 'parameter_invalid', 'lag'],
    ['a text as field', 'field=stage', 'parameter_invalid', 'unknown_ratio'],
    [
      'a field of another table',
      'table=feeds&field=unknown_ratio',
      'parameter_invalid',
      'lag, requests, rejected, which feeds have',
    ],
    ['a filter that stages do not have', 'cause=waf_blocked', 'parameter_unknown', 'no such parameter'],
    ['a moment that is none', 'at=soon', 'parameter_invalid', 'expected ISO 8601'],
    ['too many rows', 'limit=501', 'parameter_invalid', 'at most 500'],
    ['a range that is too long', 'from=now-93d', 'range_too_long', 'at most 92 days'],
  ])('refuses %s', async (_, query, code, words) => {
    const problem = await problemOf(await (await startApi()).fetch(`/api/v1/coverage?${query}`));
    expect(problem.code).toBe(code);
    expect(problem.detail).toContain(words);
  });

  it.each(['stages', 'feeds', 'advice'])('of %s says that the store does not answer', async (name) => {
    const response = await (await startApi()).fetch(`/api/v1/coverage?table=${name}`);
    expect([response.status, (await problemOf(response)).code]).toEqual([503, 'store_unavailable']);
  });
});
