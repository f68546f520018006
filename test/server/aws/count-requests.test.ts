import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { createCountRequests } from '../../../server/src/aws/count-requests.js';
import { createRateBudgets } from '../../../server/src/aws/rate-budgets.js';
import type { CountRequests } from '../../../server/src/sources/metric-totals/count-requests.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import type { FaultEffect } from '../../fake-aws/faults.js';
import { account, clientOf, fakeFor, region, worldOf } from '../../fake-aws/harness.js';
import { awsQuotas } from '../../fake-aws/quotas.js';
import type { FakeMetric, FakePoint } from '../../fake-aws/world.js';

const minute = 60_000;
/** The fake's clock stands an hour later. */
const startMs = Date.UTC(2026, 2, 1, 11);
const never = new AbortController().signal;

const orders = { ApiName: 'orders', Stage: 'prod' };
const web = { ApiId: 'http000001', Stage: '$default' };

const countMetric = (dimensions: Record<string, string>, points: FakePoint[]): FakeMetric => ({
  namespace: 'AWS/ApiGateway',
  name: 'Count',
  dimensions,
  points,
});
/** `requests` of the minutes from the start on. */
const perMinute = (...requests: number[]): FakePoint[] =>
  requests.flatMap((samples, i) => (samples === 0 ? [] : [{ timestamp: startMs + i * minute, value: 1, samples }]));

const world = () =>
  worldOf({ metrics: [countMetric(orders, perMinute(40, 0, 42, 43)), countMetric(web, perMinute(7, 8, 9, 10))] });

/** Waiting lets the fake's clock go on. */
function countOf(aws: FakeAws): CountRequests {
  const nowMs = () => aws.clock.nowMs();
  const wait = async (ms: number): Promise<void> => void aws.clock.set(nowMs() + ms);
  return createCountRequests({
    clientOf: (_account, where) => new CloudWatchClient(clientOf(aws, where)),
    budgets: createRateBudgets({ nowMs, wait }),
    wait,
  });
}

const question = (metrics = [orders, web] as readonly Record<string, string>[], minutes = 3) => ({
  account,
  region,
  fromMs: startMs,
  toMs: startMs + minutes * minute,
  metrics,
});

async function ask(aws: FakeAws, metrics?: readonly Record<string, string>[]) {
  const answers = await countOf(aws)(question(metrics), never);
  return answers.map(({ requests, isWhole }) => ({
    requests: Object.fromEntries([...requests].map(([at, count]) => [(at - startMs) / minute, count])),
    isWhole,
  }));
}

const whole = [
  { requests: { 0: 40, 2: 42 }, isWhole: true },
  { requests: { 0: 7, 1: 8, 2: 9 }, isWhole: true },
];

describe('counting requests by metrics', () => {
  it('gives the requests of each stage by minute, the end excluded; a minute without any is not there', async () => {
    const aws = await fakeFor(world());
    expect(await ask(aws)).toEqual(whole);
    expect(await ask(aws, [web, { ApiName: 'nobody', Stage: 'prod' }, orders])).toEqual([
      whole[1],
      { requests: {}, isWhole: true },
      whole[0],
    ]);
    expect(aws.calls.count()).toBe(2);
  });

  it('puts pages together', async () => {
    const aws = await fakeFor(world(), { faults: [{ effect: { kind: 'short_page', events: 2 } }] });
    expect(await ask(aws)).toEqual(whole);
    expect(aws.calls.count()).toBe(3);
  });

  it('a token that leads nowhere ends the reading, and nothing is taken for whole', async () => {
    const aws = await fakeFor(world(), {
      faults: [
        { page: 1, effect: { kind: 'short_page', events: 1 } },
        { page: 2, effect: { kind: 'repeat_token' } },
      ],
    });
    expect((await ask(aws)).map(({ isWhole }) => isWhole)).toEqual([false, false]);
    expect(aws.calls.count()).toBe(2);
  });

  it.each(['PartialData', 'InternalError'] as const)('%s of one metric: the others are whole', async (status) => {
    const effect: FaultEffect = { kind: 'metric_status', dimension: 'orders', status };
    expect(await ask(await fakeFor(world(), { faults: [{ effect }] }))).toEqual([
      { requests: {}, isWhole: false },
      whole[1],
    ]);
  });
});

describe('what AWS refuses', () => {
  it.each<[string, FaultEffect, string]>([
    ['the policy is missing', { kind: 'denied' }, 'denied'],
    ['the policy is missing, in the words of the old protocol', { kind: 'error', name: 'AccessDenied' }, 'denied'],
    ['one metric is forbidden', { kind: 'metric_status', dimension: 'orders', status: 'Forbidden' }, 'denied'],
    ['credentials have expired', { kind: 'expired_credentials' }, 'credentials'],
    ['it throttles for long', { kind: 'error', name: 'Throttling' }, 'throttled'],
    ['the connection breaks each time', { kind: 'cut', when: 'half' }, 'unreachable'],
    ['it answers what nobody knows', { kind: 'error', name: 'InvalidParameterCombination' }, 'broken'],
  ])('%s', async (_, effect, kind) => {
    const aws = await fakeFor(world(), { faults: [{ effect }] });
    const failure = expect(ask(aws)).rejects;
    await failure.toMatchObject({ kind, ...(kind === 'denied' && { action: 'cloudwatch:GetMetricData' }) });
  });

  it('what passes is asked again', async () => {
    const aws = await fakeFor(world(), { faults: [{ times: 2, effect: { kind: 'throttled' } }] });
    expect(await ask(aws)).toEqual(whole);
    expect(aws.calls.count()).toBe(3);
  });

  it('nobody waits for it any more: nothing is asked again', async () => {
    const stop = new AbortController();
    const aws = await fakeFor(world(), { faults: [{ effect: { kind: 'throttled' } }] });
    const nowMs = () => aws.clock.nowMs();
    const count = createCountRequests({
      clientOf: (_account, where) => new CloudWatchClient(clientOf(aws, where)),
      budgets: createRateBudgets({ nowMs, wait: async () => {} }),
      wait: async () => stop.abort(new Error('enough')),
    });
    await expect(count(question(), stop.signal)).rejects.toThrow('enough');
    expect(aws.calls.count()).toBe(1);
  });
});

it('stays within the quotas of calls and of data points', async () => {
  const aws = await fakeFor(world(), { quotas: awsQuotas });
  const count = countOf(aws);
  for (let i = 0; i < 30; i++) await count(question(), never);
  // So many calls of 36,000 data points, which no question exceeds, make AWS's 180,000.
  expect(aws.calls.busiest(1_000, { operation: 'cloudwatch:GetMetricData' })).toBeLessThanOrEqual(5);
});
