import { describe, expect, it } from 'vitest';
import type { RequestRecord, Verdict } from '../../../parsers/src/index.js';
import { reportParts } from '../../../server/src/api/schemas/event-report.js';
import type { StoredEvent } from '../../../server/src/store/event-store.js';
import { refusedRow, sampleRow } from '../../conformance/store-rows.js';
import { problemOf, startApi, storeAway, testNowMs } from './start-api.js';

const { record, verdict } = sampleRow('e1');

const event = (
  more: Partial<StoredEvent> = {},
  known: { record?: Partial<RequestRecord>; verdict?: Partial<Verdict> } | null = {},
): StoredEvent => {
  const { cancelled: _, ...row } = refusedRow('e1', { tsMs: testNowMs - 1000 });
  const sample =
    known === null ? null : { record: { ...record, ...known.record }, verdict: { ...verdict, ...known.verdict } };
  return { ...row, writtenAtMs: testNowMs, sample, ...more };
};

interface Report {
  readonly eventId: string;
  readonly columns: readonly { readonly name: string; readonly values: readonly string[] }[];
}

async function reportOf(...events: readonly StoredEvent[]) {
  const api = await startApi({ store: { ...storeAway, findEvents: async () => events } });
  const response = await api.fetch('/api/v1/events/e1/report');
  const report = (await response.json()) as Report;
  const [parts, names, values] = report.columns.map((column) => column.values) as [string[], string[], string[]];
  return { report, rows: parts.map((part, i) => [part, names[i] as string, values[i] as string] as const) };
}

const namesOf = (rows: readonly (readonly [string, string, string])[], part: string) =>
  rows.filter(([each]) => each === part).map(([, name]) => name);

describe('/api/v1/events/{id}/report', () => {
  it('reads from top to bottom: why, what to do, proof, what else, which request, its logs', async () => {
    const { rows } = await reportOf(
      event(
        { confidence: 'likely' },
        {
          record: {
            traceId: '1-645566cf-7cb058b04d9bb3ee01dc4036',
            execution: [{ kind: 'usage_plan_ok', text: 'Usage Plan check succeeded' }],
          },
          verdict: {
            alternatives: [{ cause: 'api_key_missing', confidence: 'possible', settledBy: 'Look at the header.' }],
            remedy: { summary: 'Look at the rule.', steps: ['First.', 'Then.'], commands: ["aws wafv2 get 'x'"] },
          },
        },
      ),
    );
    const parts = rows.map(([part]) => part);
    expect([...new Set(parts)]).toEqual([...reportParts]);
    expect(parts).toEqual([...parts].sort((a, b) => reportParts.indexOf(a as never) - reportParts.indexOf(b as never)));
    expect(rows.filter(([part]) => ['verdict', 'remedy', 'evidence', 'alternative'].includes(part))).toEqual([
      ['verdict', 'why', 'Blocked by AWS WAF'],
      ['verdict', 'reason', 'The web ACL blocked it.'],
      ['verdict', 'refused by', 'waf_rule block-bots'],
      ['verdict', 'detail', expect.stringContaining('rule of the web ACL')],
      ['verdict', 'confidence', expect.stringMatching(/^likely: .*alternatives/)],
      ['verdict', 'what it means', expect.stringContaining('web ACL')],
      ['verdict', 'cause', 'waf_blocked (group waf)'],
      ['remedy', 'in short', 'Look at the rule.'],
      ['remedy', 'step 1', 'First.'],
      ['remedy', 'step 2', 'Then.'],
      ['remedy', 'command 1', "aws wafv2 get 'x'"],
      ['evidence', 'access: error.responseType', 'WAF_FILTERED'],
      ['alternative', 'API key required, none sent (possible)', 'Look at the header.'],
    ]);
    expect(rows).toContainEqual(['request', 'X-Ray trace', '1-645566cf-7cb058b04d9bb3ee01dc4036']);
    expect(rows).toContainEqual(['log', 'log group', 'API-Gateway-Execution-Logs_orders/prod']);
    expect(rows).toContainEqual(['log', 'execution usage_plan_ok', 'Usage Plan check succeeded']);
  });

  it('says so when only the row is left', async () => {
    const { rows } = await reportOf(event({}, null));
    expect(rows).toContainEqual(['evidence', 'note', expect.stringMatching(/^Only the row is left/)]);
    expect([...new Set(rows.map(([part]) => part))]).toEqual(['verdict', 'evidence', 'request']);
  });

  it('is of the newest event that has the id', async () => {
    const { report } = await reportOf(event({ eventId: 'newest' }), event({ eventId: 'older' }));
    expect(report).toMatchObject({ eventId: 'newest', apiId: 'orders', stage: 'prod', region: 'eu-west-1' });
  });

  it('leaves out what no log tells', async () => {
    const { rows } = await reportOf(
      event({ status: 0, region: 'unknown', principal: '', apiKeyId: '', culpritKind: '', culprit: '', detail: '' }),
    );
    const names = rows.map(([, name]) => name);
    for (const name of ['status', 'region', 'principal', 'API key', 'refused by', 'detail', 'X-Ray trace', 'log group'])
      expect(names).not.toContain(name);
    expect(rows.filter(([, , value]) => value === '')).toEqual([]);
  });

  it('shows control characters of callers as escapes, in every part', async () => {
    const bad = 'a\n\u001b[31m\u202eb';
    const { rows } = await reportOf(
      event(
        { path: bad, userAgent: bad, reason: bad, culprit: bad, sourceIp: bad, route: bad, stage: bad },
        {
          record: {
            access: {
              kind: 'access',
              format: 'template',
              values: { path: bad, 'error.message': null },
              message: null,
              ids: { requestId: null, extendedRequestId: null, traceId: null },
              place: { account: null, region: null, apiId: null, stage: null },
              timeMs: null,
            },
            execution: [{ kind: 'other', text: bad }],
          },
          verdict: { evidence: [{ from: 'waf', field: bad, value: bad }] },
        },
      ),
    );
    for (const [part, name, value] of rows) expect(`${part} ${name} ${value}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(rows).toContainEqual(['log', 'access $context.path', 'a\\n\\x1b[31m\\u202eb']);
    expect(rows).toContainEqual(['log', 'access $context.error.message', '-']);
  });

  it('is bounded however long the execution log is', async () => {
    const execution = Array.from({ length: 5000 }, (_, n) => ({ kind: 'other' as const, text: `line ${n}` }));
    const { rows } = await reportOf(event({}, { record: { execution } }));
    expect(namesOf(rows, 'log')).toHaveLength(1 + 200 + 1);
    expect(rows.at(-1)).toEqual(['log', 'execution', '4800 more lines']);
  });

  it('tells of an unknown id and of a store that is away', async () => {
    const api = await startApi({ store: { ...storeAway, findEvents: async () => [] } });
    const unknown = await api.fetch('/api/v1/events/%3Cb%3E/report');
    expect([unknown.status, (await problemOf(unknown)).code]).toEqual([404, 'event_not_found']);
    const away = await (await startApi()).fetch('/api/v1/events/e1/report');
    expect([away.status, (await problemOf(away)).code]).toEqual([503, 'store_unavailable']);
  });
});
