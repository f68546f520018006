import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { account, clientOf, fakeFor, region, worldOf } from '../../harness.js';

const world = () =>
  worldOf({
    logGroups: [
      ...Array.from({ length: 120 }, (_, index) => ({ name: `/aws/apigateway/${String(index).padStart(3, '0')}` })),
      { name: 'cheap', class: 'INFREQUENT_ACCESS' as const, retentionDays: 7, createdAtMs: 5 },
      {
        name: 'pushed',
        subscriptionFilters: [
          {
            filterName: 'why403',
            filterPattern: '',
            destinationArn: 'arn:aws:firehose:eu-central-1:111122223333:deliverystream/d',
            creationTime: 5,
          },
        ],
      },
      { name: 'deleted', deletedAtMs: 5 },
    ],
  });

describe('log groups', () => {
  it('come 50 a page, in order, without the deleted', async () => {
    const aws = await fakeFor(world());
    const sizes: (number | undefined)[] = [];
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeLogGroups({ client: new CloudWatchLogsClient(clientOf(aws)) }, {})) {
      sizes.push(page.logGroups?.length);
      names.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
    }
    expect([sizes, names.at(0), names.at(-1)]).toEqual([[50, 50, 22], '/aws/apigateway/000', 'pushed']);
  });

  it('carry class, retention and two forms of the ARN', async () => {
    const logs = new CloudWatchLogsClient(clientOf(await fakeFor(world())));
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'cheap' }));
    const arn = `arn:aws:logs:${region}:${account}:log-group:cheap`;
    expect(logGroups).toMatchObject([
      {
        logGroupName: 'cheap',
        arn: `${arn}:*`,
        logGroupArn: arn,
        logGroupClass: 'INFREQUENT_ACCESS',
        retentionInDays: 7,
        creationTime: 5,
      },
    ]);
    const both = new DescribeLogGroupsCommand({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' });
    await expect(logs.send(both)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('subscription filters', () => {
  it('are listed by group', async () => {
    const logs = new CloudWatchLogsClient(clientOf(await fakeFor(world())));
    const { subscriptionFilters } = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: 'pushed' }));
    expect(subscriptionFilters).toMatchObject([{ filterName: 'why403', logGroupName: 'pushed' }]);
  });

  it.each([
    ['cheap', 'ValidationException'],
    ['deleted', 'ResourceNotFoundException'],
  ])('cannot be asked of %s', async (logGroupName, name) => {
    const logs = new CloudWatchLogsClient(clientOf(await fakeFor(world())));
    await expect(logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))).rejects.toMatchObject({ name });
  });
});
