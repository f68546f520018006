import { APIGatewayClient, GetRestApisCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { FakeAws } from './fake-aws.js';
import { account, clientOf, fakeFor, region } from './harness.js';
import type { FakeWorld } from './world.js';

const other = '444455556666';
const group = '/aws/apigateway/pets';
const roleArn = `arn:aws:iam::${other}:role/Why403Reader`;

const world = (): FakeWorld => ({
  accounts: {
    [account]: { regions: {} },
    [other]: {
      roles: {
        Why403Reader: {
          externalId: 'why403-external',
          policy: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:*::/restapis' },
              {
                Effect: 'Allow',
                Action: ['logs:Filter*'],
                Resource: `arn:aws:logs:*:${other}:log-group:/aws/apigateway/*`,
              },
              { Effect: 'Deny', Action: '*', Resource: '*:log-group:/aws/apigateway/secret*' },
            ],
          },
        },
        Trusting: { trusts: ['777788889999'] },
      },
      regions: {
        [region]: {
          restApis: [{ api: { id: 'abc123' } }],
          logGroups: [{ name: group, events: [{ timestamp: 1, message: 'theirs' }] }, { name: 'plain' }],
        },
      },
    },
  },
});

const sts = (aws: FakeAws) => new STSClient(clientOf(aws));
const assume = (aws: FakeAws, change: object = {}) =>
  sts(aws).send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'why403', ExternalId: 'why403-external', ...change }),
  );

async function configOfRole(aws: FakeAws) {
  const { Credentials: found } = await assume(aws);
  return {
    ...clientOf(aws),
    credentials: {
      accessKeyId: found?.AccessKeyId ?? '',
      secretAccessKey: found?.SecretAccessKey ?? '',
      sessionToken: found?.SessionToken ?? '',
    },
  };
}

describe('a role', () => {
  it('is assumed with its external id and reads its own account', async () => {
    const aws = await fakeFor(world());
    const config = await configOfRole(aws);
    const page = await new CloudWatchLogsClient(config).send(new FilterLogEventsCommand({ logGroupName: group }));
    expect(page.events?.map(({ message }) => message)).toEqual(['theirs']);
    expect(await new STSClient(config).send(new GetCallerIdentityCommand())).toMatchObject({
      Account: other,
      Arn: `arn:aws:sts::${other}:assumed-role/Why403Reader/why403`,
    });
    expect(aws.calls.all().map((call) => [call.operation, call.account, call.key])).toEqual([
      ['sts:AssumeRole', account, roleArn],
      ['logs:FilterLogEvents', other, group],
      ['sts:GetCallerIdentity', other, ''],
    ]);
  });

  it.each([
    ['without its external id', { ExternalId: undefined }],
    ['with a wrong external id', { ExternalId: 'guess' }],
    ['that is not there', { RoleArn: `arn:aws:iam::${other}:role/Absent` }],
    ['that trusts another account', { RoleArn: `arn:aws:iam::${other}:role/Trusting` }],
  ])('is refused %s', async (_, change) => {
    await expect(assume(await fakeFor(world()), change)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `is not authorized to perform: sts:AssumeRole on resource: ${'RoleArn' in change ? change.RoleArn : roleArn}`,
      ),
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('ends after an hour of the clock', async () => {
    const aws = await fakeFor(world());
    const { Credentials } = await assume(aws);
    expect(Credentials?.Expiration?.getTime()).toBe(aws.clock.nowMs() + 3_600_000);
    const logs = new CloudWatchLogsClient(await configOfRole(aws));
    const read = () => logs.send(new FilterLogEventsCommand({ logGroupName: group }));
    aws.clock.advance(3_599_999);
    expect((await read()).events).toHaveLength(1);
    aws.clock.advance(1);
    await expect(read()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    const gateway = new APIGatewayClient(await configOfRole(aws));
    aws.clock.advance(3_600_000);
    await expect(gateway.send(new GetRestApisCommand())).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('gives no more than its policy, and the refusal names action and resource', async () => {
    const aws = await fakeFor(world());
    const config = await configOfRole(aws);
    const gateway = new APIGatewayClient(config);
    const logs = new CloudWatchLogsClient(config);
    expect((await gateway.send(new GetRestApisCommand())).items).toHaveLength(1);
    await expect(gateway.send(new GetStagesCommand({ restApiId: 'abc123' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `perform: apigateway:GET on resource: arn:aws:apigateway:${region}::/restapis/abc123/stages`,
      ),
      $metadata: { httpStatusCode: 403 },
    });
    for (const name of ['plain', '/aws/apigateway/secret']) {
      await expect(logs.send(new FilterLogEventsCommand({ logGroupName: name }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(
          `logs:FilterLogEvents on resource: arn:aws:logs:${region}:${other}:log-group:${name}`,
        ),
      });
    }
    expect(aws.calls.iamActions()).toEqual(['apigateway:GET', 'logs:FilterLogEvents', 'sts:AssumeRole']);
  });
});

describe('a key', () => {
  const withKey = (aws: FakeAws, accessKeyId: string, sessionToken?: string) => ({
    ...clientOf(aws),
    credentials: { accessKeyId, secretAccessKey: 'x', ...(sessionToken ? { sessionToken } : {}) },
  });

  it('that nobody has is refused in the words of each service', async () => {
    const aws = await fakeFor(world());
    const config = withKey(aws, 'AKIAUNKNOWN');
    await expect(new STSClient(config).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await expect(new APIGatewayClient(config).send(new GetRestApisCommand())).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(
      new CloudWatchLogsClient(config).send(new FilterLogEventsCommand({ logGroupName: group })),
    ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('may be temporary: only with its token, until it ends', async () => {
    const aws = await fakeFor({
      accounts: {
        [account]: {
          accessKeys: [{ id: 'ASIATEST', sessionToken: 'token', expiresAtMs: Date.UTC(2026, 2, 1, 13) }],
          regions: {},
        },
      },
    });
    const who = (token?: string) => new STSClient(withKey(aws, 'ASIATEST', token)).send(new GetCallerIdentityCommand());
    expect((await who('token')).Account).toBe(account);
    await expect(who()).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    aws.clock.advance(3_600_000);
    await expect(who('token')).rejects.toMatchObject({ name: 'ExpiredToken' });
  });
});
