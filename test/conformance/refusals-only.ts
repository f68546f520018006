import { expect, it } from 'vitest';
import type { NumberColumn } from '../../server/src/query/query.js';
import type { MetricTotal, RefusalsOnlyMinute } from '../../server/src/store/denominator-store.js';
import type { EventReader } from '../../server/src/store/event-store.js';
import type { OpenedStore, OpenStore } from './event-store.js';
import { counted, dayMs, generation, hourMs, minuteMs, refusedRow, startMs, writeUnit } from './store-rows.js';

const place = { account: '111122223333', region: 'eu-west-1', apiId: 'orders', stage: 'prod' };
const labels = { account: '111122223333', region: 'eu-west-1', api_id: 'orders', stage: 'prod' };
const untold = (minute: number, more: Partial<RefusalsOnlyMinute> = {}): RefusalsOnlyMinute => ({
  ...place,
  minuteMs: startMs + minute * minuteMs,
  countedFrom: null,
  inReading: true,
  ...more,
});
const metric = (minute: number, requests: number, more: Partial<MetricTotal> = {}): MetricTotal => ({
  ...place,
  minuteMs: startMs + minute * minuteMs,
  requests,
  ...more,
});
const feed = 'file:access';
const hour = { fromMs: startMs, toMs: startMs + hourMs };
const nowMs = startMs + dayMs;

/** `requests` and `share` of the first minutes, and what they are known from. */
async function tell(store: EventReader, minutes: number) {
  const query = {
    fromMs: startMs,
    toMs: startMs + minutes * minuteMs,
    stepMs: minuteMs,
    by: [],
    filter: {},
    limit: 10,
    nowMs,
  };
  const valuesOf = async (metric: 'requests' | 'share' | 'count') => {
    const { frame, basis } = await store.readSeries({ ...query, metric });
    const columns = frame.columns.filter((column): column is NumberColumn => column.type === 'number');
    return { basis, values: columns[0]?.values };
  };
  const [requests, share, count] = await Promise.all([valuesOf('requests'), valuesOf('share'), valuesOf('count')]);
  return { requests: requests.values, share: share.values, count: count.values, basis: share.basis };
}

/** Ten requests a minute for four minutes, two of them refused. */
async function writeMinutes({ store }: OpenedStore): Promise<void> {
  const minutes = [0, 1, 2, 3];
  await writeUnit(
    store,
    'u',
    generation(1),
    minutes.flatMap((minute) => [
      counted(startMs + minute * minuteMs, 8),
      counted(startMs + minute * minuteMs, 2, { statusClass: '403' }),
    ]),
  );
  await store.insertRefused(
    minutes.flatMap((minute) =>
      [0, 1].map((i) => refusedRow(`${minute} ${i}`, { tsMs: startMs + minute * minuteMs + i })),
    ),
    startMs,
  );
  await store.reportProgress(feed, 'file', startMs + hourMs, startMs);
}

/** What is read as refusals only; test/server/store/read/refusals-only.property.test.ts says the rest of how it counts. */
export function testRefusalsOnly(open: OpenStore): void {
  it('tells the minutes of a feed that readings brought refusals only of, once each and in order', async () => {
    const { store } = await open();
    await store.insertRefusalsOnly(feed, [untold(3), untold(2), untold(3, { stage: 'test' })]);
    await store.insertRefusalsOnly(feed, [untold(2), untold(5), untold(4, { inReading: false })]);
    await store.insertRefusalsOnly('other', [untold(9)]);
    // Of no stage, and still it was read so.
    await store.insertRefusalsOnly(feed, [untold(7, { account: '', region: '', apiId: '', stage: '' })]);
    const minutesOf = async (fromMs: number, toMs: number) =>
      (await store.readRefusalsOnly(feed, { fromMs, toMs })).map((ms) => (ms - startMs) / minuteMs);
    expect(await minutesOf(startMs, startMs + hourMs)).toEqual([2, 3, 5, 7]);
    expect(await minutesOf(startMs + 2 * minuteMs, startMs + 5 * minuteMs)).toEqual([2, 3]);
    expect(await minutesOf(startMs + 2 * minuteMs + 1, startMs + 5 * minuteMs + 1)).toEqual([3, 5]);
    expect(await minutesOf(startMs - dayMs, startMs)).toEqual([]);
  });

  it('keeps that a minute was read so when the reading after it says only that requests may have begun in it', async () => {
    const { store, database } = await open();
    await store.insertRefusalsOnly(feed, [untold(3)]);
    await store.insertRefusalsOnly(feed, [untold(3, { inReading: false })]);
    await database.command('OPTIMIZE TABLE refusals_only FINAL');
    expect(await store.readRefusalsOnly(feed, hour)).toEqual([startMs + 3 * minuteMs]);
  });

  it('knows no number of requests in such minutes, and every number of refusals', async () => {
    const opened = await open();
    await writeMinutes(opened);
    await opened.store.insertRefusalsOnly(feed, [untold(1), untold(2, { inReading: false })]);
    expect(await tell(opened.store, 4)).toEqual({
      requests: [10, null, null, 10],
      share: [0.2, null, null, 0.2],
      count: [2, 2, 2, 2],
      basis: 'logs',
    });
  });

  it('takes the total of metrics that was stored last, only in such minutes, and adds nothing to it', async () => {
    const opened = await open();
    const { store, database } = opened;
    await writeMinutes(opened);
    await store.insertRefusalsOnly(feed, [untold(1), untold(2)]);
    await store.insertRequestTotals([metric(0, 1_000), metric(1, 20), metric(1, 20, { stage: 'test' })], startMs + 1);
    await store.insertRequestTotals([metric(1, 40)], startMs + 2);
    const told = {
      requests: [10, 40, null, 10],
      share: [0.2, 0.05, null, 0.2],
      count: [2, 2, 2, 2],
      basis: 'metric',
    };
    expect(await tell(store, 4)).toEqual(told);
    await database.command('OPTIMIZE TABLE metric_totals FINAL');
    expect(await tell(store, 4)).toEqual(told);
  });

  it('tells the same when a question was asked in between, of days that are over too', async () => {
    const opened = await open();
    const { store } = opened;
    await writeMinutes(opened);
    await store.reportProgress(feed, 'file', startMs + 3 * dayMs, startMs);
    const ask = async () => {
      const range = {
        fromMs: startMs - dayMs,
        toMs: startMs + 2 * dayMs,
        filter: {},
        limit: 10,
        nowMs: startMs + 3 * dayMs,
      };
      return (await store.readStages(range)).stages.map(({ requests, refused }) => ({ requests, refused }));
    };
    expect(await ask()).toEqual([{ requests: 40, refused: 8 }]);
    await store.insertRefusalsOnly(feed, [untold(1)]);
    expect(await ask()).toEqual([{ requests: null, refused: 8 }]);
    await store.insertRequestTotals([metric(1, 50)], startMs);
    expect(await ask()).toEqual([{ requests: 80, refused: 8 }]);
    await store.insertRequestTotals([metric(1, 51)], startMs + 1);
    expect(await ask()).toEqual([{ requests: 81, refused: 8 }]);
  });

  it('tells what has no denominator, as stretches of stages', async () => {
    const opened = await open();
    const { store } = opened;
    await writeMinutes(opened);
    const night = (startMs + dayMs / 2 - startMs) / minuteMs;
    await store.insertRefusalsOnly(feed, [
      ...[1, 2, 3, night - 1, night, night + 1].map((minute) => untold(minute)),
      untold(2, { stage: 'other' }),
      // Counted from access logs in this hour: what was left out of execution logs is missing nowhere.
      untold(0, { countedFrom: 'execution' }),
      untold(5, { countedFrom: 'access' }),
      untold(7, { account: '', region: '', apiId: '', stage: '' }),
    ]);
    await store.insertRequestTotals([metric(2, 40)], startMs);
    const stretch = (from: number, to: number, stage = 'prod') => ({
      labels: { ...labels, stage },
      fromMs: startMs + from * minuteMs,
      toMs: startMs + to * minuteMs,
    });
    const read = async (fromMs: number, toMs: number) =>
      (await store.readStretchesWithoutDenominator({ fromMs, toMs, nowMs })).map((each) => ({ ...each }));
    expect(await read(startMs, startMs + dayMs)).toEqual([
      stretch(2, 3, 'other'),
      stretch(1, 2),
      stretch(3, 4),
      stretch(5, 6),
      stretch(night - 1, night + 2),
    ]);
    expect(await read(startMs + 3 * minuteMs, startMs + 5 * minuteMs)).toEqual([stretch(3, 4)]);
    expect(await read(startMs + dayMs, startMs + 2 * dayMs)).toEqual([]);
  });

  it('knows a stage of which nothing was refused by those who read it', async () => {
    const { store } = await open();
    await store.insertRefusalsOnly('thrifty', [untold(1)]);
    await store.reportProgress('thrifty', 'cloudwatch', startMs + 9 * minuteMs, startMs);
    await store.reportProgress('other', 'file', startMs + hourMs, startMs);
    const { stages, feeds } = await store.readStages({ ...hour, filter: {}, limit: 10, nowMs });
    expect(stages).toEqual([
      {
        labels,
        countedFrom: [],
        requests: null,
        refused: 0,
        unknown: 0,
        certain: 0,
        completeUntilMs: startMs + 9 * minuteMs,
      },
    ]);
    expect([...feeds]).toEqual(['thrifty']);
    const cells = {
      ...hour,
      stepMs: minuteMs,
      by: ['account', 'region', 'api_id', 'stage'],
      filter: {},
      limit: 10,
      nowMs,
    } as const;
    expect((await store.readCells({ ...cells, metric: 'requests' })).sets).toEqual([
      {
        labels,
        buckets: new Map(),
        unknown: new Set([startMs / minuteMs + 1]),
        completeUntilMs: startMs + 9 * minuteMs,
      },
    ]);
    expect((await store.readCells({ ...cells, metric: 'count' })).sets).toEqual([]);
  });

  it('does not take a feed that says so for one that never shows anything else', async () => {
    const opened = await open();
    const { store } = opened;
    await writeUnit(store, 'u', generation(1), [counted(startMs + minuteMs, 2_000, { statusClass: '403' })]);
    await store.reportProgress(feed, 'file', startMs + hourMs, startMs);
    const ask = async () => (await tell(store, 4)).basis;
    expect(await ask()).toBe('none');
    await store.insertRefusalsOnly(feed, [untold(3)]);
    expect(await ask()).toBe('logs');
  });

  it('finds a cause new on a stage of which nothing was refused before', async () => {
    const { store } = await open();
    await store.insertRefusalsOnly(feed, [untold(-2 * 24 * 60)]);
    await store.insertRefused(
      [1, 2, 3].map((i) => refusedRow(`e${i}`, { tsMs: startMs + i })),
      startMs,
    );
    const { causes } = await store.readFirstSeen({ ...hour, filter: {}, least: 3, limit: 10, nowMs });
    expect(causes.map(({ stageKnownSinceMs }) => stageKnownSinceMs)).toEqual([startMs - 2 * dayMs]);
  });
}
