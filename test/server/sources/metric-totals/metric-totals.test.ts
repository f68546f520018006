import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../../server/src/store/store-error.js';
import { account, region } from '../../../fake-aws/harness.js';
import { awsQuotas } from '../../../fake-aws/quotas.js';
import { stage } from '../../aws/discovery/examples.js';
import { type Bed, countMetric, lookAt, minute, open, point, startMs } from './bed.js';

const hour = 60 * minute;
const orders = stage({ apiId: 'rest000001', apiName: 'orders' });
const dev = stage({ apiId: 'rest000001', apiName: 'orders', stage: 'dev' });
const web = stage({ apiId: 'http000001', apiName: 'web', apiKind: 'http', stage: '$default' });
const chat = stage({ apiId: 'ws00000001', apiName: 'chat', apiKind: 'websocket' });
const stages = [orders, dev, web, chat];
const ordersMetric = { ApiName: 'orders', Stage: 'prod' };

/** 100 requests in the first minute, 101 in the second … */
const steady = (fromMs: number, minutes: number) =>
  Array.from({ length: minutes }, (_, i) => point(fromMs + i * minute, 100 + i));
const looks = [lookAt(startMs - minute, stages)];

const totalsOf = ({ store }: Bed, name: string, fromMs: number, minutes: number) =>
  Array.from({ length: minutes }, (_, i) => store.totalOf(name, fromMs + i * minute));
/** A look now, that shows what the last one did. */
function lookAgain(bed: Bed): void {
  bed.snapshots = [lookAt(bed.aws.clock.nowMs(), stages)];
}

describe('requests of what is read as refusals only', () => {
  it('are counted three minutes after each minute, for one metric a minute', async () => {
    const bed = await open(looks);
    bed.metrics.push(countMetric(ordersMetric, steady(startMs, 60)));
    bed.store.addThrifty('rest000001/prod', startMs, startMs + hour);
    await bed.runUntil(startMs + 4 * minute - 1);
    expect(totalsOf(bed, 'rest000001/prod', startMs, 1)).toEqual([undefined]);
    await bed.runUntil(startMs + 34 * minute);
    expect(totalsOf(bed, 'rest000001/prod', startMs, 31)).toEqual(Array.from({ length: 31 }, (_, i) => 100 + i));
    expect(bed.paid()).toBe(31);
    expect(bed.told).toEqual([]);
  });

  it('nothing is asked for while all is read whole', async () => {
    const bed = await open(looks);
    bed.metrics.push(countMetric(ordersMetric, steady(startMs, 60)));
    await bed.runUntil(startMs + hour);
    expect(bed.aws.calls.count()).toBe(0);
  });

  it('of HTTP APIs by their id; WebSocket APIs have no such metric, and other accounts are not ours', async () => {
    const bed = await open(looks);
    bed.metrics.push(countMetric({ ApiId: 'http000001', Stage: '$default' }, steady(startMs, 5)));
    bed.store.addThrifty('http000001/$default', startMs, startMs + 2 * minute);
    bed.store.addThrifty('ws00000001/prod', startMs, startMs + 2 * minute);
    bed.store.addThrifty('rest000001/dev', startMs, startMs + 2 * minute, { account: '444455556666', region });
    bed.store.addThrifty('rest000001/prod', startMs, startMs + 2 * minute, { account, region: 'us-east-1' });
    await bed.runUntil(startMs + 10 * minute);
    expect([...bed.store.totals]).toEqual([
      [`http000001/$default ${startMs}`, 100],
      [`http000001/$default ${startMs + minute}`, 101],
    ]);
    expect(bed.paid()).toBe(2);
  });

  it('after a standstill the newest first, all of two weeks within the hour, and nothing that AWS no longer has', async () => {
    const bed = await open(looks);
    const longAgo = startMs - 13 * 24 * hour;
    const tooLong = startMs - 16 * 24 * hour;
    for (const fromMs of [startMs - 5 * hour, longAgo, tooLong]) {
      bed.metrics.push(
        countMetric(ordersMetric, (from, to) => steady(Math.ceil(from / minute) * minute, (to - from) / minute)),
      );
      bed.store.addThrifty('rest000001/prod', fromMs, fromMs + hour);
    }
    await bed.runUntil(startMs + 2 * minute);
    expect(bed.store.totalOf('rest000001/prod', startMs - 5 * hour)).toBeDefined();
    expect(bed.store.totalOf('rest000001/prod', longAgo)).toBeUndefined();
    await bed.runUntil(startMs + hour);
    expect(totalsOf(bed, 'rest000001/prod', longAgo, 60)).not.toContain(undefined);
    expect(bed.store.totalOf('rest000001/prod', tooLong)).toBeUndefined();
    // A stretch of an hour is one metric, or two where it is looked through in parts.
    expect(bed.paid()).toBeLessThanOrEqual(4);
  });
});

describe('a minute that grows', () => {
  /** 60 of the first minute are there at once, 40 come nine minutes later. */
  async function growing(thriftyMinutes: number): Promise<Bed> {
    const bed = await open(looks);
    const late = point(startMs, 40, startMs + 10 * minute);
    bed.metrics.push(countMetric(ordersMetric, [point(startMs, 60), late, ...steady(startMs + minute, 60)]));
    bed.store.addThrifty('rest000001/prod', startMs, startMs + thriftyMinutes * minute);
    await bed.runUntil(startMs + 5 * minute);
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBe(60);
    return bed;
  }

  it.each([
    ['the stage is still read so', 60, 16],
    // One metric more.
    ['the stage is read whole again', 1, 2],
  ])('is asked for once more when it is final; %s', async (_, thriftyMinutes, metrics) => {
    const bed = await growing(thriftyMinutes);
    await bed.runUntil(startMs + 19 * minute);
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBe(100);
    expect(bed.paid()).toBe(metrics);
  });

  it('after a restart too, with what is asked for of the stage', async () => {
    const bed = await growing(60);
    bed.restart();
    await bed.runUntil(startMs + 19 * minute);
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBe(100);
  });

  it('never shrinks', async () => {
    const bed = await growing(1);
    bed.metrics.splice(0, 1, countMetric(ordersMetric, [point(startMs, 5), ...steady(startMs + minute, 60)]));
    await bed.runUntil(startMs + 30 * minute);
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBe(60);
  });
});

describe('a minute of which CloudWatch has nothing', () => {
  /** The stage `dev` is silent. */
  async function silent(requests = steady(startMs, 120)): Promise<Bed> {
    const bed = await open(looks);
    bed.metrics.push(countMetric(ordersMetric, requests));
    bed.store.addThrifty('rest000001/prod', startMs, startMs + hour);
    bed.store.addThrifty('rest000001/dev', startMs, startMs + minute);
    bed.store.addThrifty('http000001/$default', startMs, startMs + minute);
    return bed;
  }

  it('had no requests, when it is final and CloudWatch has got further', async () => {
    const bed = await silent();
    lookAgain(bed);
    await bed.runUntil(startMs + 15 * minute);
    lookAgain(bed);
    const zeros = () => ['rest000001/dev', 'http000001/$default'].map((each) => bed.store.totalOf(each, startMs));
    expect(zeros()).toEqual([undefined, undefined]);
    await bed.runUntil(startMs + 18 * minute);
    expect(zeros()).toEqual([0, 0]);
  });

  it('is not known while CloudWatch stands still', async () => {
    const bed = await silent([]);
    await bed.runUntil(startMs + 15 * minute);
    lookAgain(bed);
    await bed.runUntil(startMs + hour);
    expect(bed.store.totals.size).toBe(0);
  });

  it('is not known while nobody has looked whether the API was given another name', async () => {
    const bed = await silent();
    await bed.runUntil(startMs + hour);
    expect(bed.store.totalOf('rest000001/dev', startMs)).toBeUndefined();
    lookAgain(bed);
    await bed.runUntil(startMs + hour + 2 * minute);
    expect(bed.store.totalOf('rest000001/dev', startMs)).toBe(0);
  });

  it('is not known when AWS has only given a part', async () => {
    const bed = await silent();
    bed.aws.faults.push({ effect: { kind: 'metric_status', dimension: 'dev', status: 'InternalError' } });
    await bed.runUntil(startMs + 15 * minute);
    lookAgain(bed);
    await bed.runUntil(startMs + 30 * minute);
    expect(bed.store.totalOf('rest000001/dev', startMs)).toBeUndefined();
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBe(100);
    bed.aws.faults.length = 0;
    await bed.runUntil(startMs + 32 * minute);
    expect(bed.store.totalOf('rest000001/dev', startMs)).toBe(0);
  });
});

describe('what keeps requests from being counted', () => {
  it('two REST APIs of one name: told once, and others are counted', async () => {
    const twin = stage({ apiId: 'rest000002', apiName: 'orders' });
    const bed = await open([lookAt(startMs - minute, [...stages, twin])]);
    bed.metrics.push(
      countMetric(ordersMetric, steady(startMs, 60)),
      countMetric({ ApiId: 'http000001', Stage: '$default' }, steady(startMs, 60)),
    );
    bed.store.addThrifty('rest000001/prod', startMs, startMs + 10 * minute);
    bed.store.addThrifty('http000001/$default', startMs, startMs + 10 * minute);
    await bed.runUntil(startMs + 20 * minute);
    expect(totalsOf(bed, 'http000001/$default', startMs, 2)).toEqual([100, 101]);
    expect(bed.store.totalOf('rest000001/prod', startMs)).toBeUndefined();
    expect(bed.told).toEqual([
      'Several REST APIs are called "orders", and CloudWatch adds up their requests: they cannot be counted by metrics until each has a name of its own.',
    ]);
    expect(bed.totals.problems(region)).toMatchObject([{ message: bed.told[0] }]);
  });

  it('a permission that is missing is named once, and nothing is lost when it is given', async () => {
    const bed = await open(looks, { faults: [{ untilMs: startMs + 20 * minute, effect: { kind: 'denied' } }] });
    bed.metrics.push(countMetric(ordersMetric, steady(startMs, 60)));
    bed.store.addThrifty('rest000001/prod', startMs, startMs + 30 * minute);
    await bed.runUntil(startMs + 15 * minute);
    const message = `AWS refuses cloudwatch:GetMetricData on metrics (${account}, ${region}): allow this action to the role.`;
    expect(bed.told).toEqual([message]);
    expect(bed.totals.problems(region)).toEqual([{ action: 'cloudwatch:GetMetricData', part: 'metrics', message }]);
    expect(bed.totals.problems('us-east-1')).toEqual([]);
    await bed.runUntil(startMs + 40 * minute);
    expect(totalsOf(bed, 'rest000001/prod', startMs, 30)).toEqual(Array.from({ length: 30 }, (_, i) => 100 + i));
    expect(bed.totals.problems(region)).toEqual([]);
  });

  it('a store that fails has told of it, and what lacks is asked for again', async () => {
    const bed = await open(looks);
    bed.metrics.push(countMetric(ordersMetric, steady(startMs, 60)));
    bed.store.addThrifty('rest000001/prod', startMs, startMs + 5 * minute);
    bed.store.failure = new StoreError('unavailable', 'The database did not answer.');
    await bed.runUntil(startMs + 10 * minute);
    bed.store.failure = null;
    await bed.runUntil(startMs + 12 * minute);
    expect(totalsOf(bed, 'rest000001/prod', startMs, 5)).toEqual([100, 101, 102, 103, 104]);
    expect(bed.told).toEqual([]);
  });

  it('throttling slows down, and no quota is exceeded with 1,200 stages', async () => {
    const many = Array.from({ length: 1_200 }, (_, i) => stage({ apiId: `rest${i}`, apiName: `api-${i}` }));
    const bed = await open([lookAt(startMs - minute, many)], {
      quotas: awsQuotas,
      faults: [{ times: 3, effect: { kind: 'throttled' } }],
    });
    for (const { apiId, apiName } of many) {
      bed.metrics.push(countMetric({ ApiName: apiName, Stage: 'prod' }, steady(startMs, 5)));
      bed.store.addThrifty(`${apiId}/prod`, startMs, startMs + 2 * minute);
    }
    await bed.runUntil(startMs + 6 * minute);
    for (const { apiId } of many) expect(totalsOf(bed, `${apiId}/prod`, startMs, 2)).toEqual([100, 101]);
    expect(bed.aws.calls.busiest(1_000, { operation: 'cloudwatch:GetMetricData' })).toBeLessThanOrEqual(5);
    expect(bed.told).toEqual([]);
  });
});
