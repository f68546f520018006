import { describe, expect, it } from 'vitest';
import { groupColors } from '../../../server/src/query/group-colors.js';
import type { LabelName, SeriesQuery } from '../../../server/src/query/query.js';
import type { SeriesAnswer } from '../../../server/src/store/event-store.js';
import { problemOf, startApi, storeAway, testNowMs } from './start-api.js';

const hourMs = 3_600_000;

/** An API whose store has a series of each of these labels; it keeps the questions. */
const apiWith = (...sets: readonly Partial<Record<LabelName, string>>[]) => apiThatTells({}, ...sets);
async function apiThatTells(more: Partial<SeriesAnswer>, ...sets: readonly Partial<Record<LabelName, string>>[]) {
  const asked: SeriesQuery[] = [];
  const api = await startApi({
    store: {
      ...storeAway,
      readSeries: async (query) => {
        asked.push(query);
        const value = {
          name: 'value',
          type: 'number',
          unit: 'ratio',
          values: [0.5],
          completeUntilMs: testNowMs,
        } as const;
        const time = { name: 'time', type: 'time', unit: 'ms', values: [testNowMs] } as const;
        const columns = [time, ...sets.map((labels) => ({ ...value, labels }))];
        const known = { omittedSeries: 0, untoldValues: 0, completeUntilMs: testNowMs, basis: 'logs' } as const;
        return { frame: { columns }, ...known, countedFrom: [], ...more };
      },
    },
  });
  return { asked, get: (query: string) => api.fetch(`/api/v1/series${query}`) };
}

describe('/api/v1/series', () => {
  it.each<[string, Partial<SeriesAnswer>, object]>([
    ['logs', {}, { basis: 'logs' }],
    ['metrics', { basis: 'metric' }, { basis: 'metric' }],
    ['nothing, at some times', { untoldValues: 3 }, { basis: 'logs', untoldValues: 3 }],
  ])('says what the number of all requests rests on: %s', async (_, told, said) => {
    const { get } = await apiThatTells(told, {});
    const { basis, untoldValues } = (await (await get('?metric=share')).json()) as Record<string, unknown>;
    expect(JSON.parse(JSON.stringify({ basis, untoldValues }))).toEqual(said);
  });

  it('has the colour of its group on each series that tells a cause or a group, and on no other', async () => {
    const { get } = await apiWith(
      { cause: 'waf_blocked' },
      { group: 'iam', stage: 'prod' },
      { stage: 'prod' },
      {},
      { group: '#000000; background: url(x)' },
    );
    const { columns } = (await (await get('?by=group')).json()) as { columns: { color?: string }[] };
    expect(columns.map(({ color }) => color)).toEqual([
      undefined,
      groupColors.waf,
      groupColors.iam,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('asks for portions with cause and group, which requests as a whole do not have', async () => {
    const { asked, get } = await apiWith({});
    expect((await get('?metric=portion&by=cause&group=waf')).status).toBe(200);
    expect(asked).toMatchObject([{ metric: 'portion', by: ['cause'], filter: { group: { in: ['waf'] } } }]);
  });

  it.each([
    ['300 by default', '?from=now-6h', hourMs / 30],
    ['as many as asked for', '?from=now-6h&points=60', hourMs / 6],
    ['with step=auto too', '?from=now-6h&points=60&step=auto', hourMs / 6],
    ['one', '?from=now-6h&points=1', 6 * hourMs],
    ['beside a step they mean nothing', '?from=now-6h&points=1&step=1m', hourMs / 60],
    ['the most there may be, one bucket more for a range that cuts two', '?from=now-11000m&points=11000', hourMs / 30],
  ])('has points: %s', async (_, query, stepMs) => {
    const { asked, get } = await apiWith({});
    const response = await get(`${query}&limit=1`);
    expect([response.status, asked[0]?.stepMs]).toEqual([200, stepMs]);
  });

  it.each([
    ['none', 'points=0'],
    ['a part of one', 'points=1.5'],
    ['more than there may be', 'points=11001'],
    ['a word', 'points=auto'],
  ])('refuses %s as points', async (_, query) => {
    const { get } = await apiWith({});
    const problem = await problemOf(await get(`?${query}`));
    expect([problem.code, problem.errors?.[0]?.where]).toEqual(['parameter_invalid', 'query points']);
  });
});
