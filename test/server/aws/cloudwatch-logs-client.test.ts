import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../server/src/aws/aws-error.js';
import { createLogEventsClient } from '../../../server/src/aws/cloudwatch-logs-client.js';
import type {
  EventsRequest,
  LogEvent,
  LogEventsClient,
} from '../../../server/src/sources/cloudwatch/log-events-client.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import type { FaultEffect } from '../../fake-aws/faults.js';
import { account, clientOf, fakeFor, region, worldOf } from '../../fake-aws/harness.js';

const name = '/aws/apigateway/shop';
const never = new AbortController().signal;
const ask = (more: Partial<EventsRequest> = {}): EventsRequest => ({
  group: { account, region, name },
  fromMs: 1_000,
  toMs: 2_000,
  filterPattern: null,
  token: null,
  ...more,
});

const readerOf = (aws: FakeAws): LogEventsClient =>
  createLogEventsClient({ clientOf: (_account, where) => new CloudWatchLogsClient(clientOf(aws, where)) });

const world = () =>
  worldOf({
    logGroups: [
      {
        name,
        events: [999, 1_000, 1_500, 1_999, 2_000].map((timestamp) => ({ timestamp, message: `at ${timestamp}` })),
      },
      { name: 'cheap', class: 'INFREQUENT_ACCESS' },
    ],
  });

async function readAll(client: LogEventsClient, request: EventsRequest): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (let token: string | null = null; ; ) {
    const page = await client.readPage({ ...request, token }, never);
    events.push(...page.events);
    token = page.nextToken;
    if (token === null || token === '') return events;
  }
}

describe('a page of FilterLogEvents', () => {
  it('holds its first millisecond and not its end: no event is in two windows', async () => {
    const aws = await fakeFor(world());
    const events = await readAll(readerOf(aws), ask());
    expect(events.map(({ timestamp }) => timestamp)).toEqual([1_000, 1_500, 1_999]);
    expect(events[0]).toMatchObject({ message: 'at 1000', logStreamName: 'stream', ingestionTime: 1_000 });
    expect(events[0]?.eventId).toMatch(/^\d{56}$/);
  });

  it('goes on by token, over empty pages and short ones', async () => {
    const aws = await fakeFor(world(), {
      faults: [
        { effect: { kind: 'empty_page' }, times: 2 },
        { effect: { kind: 'short_page', events: 1 }, times: 3 },
      ],
    });
    expect(await readAll(readerOf(aws), ask())).toHaveLength(3);
  });

  it.each([
    { fromMs: 0, why: 'time zero' },
    { fromMs: -5_000, why: 'a range that begins before 1970: AWS refuses negative times' },
  ])('can be asked for from $why', async ({ fromMs }) => {
    const aws = await fakeFor(world());
    expect(await readAll(readerOf(aws), ask({ fromMs }))).toHaveLength(4);
  });

  it('is filtered by AWS when a pattern is given', async () => {
    const aws = await fakeFor(world());
    expect(await readAll(readerOf(aws), ask({ filterPattern: '"at 1500"' }))).toHaveLength(1);
  });
});

const fails = async (effect: FaultEffect, request = ask()): Promise<unknown> => {
  const aws = await fakeFor(world(), { faults: [{ effect }] });
  return readerOf(aws)
    .readPage(request, never)
    .catch((error: unknown) => error);
};

describe('what AWS refuses', () => {
  it.each<{ effect: FaultEffect; kind: string; says: string }>([
    { effect: { kind: 'throttled' }, kind: 'throttled', says: 'more slowly' },
    { effect: { kind: 'denied' }, kind: 'denied', says: 'allow this action' },
    { effect: { kind: 'expired_credentials' }, kind: 'credentials', says: 'ExpiredToken' },
    {
      effect: { kind: 'error', name: 'ServiceUnavailableException', status: 503 },
      kind: 'unreachable',
      says: 'did not answer',
    },
    { effect: { kind: 'error', name: 'SomethingNew', status: 500 }, kind: 'unreachable', says: 'SomethingNew' },
    { effect: { kind: 'error', name: 'SomethingNew', status: 400 }, kind: 'broken', says: 'SomethingNew' },
    { effect: { kind: 'error', name: 'InvalidParameterException' }, kind: 'broken', says: 'InvalidParameterException' },
    { effect: { kind: 'cut', when: 'before' }, kind: 'unreachable', says: 'ECONNRESET' },
  ])('$effect.kind is $kind, in a sentence that says what to do', async ({ effect, kind, says }) => {
    const error = await fails(effect);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ kind });
    expect((error as AwsError).message).toContain('logs:FilterLogEvents');
    expect((error as AwsError).message).toContain(says);
    expect((error as AwsError).cause).toBeInstanceOf(Error);
  });

  it('a token that it gave itself is told apart from other parameters', async () => {
    expect(await fails({ kind: 'reject_token' }, ask({ token: 'of yesterday' }))).toMatchObject({
      kind: 'token_rejected',
    });
  });

  it.each([
    { group: 'never-was', kind: 'group_missing', says: 'There is no log group never-was' },
    { group: 'cheap', kind: 'group_unreadable', says: 'Infrequent Access' },
  ])('$group: $kind', async ({ group, kind, says }) => {
    const aws = await fakeFor(world());
    const error = await readerOf(aws)
      .readPage(ask({ group: { account, region, name: group } }), never)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind });
    expect((error as AwsError).message).toContain(says);
  });

  it('a machine that is not there: unreachable', async () => {
    const client = createLogEventsClient({
      clientOf: () =>
        new CloudWatchLogsClient({
          endpoint: 'http://127.0.0.1:1',
          region,
          maxAttempts: 1,
          credentials: { accessKeyId: 'AKIA111122223333', secretAccessKey: 'not checked' },
        }),
    });
    await expect(client.readPage(ask(), never)).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('a signal ends the call with its own reason', async () => {
    const aws = await fakeFor(world(), { faults: [{ effect: { kind: 'slow', ms: 60_000 } }] });
    const stop = new AbortController();
    const reading = readerOf(aws).readPage(ask(), stop.signal);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it('no call is repeated behind the back of the budget', async () => {
    const aws = await fakeFor(world(), { faults: [{ effect: { kind: 'throttled' } }] });
    await readerOf(aws)
      .readPage(ask(), never)
      .catch(() => {});
    expect(aws.calls.all()).toHaveLength(1);
  });
});
