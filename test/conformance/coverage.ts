import { expect, it } from 'vitest';
import type { OpenStore } from './event-store.js';
import { counted, generation, hourMs, minuteMs, refusedRow, sampleRow, startMs, writeUnit } from './store-rows.js';

const range = { fromMs: startMs, toMs: startMs + hourMs };
const shared = { ...range, filter: {}, limit: 10, nowMs: startMs + hourMs };
const unsure = { cause: 'unknown', group: 'unknown', confidence: 'possible' } as const;

/** What tells how much of the answer the logs can give; test/server/store/read says the rest. */
export function testCoverage(open: OpenStore): void {
  it('tells which portion of what was refused each cause was', async () => {
    const { store } = await open();
    await store.insertRefused(
      ['a', 'b', 'c', 'd'].map((id) => refusedRow(id, id === 'd' ? unsure : {})),
      startMs,
    );
    await writeUnit(store, 'u', generation(1), [counted(startMs, 70)]);
    await store.reportProgress('file:access', 'file', startMs + 2 * minuteMs, startMs);
    const portion = {
      ...shared,
      metric: 'portion',
      by: ['cause'],
      stepMs: minuteMs,
      toMs: startMs + 3 * minuteMs,
    } as const;
    const { frame } = await store.readSeries(portion);
    expect(frame.columns.slice(1)).toMatchObject([
      { labels: { cause: 'waf_blocked' }, unit: 'ratio', values: [0.75, null, null] },
      { labels: { cause: 'unknown' }, unit: 'ratio', values: [0.25, null, null] },
    ]);
  });

  it('reads events from either end, and on behind a cursor', async () => {
    const { store } = await open();
    // Two of one millisecond lie on different pages.
    const rows = [0, 1, 1, 2].map((ms, n) => refusedRow(`e${n}`, { tsMs: startMs + ms }));
    await store.insertRefused(rows, startMs);
    const pages = async (order: 'newest' | 'oldest') => {
      const first = await store.readEvents({ ...range, filter: {}, limit: 2, cursor: null, order });
      const second = await store.readEvents({ ...range, filter: {}, limit: 2, cursor: first.next, order });
      return [...first.events, '|', ...second.events].map((each) => (typeof each === 'string' ? each : each.eventId));
    };
    expect(await pages('oldest')).toEqual(['e0', 'e1', '|', 'e2', 'e3']);
    expect(await pages('newest')).toEqual(['e3', 'e2', '|', 'e1', 'e0']);
  });

  it('tells of each stage what was counted, unknown and certain, and how far it is read', async () => {
    const { store } = await open();
    await store.insertRefused([refusedRow('a'), refusedRow('b', unsure)], startMs);
    await store.insertRefused([refusedRow('b', { ...unsure, facts: 2, cancelled: true })], startMs);
    await writeUnit(store, 'u', generation(1), [counted(startMs, 70)]);
    await writeUnit(store, 'u', generation(2), [counted(startMs, 80)]);
    await store.reportProgress('file:access', 'file', startMs + 2 * minuteMs, startMs);
    expect(await store.readStages(shared)).toEqual({
      stages: [
        {
          labels: { account: '111122223333', region: 'eu-west-1', api_id: 'orders', stage: 'prod' },
          countedFrom: ['access'],
          requests: 80,
          refused: 1,
          unknown: 0,
          certain: 1,
          completeUntilMs: startMs + 2 * minuteMs,
        },
      ],
      feeds: new Set(['file:access']),
      omittedStages: 0,
    });
  });

  it('tells of doubts with the samples of verdicts that stand', async () => {
    const { store } = await open();
    await store.insertRefused([refusedRow('a', unsure), refusedRow('b', unsure), refusedRow('sure')], startMs);
    await store.insertSamples([sampleRow('a'), sampleRow('sure')], startMs);
    const { record, verdict } = sampleRow('a');
    expect(await store.readDoubts(shared)).toEqual({
      doubts: [
        {
          labels: {
            account: '111122223333',
            region: 'eu-west-1',
            api_id: 'orders',
            stage: 'prod',
            cause: 'unknown',
          },
          refused: 2,
          samples: [{ record, verdict }],
        },
      ],
      omittedDoubts: 0,
    });
  });
}
