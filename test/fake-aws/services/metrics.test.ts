import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import { clientOf, fakeFor, worldOf } from '../harness.js';

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

it('adds up by period, newest first, the end excluded, periods without a point left out', async () => {
  const client = new CloudWatchClient(clientOf(await fakeFor(world())));
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

it('pages by datapoints', async () => {
  const client = new CloudWatchClient(clientOf(await fakeFor(world())));
  const first = await client.send(new GetMetricDataCommand({ ...input(), MaxDatapoints: 1 }));
  const second = await client.send(
    new GetMetricDataCommand({ ...input(), MaxDatapoints: 1, NextToken: first.NextToken }),
  );
  expect([first, second].map((page) => page.MetricDataResults?.[0]?.Values)).toEqual([[2], [4]]);
  expect(second.NextToken).toBeUndefined();
});

it('has nothing for other dimensions, and refuses what it does not compute', async () => {
  const client = new CloudWatchClient(clientOf(await fakeFor(world())));
  const other = await client.send(new GetMetricDataCommand(input('Sum', { ApiName: 'pets' })));
  expect(other.MetricDataResults?.[0]?.Values).toEqual([]);
  await expect(client.send(new GetMetricDataCommand(input('p99')))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});
