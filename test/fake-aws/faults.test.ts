import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import type { FakeAws } from './fake-aws.js';
import type { Fault } from './faults.js';
import { clientOf, fakeFor, region, worldOf } from './harness.js';
import { awsQuotas } from './quotas.js';
import type { FakeWorld } from './world.js';

const world = (): FakeWorld =>
  worldOf({
    logGroups: ['busy', 'quiet'].map((name) => ({ name, events: [{ timestamp: 1, message: 'x'.repeat(1_000) }] })),
    restApis: [{ api: { id: 'abc123', name: 'pets' } }],
  });

const read = (aws: FakeAws, group = 'busy', maxAttempts = 1) =>
  new CloudWatchLogsClient({ ...clientOf(aws), maxAttempts }).send(new FilterLogEventsCommand({ logGroupName: group }));

const outcomes = async (calls: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(calls)).map((one) => (one.status === 'fulfilled' ? 'ok' : (one.reason as Error).name));

const times = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);

describe('quotas', () => {
  it('let through so many calls in any second, for all groups together, and say so as AWS does', async () => {
    const aws = await fakeFor(world(), { quotas: awsQuotas });
    const first = await outcomes([...times(4, () => read(aws)), read(aws, 'quiet'), read(aws)]);
    expect(first.filter((name) => name === 'ok')).toHaveLength(5);
    await expect(read(aws)).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400 },
    });
    aws.clock.advance(999);
    expect(await outcomes([read(aws)])).toEqual(['ThrottlingException']);
    aws.clock.advance(1);
    expect(await outcomes([read(aws)])).toEqual(['ok']);
    expect(aws.calls.busiest(1_000)).toBe(8);
    expect(aws.calls.busiest(1_000, { outcome: 'ok' })).toBe(5);
  });

  it('are of the region, of the operation, and one for all of API Gateway', async () => {
    const aws = await fakeFor(world(), { quotas: awsQuotas });
    await outcomes(times(5, () => read(aws)));
    const logs = new CloudWatchLogsClient(clientOf(aws));
    const elsewhere = new CloudWatchLogsClient(clientOf(aws, 'us-east-1'));
    expect(await outcomes([logs.send(new DescribeLogGroupsCommand())])).toEqual(['ok']);
    expect(await outcomes([elsewhere.send(new DescribeLogGroupsCommand())])).toEqual(['ok']);
    const gateway = new APIGatewayClient(clientOf(aws));
    await outcomes(times(10, () => gateway.send(new GetRestApisCommand())));
    await expect(gateway.send(new GetRestApisCommand())).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      retryAfterSeconds: '1',
      $metadata: { httpStatusCode: 429 },
    });
  });
});

describe('a rule', () => {
  it.each<[string, Fault, readonly string[]]>([
    [
      'for all',
      { effect: { kind: 'throttled' } },
      ['ThrottlingException', 'ThrottlingException', 'ThrottlingException'],
    ],
    ['for a group', { key: 'qu*', effect: { kind: 'denied' } }, ['ok', 'AccessDeniedException', 'ok']],
    ['for an operation', { operation: 'apigateway:*', effect: { kind: 'denied' } }, ['ok', 'ok', 'ok']],
    ['for a region', { region: 'us-east-1', effect: { kind: 'denied' } }, ['ok', 'ok', 'ok']],
    [
      'after some',
      { skip: 1, effect: { kind: 'expired_credentials' } },
      ['ok', 'ExpiredTokenException', 'ExpiredTokenException'],
    ],
    [
      'for so many',
      { times: 1, effect: { kind: 'error', name: 'ServiceUnavailableException', status: 503 } },
      ['ServiceUnavailableException', 'ok', 'ok'],
    ],
  ])('holds %s', async (_, fault, wanted) => {
    const aws = await fakeFor(world(), { faults: [fault] });
    const found: string[] = [];
    for (const group of ['busy', 'quiet', 'busy']) found.push(...(await outcomes([read(aws, group)])));
    expect(found).toEqual(wanted);
  });

  it('may hold for one page of a listing alone', async () => {
    const aws = await fakeFor(world(), { faults: [{ page: 2, times: 1, effect: { kind: 'throttled' } }] });
    const logs = new CloudWatchLogsClient(clientOf(aws));
    const first = await logs.send(new DescribeLogGroupsCommand({ limit: 1 }));
    const second = () => logs.send(new DescribeLogGroupsCommand({ limit: 1, nextToken: first.nextToken }));
    expect(await outcomes([second()])).toEqual(['ThrottlingException']);
    expect((await second()).logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['quiet']);
    expect(aws.calls.all().map(({ page }) => page)).toEqual([1, 2, 2]);
  });

  it('holds while its time lasts, and may be added and taken away', async () => {
    const aws = await fakeFor(world());
    const now = aws.clock.nowMs();
    aws.faults.push({ fromMs: now + 10, untilMs: now + 20, effect: { kind: 'denied' } });
    const found: string[] = [];
    for (const _ of [0, 10, 20]) {
      found.push(...(await outcomes([read(aws)])));
      aws.clock.advance(10);
    }
    expect(found).toEqual(['ok', 'AccessDeniedException', 'ok']);
    aws.faults.push({ effect: { kind: 'denied' } });
    expect(await outcomes([read(aws)])).toEqual(['AccessDeniedException']);
    aws.faults.length = 0;
    expect(await outcomes([read(aws)])).toEqual(['ok']);
  });

  it('by chance hits the same calls of a group in every run, whatever goes on beside', async () => {
    const run = async (seed: number, withOthers: boolean): Promise<readonly string[]> => {
      const aws = await fakeFor(world(), { seed, faults: [{ rate: 0.3, effect: { kind: 'throttled' } }] });
      const found: string[] = [];
      for (let call = 0; call < 40; call++) {
        if (withOthers) await outcomes([read(aws, 'quiet')]);
        found.push(...(await outcomes([read(aws)])));
      }
      return found;
    };
    const first = await run(1, false);
    expect(await run(1, true)).toEqual(first);
    expect(await run(2, false)).not.toEqual(first);
    const share = first.filter((name) => name !== 'ok').length / first.length;
    expect([share > 0.1, share < 0.5]).toEqual([true, true]);
  });

  it('may break the connection, before or in the middle of the answer', async () => {
    const faults: Fault[] = [
      { times: 1, effect: { kind: 'cut', when: 'before' } },
      { times: 1, effect: { kind: 'cut', when: 'half' } },
    ];
    const aws = await fakeFor(world(), { faults });
    await expect(read(aws)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(read(aws)).rejects.toThrow(/aborted/);
    expect((await read(aws)).events).toHaveLength(1);
    expect(aws.calls.all().map(({ outcome }) => outcome)).toEqual(['cut before', 'cut half', 'ok']);
  });

  it('may hold an answer back until the clock has gone on', async () => {
    const aws = await fakeFor(world(), { faults: [{ times: 1, effect: { kind: 'slow', ms: 30_000 } }] });
    let isDone = false;
    const slow = read(aws).then(() => {
      isDone = true;
    });
    await expect.poll(() => aws.clock.nextDueMs(), { timeout: 40_000 }).not.toBeNull();
    await read(aws);
    aws.clock.advance(29_999);
    await read(aws);
    expect(isDone).toBe(false);
    aws.clock.advance(1);
    await slow;
    expect(isDone).toBe(true);
  });
});

it('is retried by the client as the real one: throttling, 5xx and a broken connection', async () => {
  const faults: Fault[] = [
    { key: 'busy', times: 1, effect: { kind: 'throttled' } },
    { key: 'quiet', times: 1, effect: { kind: 'cut', when: 'before' } },
    { key: 'quiet', times: 1, effect: { kind: 'error', name: 'ServiceUnavailableException', status: 503 } },
  ];
  const aws = await fakeFor(world(), { faults });
  const answers = await Promise.all([read(aws, 'busy', 3), read(aws, 'quiet', 3)]);
  expect(answers.map(({ $metadata }) => $metadata.attempts)).toEqual([2, 3]);
});

it('answers what it does not know as an error, never as an empty list', async () => {
  const aws = await fakeFor(world());
  const { endpoint } = aws.clientConfig('111122223333', region);
  const unsigned = await fetch(`${endpoint}/restapis`);
  expect([unsigned.status, unsigned.headers.get('x-amzn-errortype')]).toEqual([
    403,
    'MissingAuthenticationTokenException',
  ]);
  await expect(
    new CloudWatchLogsClient(clientOf(aws)).send(new DescribeLogStreamsCommand({ logGroupName: 'busy' })),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
