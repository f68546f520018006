import { describe, expect, it } from 'vitest';
import {
  type DeliveredTotals,
  knowStages,
  type StageLabels,
  type Watermark,
} from '../../../server/src/query/completeness.js';

const labels = (stage: string, more: Partial<StageLabels> = {}): StageLabels => ({
  account: '111122223333',
  region: 'eu-west-1',
  api_id: 'orders',
  stage,
  ...more,
});

const delivered = (stage: string, feed: string, more: Partial<DeliveredTotals> = {}): DeliveredTotals => ({
  labels: labels(stage),
  feed,
  countedFrom: 'access',
  isSelected: true,
  dayRequests: 10,
  dayOthers: 9,
  inLastDay: true,
  isDeclared: false,
  ...more,
});

const logs = (completeUntilMs: number | null): Watermark => ({ completeUntilMs, basis: 'logs' });
const none = (completeUntilMs: number | null): Watermark => ({ completeUntilMs, basis: 'none' });
const refusalsOnly = { dayRequests: 1000, dayOthers: 0 };

interface Case {
  readonly name: string;
  readonly delivered?: readonly DeliveredTotals[];
  readonly present?: readonly StageLabels[];
  readonly progress?: Record<string, number>;
  readonly of?: Partial<StageLabels>;
  readonly watermark: Watermark;
}

const cases: readonly Case[] = [
  { name: 'nothing', watermark: logs(null) },
  { name: 'no stage, but a feed', progress: { a: 5 }, watermark: logs(null) },
  { name: 'one stage of one feed', delivered: [delivered('prod', 'a')], progress: { a: 5, b: 1 }, watermark: logs(5) },
  { name: 'a feed without progress', delivered: [delivered('prod', 'a')], progress: { b: 1 }, watermark: logs(null) },
  {
    name: 'two feeds of a stage',
    delivered: [delivered('prod', 'a'), delivered('prod', 'b')],
    progress: { a: 5, b: 3 },
    watermark: logs(3),
  },
  {
    name: 'all stages',
    delivered: [delivered('prod', 'a'), delivered('test', 'b')],
    progress: { a: 5, b: 3 },
    watermark: logs(3),
  },
  {
    name: 'one of them',
    delivered: [delivered('prod', 'a'), delivered('test', 'b')],
    progress: { a: 5, b: 3 },
    of: { stage: 'prod' },
    watermark: logs(5),
  },
  {
    name: 'stages of one name in several APIs',
    delivered: [delivered('prod', 'a'), delivered('prod', 'b', { labels: labels('prod', { api_id: 'pay' }) })],
    progress: { a: 5, b: 3 },
    of: { stage: 'prod' },
    watermark: logs(3),
  },
  {
    name: 'a name that no stage has',
    delivered: [delivered('prod', 'a')],
    progress: { a: 5 },
    of: { stage: 'none' },
    watermark: logs(null),
  },
  {
    name: 'a stage that the filter leaves out',
    delivered: [delivered('prod', 'a'), delivered('test', 'b', { isSelected: false })],
    progress: { a: 5, b: 3 },
    watermark: logs(5),
  },
  {
    name: 'the better kind of evidence',
    delivered: [delivered('prod', 'a'), delivered('prod', 'b', { countedFrom: 'execution' })],
    progress: { a: 5, b: 3 },
    watermark: logs(5),
  },
  {
    name: 'a feed that was silent for the last day',
    delivered: [delivered('prod', 'a'), delivered('prod', 'b', { inLastDay: false })],
    progress: { a: 5, b: 3 },
    watermark: logs(5),
  },
  {
    name: 'all feeds of the stage were silent for the last day',
    delivered: [delivered('prod', 'b', { inLastDay: false })],
    progress: { a: 5, b: 3 },
    watermark: logs(3),
  },
  {
    name: 'a stage that no feed is known to have delivered',
    present: [labels('prod')],
    progress: { a: 5, b: 3 },
    watermark: logs(5),
  },
  { name: 'the same without any feed', present: [labels('prod')], watermark: logs(null) },
  {
    name: 'a stage that was delivered and has rows',
    delivered: [delivered('prod', 'b')],
    present: [labels('prod')],
    progress: { a: 5, b: 3 },
    watermark: logs(3),
  },
  {
    name: 'refusals only',
    delivered: [delivered('prod', 'a', refusalsOnly)],
    progress: { a: 5 },
    watermark: none(5),
  },
  {
    name: 'refusals only, but few',
    delivered: [delivered('prod', 'a', { ...refusalsOnly, dayRequests: 999 })],
    progress: { a: 5 },
    watermark: logs(5),
  },
  {
    name: 'refusals only, enough over several stages',
    delivered: ['prod', 'test'].map((stage) => delivered(stage, 'a', { ...refusalsOnly, dayRequests: 500 })),
    progress: { a: 5 },
    of: { stage: 'prod' },
    watermark: none(5),
  },
  {
    name: 'another stage of the feed has other answers, filtered or not',
    delivered: [delivered('prod', 'a', refusalsOnly), delivered('test', 'a', { isSelected: false })],
    progress: { a: 5 },
    watermark: logs(5),
  },
  {
    name: 'refusals only in evidence that is not counted from',
    delivered: [delivered('prod', 'a'), delivered('prod', 'a', { countedFrom: 'waf', ...refusalsOnly })],
    progress: { a: 5 },
    watermark: logs(5),
  },
  {
    name: 'a sum of a stage with and one without denominator',
    delivered: [delivered('prod', 'a'), delivered('test', 'b', refusalsOnly)],
    progress: { a: 5, b: 7 },
    watermark: none(5),
  },
];

describe('watermark and basis', () => {
  it.each(cases)('$name', ({ delivered = [], present = [], progress = {}, of = {}, watermark }) => {
    const stages = knowStages(delivered, present, new Map(Object.entries(progress)));
    expect(stages.watermarkOf(of)).toEqual(watermark);
  });

  it.each<[string, readonly DeliveredTotals[], readonly StageLabels[], Watermark]>([
    ['none was found of it: the lowest of those that say they read it', [], [], logs(3)],
    ['its days were rebuilt', [], [labels('prod')], logs(3)],
    ['some were found: of those that delivered them', [delivered('prod', 'b')], [], logs(7)],
    [
      'a feed that says so is not taken for one that does not',
      [delivered('prod', 'b', { ...refusalsOnly, isDeclared: true })],
      [],
      logs(7),
    ],
  ])('of a stage that is read as refusals only, %s', (_, given, present, watermark) => {
    const progress = new Map(Object.entries({ a: 3, b: 7 }));
    const stages = knowStages(given, present, progress, [{ labels: labels('prod'), feeds: ['a', 'b'] }]);
    expect(stages.watermarkOf({ stage: 'prod' })).toEqual(watermark);
  });
});
