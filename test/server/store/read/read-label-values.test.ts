import { beforeAll, describe, expect, it } from 'vitest';
import type { LabelName } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { LabelValuesQuery } from '../../../../server/src/store/event-store.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, noonMs, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const world: World = {
  refused: [
    { minute: 1, route: '/refused', cause: 'api_key_missing', group: 'api_key', sourceIp: '198.51.100.1' },
    { minute: 1, route: '/both' },
    { minute: 8, route: '/later', cause: 'iam_denied', group: 'iam' },
    { minute: 1, route: '/cancelled', cause: 'iam_denied', group: 'iam', cancelled: true },
  ],
  totals: [
    { minute: 1, requests: 1, route: '/both' },
    { minute: 2, requests: 1, route: '/answered', stage: 'test' },
    { minute: 9, requests: 1, route: '/answered later' },
  ],
};

const cases: readonly {
  name: string;
  label: LabelName;
  query?: Partial<LabelValuesQuery>;
  values: readonly string[];
}[] = [
  { name: 'routes, refused or not', label: 'route', values: ['/answered', '/both', '/refused'] },
  { name: 'causes', label: 'cause', values: ['api_key_missing', 'waf_blocked'] },
  { name: 'groups', label: 'group', values: ['api_key', 'waf'] },
  { name: 'under a label', label: 'route', query: { filter: { stage: { in: ['test'] } } }, values: ['/answered'] },
  {
    name: 'under something that only refused requests have',
    label: 'route',
    query: { filter: { source_ip: { in: ['198.51.100.1'] } } },
    values: ['/refused'],
  },
  { name: 'of nothing', label: 'route', query: { filter: { stage: { in: [] } } }, values: [] },
  { name: 'of a minute that the range begins in', label: 'stage', query: { fromMs: at(2) + 1 }, values: ['test'] },
];

describe('label values', () => {
  it.each(cases)('$name', async ({ label, query, values }) => {
    const { reader } = await openWorld(database, world);
    const answer = await reader.readLabelValues(label, {
      fromMs: noonMs,
      toMs: at(5),
      filter: {},
      limit: 10,
      ...query,
    });
    expect(answer).toEqual({ values, complete: true });
  });

  it('say when there are more', async () => {
    const { reader } = await openWorld(database, world);
    const read = (limit: number) => reader.readLabelValues('route', { fromMs: noonMs, toMs: at(5), filter: {}, limit });
    expect(await read(2)).toEqual({ values: ['/answered', '/both'], complete: false });
    expect(await read(3)).toMatchObject({ complete: true });
  });
});
