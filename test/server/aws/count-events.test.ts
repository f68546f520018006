import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { createCountEvents } from '../../../server/src/aws/count-events.js';
import { createRateBudgets } from '../../../server/src/aws/rate-budgets.js';
import type { CountEvents, LogGroup } from '../../../server/src/sources/cloudwatch/log-events-client.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import type { FaultEffect } from '../../fake-aws/faults.js';
import { account, clientOf, fakeFor, region, worldOf } from '../../fake-aws/harness.js';
import { awsQuotas } from '../../fake-aws/quotas.js';
import type { FakeLogEvent } from '../../fake-aws/world.js';

const startMs = Date.UTC(2026, 2, 1, 12);
const minute = 60_000;
const group: LogGroup = { account, region, name: '/aws/apigateway/shop' };
const never = new AbortController().signal;

const world = (events: FakeLogEvent[] = []) => worldOf({ logGroups: [{ name: group.name, events }] });
const at = (timestamp: number, visibleAt = timestamp): FakeLogEvent => ({ timestamp, visibleAt, message: 'a line' });

/** Waiting lets the fake's clock go on. */
const countOf = (aws: FakeAws): CountEvents => {
  const nowMs = () => aws.clock.nowMs();
  const wait = async (ms: number): Promise<void> => void aws.clock.set(nowMs() + ms);
  return createCountEvents({
    clientOf: (_account, where) => new CloudWatchLogsClient(clientOf(aws, where)),
    budgets: createRateBudgets({ nowMs, wait }),
    nowMs,
    wait,
  });
};

const operations = (aws: FakeAws): readonly string[] => aws.calls.all().map(({ operation }) => operation);

describe('counting with Insights', () => {
  it('counts the first millisecond of a window and not its end, as a reading does', async () => {
    const times = [startMs - 1, startMs, startMs + 59_000, startMs + 59_999, startMs + minute, startMs + minute + 999];
    const aws = await fakeFor(world(times.map((time) => at(time))));
    aws.clock.set(startMs + 10 * minute);
    expect(await countOf(aws)(group, startMs, startMs + minute, never)).toBe(3);
    expect(await countOf(aws)(group, startMs + minute, startMs + 2 * minute, never)).toBe(2);
  });

  it('counts by event time what AWS showed late, from when it shows it', async () => {
    const aws = await fakeFor(world([at(startMs + 5), at(startMs + 6, startMs + 30 * minute)]));
    aws.clock.set(startMs + 15 * minute);
    expect(await countOf(aws)(group, startMs, startMs + minute, never)).toBe(1);
    aws.clock.set(startMs + 60 * minute);
    expect(await countOf(aws)(group, startMs, startMs + minute, never)).toBe(2);
  });

  it('knows that no row means none', async () => {
    const aws = await fakeFor(world());
    aws.clock.set(startMs);
    expect(await countOf(aws)(group, startMs, startMs + minute, never)).toBe(0);
  });

  it('asks again until the query has run', async () => {
    const aws = await fakeFor(world([at(startMs)]), { queryMs: 10_000 });
    aws.clock.set(startMs + minute);
    expect(await countOf(aws)(group, startMs, startMs + minute, never)).toBe(1);
    expect(operations(aws)).toEqual(['logs:StartQuery', ...Array.from({ length: 5 }, () => 'logs:GetQueryResults')]);
  });

  it('gives up after a minute and stops the query, which costs and takes one of few places', async () => {
    const aws = await fakeFor(world(), { queryMs: 10 * minute });
    aws.clock.set(startMs);
    await expect(countOf(aws)(group, startMs, startMs + minute, never)).rejects.toMatchObject({ kind: 'unreachable' });
    expect(operations(aws).at(-1)).toBe('logs:StopQuery');
  });

  it('stops the query when nobody wants the count any more', async () => {
    const aws = await fakeFor(world(), { queryMs: 10 * minute });
    aws.clock.set(startMs);
    const stop = new AbortController();
    const nowMs = () => aws.clock.nowMs();
    const count = createCountEvents({
      clientOf: (_account, where) => new CloudWatchLogsClient(clientOf(aws, where)),
      budgets: createRateBudgets({ nowMs, wait: async () => {} }),
      nowMs,
      wait: async () => stop.abort(new Error('enough')),
    });
    await expect(count(group, startMs, startMs + minute, stop.signal)).rejects.toThrow('enough');
    expect(operations(aws)).toEqual(['logs:StartQuery', 'logs:StopQuery']);
  });

  it.each<[string, string, FaultEffect, string]>([
    ['the policy is missing', 'logs:StartQuery', { kind: 'denied' }, 'denied'],
    ['too many queries run', 'logs:StartQuery', { kind: 'error', name: 'LimitExceededException' }, 'throttled'],
    ['results are throttled', 'logs:GetQueryResults', { kind: 'throttled' }, 'throttled'],
  ])('fails with what AWS said when %s', async (_, operation, effect, kind) => {
    const aws = await fakeFor(world(), { faults: [{ operation, effect }] });
    aws.clock.set(startMs);
    await expect(countOf(aws)(group, startMs, startMs + minute, never)).rejects.toMatchObject({ kind });
  });

  it('stays within the quotas of both operations', async () => {
    const aws = await fakeFor(world([at(startMs)]), { quotas: awsQuotas });
    aws.clock.set(startMs + minute);
    const count = countOf(aws);
    for (let i = 0; i < 30; i++) expect(await count(group, startMs, startMs + minute, never)).toBe(1);
    expect(aws.calls.busiest(1_000, { operation: 'logs:StartQuery' })).toBeLessThanOrEqual(10);
    expect(aws.calls.busiest(1_000, { operation: 'logs:GetQueryResults' })).toBeLessThanOrEqual(10);
  });
});
