import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
  type StartQueryCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import type { FakeAws } from '../../fake-aws.js';
import { clientOf, fakeFor, worldOf } from '../../harness.js';
import type { FakeLogEvent } from '../../world.js';

const second = 1_772_366_400;
const ms = second * 1_000;
const at = (offsetMs: number, message: string): FakeLogEvent => ({
  timestamp: ms + offsetMs,
  ingestionTime: ms + offsetMs + 500,
  message,
});

const world = () =>
  worldOf({
    logGroups: [
      {
        name: 'access',
        events: [
          at(0, '{"requestId":"r-1","status":403}'),
          at(59_000, '{"requestId":"r-2","status":200}'),
          at(60_999, '{"requestId":"r-3","status":403}'),
        ],
      },
      {
        name: 'execution',
        events: [at(1_000, '(r-1) Starting'), at(2_000, '(r-2) Starting'), at(3_000, '(r-1) Done')],
      },
      { name: 'cheap', class: 'INFREQUENT_ACCESS', events: [at(0, 'readable here')] },
      {
        name: 'big',
        events: (fromMs, toMs) =>
          (function* () {
            for (let t = fromMs; t <= toMs; t++) yield { timestamp: t, message: 'm' };
          })(),
      },
    ],
  });

const logs = (aws: FakeAws) => new CloudWatchLogsClient(clientOf(aws));

async function query(
  aws: FakeAws,
  queryString: string,
  group = 'access',
  change: Partial<StartQueryCommandInput> = {},
) {
  const input = { logGroupNames: [group], startTime: second, endTime: second + 60, queryString, ...change };
  const { queryId } = await logs(aws).send(new StartQueryCommand(input));
  return logs(aws).send(new GetQueryResultsCommand({ queryId }));
}

const plain = (rows: Awaited<ReturnType<typeof query>>['results']) =>
  (rows ?? []).map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value])),
  );

describe('a query', () => {
  it.each([
    ['stats count(*)', 'access', [{ 'count(*)': '3' }]],
    [
      'stats count(*) as n by bin(1m)',
      'access',
      [
        { 'bin(1m)': '2026-03-01 12:01:00.000', n: '1' },
        { 'bin(1m)': '2026-03-01 12:00:00.000', n: '2' },
      ],
    ],
    // Nothing to count is no row.
    ['filter @message like "absent" | stats count(*)', 'access', []],
    [`filter @ingestionTime >= ${ms + 60_000} | stats count(*) as n`, 'access', [{ n: '1' }]],
    [
      'fields @message | filter @message like "r-1" or @message like "r-9" | sort @timestamp asc',
      'execution',
      [{ '@message': '(r-1) Starting' }, { '@message': '(r-1) Done' }],
    ],
    ['fields @message | filter @message like /r-2|r-9/', 'execution', [{ '@message': '(r-2) Starting' }]],
    [
      'fields @timestamp, requestId | filter requestId in ["r-1", "r-3"] and not (status = 200) | limit 1',
      'access',
      [{ '@timestamp': '2026-03-01 12:01:00.999', requestId: 'r-3' }],
    ],
    [
      'filter strcontains(@message, "readable")',
      'cheap',
      [{ '@timestamp': '2026-03-01 12:00:00.000', '@message': 'readable here' }],
    ],
  ])('%s', async (text, group, rows) => {
    const aws = await fakeFor(world());
    aws.clock.advance(120_000);
    const answer = await query(aws, text, group);
    expect([answer.status, plain(answer.results)]).toEqual(['Complete', rows]);
  });

  it('runs for its time, and then answers what was visible at its end', async () => {
    const aws = await fakeFor(world(), { queryMs: 5_000 });
    const running = await query(aws, 'stats count(*)');
    expect([running.status, running.results]).toEqual(['Running', []]);
    aws.clock.advance(5_000);
    const done = await logs(aws).send(new GetQueryResultsCommand({ queryId: '00000000-0000-4000-8000-000000000001' }));
    expect([done.status, plain(done.results)]).toEqual(['Complete', [{ 'count(*)': '1' }]]);
  });

  it('gives 10,000 rows a page and no more than its limit', async () => {
    const aws = await fakeFor(world());
    aws.clock.advance(120_000);
    const first = await query(aws, 'fields @timestamp | limit 12000', 'big');
    const queryId = '00000000-0000-4000-8000-000000000001';
    const second = await logs(aws).send(new GetQueryResultsCommand({ queryId, nextToken: first.nextToken }));
    expect([first.results?.length, second.results?.length, second.nextToken]).toEqual([10_000, 2_000, undefined]);
  });

  it.each([
    ['what it cannot parse', { queryString: 'stats avg(x)' }, 'MalformedQueryException'],
    ['times in milliseconds', { endTime: ms }, 'MalformedQueryException'],
    ['an unknown group', { logGroupNames: ['absent'] }, 'ResourceNotFoundException'],
    ['groups named twice', { logGroupName: 'access' }, 'InvalidParameterException'],
  ])('is refused with %s', async (_, change, name) => {
    await expect(query(await fakeFor(world()), 'stats count(*)', 'access', change)).rejects.toMatchObject({ name });
  });

  it('is refused above 100 at once', async () => {
    const aws = await fakeFor(world(), { queryMs: 1_000 });
    for (let count = 0; count < 100; count++) await query(aws, 'stats count(*)');
    await expect(query(aws, 'stats count(*)')).rejects.toMatchObject({ name: 'LimitExceededException' });
    aws.clock.advance(1_000);
    expect((await query(aws, 'stats count(*)')).status).toBe('Running');
  });
});
