import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import { account, clientOf, fakeFor, region, worldOf } from '../harness.js';

const startMs = Date.UTC(2026, 2, 1, 12);
const minute = 60_000;
const world = () =>
  worldOf({
    metrics: [
      {
        namespace: 'AWS/ApiGateway',
        name: 'Count',
        dimensions: { ApiName: 'pets', Stage: 'prod' },
        points: [0, 1_000, minute, 3 * minute].map((offset) => ({ timestamp: startMs + offset, value: 2 })),
      },
    ],
  });

const input = (Stat = 'Sum', dimensions: Readonly<Record<string, string>> = { Stage: 'prod', ApiName: 'pets' }) => ({
  StartTime: new Date(startMs),
  EndTime: new Date(startMs + 3 * minute),
  MetricDataQueries: [
    {
      Id: 'count',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApiGateway',
          MetricName: 'Count',
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: 60,
        Stat,
      },
    },
  ],
});

/** The clock stands after all points. */
async function later(options: Parameters<typeof fakeFor>[1] = {}) {
  const aws = await fakeFor(world(), options);
  aws.clock.advance(10 * minute);
  return aws;
}

it('adds up by period, newest first, the end excluded, periods without a point left out', async () => {
  const client = new CloudWatchClient(clientOf(await later()));
  expect((await client.send(new GetMetricDataCommand(input()))).MetricDataResults).toMatchObject([
    {
      Id: 'count',
      Timestamps: [new Date(startMs + minute), new Date(startMs)],
      Values: [2, 4],
      StatusCode: 'Complete',
    },
  ]);
  const ascending = { ...input('SampleCount'), ScanBy: 'TimestampAscending' as const };
  expect((await client.send(new GetMetricDataCommand(ascending))).MetricDataResults?.[0]?.Values).toEqual([2, 1]);
});

it('knows points from the moment they become visible, and single minutes for 15 days', async () => {
  const own = world();
  const points = [
    { timestamp: startMs, value: 1, samples: 40 },
    { timestamp: startMs, value: 1, samples: 2, visibleAt: startMs + 10 * minute },
  ];
  const metric = own.accounts[account]?.regions[region]?.metrics?.[0];
  Object.assign(metric ?? {}, { points });
  const aws = await fakeFor(own);
  const client = new CloudWatchClient(clientOf(aws));
  const values = async () =>
    (await client.send(new GetMetricDataCommand(input('SampleCount')))).MetricDataResults?.[0]?.Values;
  expect(await values()).toEqual([40]);
  aws.clock.advance(10 * minute);
  expect(await values()).toEqual([42]);
  aws.clock.advance(15 * 24 * 60 * minute);
  expect(await values()).toEqual([]);
});

it('takes 500 metrics in a call', async () => {
  const client = new CloudWatchClient(clientOf(await later()));
  const [query] = input().MetricDataQueries;
  const many = (count: number) => ({
    ...input(),
    MetricDataQueries: Array.from({ length: count }, (_, i) => ({ ...query, Id: `m${i}` })),
  });
  expect((await client.send(new GetMetricDataCommand(many(500)))).MetricDataResults).toHaveLength(500);
  await expect(client.send(new GetMetricDataCommand(many(501)))).rejects.toMatchObject({ name: 'ValidationException' });
});

it('says which metric it could not answer', async () => {
  const effect = { kind: 'metric_status', dimension: 'pets', status: 'InternalError' } as const;
  const client = new CloudWatchClient(clientOf(await later({ faults: [{ effect, times: 1 }] })));
  const status = async () => (await client.send(new GetMetricDataCommand(input()))).MetricDataResults;
  expect(await status()).toMatchObject([{ StatusCode: 'InternalError', Values: [] }]);
  expect(await status()).toMatchObject([{ StatusCode: 'Complete', Values: [2, 4] }]);
});

it('pages by datapoints', async () => {
  const client = new CloudWatchClient(clientOf(await later()));
  const first = await client.send(new GetMetricDataCommand({ ...input(), MaxDatapoints: 1 }));
  const second = await client.send(
    new GetMetricDataCommand({ ...input(), MaxDatapoints: 1, NextToken: first.NextToken }),
  );
  expect([first, second].map((page) => page.MetricDataResults?.[0]?.Values)).toEqual([[2], [4]]);
  expect(second.NextToken).toBeUndefined();
});

it('has nothing for other dimensions, and refuses what it does not compute', async () => {
  const client = new CloudWatchClient(clientOf(await later()));
  const other = await client.send(new GetMetricDataCommand(input('Sum', { ApiName: 'pets' })));
  expect(other.MetricDataResults?.[0]?.Values).toEqual([]);
  await expect(client.send(new GetMetricDataCommand(input('p99')))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
