import { beforeAll, describe, expect, it } from 'vitest';
import type { CountedFrom } from '../../../../parsers/src/index.js';
import type { SeriesQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import { createUnitStore } from '../../../../server/src/store/units.js';
import { counted, generation, refusedRow, writeUnit } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, hourMs, minuteMs, noonMs, openWorld, seriesOf, seriesQuery, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

interface Case {
  readonly name: string;
  readonly world: World;
  readonly query?: Partial<SeriesQuery>;
  readonly series: Record<string, readonly (number | null)[]>;
  /** Minute; not looked at when left out. */
  readonly completeUntil?: number | null;
  readonly countedFrom?: readonly CountedFrom[];
  readonly basis?: 'logs' | 'none';
  readonly omitted?: number;
}

const key = { cause: 'api_key_missing', group: 'api_key' } as const;
const tenOfFive = { minute: 0, requests: 10, stage: 'prod' };
const done = { 'file:access': 60 };

const cases: readonly Case[] = [
  {
    name: 'an empty store knows nothing: no number, not even zero',
    world: {},
    series: { '': [null, null, null, null, null] },
    completeUntil: null,
    countedFrom: [],
  },
  {
    name: 'minutes without refusals are zero',
    world: { refused: [{ minute: 1, times: 3 }, { minute: 3 }], totals: [tenOfFive], progress: done },
    series: { '': [0, 3, 0, 1, 0] },
    completeUntil: 60,
    countedFrom: ['access'],
    basis: 'logs',
  },
  {
    name: 'a stage without refusals is zero',
    world: { totals: [tenOfFive], progress: done },
    query: { filter: { stage: { in: ['prod'] } } },
    series: { '': [0, 0, 0, 0, 0] },
  },
  {
    name: 'a stage that nothing is known of has no numbers',
    world: { refused: [{ minute: 1 }], totals: [tenOfFive], progress: done },
    query: { filter: { stage: { in: ['test'] } } },
    series: { '': [null, null, null, null, null] },
    completeUntil: null,
  },
  {
    name: 'with labels and no refusals there is no series, but a watermark',
    world: { totals: [tenOfFive], progress: { 'file:access': 4 } },
    query: { by: ['cause'] },
    series: {},
    completeUntil: 4,
  },
  {
    name: 'after the watermark there is no number, whatever was seen',
    world: { refused: [{ minute: 1 }, { minute: 4 }], totals: [tenOfFive], progress: { 'file:access': 3 } },
    series: { '': [0, 1, 0, null, null] },
    completeUntil: 3,
  },
  {
    name: 'a bucket that the watermark cuts is not complete',
    world: { refused: [{ minute: 1 }], totals: [tenOfFive], progress: { 'file:access': 3.9 } },
    series: { '': [0, 1, 0, null, null] },
  },
  {
    name: 'each series has the watermark of its stages, the answer the lowest',
    world: {
      refused: [
        { minute: 0, times: 2 },
        { minute: 0, stage: 'test' },
      ],
      totals: [tenOfFive, { minute: 0, requests: 1, stage: 'test', feed: 'http:agent' }],
      progress: { 'file:access': 4, 'http:agent': 1 },
    },
    query: { by: ['stage'] },
    series: { 'stage=prod': [2, 0, 0, 0, null], 'stage=test': [1, null, null, null, null] },
    completeUntil: 1,
  },
  {
    name: 'a sum over two stages is complete where both are',
    world: {
      refused: [{ minute: 0, times: 2 }],
      totals: [tenOfFive, { minute: 0, requests: 1, stage: 'test', feed: 'http:agent' }],
      progress: { 'file:access': 4, 'http:agent': 1 },
    },
    series: { '': [2, null, null, null, null] },
    completeUntil: 1,
  },
  {
    name: 'two feeds of one stage: the lower watermark',
    world: {
      refused: [{ minute: 0 }],
      totals: [tenOfFive, { ...tenOfFive, feed: 'http:agent' }],
      progress: { 'file:access': 4, 'http:agent': 2 },
    },
    series: { '': [1, 0, null, null, null] },
    completeUntil: 2,
  },
  {
    name: 'a feed that has not said how far it is makes the stage unknown',
    world: { refused: [{ minute: 0 }], totals: [tenOfFive, { ...tenOfFive, feed: 'stdin' }], progress: done },
    series: { '': [null, null, null, null, null] },
    completeUntil: null,
  },
  {
    name: 'a feed that only delivered evidence that is not counted from holds nobody back',
    world: {
      refused: [{ minute: 0 }],
      totals: [tenOfFive, { minute: 0, requests: 3, countedFrom: 'waf', feed: 'http:waf' }],
      progress: { 'file:access': 4, 'http:waf': 1 },
    },
    series: { '': [1, 0, 0, 0, null] },
    countedFrom: ['access'],
  },
  {
    name: 'a feed that was silent for a day no longer holds the stage back',
    world: {
      refused: [{ minute: 0 }],
      totals: [tenOfFive, { ...tenOfFive, minute: -26 * 60, feed: 'http:old' }],
      progress: { 'file:access': 60, 'http:old': -26 * 60 },
    },
    series: { '': [1, 0, 0, 0, 0] },
  },
  {
    name: 'a stage that was silent for a day has the watermark of the feed that had it before',
    world: {
      refused: [{ minute: -30 * 60 }],
      totals: [
        { minute: -30 * 60, requests: 2, stage: 'prod' },
        { minute: -1, requests: 1, stage: 'test', feed: 'http:agent' },
      ],
      progress: { 'file:access': -18 * 60, 'http:agent': 60 },
    },
    query: { fromMs: at(-30 * 60), toMs: at(0), stepMs: 6 * hourMs, by: ['stage'] },
    series: { 'stage=prod': [1, 0, null, null, null] },
    completeUntil: -18 * 60,
  },
  {
    name: 'a stage that only refusals tell of has the watermark of the feed that is furthest',
    world: { refused: [{ minute: 0, stage: 'new' }], progress: { 'file:access': 2, 'http:agent': 3 } },
    query: { by: ['stage'] },
    series: { 'stage=new': [1, 0, 0, null, null] },
    completeUntil: 3,
  },
  {
    name: 'requests',
    world: { totals: [tenOfFive, { minute: 2, requests: 4, statusClass: '403' }], progress: done },
    query: { metric: 'requests' },
    series: { '': [10, 0, 4, 0, 0] },
  },
  {
    name: 'requests by route, largest first',
    world: { totals: [tenOfFive, { minute: 0, requests: 30, route: '/health' }], progress: done },
    query: { metric: 'requests', by: ['route'], toMs: at(1) },
    series: { 'route=/health': [30], 'route=/orders/{id}': [10] },
  },
  {
    name: 'rate is per second',
    world: { refused: [{ minute: 0, times: 30 }], totals: [tenOfFive], progress: done },
    query: { metric: 'rate', stepMs: 5 * minuteMs },
    series: { '': [0.1] },
  },
  {
    name: 'share is of all requests, null where there were none',
    world: {
      refused: [{ minute: 0 }, { minute: 3, times: 2 }],
      totals: [tenOfFive, { minute: 2, requests: 4 }],
      progress: done,
    },
    query: { metric: 'share' },
    series: { '': [0.1, null, 0, null, null] },
  },
  {
    name: 'share by cause: the denominator does not go by cause',
    world: {
      refused: [
        { minute: 0, times: 2 },
        { minute: 0, ...key },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { metric: 'share', by: ['cause', 'group'], toMs: at(1) },
    series: { 'cause=waf_blocked group=waf': [0.2], 'cause=api_key_missing group=api_key': [0.1] },
  },
  {
    name: 'share by cause and route: of the requests of the route',
    world: {
      refused: [{ minute: 0 }, { minute: 0, ...key, route: '/pay' }],
      totals: [tenOfFive, { minute: 0, requests: 4, route: '/pay' }, { minute: 0, requests: 100, route: '/health' }],
      progress: done,
    },
    query: { metric: 'share', by: ['cause', 'route', 'method'], toMs: at(1) },
    series: {
      'cause=api_key_missing route=/pay method=GET': [0.25],
      'cause=waf_blocked route=/orders/{id} method=GET': [0.1],
    },
  },
  {
    name: 'share under a filter: requests are filtered by what they can tell',
    world: {
      refused: [
        { minute: 0 },
        { minute: 0, sourceIp: '198.51.100.1' },
        { minute: 0, ...key },
        { minute: 0, route: '/pay' },
      ],
      totals: [tenOfFive, { minute: 0, requests: 90, route: '/pay' }],
      progress: done,
    },
    query: {
      metric: 'share',
      toMs: at(1),
      filter: { route: { notIn: ['/pay'] }, cause: { in: ['waf_blocked'] }, source_ip: { in: ['198.51.100.1'] } },
    },
    series: { '': [0.1] },
  },
  {
    name: 'portion is of all refused requests, whatever their cause, null where none was',
    world: {
      refused: [
        { minute: 0, times: 3 },
        { minute: 0, ...key },
        { minute: 2, ...key },
      ],
      totals: [tenOfFive],
      progress: { 'file:access': 4 },
    },
    query: { metric: 'portion', by: ['cause', 'group'] },
    series: {
      'cause=waf_blocked group=waf': [0.75, null, 0, null, null],
      'cause=api_key_missing group=api_key': [0.25, null, 1, null, null],
    },
    basis: 'logs',
  },
  {
    name: 'portion by cause and route: of what the route refused, also to one caller',
    world: {
      refused: [
        { minute: 0, route: '/pay' },
        { minute: 0, ...key, route: '/pay', times: 3 },
        { minute: 0, ...key, route: '/pay', sourceIp: '198.51.100.1', times: 5 },
        { minute: 0, times: 7 },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: {
      metric: 'portion',
      by: ['route', 'cause'],
      toMs: at(1),
      filter: { source_ip: { notIn: ['198.51.100.1'] } },
    },
    series: {
      'route=/orders/{id} cause=waf_blocked': [1],
      'route=/pay cause=api_key_missing': [0.75],
      'route=/pay cause=waf_blocked': [0.25],
    },
  },
  {
    name: 'portion under a filter for cause and group: the whole is not filtered by them',
    world: {
      refused: [
        { minute: 0, times: 3 },
        { minute: 0, ...key },
        { minute: 0, stage: 'test', times: 9 },
      ],
      totals: [tenOfFive, { ...tenOfFive, stage: 'test' }],
      progress: done,
    },
    query: {
      metric: 'portion',
      toMs: at(1),
      filter: { cause: { in: ['api_key_missing'] }, group: { notIn: ['waf'] }, stage: { in: ['prod'] } },
    },
    series: { '': [0.25] },
  },
  {
    name: 'portion needs no requests: a feed of refusals only has portions, though no shares',
    world: {
      refused: [{ minute: 0 }, { minute: 0, ...key }],
      totals: [{ minute: 0, requests: 1000, stage: 'prod', statusClass: '403' }],
      progress: done,
    },
    query: { metric: 'portion', by: ['cause'], toMs: at(1) },
    series: { 'cause=api_key_missing': [0.5], 'cause=waf_blocked': [0.5] },
    basis: 'none',
  },
  {
    name: 'portion counts the better kind of evidence, as its parts do',
    world: {
      refused: [{ minute: 0 }, { minute: 0, ...key, times: 3 }, { minute: 0, countedFrom: 'execution', times: 6 }],
      totals: [tenOfFive],
      progress: done,
    },
    query: { metric: 'portion', by: ['cause'], toMs: at(1) },
    series: { 'cause=api_key_missing': [0.75], 'cause=waf_blocked': [0.25] },
  },
  {
    name: 'a filter with in and notIn',
    world: {
      refused: [
        { minute: 0 },
        { minute: 0, path: '/a' },
        { minute: 0, path: '/b', times: 4 },
        { minute: 1, path: '/b' },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { filter: { path: { in: ['/a', '/b'], notIn: ['/a'] } }, toMs: at(2) },
    series: { '': [4, 1] },
  },
  {
    name: 'one of nothing is nothing',
    world: { refused: [{ minute: 0 }], totals: [tenOfFive], progress: done },
    query: { filter: { cause: { in: [] } }, toMs: at(1) },
    series: { '': [0] },
  },
  {
    name: 'beyond the limit the smallest are left out and counted',
    world: {
      refused: [
        { minute: 0, route: '/a' },
        { minute: 0, route: '/b', times: 3 },
        { minute: 0, route: '/c', times: 2 },
        { minute: 0, route: '/d' },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { by: ['route'], limit: 2, toMs: at(1) },
    series: { 'route=/b': [3], 'route=/c': [2] },
    omitted: 2,
  },
  {
    name: 'what access logs and execution logs both tell of is counted from access logs',
    world: {
      refused: [{ minute: 0 }, { minute: 0, countedFrom: 'execution' }, { minute: 0, countedFrom: 'waf', times: 5 }],
      totals: [tenOfFive, { ...tenOfFive, requests: 7, countedFrom: 'execution' }],
      progress: done,
    },
    query: { metric: 'share', toMs: at(1) },
    series: { '': [0.1] },
    countedFrom: ['access'],
  },
  {
    name: 'the kind is chosen for each hour',
    world: {
      refused: [
        { minute: -1, countedFrom: 'execution', times: 4 },
        { minute: -1, countedFrom: 'waf' },
        { minute: 1, countedFrom: 'execution', times: 3 },
        { minute: 1 },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { fromMs: at(-2), toMs: at(2) },
    series: { '': [0, 4, 0, 1] },
    countedFrom: ['access', 'execution'],
  },
  {
    name: 'the kind is chosen for each stage',
    world: {
      refused: [
        { minute: 0, times: 2 },
        { minute: 0, countedFrom: 'waf' },
        { minute: 0, countedFrom: 'waf', apiId: 'other', times: 3 },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { by: ['api_id'], toMs: at(1) },
    series: { 'api_id=other': [3], 'api_id=orders': [2] },
    countedFrom: ['access', 'waf'],
  },
  {
    name: 'a kind that is there in the hour, but not in the range, decides',
    world: {
      refused: [{ minute: 1, countedFrom: 'waf' }],
      totals: [{ ...tenOfFive, minute: 50 }],
      progress: done,
    },
    series: { '': [0, 0, 0, 0, 0] },
    countedFrom: ['access'],
  },
  {
    name: 'totals decide for refusals, refusals for totals',
    world: {
      refused: [{ minute: 0 }],
      totals: [{ ...tenOfFive, countedFrom: 'execution', feed: 'file:execution' }],
      progress: { 'file:execution': 60 },
    },
    query: { metric: 'requests', toMs: at(1) },
    series: { '': [0] },
    countedFrom: ['access'],
  },
  {
    name: 'a feed of refusals only has no denominator',
    world: {
      refused: [{ minute: 0, times: 2 }],
      totals: [{ minute: 0, requests: 1000, statusClass: '403' }],
      progress: done,
    },
    query: { metric: 'share', toMs: at(2) },
    series: { '': [null, null] },
    basis: 'none',
  },
  {
    name: 'a feed of refusals only: counts are told all the same',
    world: {
      refused: [{ minute: 0, times: 2 }],
      totals: [{ minute: 0, requests: 1000, statusClass: '403' }],
      progress: done,
    },
    query: { toMs: at(2) },
    series: { '': [2, 0] },
    basis: 'none',
  },
  {
    name: 'fewer than a thousand do not tell',
    world: {
      refused: [{ minute: 0, times: 2 }],
      totals: [{ minute: 0, requests: 999, statusClass: '403' }],
      progress: done,
    },
    query: { metric: 'share', toMs: at(1) },
    series: { '': [2 / 999] },
    basis: 'logs',
  },
  {
    name: 'a stage that refuses everybody, on a feed that shows other answers too',
    world: {
      refused: [{ minute: 0, times: 4 }],
      totals: [
        { minute: 0, requests: 2000, statusClass: '403' },
        { minute: 0, requests: 1, stage: 'test' },
      ],
      progress: done,
    },
    query: { metric: 'share', toMs: at(1), filter: { stage: { in: ['prod'] } } },
    series: { '': [0.002] },
    basis: 'logs',
  },
  {
    name: 'one stage without a denominator takes the share of the sum, not that of the other stage',
    world: {
      refused: [{ minute: 0 }, { minute: 0, stage: 'test' }],
      totals: [tenOfFive, { minute: 0, requests: 1000, statusClass: '403', stage: 'test', feed: 'http:refusals' }],
      progress: { ...done, 'http:refusals': 60 },
    },
    query: { metric: 'share', toMs: at(1), by: ['stage'] },
    series: { 'stage=prod': [0.1], 'stage=test': [null] },
    basis: 'logs',
  },
  {
    name: 'a range is [from, to); buckets that it cuts are told whole',
    world: {
      refused: [
        { minute: -1, tsMs: noonMs - 1 },
        { minute: 0, tsMs: noonMs },
        { minute: 0, tsMs: at(1) - 1 },
        { minute: 1, tsMs: at(1) },
        { minute: 2, tsMs: at(2) },
      ],
      totals: [tenOfFive],
      progress: done,
    },
    query: { fromMs: noonMs + 30_000, toMs: at(1) + 1 },
    series: { '': [2, 1] },
  },
];

describe('series', () => {
  it.each(cases)('$name', async ({ world, query, series, completeUntil, countedFrom, basis, omitted }) => {
    const { reader } = await openWorld(database, world);
    const answer = await reader.readSeries(seriesQuery(query));
    expect(seriesOf(answer)).toEqual(series);
    expect(answer.omittedSeries).toBe(omitted ?? 0);
    if (completeUntil !== undefined) {
      expect(answer.completeUntilMs).toBe(completeUntil === null ? null : at(completeUntil));
    }
    if (countedFrom !== undefined) expect(answer.countedFrom).toEqual(countedFrom);
    if (basis !== undefined) expect(answer.basis).toBe(basis);
  });

  it('has a time column of the starts of the buckets, and says units', async () => {
    const { reader } = await openWorld(database, { refused: [{ minute: 3 }], progress: done });
    const { frame } = await reader.readSeries(
      seriesQuery({ by: ['cause'], metric: 'rate', fromMs: at(1), toMs: at(4) }),
    );
    expect(frame.columns).toEqual([
      { name: 'time', type: 'time', unit: 'ms', values: [at(1), at(2), at(3)] },
      {
        name: 'value',
        type: 'number',
        unit: 'requests/s',
        labels: { cause: 'waf_blocked' },
        values: [0, 0, 1 / 60],
        completeUntilMs: at(60),
      },
    ]);
  });

  it('counts a request once, under the verdict that stands, and not when it is cancelled', async () => {
    const world = await openWorld(database, { totals: [tenOfFive], progress: done });
    const row = (id: string, more = {}) => refusedRow(id, { tsMs: at(1), ...more });
    await world.insertRefused([row('settled'), row('moved'), row('same')]);
    await world.insertRefused([
      row('settled', { facts: 2, ...key }),
      row('moved', { facts: 2, cancelled: true }),
      row('moved', { facts: 2, stage: 'test', ...key }),
      row('same'),
    ]);
    // A writer that saw less comes last.
    await world.insertRefused([row('settled')]);
    const answer = await world.reader.readSeries(seriesQuery({ by: ['stage', 'cause'], fromMs: at(1), toMs: at(2) }));
    expect(seriesOf(answer)).toEqual({
      'stage=prod cause=api_key_missing': [1],
      'stage=prod cause=waf_blocked': [1],
      'stage=test cause=api_key_missing': [1],
    });
  });

  it('takes the newest reading of a unit', async () => {
    const world = await openWorld(database, { totals: [tenOfFive], progress: done });
    const answer = async () =>
      seriesOf(await world.reader.readSeries(seriesQuery({ metric: 'requests', toMs: at(1) })));
    expect(await answer()).toEqual({ '': [10] });
    await writeUnit(createUnitStore(world.database), 'unit-1', generation(2), [counted(at(0), 12)], noonMs);
    expect(await answer()).toEqual({ '': [12] });
  });
});
