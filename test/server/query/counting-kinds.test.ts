import type { CountedFrom } from '@why403/parsers';
import { describe, expect, it } from 'vitest';
import { type CountingKinds, kindsOfRange, type StageDay } from '../../../server/src/query/counting-kinds.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.parse('2026-03-01T00:00:00Z');

/** Hours by kind. */
type Hours = Partial<Record<CountedFrom, readonly number[]>>;
const stageDay = (stage: string, hours: Hours): StageDay => ({
  labels: { account: '111122223333', region: 'eu-west-1', api_id: 'orders', stage },
  hours: new Map(
    Object.entries(hours).map(([kind, list]) => [
      kind as CountedFrom,
      list.reduce((bits, hour) => bits | (1 << hour), 0),
    ]),
  ),
  feeds: [],
});

interface Case {
  readonly name: string;
  readonly first?: readonly StageDay[];
  readonly second?: readonly StageDay[];
  /** Hours from the start of the first day. */
  readonly from?: number;
  readonly to?: number;
  readonly counting: CountingKinds;
  readonly countedFrom: readonly CountedFrom[];
}

const cases: readonly Case[] = [
  { name: 'nothing', counting: 'any', countedFrom: [] },
  { name: 'one kind', first: [stageDay('prod', { access: [3] })], counting: 'any', countedFrom: ['access'] },
  {
    name: 'kinds in different hours',
    first: [stageDay('prod', { access: [3], execution: [4] })],
    counting: 'any',
    countedFrom: ['access', 'execution'],
  },
  {
    name: 'two kinds in an hour, the first of them in all others as well',
    first: [stageDay('prod', { access: [3, 4, 23], execution: [4] })],
    counting: 'access',
    countedFrom: ['access'],
  },
  {
    name: 'two kinds in an hour, and an hour of the second alone',
    first: [stageDay('prod', { access: [3], execution: [3, 4] })],
    counting: 'first_of_hour',
    countedFrom: ['access', 'execution'],
  },
  {
    name: 'two kinds in an hour of one stage, and a stage of another kind',
    first: [stageDay('prod', { access: [3], execution: [3] }), stageDay('test', { waf: [9] })],
    counting: 'first_of_hour',
    countedFrom: ['access', 'waf'],
  },
  {
    name: 'hours outside of the range do not count',
    first: [stageDay('prod', { access: [3, 4], execution: [3, 4, 5], waf: [2] })],
    from: 3.5,
    to: 4.5,
    counting: 'access',
    countedFrom: ['access'],
  },
  {
    name: 'a range over midnight',
    first: [stageDay('prod', { access: [22], execution: [23] })],
    second: [stageDay('prod', { execution: [0, 1], waf: [1] })],
    from: 23,
    to: 26,
    counting: 'execution',
    countedFrom: ['execution'],
  },
];

describe('what the hours of a range are counted from', () => {
  it.each(cases)('$name', ({ first = [], second = [], from = 0, to = 48, counting, countedFrom }) => {
    const days = new Map([
      ['2026-03-01', first],
      ['2026-03-02', second],
    ]);
    const range = { fromMs: startMs + from * hourMs, toMs: Math.min(startMs + to * hourMs, startMs + 2 * dayMs) };
    expect(kindsOfRange(days, range)).toMatchObject({ counting, countedFrom });
  });

  it('tells it of each stage', () => {
    const days = new Map([
      [
        '2026-03-01',
        [stageDay('prod', { access: [3], execution: [3] }), stageDay('test', { execution: [3], waf: [4] })],
      ],
    ]);
    const { ofStage } = kindsOfRange(days, { fromMs: startMs, toMs: startMs + dayMs });
    expect([...ofStage.values()]).toEqual([['access'], ['execution', 'waf']]);
  });
});
