import { expect, it } from 'vitest';
import type { OpenStore } from './event-store.js';
import { counted, daysOf, generation, hourMs, minuteMs, startMs, storedUnit } from './store-rows.js';

const feed = 'cwl:111122223333:eu-west-1:/aws/apigateway/';
const [shop, gone] = [`${feed}shop`, `${feed}gone`];

export function testFeedEnds(open: OpenStore): void {
  /** Two stages, of which one is read up to the start and no further. */
  async function twoStages() {
    const { store } = await open();
    for (const [unit, name, stage] of [
      ['u1', shop, 'prod'],
      ['u2', gone, 'preview'],
    ] as const) {
      const counts = [counted(startMs - minuteMs, 5, { stage })];
      await store.insertTotals(unit, generation(1), name, counts);
      await store.insertMarker({ ...storedUnit(unit, generation(1)), feed: name }, daysOf(counts), startMs);
    }
    await store.reportProgress(gone, 'cloudwatch', startMs, startMs + minuteMs);
    await store.reportProgress(shop, 'cloudwatch', startMs + hourMs, startMs + hourMs);
    const until = async (filter = {}) =>
      (
        await store.readSeries({
          fromMs: startMs - hourMs,
          toMs: startMs + 2 * hourMs,
          stepMs: minuteMs,
          metric: 'requests',
          by: [],
          filter,
          limit: 10,
          nowMs: startMs + 2 * hourMs,
        })
      ).completeUntilMs;
    return { store, until };
  }

  it('a sum waits for a silent feed, and for one that has ended no longer', async () => {
    const { store, until } = await twoStages();
    expect(await until()).toBe(startMs);
    await store.insertFeedEnds([{ feed: gone, hasEnded: true }], startMs + hourMs);
    expect(await until()).toBe(startMs + hourMs);
    expect(await until({ stage: { in: ['preview'] } })).toBe(startMs + hourMs);
    expect((await store.readFeeds(startMs + 2 * hourMs)).map(({ feed }) => feed)).toEqual([shop]);
  });

  it('the last word counts, and a feed that goes on has not ended', async () => {
    const { store, until } = await twoStages();
    await store.insertFeedEnds([{ feed: gone, hasEnded: true }], startMs + hourMs);
    await store.insertFeedEnds([{ feed: gone, hasEnded: false }], startMs + 2 * hourMs);
    expect(await until()).toBe(startMs);
    await store.insertFeedEnds([{ feed: gone, hasEnded: true }], startMs + 3 * hourMs);
    expect(await until()).toBe(startMs + hourMs);
    await store.reportProgress(gone, 'cloudwatch', startMs + minuteMs, startMs + 4 * hourMs);
    expect(await until()).toBe(startMs + minuteMs);
  });

  it('knows the feeds of an account and region by the beginning of their names', async () => {
    const { store } = await twoStages();
    await store.reportProgress('firehose:orders', 'firehose', startMs, startMs);
    await store.insertFeedEnds([{ feed: gone, hasEnded: true }], startMs + hourMs);
    expect(await store.readFeedsOf('cwl:111122223333:eu-west-1:')).toEqual([
      { feed: gone, completeUntilMs: startMs, hasEnded: true },
      { feed: shop, completeUntilMs: startMs + hourMs, hasEnded: false },
    ]);
  });

  it('all have ended: nothing waits for anything', async () => {
    const { store, until } = await twoStages();
    await store.insertFeedEnds(
      [shop, gone].map((feed) => ({ feed, hasEnded: true })),
      startMs + hourMs,
    );
    expect(await until()).toBe(startMs + hourMs);
    expect(await store.readFeeds(startMs + hourMs)).toEqual([]);
  });
}
