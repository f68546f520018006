import { GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AccountAccess, RoleToAssume } from '../../../server/src/aws/account-access.js';
import { type AwsCallDone, type AwsClients, createAwsClients } from '../../../server/src/aws/clients.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import { account, fakeFor, region } from '../../fake-aws/harness.js';
import type { FakeRole, FakeWorld } from '../../fake-aws/world.js';

const hub = '444455556666';
const target = '777788889999';
const hubRole: RoleToAssume = { arn: `arn:aws:iam::${hub}:role/Hub`, externalId: null };
const reader: RoleToAssume = { arn: `arn:aws:iam::${target}:role/Why403Reader`, externalId: 'why403-external' };

const world = (role: FakeRole = { externalId: 'why403-external', trusts: [hub] }): FakeWorld => ({
  accounts: {
    [account]: { regions: {} },
    [hub]: { roles: { Hub: { trusts: [account] } }, regions: {} },
    [target]: {
      roles: { Why403Reader: role },
      regions: { [region]: { restApis: [{ api: { id: 'theirs' } }] } },
    },
  },
});

function clientsFor(
  aws: FakeAws,
  roles: readonly RoleToAssume[] = [hubRole, reader],
  onCall: (call: AwsCallDone) => void = () => {},
): AwsClients {
  const accounts: AccountAccess[] = [{ account: target, regions: [region], roles }];
  const { credentials } = aws.clientConfig(account, region);
  const clients = createAwsClients({ accounts, endpoint: aws.url, credentials, nowMs: aws.clock.nowMs, onCall });
  onTestFinished(() => clients.close());
  return clients;
}

const apisOf = async (clients: AwsClients) =>
  (await clients.of(target, region).apiGateway.send(new GetRestApisCommand())).items?.map(({ id }) => id);

const assumed = (aws: FakeAws) => aws.calls.all({ operation: 'sts:AssumeRole' }).map(({ key }) => key);

describe('an account behind a chain of roles', () => {
  it('is read with the last, each assumed by the one before, once for all clients', async () => {
    const aws = await fakeFor(world());
    const clients = clientsFor(aws);
    expect(await Promise.all(Array.from({ length: 5 }, () => apisOf(clients)))).toEqual(Array(5).fill(['theirs']));
    expect(await clients.identify(target)).toEqual({
      account: target,
      arn: `arn:aws:sts::${target}:assumed-role/Why403Reader/why403`,
    });
    expect(assumed(aws)).toEqual([hubRole.arn, reader.arn]);
  });

  it('gets new credentials before the old ones end', async () => {
    const aws = await fakeFor(world());
    const clients = clientsFor(aws);
    for (let minutes = 0; minutes < 300; minutes++) {
      expect(await apisOf(clients)).toEqual(['theirs']);
      aws.clock.advance(60_000);
    }
    expect(aws.calls.all().filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(assumed(aws).filter((arn) => arn === reader.arn)).toHaveLength(6);
  });

  it('tells of each call, well or not', async () => {
    const aws = await fakeFor(world());
    const told: string[] = [];
    const clients = clientsFor(aws, [hubRole, reader], ({ operation, result }) => told.push(`${operation} ${result}`));
    aws.faults.push({ operation: 'apigateway:*', times: 1, effect: { kind: 'throttled' } });
    await expect(apisOf(clients)).rejects.toBeDefined();
    await apisOf(clients);
    expect(told).toEqual([
      'sts:AssumeRole ok',
      'sts:AssumeRole ok',
      'apigateway:GetRestApis throttled',
      'apigateway:GetRestApis ok',
    ]);
  });

  it('gets new credentials when AWS says that the old ones have ended', async () => {
    const aws = await fakeFor(world());
    const clients = clientsFor(aws);
    await apisOf(clients);
    aws.faults.push({ operation: 'apigateway:*', times: 1, effect: { kind: 'expired_credentials' } });
    await expect(apisOf(clients)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
    expect(await apisOf(clients)).toEqual(['theirs']);
    expect(assumed(aws).filter((arn) => arn === reader.arn)).toHaveLength(2);
  });

  it('is read with the old credentials as long as they hold when STS does not answer', async () => {
    const aws = await fakeFor(world());
    const clients = clientsFor(aws);
    await apisOf(clients);
    aws.faults.push({ operation: 'sts:*', effect: { kind: 'error', name: 'ServiceUnavailable', status: 503 } });
    aws.clock.advance(56 * 60_000);
    expect(await apisOf(clients)).toEqual(['theirs']);
    aws.clock.advance(5 * 60_000);
    await expect(apisOf(clients)).rejects.toMatchObject({ name: 'AwsError', kind: 'unreachable' });
    aws.faults.length = 0;
    expect(await apisOf(clients)).toEqual(['theirs']);
  });
});

describe('a role that may not be assumed', () => {
  it.each([
    [
      'another ExternalId',
      [hubRole, { ...reader, externalId: 'guess' }],
      'Why403Reader',
      'the ExternalId that is configured',
    ],
    ['no ExternalId', [hubRole, { ...reader, externalId: null }], 'Why403Reader', 'asks for no ExternalId'],
    ['nobody in between whom it trusts', [reader], 'Why403Reader', 'its trust policy'],
    ['a hub that is not there', [{ ...hubRole, arn: `arn:aws:iam::${hub}:role/Absent` }, reader], 'Absent', 'exists'],
  ])('with %s: the error names the role and what to do', async (_, roles, role, advice) => {
    const failure = apisOf(clientsFor(await fakeFor(world()), roles));
    await expect(failure).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringMatching(new RegExp(`role/${role} be assumed.*${advice}`)),
    });
  });
});

it('credentials of another account than the configured one are told', async () => {
  const aws = await fakeFor(world());
  await expect(clientsFor(aws, []).identify(target)).rejects.toMatchObject({
    kind: 'credentials',
    message: expect.stringContaining(`are of account ${account}`),
  });
});

it('calls are made once: repeating is for the budgets to allow', async () => {
  const aws = await fakeFor(world(), { faults: [{ operation: 'apigateway:*', effect: { kind: 'throttled' } }] });
  await expect(apisOf(clientsFor(aws))).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  expect(aws.calls.count({ operation: 'apigateway:GetRestApis' })).toBe(1);
});

it('a host that does not answer is given up', async () => {
  const aws = await fakeFor(world({}), {
    faults: [{ operation: 'apigateway:*', effect: { kind: 'slow', ms: 1_000 } }],
  });
  const clients = createAwsClients({
    accounts: [{ account, regions: [region], roles: [] }],
    endpoint: aws.url,
    credentials: aws.clientConfig(account, region).credentials,
    requestTimeoutMs: 50,
    nowMs: aws.clock.nowMs,
  });
  onTestFinished(() => clients.close());
  const asked = clients.of(account, region).apiGateway.send(new GetRestApisCommand());
  await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
});
