import { beforeAll, describe, expect, it } from 'vitest';
import { createSpikeReader } from '../../../server/src/spikes/spike-reader.js';
import type { EventStore } from '../../../server/src/store/event-store.js';
import { counted, generation, hourMs, minuteMs, refusedRow, startMs, writeUnit } from '../../conformance/store-rows.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { startApi } from './start-api.js';

const database = useTestDatabase();
let store: EventStore;

const at = (minute: number): number => startMs + minute * minuteMs;
const minutes = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** A stage's first hours: 20 requests a minute, of which the web ACL blocks ten in each of ten minutes. */
beforeAll(async () => {
  ({ store } = await openService(database));
  const totals = minutes(-60, 120).map((minute) => counted(at(minute), 20));
  await writeUnit(store, 'u', generation(1), totals);
  const blocked = minutes(30, 40).flatMap((minute) =>
    minutes(0, 10).map((i) => refusedRow(`${minute}-${i}`, { tsMs: at(minute) + i })),
  );
  await store.insertRefused(
    [...blocked, refusedRow('one', { tsMs: at(80), cause: 'iam_denied', group: 'iam' })],
    startMs,
  );
  await store.reportProgress('file:access', 'file', at(35), startMs);
});

interface Answer {
  readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  readonly spikes: readonly { readonly ended: number | null }[];
}

const ask = async (path: string, nowMs: number): Promise<Answer> => {
  const api = await startApi({ store, spikes: createSpikeReader({ store }), nowMs: () => nowMs });
  const response = await api.fetch(path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const column = ({ columns }: Answer, name: string): readonly unknown[] | undefined =>
  columns.find((each) => each.name === name)?.values;

describe('a spike on a stage with little history', () => {
  let id: unknown;

  it('is told while it grows, up to the watermark', async () => {
    const answer = await ask('/api/v1/spikes?from=now-1h', at(36));
    expect(answer).toMatchObject({
      completeUntil: at(35),
      spikes: [
        {
          cause: 'waf_blocked',
          began: at(30),
          ended: null,
          peakAt: at(35),
          peakRequests: 50,
          peakScore: 2.5,
          expected: null,
          expectedUpper: 20,
          share: 0.5,
          refused: 50,
          baseline: 'none',
        },
      ],
    });
    const marks = await ask('/api/v1/annotations?from=now-1h', at(36));
    expect([column(marks, 'time'), column(marks, 'timeEnd')]).toEqual([[at(30)], [at(35)]]);
    id = column(marks, 'id');
  });

  it('keeps its id when it is over, and has all its requests', async () => {
    await store.reportProgress('file:access', 'file', at(120), startMs);
    const nowMs = at(120) + 5_000;
    const { spikes } = await ask('/api/v1/spikes?from=now-6h', nowMs);
    expect(spikes).toMatchObject([{ began: at(30), ended: expect.any(Number), refused: 100, peakRequests: 50 }]);
    expect(spikes[0]?.ended).toBeGreaterThanOrEqual(at(40));
    expect(spikes[0]?.ended).toBeLessThanOrEqual(at(45));
    expect(column(await ask('/api/v1/annotations?from=now-6h', nowMs), 'id')).toEqual(id);
  });

  it('has a score above 1 in its minutes, 0 elsewhere, and nothing after the watermark', async () => {
    const answer = await ask(
      `/api/v1/spikes/series?from=${at(28)}&to=${at(122)}&step=1m&cause=waf_blocked&measure=score&measure=count`,
      at(121),
    );
    const [score, count] = [column(answer, 'score'), column(answer, 'count')] as number[][];
    expect(count?.slice(0, 18)).toEqual([0, 0, 10, 20, 30, 40, 50, 50, 50, 50, 50, 50, 40, 30, 20, 10, 0, 0]);
    expect(score?.slice(0, 7)).toEqual([0, 0, 0.5, 1, 1.5, 2, 2.5]);
    expect(score?.slice(-3)).toEqual([0, null, null]);
    expect(column(answer, 'time')).toHaveLength(94);
  });

  it('is nothing to one request of another cause', async () => {
    const { spikes } = await ask('/api/v1/spikes?from=now-6h&cause=iam_denied', at(120) + hourMs);
    expect(spikes).toEqual([]);
  });
});
