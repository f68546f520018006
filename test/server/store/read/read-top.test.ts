import { beforeAll, describe, expect, it } from 'vitest';
import type { TopQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, noonMs, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const world: World = {
  refused: [
    { minute: 0, sourceIp: '203.0.113.1', times: 5 },
    { minute: 1, sourceIp: '203.0.113.2', times: 3, cause: 'api_key_missing', group: 'api_key' },
    { minute: 1, sourceIp: '', times: 2 },
    { minute: 2, sourceIp: '203.0.113.1', countedFrom: 'waf', times: 9 },
    { minute: 3, sourceIp: '203.0.113.3', countedFrom: 'waf', stage: 'test', times: 10 },
  ],
  totals: [{ minute: 0, requests: 100 }],
  progress: { 'file:access': 30 },
};

const cases: readonly { name: string; query: Partial<TopQuery>; rows: readonly [string, number, number][] }[] = [
  {
    name: 'a dimension, over all stages, each by the kind it is counted from; what no log told is empty',
    query: { by: 'source_ip' },
    rows: [
      ['203.0.113.3', 10, 0.5],
      ['203.0.113.1', 5, 0.25],
      ['203.0.113.2', 3, 0.15],
      ['', 2, 0.1],
    ],
  },
  {
    name: 'a limit does not change the shares',
    query: { by: 'source_ip', limit: 1 },
    rows: [['203.0.113.3', 10, 0.5]],
  },
  {
    name: 'a filter does',
    query: { by: 'source_ip', filter: { stage: { in: ['prod'] }, cause: { notIn: ['waf_blocked'] } } },
    rows: [['203.0.113.2', 3, 1]],
  },
  {
    name: 'a label',
    query: { by: 'cause', filter: { stage: { notIn: ['test'] } } },
    rows: [
      ['waf_blocked', 7, 0.7],
      ['api_key_missing', 3, 0.3],
    ],
  },
  {
    name: 'a range is taken to the millisecond',
    query: { by: 'stage', fromMs: at(1), toMs: at(3) },
    rows: [['prod', 5, 1]],
  },
  { name: 'nothing refused', query: { by: 'path', fromMs: at(4) }, rows: [] },
];

describe('top', () => {
  it.each(cases)('$name', async ({ query, rows }) => {
    const { reader } = await openWorld(database, world);
    const top = { fromMs: noonMs, toMs: at(5), by: 'stage', filter: {}, limit: 10, nowMs: at(60), ...query } as const;
    const { frame, completeUntilMs, basis } = await reader.readTop(top);
    const [values, refused, share] = frame.columns;
    expect(frame.columns).toMatchObject([
      { name: top.by, type: 'string' },
      { name: 'refused', type: 'number', unit: 'requests', labels: {} },
      { name: 'share', type: 'number', unit: 'ratio', labels: {} },
    ]);
    expect(values?.values.map((value, index) => [value, refused?.values[index], share?.values[index]])).toEqual(rows);
    expect({ completeUntilMs, basis }).toEqual({ completeUntilMs: at(30), basis: 'logs' });
  });

  it('says which logs it counted from', async () => {
    const { reader } = await openWorld(database, world);
    const { countedFrom } = await reader.readTop({
      fromMs: noonMs,
      toMs: at(5),
      by: 'path',
      filter: {},
      limit: 1,
      nowMs: at(60),
    });
    expect(countedFrom).toEqual(['access', 'waf']);
  });
});
