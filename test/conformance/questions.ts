import { expect, it } from 'vitest';
import type { EventStore } from '../../server/src/store/event-store.js';
import type { OpenStore } from './event-store.js';
import { counted, dayMs, generation, hourMs, minuteMs, refusedRow, startMs, writeUnit } from './store-rows.js';

const range = { fromMs: startMs, toMs: startMs + hourMs };
const shared = { filter: {}, limit: 10, nowMs: startMs + hourMs };

const insert = (store: EventStore, atMs: number, times: number, more: Parameters<typeof refusedRow>[1] = {}) =>
  store.insertRefused(
    Array.from({ length: times }, (_, i) =>
      refusedRow(`${atMs} ${i} ${JSON.stringify(more)}`, { tsMs: atMs + i, ...more }),
    ),
    startMs,
  );

/** What evaluations ask; test/server/store/read says the rest. */
export function testQuestions(open: OpenStore): void {
  it('tells cells: only what is there, of units the reading that counts, each set with its watermark', async () => {
    const { store } = await open();
    await insert(store, startMs + 2 * minuteMs, 3);
    await insert(store, startMs + 9 * minuteMs, 1, { stage: 'test' });
    await writeUnit(store, 'u', generation(1), [counted(startMs, 40)]);
    await writeUnit(store, 'u', generation(2), [counted(startMs, 70), counted(startMs + 5 * minuteMs, 7)]);
    await store.reportProgress('file:access', 'file', startMs + 20 * minuteMs, startMs);

    const cells = { ...range, ...shared, stepMs: 5 * minuteMs };
    const first = startMs / cells.stepMs;
    expect(await store.readCells({ ...cells, metric: 'count', by: ['stage', 'cause'] })).toEqual({
      sets: [
        {
          labels: { stage: 'prod', cause: 'waf_blocked' },
          buckets: new Map([[first, 3]]),
          completeUntilMs: startMs + 20 * minuteMs,
        },
        {
          labels: { stage: 'test', cause: 'waf_blocked' },
          buckets: new Map([[first + 1, 1]]),
          // No feed is known to have delivered it: that of the feed that is furthest.
          completeUntilMs: startMs + 20 * minuteMs,
        },
      ],
      omittedSets: 0,
    });
    expect(await store.readCells({ ...cells, metric: 'requests', by: [] })).toEqual({
      sets: [
        {
          labels: {},
          buckets: new Map([
            [first, 70],
            [first + 1, 7],
          ]),
          completeUntilMs: startMs + 20 * minuteMs,
        },
      ],
      omittedSets: 0,
    });
  });

  it('tells which causes are new on a route: not those of the week before, nor of a stage that is new itself', async () => {
    const { store, clock } = await open();
    const { nowMs } = clock;
    await writeUnit(store, 'u', generation(1), [
      counted(startMs - 2 * dayMs, 10),
      counted(startMs - hourMs, 10, { stage: 'young' }),
    ]);
    await insert(store, startMs + 5 * minuteMs, 4);
    await insert(store, startMs + 6 * minuteMs, 4, { stage: 'young' });
    await insert(store, startMs + 7 * minuteMs, 4, { route: '/old' });
    await insert(store, startMs - 6 * dayMs, 1, { route: '/old' });
    await insert(store, startMs + 8 * minuteMs, 2, { route: '/rare' });
    const firstSeen = {
      labels: {
        account: '111122223333',
        region: 'eu-west-1',
        api_id: 'orders',
        stage: 'prod',
        route: '/orders/{id}',
        cause: 'waf_blocked',
        group: 'waf',
      },
      firstSeenMs: startMs + 5 * minuteMs,
      refused: 4,
      lastBeforeMs: null,
      stageKnownSinceMs: startMs - 2 * dayMs,
      completeUntilMs: null,
    };
    const { causes, omittedCauses } = await store.readFirstSeen({
      ...range,
      ...shared,
      least: 3,
      nowMs: nowMs + hourMs,
    });
    expect(causes).toEqual([firstSeen]);
    expect(omittedCauses).toBe(0);
  });
}
