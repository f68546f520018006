import { beforeAll, describe, expect, it } from 'vitest';
import type { EventStore } from '../../../server/src/store/event-store.js';
import {
  counted,
  dayMs,
  generation,
  hourMs,
  minuteMs,
  refusedRow,
  startMs,
  writeUnit,
} from '../../conformance/store-rows.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { startApi } from './start-api.js';

const database = useTestDatabase();
let store: EventStore;

/** Half a minute after an hour after `startMs`. */
const nowMs = startMs + hourMs + 30_000;

beforeAll(async () => {
  ({ store } = await openService(database));
  await writeUnit(store, 'u', generation(1), [counted(startMs - 2 * dayMs, 10), counted(startMs, 10)]);
  await store.reportProgress('file:access', 'file', startMs + hourMs, nowMs);
  const rows = (times: number, tsMs: number, more: Parameters<typeof refusedRow>[1] = {}) =>
    Array.from({ length: times }, (_, i) => refusedRow(`${tsMs} ${i}`, { tsMs: tsMs + i, ...more }));
  await store.insertRefused(
    [
      ...rows(4, startMs + 5 * minuteMs),
      ...rows(2, startMs + 9 * minuteMs, { route: '/rare' }),
      ...rows(3, startMs + 10 * minuteMs, { cause: 'iam_denied', group: 'iam' }),
      ...rows(5, startMs + 11 * minuteMs, { route: '/old' }),
      ...rows(1, startMs - 3 * dayMs, { route: '/old' }),
    ],
    nowMs,
  );
});

const read = async (query = '') => {
  const api = await startApi({ store, nowMs: () => nowMs });
  const response = await api.fetch(`/api/v1/new-causes?from=now-1h${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as {
    from: number;
    to: number;
    completeUntil: number;
    omitted: number;
    columns: { name: string; values: unknown[] }[];
  };
};

describe('/api/v1/new-causes', () => {
  it('is a table, newest first, of whole minutes', async () => {
    expect(await read()).toEqual({
      from: startMs,
      to: startMs + hourMs + minuteMs,
      completeUntil: startMs + hourMs,
      omitted: 0,
      columns: [
        { name: 'first_seen', type: 'time', unit: 'ms', values: [startMs + 10 * minuteMs, startMs + 5 * minuteMs] },
        { name: 'account', type: 'string', values: ['111122223333', '111122223333'] },
        { name: 'region', type: 'string', values: ['eu-west-1', 'eu-west-1'] },
        { name: 'api_id', type: 'string', values: ['orders', 'orders'] },
        { name: 'stage', type: 'string', values: ['prod', 'prod'] },
        { name: 'route', type: 'string', values: ['/orders/{id}', '/orders/{id}'] },
        { name: 'cause', type: 'string', values: ['iam_denied', 'waf_blocked'] },
        { name: 'group', type: 'string', values: ['iam', 'waf'] },
        { name: 'refused', type: 'number', unit: 'requests', labels: {}, values: [3, 4] },
      ],
    });
  });

  it.each([
    ['&least=2', ['iam_denied', 'waf_blocked', 'waf_blocked'], 0],
    ['&least=4', ['waf_blocked'], 0],
    ['&limit=1', ['iam_denied'], 1],
    ['&group=waf', ['waf_blocked'], 0],
    ['&not.cause=waf_blocked', ['iam_denied'], 0],
    ['&stage=test', [], 0],
  ])('%s', async (query, causes, omitted) => {
    const answer = await read(query);
    expect(answer.columns.find(({ name }) => name === 'cause')?.values).toEqual(causes);
    expect(answer.omitted).toBe(omitted);
  });
});
