import { Counter, Registry } from 'prom-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventStore } from '../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import {
  counted,
  daysOf,
  generation,
  minuteMs,
  refusedRow,
  startMs,
  storedUnit,
} from '../../conformance/store-rows.js';
import { useTestDatabase } from '../../support/test-database.js';
import { groupReport } from './group-report.js';
import { openService } from './real-service.js';
import { type ApiOptions, startApi } from './start-api.js';

const database = useTestDatabase();
let store: EventStore;
let nowMs = startMs;

beforeEach(async () => {
  ({ store } = await openService(database));
  nowMs = startMs + 30 * minuteMs;
});

const feed = 'file:access';

/** Every minute of the last 20 had 100 requests; the refusals are told one by one. */
async function write(completeUntilMs: number, refused: Readonly<Record<number, number>>): Promise<void> {
  const counts = Array.from({ length: 20 }, (_, i) => [
    counted(startMs + (10 + i) * minuteMs, 100 - (refused[10 + i] ?? 0)),
    ...(refused[10 + i] === undefined
      ? []
      : [counted(startMs + (10 + i) * minuteMs, refused[10 + i] as number, { statusClass: '403' })]),
  ]).flat();
  const of = generation(2000);
  await store.insertTotals('u1', of, feed, counts);
  const rows = Object.entries(refused).flatMap(([minute, count]) =>
    Array.from({ length: count }, (_, i) =>
      refusedRow(`m${minute}-${i}`, { tsMs: startMs + Number(minute) * minuteMs + i }),
    ),
  );
  await store.insertRefused(rows, nowMs);
  await store.insertMarker(storedUnit('u1', of), daysOf(counts), nowMs);
  await store.reportProgress(feed, 'file', completeUntilMs, nowMs);
}

const scrape = async (options: ApiOptions = {}) => {
  const api = await startApi({ store, nowMs: () => nowMs, ...options });
  return (await api.fetch('/metrics')).text();
};

/** Values of a label in the series of a gauge. */
const valuesOf = (text: string, gauge: string, label: string): string[] =>
  [...text.matchAll(new RegExp(`^${gauge}\\{(?:.*,)?${label}="([^"]*)"`, 'gm'))].map(([, value]) => value ?? '');

const omittedOf = (text: string): Record<string, number> =>
  Object.fromEntries(
    [...text.matchAll(/^why403_omitted_series\{metric="(\w+)"\} (\d+)$/gm)].map(([, metric, left]) => [
      metric,
      Number(left),
    ]),
  );

const place = 'account="111122223333",region="eu-west-1",api_id="orders",stage="prod"';
const refusedName = `why403_refused_requests{${place},cause="waf_blocked",group="waf",window="5m"}`;

describe('/metrics', () => {
  it('sums the newest five complete minutes, and says up to when', async () => {
    // complete up to minute 27: minutes 22 to 26 count
    await write(startMs + 27 * minuteMs, { 21: 50, 22: 1, 24: 2, 26: 3, 27: 7, 28: 9 });
    const text = await scrape();
    expect(text).toContain(`${refusedName} 6\n`);
    expect(text).toContain(`why403_requests{${place},window="5m"} 500\n`);
    expect(text).toContain(`why403_complete_until_seconds{feed="${feed}"} ${(startMs + 27 * minuteMs) / 1000}\n`);
    expect(text).toContain('why403_store_up 1\n');
  });

  it('is zero, not missing, when what was refused stopped being so', async () => {
    await write(startMs + 29 * minuteMs, { 12: 5 });
    expect(await scrape()).toContain(`${refusedName} 0\n`);
  });

  it('has no value for a stage that lags: an old one would look like news', async () => {
    await write(startMs + 13 * minuteMs, { 11: 5 });
    const text = await scrape();
    expect(text).not.toContain('why403_refused_requests{');
    expect(text).toContain(`why403_complete_until_seconds{feed="${feed}"}`);
  });

  it('tells a spike beside what would be none, and which part of the refusals nothing explains', async () => {
    await write(startMs + 29 * minuteMs, { 24: 30, 25: 30, 26: 30, 27: 30, 28: 30 });
    await store.insertRefused(
      Array.from({ length: 50 }, (_, i) =>
        refusedRow(`u${i}`, { tsMs: startMs + 20 * minuteMs + i, cause: 'unknown', group: 'unknown' }),
      ),
      nowMs,
    );
    const text = await scrape();
    const told = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.split(' ')
          .at(-1),
      );
    expect(told(`why403_spike_score{${place},cause="waf_blocked"}`)).toBeGreaterThan(1);
    expect(told(`why403_spike_expected_upper_requests{${place},cause="waf_blocked"}`)).toBeGreaterThan(0);
    expect(told(`why403_spike_score{${place},cause="unknown"}`)).toBe(0);
    expect(text).toContain(`why403_unknown_ratio{${place}} 0.25\n`);
    // the stage itself is new
    expect(text).not.toContain('why403_new_cause{');
  });

  it('tells a cause that is new on its route, of a stage that is known', async () => {
    await store.insertTotals('old', generation(1), feed, [counted(startMs - 48 * 60 * minuteMs, 5)]);
    await store.insertMarker(
      storedUnit('old', generation(1)),
      daysOf([counted(startMs - 48 * 60 * minuteMs, 5)]),
      nowMs,
    );
    await write(startMs + 29 * minuteMs, { 5: 1, 26: 2, 29: 9 });
    expect(await scrape()).toContain(`why403_new_cause{${place},route="/orders/{id}",cause="waf_blocked"} 3\n`);
    await store.insertRefused([refusedRow('week', { tsMs: startMs - 6 * 24 * 60 * minuteMs })], nowMs);
    nowMs += 10_000;
    expect(await scrape()).not.toContain('why403_new_cause{');
  });

  it('has a bounded number of series and says how many it left out', async () => {
    await write(startMs + 29 * minuteMs, { 25: 2 });
    await store.insertRefused(
      Array.from({ length: 6 }, (_, i) =>
        refusedRow(`x${i}`, { tsMs: startMs + 25 * minuteMs, apiId: `api${i}`, cause: 'iam_denied', group: 'iam' }),
      ),
      nowMs,
    );
    const text = await scrape({ limits: { maxSeries: 3 } });
    expect(text.match(/^why403_refused_requests\{/gm)).toHaveLength(3);
    expect(text).toContain('why403_omitted_series{metric="why403_refused_requests"} 4\n');
  });

  it('of more feeds than it may have, it tells the ones that lag most', async () => {
    const feeds = ['a', 'b', 'c', 'd', 'e'];
    for (const [i, name] of feeds.entries()) {
      await store.reportProgress(name, 'cloudwatch', startMs - i * minuteMs, nowMs);
    }
    const text = await scrape({ limits: { maxSeries: 2 } });
    expect(valuesOf(text, 'why403_complete_until_seconds', 'feed')).toEqual(['e', 'd']);
    expect(omittedOf(text)).toMatchObject({ why403_complete_until_seconds: 3, why403_requests: 0 });
  });

  it('of more groups than it may have, it tells the worst, each with all its gauges', async () => {
    const groups = [
      ...Array.from({ length: 4 }, (_, i) => groupReport(`well${i}`, { lagMs: 90_000 })),
      groupReport('passed over', { lagMs: 60_000, gaps: [{ fromMs: 0, toMs: 1 }] }),
      groupReport('gone', { state: 'absent', lagMs: null }),
      groupReport('late', { lagMs: 7_200_000, reading: 'thrifty' }),
      groupReport('denied', { state: 'denied', lagMs: 60_000 }),
    ];
    const source = { name: 'aws', hasRead: true, problem: null, accounts: [], groups };
    const sourceStates = () => [
      { ...source, groups: groups.slice(0, 3) },
      { ...source, groups: groups.slice(3) },
    ];
    const told = [
      'why403_group_state',
      'why403_group_thrifty',
      'why403_group_gap_seconds',
      'why403_group_throttled_calls_total',
      'why403_group_lag_seconds',
    ] as const;
    const text = await scrape({ limits: { maxSeries: 3 }, sourceStates });
    for (const name of told) expect(valuesOf(text, name, 'log_group'), name).toEqual(['denied', 'passed over', 'late']);
    expect(omittedOf(text)).toMatchObject({
      why403_group_state: 5,
      why403_group_thrifty: 5,
      why403_group_gap_seconds: 5,
      why403_group_throttled_calls_total: 5,
      // one has none
      why403_group_lag_seconds: 4,
    });
    expect(text.match(/^# TYPE why403_omitted_series gauge$/gm)).toHaveLength(1);
    const withoutStore = await (await startApi({ limits: { maxSeries: 3 }, sourceStates })).fetch('/metrics');
    expect(omittedOf(await withoutStore.text())).toEqual({
      why403_group_state: 5,
      why403_group_thrifty: 5,
      why403_group_gap_seconds: 5,
      why403_group_throttled_calls_total: 5,
      why403_group_lag_seconds: 4,
    });
    const all = omittedOf(await scrape({ sourceStates }));
    expect(Object.values(all).every((omitted) => omitted === 0)).toBe(true);
    expect(Object.keys(all)).toEqual(expect.arrayContaining([...told, 'why403_complete_until_seconds']));
  });

  it('label values of callers cannot break out of their line', async () => {
    await write(startMs + 29 * minuteMs, { 25: 1 });
    const apiId = 'evil"} 1\nwhy403_store_up 0\n#\\';
    await store.insertTotals('u2', generation(1), feed, [
      counted(startMs + 25 * minuteMs, 1, { apiId, statusClass: '403' }),
    ]);
    await store.insertRefused([refusedRow('evil', { tsMs: startMs + 25 * minuteMs, apiId })], nowMs);
    const text = await scrape();
    expect(text.match(/^why403_store_up/gm)).toHaveLength(1);
    for (const line of text.split('\n')) expect(line).toMatch(/^(#|why403_\w+(\{.*\})? -?[\d.e+]+$|$)/);
  });

  it('has the service’s own counters beside them, also while the store is away', async () => {
    const metricsRegistry = new Registry();
    new Counter({ name: 'why403_own_total', help: 'x', registers: [metricsRegistry] }).inc(3);
    const api = await startApi({ metricsRegistry });
    const response = await api.fetch('/metrics');
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('why403_own_total 3\n');
    expect(text).toContain('why403_store_up 0\n');
    expect(text).not.toContain('why403_refused_requests');
  });

  it('a defect behind it is told, not taken for a store that is away', async () => {
    const defects: unknown[] = [];
    const api = await startApi({
      telemetry: { ...silentTelemetry, defect: ({ where }) => void defects.push(where) },
      store: { ...store, readFeeds: () => Promise.reject(new TypeError('feeds.map is not a function')) },
    });
    expect(await (await api.fetch('/metrics')).text()).toContain('why403_store_up 0\n');
    expect(defects).toEqual(['api /metrics']);
  });

  it('asks the store once for scrapes that come together', async () => {
    let asked = 0;
    const api = await startApi({
      nowMs: () => nowMs,
      store: {
        ...store,
        readFeeds: (now) => {
          asked++;
          return store.readFeeds(now);
        },
      },
    });
    await Promise.all(Array.from({ length: 5 }, () => api.fetch('/metrics').then((response) => response.text())));
    expect(asked).toBe(1);
    nowMs += 5_000;
    await (await api.fetch('/metrics')).text();
    expect(asked).toBe(2);
  });

  it('does not ask a slow store again while it has not answered', async () => {
    let asked = 0;
    let goOn = (): void => {};
    const isHeld = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const api = await startApi({
      nowMs: () => nowMs,
      store: {
        ...store,
        async readFeeds(now) {
          asked++;
          await isHeld;
          return store.readFeeds(now);
        },
      },
    });
    const first = api.fetch('/metrics');
    await vi.waitUntil(() => asked > 0, { timeout: 40_000 });
    nowMs += 6_000;
    const second = api.fetch('/metrics');
    await (await api.fetch('/healthz')).text();
    goOn();
    for (const page of await Promise.all([first, second])) expect(await page.text()).toContain('why403_store_up 1\n');
    expect(asked).toBe(1);
  });
});
