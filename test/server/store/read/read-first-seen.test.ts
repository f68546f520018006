import { beforeAll, describe, expect, it } from 'vitest';
import type { FirstSeenQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { FirstSeenAnswer } from '../../../../server/src/store/event-store.js';
import { refusedRow } from '../../../conformance/store-rows.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, minuteMs, noonMs, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const hour = 60;
const day = 24 * hour;

/** An hour from noon. */
const query = (more: Partial<FirstSeenQuery> = {}): FirstSeenQuery => ({
  fromMs: noonMs,
  toMs: at(hour),
  filter: {},
  least: 3,
  limit: 10,
  nowMs: at(hour),
  ...more,
});

/** A stage that is known for two days, and complete up to an hour after noon. */
const known: World = {
  totals: [
    { minute: -2 * day, requests: 10 },
    { minute: 5, requests: 10 },
  ],
  progress: { 'file:access': hour },
};
const three = { times: 3 } as const;

const shown = ({ causes }: FirstSeenAnswer) =>
  causes.map(({ labels, firstSeenMs, refused }) => [
    `${labels.stage} ${labels.route} ${labels.cause}`,
    Math.floor((firstSeenMs - noonMs) / minuteMs),
    refused,
  ]);
const blocked = 'prod /orders/{id} waf_blocked';

interface Case {
  readonly name: string;
  readonly world: World;
  readonly query?: Partial<FirstSeenQuery>;
  readonly causes: readonly (readonly [string, number, number])[];
}

const cases: readonly Case[] = [
  {
    name: 'a cause that was never refused on its route',
    world: { refused: [{ minute: 7, ...three }, { minute: 20 }] },
    causes: [[blocked, 7, 4]],
  },
  { name: 'twice is too little', world: { refused: [{ minute: 7, times: 2 }] }, causes: [] },
  {
    name: 'twice is enough for whoever asks for it',
    world: { refused: [{ minute: 7, times: 2 }] },
    query: { least: 2 },
    causes: [[blocked, 7, 2]],
  },
  ...[1, 59, 61, day - 1, day + 1, 7 * day].map(
    (ago): Case => ({
      name: `refused once ${ago} minutes before is not new`,
      world: { refused: [{ minute: 7, ...three }, { minute: -ago }] },
      causes: [],
    }),
  ),
  {
    name: 'refused more than seven days before is new again',
    world: { refused: [{ minute: 7, ...three }, { minute: -7 * day - 1 }] },
    causes: [[blocked, 7, 3]],
  },
  {
    name: 'another route, another cause, another stage do not make it old',
    world: {
      refused: [
        { minute: 7, ...three },
        { minute: -5, route: '/other' },
        { minute: -5, cause: 'iam_denied', group: 'iam' },
        { minute: -5, stage: 'test' },
        { minute: -5, apiId: 'other' },
      ],
    },
    causes: [[blocked, 7, 3]],
  },
  {
    name: 'on a stage that is known for less than a day everything is new, so nothing is',
    world: {
      refused: [{ minute: 7, ...three, stage: 'test' }],
      totals: [{ minute: -day + 1, requests: 5, stage: 'test' }],
    },
    causes: [],
  },
  {
    name: 'a stage that is known for exactly a day',
    world: {
      refused: [{ minute: 7, ...three, stage: 'test' }],
      totals: [{ minute: -day, requests: 5, stage: 'test' }],
    },
    causes: [['test /orders/{id} waf_blocked', 7, 3]],
  },
  {
    name: 'of a stage without any totals nothing is told',
    world: { refused: [{ minute: 7, ...three, stage: 'test' }] },
    causes: [],
  },
  {
    name: 'the newest first',
    world: {
      refused: [
        { minute: 7, ...three },
        { minute: 9, ...three, route: '/b' },
        { minute: 8, ...three, route: '/c' },
      ],
    },
    causes: [
      ['prod /b waf_blocked', 9, 3],
      ['prod /c waf_blocked', 8, 3],
      [blocked, 7, 3],
    ],
  },
  {
    name: 'a filter',
    world: {
      refused: [
        { minute: 7, ...three },
        { minute: 9, ...three, cause: 'iam_denied', group: 'iam' },
      ],
    },
    query: { filter: { group: { in: ['iam'] } } },
    causes: [['prod /orders/{id} iam_denied', 9, 3]],
  },
  {
    name: 'a look at the day before is not cheated by a mixture of its labels',
    world: {
      refused: [
        { minute: 7, ...three, route: '/a' },
        { minute: 8, ...three, route: '/b', cause: 'iam_denied', group: 'iam' },
        { minute: -90, route: '/a', cause: 'iam_denied', group: 'iam' },
        { minute: -90, route: '/b' },
      ],
    },
    causes: [
      ['prod /b iam_denied', 8, 3],
      ['prod /a waf_blocked', 7, 3],
    ],
  },
  {
    name: 'what counted from another log before is not new',
    world: {
      refused: [
        { minute: 7, ...three },
        { minute: -2 * hour, countedFrom: 'waf' },
        { minute: -2 * hour, cause: 'unknown', group: 'unknown' },
      ],
    },
    causes: [],
  },
  {
    name: 'of two kinds of evidence in an hour the first counts',
    world: {
      refused: [
        { minute: 7, ...three, countedFrom: 'waf' },
        { minute: 8, times: 5, route: '/b' },
      ],
    },
    causes: [['prod /b waf_blocked', 8, 5]],
  },
];

describe('causes first seen', () => {
  it.each(cases)('$name', async ({ world, query: more, causes }) => {
    const { reader, add } = await openWorld(database, known);
    await add(world);
    expect(shown(await reader.readFirstSeen(query(more)))).toEqual(causes);
  });

  it('come with the watermark of their stage, and the answer with that of all', async () => {
    const { reader, add } = await openWorld(database, known);
    await add({
      refused: [{ minute: 7, ...three }],
      totals: [{ minute: 5, requests: 1, stage: 'test', feed: 'http:slow' }],
      progress: { 'http:slow': 12 },
    });
    const { causes, completeUntilMs } = await reader.readFirstSeen(query());
    expect(causes.map((cause) => cause.completeUntilMs)).toEqual([at(hour)]);
    expect(completeUntilMs).toBe(at(12));
  });

  it('a limit says how many it left out', async () => {
    const { reader, add } = await openWorld(database, known);
    await add({
      refused: [
        { minute: 7, ...three },
        { minute: 9, ...three, route: '/b' },
      ],
    });
    const answer = await reader.readFirstSeen(query({ limit: 1 }));
    expect(shown(answer)).toEqual([['prod /b waf_blocked', 9, 3]]);
    expect(answer.omittedCauses).toBe(1);
  });

  it('a verdict that was replaced since, and a request that is gone, make nothing old', async () => {
    const { reader, add, insertRefused } = await openWorld(database, known);
    await add({ refused: [{ minute: 7, ...three }] });
    const before = { tsMs: at(-90), countedFrom: 'access' } as const;
    await insertRefused([
      refusedRow('improved', { ...before, facts: 1 }),
      refusedRow('improved', { ...before, facts: 2, cause: 'iam_denied', group: 'iam' }),
      refusedRow('moved', { ...before, facts: 1 }),
      refusedRow('moved', { ...before, facts: 2, cancelled: true }),
    ]);
    expect(shown(await reader.readFirstSeen(query()))).toEqual([[blocked, 7, 3]]);
  });

  it('a verdict that was replaced does not hide an older one that stands', async () => {
    const { reader, add, insertRefused } = await openWorld(database, known);
    await add({ refused: [{ minute: 7, ...three }, { minute: -95 }] });
    const newest = { tsMs: at(-90), countedFrom: 'access' } as const;
    await insertRefused([refusedRow('improved', { ...newest, facts: 1 })]);
    await insertRefused([refusedRow('improved', { ...newest, facts: 2, cause: 'iam_denied', group: 'iam' })]);
    expect(shown(await reader.readFirstSeen(query()))).toEqual([]);
  });

  it('new to some window of the range: what was seen before is told, unless it is too near to every window', async () => {
    const { reader, add } = await openWorld(database, known);
    await add({
      refused: [
        { minute: 50, ...three },
        { minute: -7 * day + 20 },
        { minute: 50, ...three, route: '/b' },
        { minute: -7 * day + 40, route: '/b' },
      ],
    });
    const { causes } = await reader.readFirstSeen(query({ windowsUntilMs: at(30) }));
    expect(
      causes.map(({ labels, lastBeforeMs }) => [labels.route, Math.floor(((lastBeforeMs ?? 0) - noonMs) / minuteMs)]),
    ).toEqual([['/orders/{id}', -7 * day + 20]]);
    expect(shown(await reader.readFirstSeen(query()))).toEqual([]);
  });
});
