import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, it, vi } from 'vitest';
import { account, clientOf, fakeFor, region, worldOf } from './harness.js';

afterEach(() => vi.unstubAllEnvs());

it('is found by clients that are made with nothing, through the environment', async () => {
  const aws = await fakeFor(worldOf({}));
  for (const [name, value] of Object.entries(aws.environment(account, region))) vi.stubEnv(name, value);
  expect((await new STSClient().send(new GetCallerIdentityCommand())).Account).toBe(account);
  expect((await new APIGatewayClient().send(new GetRestApisCommand())).items).toEqual([]);
  expect(aws.calls.all().map((call) => [call.operation, call.region])).toEqual([
    ['sts:GetCallerIdentity', region],
    ['apigateway:GetRestApis', region],
  ]);
});

it('shows a change of the world with the next call', async () => {
  const aws = await fakeFor(worldOf({}));
  const client = new APIGatewayClient(clientOf(aws));
  const names = async () => (await client.send(new GetRestApisCommand())).items?.map(({ name }) => name);
  expect(await names()).toEqual([]);
  const here = aws.world.accounts[account]?.regions[region];
  if (here) here.restApis = [{ api: { id: 'abc123', name: 'pets' } }];
  expect(await names()).toEqual(['pets']);
});

it('knows an IAM action for each operation', async () => {
  const { iamActions } = await fakeFor(worldOf({}));
  expect(iamActions).toMatchObject({
    'logs:FilterLogEvents': 'logs:FilterLogEvents',
    'apigateway:GetStages': 'apigateway:GET',
    'apigatewayv2:GetStages': 'apigateway:GET',
    'wafv2:GetLoggingConfiguration': 'wafv2:GetLoggingConfiguration',
    'cloudwatch:GetMetricData': 'cloudwatch:GetMetricData',
    'sts:AssumeRole': 'sts:AssumeRole',
  });
});

it('answers a mistake of the test loudly', async () => {
  const events = () => [
    { timestamp: 2, message: 'after' },
    { timestamp: 1, message: 'before' },
  ];
  const aws = await fakeFor(worldOf({ logGroups: [{ name: 'g', events }] }));
  await expect(
    new CloudWatchLogsClient(clientOf(aws)).send(new FilterLogEventsCommand({ logGroupName: 'g' })),
  ).rejects.toMatchObject({ name: 'FakeAwsBroke', message: expect.stringContaining('order of time') });
});
