import { expect } from 'vitest';
import { explainText } from '../../../parsers/src/engine/explain.js';
import { eventually } from '../service/program.js';
import { format, type Request } from './traffic.js';

const minuteMs = 60_000;

interface Frame {
  readonly columns: readonly {
    readonly type: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly values: readonly (number | null)[];
  }[];
}

interface StoredEvent {
  readonly requestId: string;
  readonly cause: string;
  readonly time: number;
  readonly apiId: string;
  readonly stage: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly countedFrom: string;
}

/** A service that is asked; its address changes when it is started again. */
export interface AskedService {
  readonly address: () => string;
  readonly headers?: Readonly<Record<string, string>>;
  /** All requests are of the hour from here. */
  readonly beginMs: number;
}

/** Rows and totals are those of the requests: none lost, none doubled, each verdict that of all its lines. */
export async function expectExactly(service: AskedService, requests: readonly Request[]): Promise<void> {
  const truth = totalsOf(requests);
  await eventually('all is counted', () => answers(async () => sum(await storedTotals(service)) >= sum(truth)));
  expect(sorted(await storedTotals(service))).toEqual(sorted(truth));
  const verdicts = verdictsOf(requests);
  await eventually('all refusals are there', () =>
    answers(async () => (await storedVerdicts(service)).size >= verdicts.size),
  );
  expect(sorted(await storedVerdicts(service))).toEqual(sorted(verdicts));
  expect(sorted(await storedCounts(service))).toEqual(sorted(countsOf(requests)));
}

/** A question that fails while the database restarts is asked again. */
const answers = (question: () => Promise<boolean>): Promise<boolean> => question().catch(() => false);

async function query<T>({ address, headers = {} }: AskedService, path: string, parameters: Record<string, string>) {
  const response = await fetch(`${address()}/api/v1/${path}?${new URLSearchParams(parameters)}`, { headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const rangeOf = ({ beginMs }: AskedService) => ({ from: String(beginMs), to: String(beginMs + 60 * minuteMs) });

async function storedTotals(service: AskedService): Promise<Map<string, number>> {
  const by = ['api_id', 'stage', 'method', 'route'];
  const asked = { ...rangeOf(service), step: '60s', metric: 'requests', by: by.join(',') };
  return flat(await query<Frame>(service, 'series', asked), by);
}

async function storedCounts(service: AskedService): Promise<Map<string, number>> {
  const asked = { ...rangeOf(service), step: '60s', metric: 'count', by: 'api_id,cause' };
  return flat(await query<Frame>(service, 'series', asked), ['api_id', 'cause']);
}

async function storedVerdicts(service: AskedService): Promise<Map<string, string>> {
  const verdicts = new Map<string, string>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const more = cursor === '' ? {} : { cursor };
    const page: { events: StoredEvent[]; next: string | null } = await query(service, 'events', {
      ...rangeOf(service),
      limit: '500',
      ...more,
    });
    for (const event of page.events) {
      expect(verdicts.has(event.requestId)).toBe(false);
      verdicts.set(event.requestId, told({ ...event, timeMs: event.time }, event.cause));
      expect([event.status, event.countedFrom]).toEqual([403, 'access']);
    }
    cursor = page.next;
  }
  return verdicts;
}

/** What `why403 explain` says of all lines of each request. */
function verdictsOf(requests: readonly Request[]): Map<string, string> {
  const verdicts = new Map<string, string>();
  for (const request of requests.filter(({ isRefused }) => isRefused))
    verdicts.set(request.requestId, told(request, causeOf(request)));
  return verdicts;
}

function countsOf(requests: readonly Request[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const request of requests.filter(({ isRefused }) => isRefused)) {
    add(counts, [request.apiId, causeOf(request)], request.timeMs);
  }
  return counts;
}

function totalsOf(all: readonly Request[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { apiId, stage, method, route, timeMs } of all) add(totals, [apiId, stage, method, route], timeMs);
  return totals;
}

/** All that two tellings of one refusal have to agree on. */
const told = (
  { timeMs, apiId, stage, method, route }: Pick<Request, 'timeMs' | 'apiId' | 'stage' | 'method' | 'route'>,
  cause: string,
): string => [cause, timeMs, apiId, stage, method, route].join(' ');

function causeOf({ accessLine, executionLine }: Request): string {
  const text = executionLine === null ? accessLine : `${accessLine}\n${executionLine}`;
  const { requests: explained } = explainText(text, { accessLogFormat: format });
  expect(explained).toHaveLength(1);
  return explained[0]?.verdict.cause ?? 'none';
}

function add(counts: Map<string, number>, labels: readonly string[], timeMs: number): void {
  const key = JSON.stringify([Math.floor(timeMs / minuteMs) * minuteMs, ...labels]);
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Minutes with requests in them. */
function flat({ columns }: Frame, labelNames: readonly string[]): Map<string, number> {
  const times = columns.find(({ type }) => type === 'time')?.values ?? [];
  const cells = new Map<string, number>();
  for (const { type, labels, values } of columns) {
    if (type !== 'number') continue;
    for (const [index, value] of values.entries()) {
      const key = JSON.stringify([times[index], ...labelNames.map((name) => labels?.[name])]);
      if (value !== null && value > 0) cells.set(key, value);
    }
  }
  return cells;
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
