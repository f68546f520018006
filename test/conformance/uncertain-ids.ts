import { expect, it } from 'vitest';
import type { OpenStore } from './event-store.js';
import { hourMs, refusedRow, startMs } from './store-rows.js';

const uuid = (n: number): string => `5b0e7d1c-93a4-4f26-8c11-${String(n).padStart(12, '0')}`;
const asked = {
  fromMs: startMs,
  toMs: startMs + hourMs,
  stages: [{ apiId: 'orders', stage: 'prod' }],
  exceptCauses: ['route_not_found'],
  limit: 10,
} as const;
const unsure = { confidence: 'possible', cause: 'unknown', group: 'unknown', detail: '' } as const;

/** What collectors ask. */
export function testUncertainIds(open: OpenStore): void {
  it('tells the ids of refusals that stand and are not certain', async () => {
    const { store } = await open();
    const row = (n: number, more: Parameters<typeof refusedRow>[1] = {}) =>
      refusedRow(`e${n}`, { requestId: uuid(n), ...unsure, ...more });
    await store.insertRefused(
      [
        row(1),
        row(2, { confidence: 'likely', cause: 'api_key_missing', group: 'api_key' }),
        row(3, { confidence: 'certain' }),
        row(4, { cause: 'route_not_found', group: 'routing' }),
        row(5, { stage: 'beta' }),
        row(6, { apiId: 'pets' }),
        row(7, { tsMs: startMs - 1 }),
        row(8, { tsMs: startMs + hourMs }),
        row(9, { tsMs: startMs + hourMs - 1, requestId: 'Iq9gwFDNoAMFo1A=' }),
        row(10),
        row(11),
      ],
      startMs,
    );
    // By now one is gone and one is certain.
    await store.insertRefused(
      [row(10, { facts: 2, cancelled: true }), row(11, { facts: 2, confidence: 'certain' })],
      startMs,
    );
    const { ids, omitted } = await store.readUncertainIds(asked);
    expect([...ids].sort()).toEqual([uuid(1), uuid(2), 'Iq9gwFDNoAMFo1A=']);
    expect(omitted).toBe(0);
    const both = [...asked.stages, { apiId: 'orders', stage: 'beta' }];
    expect((await store.readUncertainIds({ ...asked, stages: both })).ids).toContain(uuid(5));
    expect(await store.readUncertainIds({ ...asked, stages: [] })).toEqual({ ids: [], omitted: 0 });
  });

  it('tells no id that names several refusals, or that API Gateway does not write so', async () => {
    const { store } = await open();
    const ids = [
      uuid(1),
      uuid(1),
      uuid(2),
      uuid(2),
      '',
      '-',
      'UUID_REPLACED_INVALID_REQUEST_ID',
      `${uuid(3)}" ?"a`,
      'x\\',
    ];
    await store.insertRefused(
      ids.map((requestId, n) =>
        refusedRow(`e${n}`, { ...unsure, requestId, ...(n === 3 ? { confidence: 'certain' } : {}) }),
      ),
      startMs,
    );
    expect(await store.readUncertainIds(asked)).toEqual({ ids: [], omitted: 0 });
  });

  it('lets each kind of refusal have its turn where there are too many, and says how many it left out', async () => {
    const { store } = await open();
    const many = Array.from({ length: 50 }, (_, n) => refusedRow(`flood ${n}`, { ...unsure, requestId: uuid(n) }));
    const few = ['/pay', '/refund', '/login'].map((route, n) =>
      refusedRow(route, { ...unsure, route, requestId: uuid(100 + n), tsMs: startMs + n }),
    );
    await store.insertRefused([...many, ...few], startMs);
    const { ids, omitted } = await store.readUncertainIds({ ...asked, limit: 8 });
    expect(new Set(ids).size).toBe(8);
    expect(ids).toEqual(expect.arrayContaining(few.map(({ requestId }) => requestId)));
    expect(omitted).toBe(45);
  });
}
