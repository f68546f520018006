import type { CountedRequests, RequestRecord, StoredFact, Verdict } from '../../parsers/src/index.js';
import { countingTotals } from '../../server/src/store/counting-totals.js';
import type { Database } from '../../server/src/store/database.js';
import type { Generation, RefusedRow, SampleRow, StoredUnit, UnitStore } from '../../server/src/store/event-store.js';

/** So far ahead that no retention reaches it, whatever the database's clock says. */
export const startMs = Date.UTC(2061, 2, 10, 12);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const retention = { rowsDays: 30, evidenceDays: 7, factsHours: 48 } as const;

export const generation = (rank: number, name = `${rank} lines`, version = 1): Generation => ({ rank, version, name });

export const counted = (minuteMs: number, requests: number, more: Partial<CountedRequests> = {}): CountedRequests => ({
  minuteMs,
  account: '111122223333',
  region: 'eu-west-1',
  apiId: 'orders',
  stage: 'prod',
  route: '/orders/{id}',
  method: 'GET',
  statusClass: '2xx',
  countedFrom: 'access',
  requests,
  ...more,
});

export const storedUnit = (unit: string, of: Generation, more: Partial<StoredUnit> = {}): StoredUnit => ({
  unit,
  generation: of,
  feed: 'file:access',
  firstMs: startMs,
  newestMs: startMs + 59_999,
  lines: of.rank,
  requests: of.rank,
  bytes: of.rank * 200,
  rejected: {},
  ...more,
});

export const daysOf = (counts: readonly CountedRequests[]): string[] => [
  ...new Set(counts.map((count) => dayText(count.minuteMs))),
];

/** A whole reading, in the order in which it is written. */
export async function writeUnit(
  store: UnitStore,
  unit: string,
  of: Generation,
  counts: readonly CountedRequests[],
  nowMs = startMs,
): Promise<void> {
  await store.insertTotals(unit, of, 'file:access', counts);
  await store.insertMarker(storedUnit(unit, of), daysOf(counts), nowMs);
}

/** Requests that count, as `minute api stage route method class kind` → requests. */
export async function readCounts(
  database: Database,
  fromMs: number,
  toMs: number,
  nowMs?: number,
): Promise<Record<string, number>> {
  const totals = countingTotals(nowMs === undefined ? { fromMs, toMs } : { fromMs, toMs, nowMs });
  const rows = await database.query<{ key: string; requests: number | string }>(
    `SELECT concat(formatDateTime(minute, '%Y-%m-%d %H:%i', 'UTC'), ' ', account, ' ', region, ' ', api_id, ' ', stage, ' ', route,
      ' ', method, ' ', status_class, ' ', counted_from) AS key, sum(requests) AS requests
    FROM ${totals.sql} GROUP BY key ORDER BY key`,
    totals.params,
  );
  return Object.fromEntries(rows.map((row) => [row.key, Number(row.requests)]));
}

/** All of them. */
export async function readSum(database: Database, fromMs: number, toMs: number, nowMs?: number): Promise<number> {
  const counts = await readCounts(database, fromMs, toMs, nowMs);
  return Object.values(counts).reduce((sum, requests) => sum + requests, 0);
}

export const refusedRow = (eventId: string, more: Partial<RefusedRow> = {}): RefusedRow => ({
  tsMs: startMs + 123,
  account: '111122223333',
  region: 'eu-west-1',
  apiId: 'orders',
  stage: 'prod',
  eventId,
  facts: 1,
  ruleSet: 1,
  cancelled: false,
  countedFrom: 'access',
  route: '/orders/{id}',
  method: 'GET',
  cause: 'waf_blocked',
  group: 'waf',
  detail: 'rule',
  confidence: 'certain',
  culpritKind: 'waf_rule',
  culprit: 'block-bots',
  status: 403,
  sourceIp: '203.0.113.9',
  principal: 'partner',
  apiKeyId: 'key1',
  userAgent: 'curl/8.0',
  path: '/orders/7',
  requestId: `request of ${eventId}`,
  extendedRequestId: `extended ${eventId}`,
  reason: 'The web ACL blocked it.',
  decidedBy: 'waf-filtered',
  ...more,
});

export const storedFact = (factId: string, links: readonly string[], more: Partial<StoredFact> = {}): StoredFact => ({
  factId,
  kind: 'access',
  timeMs: startMs + 5,
  links,
  eventId: `event of ${factId}`,
  body: {
    facts: {
      kind: 'access',
      ids: { requestId: 'r-1', extendedRequestId: null, traceId: null },
      place: { account: '111122223333', region: 'eu-west-1', apiId: 'orders', stage: 'prod' },
      timeMs: startMs + 5,
      format: 'json-keys',
      values: { 'error.responseType': 'WAF_FILTERED' },
      message: null,
    },
    line: 7,
    logGroup: '/access/orders',
    logStream: null,
    lineEventId: null,
  },
  ...more,
});

export const sampleRow = (eventId: string, more: Partial<SampleRow> = {}): SampleRow => ({
  eventId,
  tsMs: startMs + 123,
  facts: 1,
  ruleSet: 1,
  record: recordOf(eventId),
  verdict,
  ...more,
});

const recordOf = (eventId: string): RequestRecord => ({
  eventId,
  requestId: null,
  extendedRequestId: null,
  traceId: null,
  timeMs: startMs + 123,
  status: 403,
  apiKind: 'rest',
  account: '111122223333',
  region: 'eu-west-1',
  apiId: 'orders',
  stage: 'prod',
  method: 'GET',
  path: '/orders/7',
  route: '/orders/{id}',
  sourceIp: '203.0.113.9',
  access: null,
  execution: [],
  waf: null,
  wafJoin: null,
  response: null,
  joinedByRequestId: false,
  line: 1,
});

const verdict: Verdict = {
  outcome: 'refused',
  cause: 'waf_blocked',
  group: 'waf',
  detail: null,
  culprit: { kind: 'waf_rule', id: null, name: 'block-bots' },
  confidence: 'certain',
  alternatives: [],
  reason: 'The web ACL blocked it.',
  evidence: [{ from: 'access', field: 'error.responseType', value: 'WAF_FILTERED' }],
  remedy: { summary: 'Look at the rule.', steps: [], commands: [] },
  decidedBy: 'waf-filtered',
};
