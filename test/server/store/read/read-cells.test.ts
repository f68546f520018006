import { beforeAll, describe, expect, it } from 'vitest';
import type { CellsQuery } from '../../../../server/src/query/query.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { CellsAnswer } from '../../../../server/src/store/event-store.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { at, minuteMs, noonMs, openWorld, type World } from './world.js';

const embedded = useTestDatabase();
let database: Database;
beforeAll(async () => {
  database = await embedded.freshDatabase();
});

const query = (more: Partial<CellsQuery> = {}): CellsQuery => ({
  fromMs: noonMs,
  toMs: at(30),
  metric: 'count',
  stepMs: 5 * minuteMs,
  by: ['stage', 'cause'],
  filter: {},
  limit: 10,
  nowMs: at(60),
  ...more,
});

/** `prod waf_blocked` → [minute after noon → requests, watermark as minute after noon]. */
const cellsOf = ({ sets }: CellsAnswer, stepMs: number) =>
  sets.map(({ labels, buckets, completeUntilMs }) => [
    Object.values(labels).join(' '),
    Object.fromEntries([...buckets].map(([bucket, count]) => [(bucket * stepMs - noonMs) / minuteMs, count])),
    completeUntilMs === null ? null : (completeUntilMs - noonMs) / minuteMs,
  ]);

const world: World = {
  refused: [
    { minute: 1, times: 3 },
    { minute: 4 },
    { minute: 17, times: 2 },
    { minute: 6, cause: 'iam_denied', group: 'iam', times: 2 },
    { minute: 2, stage: 'test' },
    { minute: 30 },
    { minute: -1 },
  ],
  totals: [
    { minute: 1, requests: 10 },
    { minute: 17, requests: 20 },
    { minute: 2, requests: 7, stage: 'test', feed: 'http:test' },
  ],
  progress: { 'file:access': 20, 'http:test': 12 },
};

describe('cells', () => {
  it.each<[string, Partial<CellsQuery>, unknown, number]>([
    [
      'refused requests: only buckets that have any, largest set first, each with the watermark of its stage',
      {},
      [
        ['prod waf_blocked', { 0: 4, 15: 2 }, 20],
        ['prod iam_denied', { 5: 2 }, 20],
        ['test waf_blocked', { 0: 1 }, 12],
      ],
      0,
    ],
    [
      'all requests',
      { metric: 'requests', by: ['stage'], stepMs: minuteMs },
      [
        ['prod', { 1: 10, 17: 20 }, 20],
        ['test', { 2: 7 }, 12],
      ],
      0,
    ],
    ['without labels: the watermark is the lowest of all stages', { by: [] }, [['', { 0: 5, 5: 2, 15: 2 }, 12]], 0],
    ['a filter', { filter: { cause: { in: ['iam_denied'] } } }, [['prod iam_denied', { 5: 2 }, 20]], 0],
    ['a limit says what it left out', { limit: 1 }, [['prod waf_blocked', { 0: 4, 15: 2 }, 20]], 2],
    ['nothing there', { filter: { stage: { in: ['none'] } } }, [], 0],
  ])('%s', async (_, more, cells, omitted) => {
    const { reader } = await openWorld(database, world);
    const answer = await reader.readCells(query(more));
    expect(cellsOf(answer, query(more).stepMs)).toEqual(cells);
    expect(answer.omittedSets).toBe(omitted);
  });

  it('of a stage that no feed has told of have no watermark', async () => {
    const { reader } = await openWorld(database, { refused: [{ minute: 1 }] });
    expect(cellsOf(await reader.readCells(query()), query().stepMs)).toEqual([['prod waf_blocked', { 0: 1 }, null]]);
  });

  it('take the first kind of evidence of each hour', async () => {
    const { reader } = await openWorld(database, {
      refused: [
        { minute: 1, times: 3 },
        { minute: 1, times: 5, countedFrom: 'waf' },
      ],
    });
    expect(cellsOf(await reader.readCells(query()), query().stepMs)).toEqual([['prod waf_blocked', { 0: 3 }, null]]);
  });
});
