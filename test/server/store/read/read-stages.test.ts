import { beforeAll, describe, expect, it } from 'vitest';
import type { CoverageQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { StagesAnswer } from '../../../../server/src/store/event-store.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const hour = (more: Partial<CoverageQuery> = {}): CoverageQuery => ({
  fromMs: at(0),
  toMs: at(60),
  filter: {},
  limit: 10,
  nowMs: at(60),
  ...more,
});

/** `stage kinds requests refused unknown certain @minute` of the watermark. */
const inShort = ({ stages }: StagesAnswer): string[] =>
  stages.map(({ labels, countedFrom, requests, refused, unknown, certain, completeUntilMs }) =>
    [
      labels.stage,
      countedFrom.join('+') || '-',
      requests,
      refused,
      unknown,
      certain,
      `@${completeUntilMs === null ? '?' : (completeUntilMs - at(0)) / 60_000}`,
    ].join(' '),
  );

const unsure = { cause: 'unknown', group: 'unknown', confidence: 'possible' } as const;
const likely = { cause: 'api_key_missing', group: 'api_key', confidence: 'likely' } as const;

const cases: readonly { name: string; world: World; query?: Partial<CoverageQuery>; stages: readonly string[] }[] = [
  { name: 'an empty store has none', world: {}, stages: [] },
  {
    name: 'each with what was refused, unknown and certain, the most refusing first',
    world: {
      refused: [
        { minute: 1, stage: 'prod', times: 4 },
        { minute: 2, stage: 'prod', ...unsure, times: 2 },
        { minute: 2, stage: 'prod', ...likely },
        { minute: 3, stage: 'test', ...unsure },
      ],
      totals: [
        { minute: 0, requests: 100, stage: 'prod' },
        { minute: 1, requests: 50, stage: 'prod' },
        { minute: 3, requests: 9, stage: 'test', feed: 'http:agent' },
        { minute: 3, requests: 5, stage: 'quiet' },
      ],
      progress: { 'file:access': 30, 'http:agent': 4 },
    },
    stages: ['prod access 150 7 2 4 @30', 'test access 9 1 1 0 @4', 'quiet access 5 0 0 0 @30'],
  },
  {
    name: 'one that fell silent within the last day is still told, with its watermark: a dead source must not vanish',
    world: { totals: [{ minute: -300, requests: 3, stage: 'dead' }], progress: { 'file:access': -290 } },
    stages: ['dead - 0 0 0 0 @-290'],
  },
  {
    name: 'one whose feed has not told how far it is has no watermark',
    world: { totals: [{ minute: 0, requests: 3, stage: 'prod', feed: 'stdin' }] },
    stages: ['prod access 3 0 0 0 @?'],
  },
  {
    name: 'what two logs tell of is counted from one',
    world: {
      refused: [
        { minute: 0, stage: 'prod' },
        { minute: 0, stage: 'prod', countedFrom: 'execution', ...unsure, times: 3 },
        { minute: 0, stage: 'waf only', countedFrom: 'waf', times: 2 },
      ],
      totals: [{ minute: 0, requests: 8, stage: 'prod' }],
      progress: { 'file:access': 60 },
    },
    stages: ['waf only waf 0 2 0 2 @60', 'prod access 8 1 0 1 @60'],
  },
  {
    name: 'only those asked for',
    world: {
      refused: [
        { minute: 0, stage: 'prod' },
        { minute: 0, stage: 'test' },
      ],
      totals: [
        { minute: 0, requests: 8, stage: 'prod' },
        { minute: 0, requests: 8, stage: 'test' },
      ],
      progress: { 'file:access': 60 },
    },
    query: { filter: { stage: { notIn: ['test'] } } },
    stages: ['prod access 8 1 0 1 @60'],
  },
];

describe('stages', () => {
  it.each(cases)('$name', async ({ world, query, stages }) => {
    const { reader } = await openWorld(database, world);
    expect(inShort(await reader.readStages(hour(query)))).toEqual(stages);
  });

  it('beyond the limit are counted, and their feeds still told', async () => {
    const { reader } = await openWorld(database, {
      totals: ['a', 'b', 'c'].map((stage) => ({ minute: 0, requests: 1, stage, feed: `file:${stage}` })),
      progress: { 'file:a': 60, 'file:b': 60, 'file:c': 60 },
    });
    const answer = await reader.readStages(hour({ limit: 1 }));
    expect(inShort(answer)).toEqual(['a access 1 0 0 0 @60']);
    expect(answer.omittedStages).toBe(2);
    expect([...answer.feeds].sort()).toEqual(['file:a', 'file:b', 'file:c']);
    const ofB = await reader.readStages(hour({ filter: { stage: { in: ['b'] } } }));
    expect([...ofB.feeds]).toEqual(['file:b']);
  });
});
