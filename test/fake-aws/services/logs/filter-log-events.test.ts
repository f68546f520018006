import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  type FilterLogEventsCommandOutput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import type { FakeAws } from '../../fake-aws.js';
import { account, clientOf, fakeFor, region, worldOf, worldOfGroup } from '../../harness.js';
import type { FakeLogEvent } from '../../world.js';

const group = '/aws/apigateway/pets';
const lines = (page: FilterLogEventsCommandOutput): readonly (string | undefined)[] =>
  (page.events ?? []).map(({ message }) => message);

const ask = (aws: FakeAws, input: FilterLogEventsCommandInput): Promise<FilterLogEventsCommandOutput> =>
  new CloudWatchLogsClient(clientOf(aws)).send(new FilterLogEventsCommand(input));

const readAll = async (
  aws: FakeAws,
  input: FilterLogEventsCommandInput,
): Promise<readonly (readonly (string | undefined)[])[]> => {
  const pages: (readonly (string | undefined)[])[] = [];
  for await (const page of paginateFilterLogEvents({ client: new CloudWatchLogsClient(clientOf(aws)) }, input)) {
    pages.push(lines(page));
  }
  return pages;
};

const at = (timestamp: number, message = String(timestamp)): FakeLogEvent => ({ timestamp, message });
const everyMs = (fromMs: number, toMs: number) =>
  (function* () {
    for (let ms = fromMs; ms <= toMs; ms++) yield at(ms);
  })();

describe('a window', () => {
  it('holds its first and its last millisecond', async () => {
    const aws = await fakeFor(worldOfGroup({ name: group, events: [at(9), at(10), at(11), at(20), at(21)] }));
    const page = await ask(aws, { logGroupName: group, startTime: 10, endTime: 20 });
    expect([lines(page), page.nextToken]).toEqual([['10', '11', '20'], undefined]);
  });

  it('is in order of event time, then ingestion, then id, whatever came first', async () => {
    const events = [
      { ...at(5, 'late'), ingestionTime: 9, eventId: '0' },
      { ...at(5, 'b'), eventId: '2' },
      { ...at(5, 'a'), eventId: '1' },
      at(4, 'first'),
    ];
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    expect(lines(await ask(aws, { logGroupName: group }))).toEqual(['first', 'a', 'b', 'late']);
  });

  it('shows an event from the moment on that it becomes visible, behind any cursor', async () => {
    const aws = await fakeFor(worldOfGroup({ name: group, events: [] }));
    const now = aws.clock.nowMs();
    const events = [{ ...at(now - 1_000, 'late'), visibleAt: now + 90_000 }, at(now, 'prompt')];
    (aws.world.accounts[account]?.regions[region]?.logGroups?.[0] as { events: FakeLogEvent[] }).events = events;
    const window = { logGroupName: group, startTime: now - 5_000, endTime: now };
    expect(lines(await ask(aws, window))).toEqual(['prompt']);
    aws.clock.advance(90_000);
    expect(lines(await ask(aws, window))).toEqual(['late', 'prompt']);
  });

  it('gives each event an id of 56 digits that stays', async () => {
    const events = [at(5, 'same'), at(5, 'same')];
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const first = (await ask(aws, { logGroupName: group })).events?.map(({ eventId }) => eventId);
    events.push(at(4));
    const second = (await ask(aws, { logGroupName: group, startTime: 5 })).events?.map(({ eventId }) => eventId);
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(2);
    expect(first?.every((id) => /^\d{56}$/.test(id ?? ''))).toBe(true);
  });
});

describe('pages', () => {
  it('end at 10,000 events; the page after a full one may be empty', async () => {
    const aws = await fakeFor(worldOfGroup({ name: group, events: everyMs }));
    const pages = await readAll(aws, { logGroupName: group, startTime: 0, endTime: 19_999 });
    expect(pages.map((page) => page.length)).toEqual([10_000, 10_000, 0]);
    expect(pages.flat()).toEqual(Array.from({ length: 20_000 }, (_, ms) => String(ms)));
  });

  it('end at 1 MB of messages', async () => {
    const message = 'x'.repeat(600);
    const events = Array.from({ length: 2_000 }, (_, ms) => at(ms, message));
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const pages = await readAll(aws, { logGroupName: group });
    expect(pages.map((page) => page.length)).toEqual([1_675, 325]);
  });

  it('end at the limit, in the middle of a millisecond too', async () => {
    const events = Array.from({ length: 5 }, (_, index) => at(7, `same ms ${index}`));
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const pages = await readAll(aws, { logGroupName: group, limit: 2 });
    expect(pages.flat()).toEqual(events.map(({ message }) => message));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
  });

  it('are empty and not the end while a pattern finds nothing in what was scanned', async () => {
    const events = [...Array.from({ length: 25 }, (_, ms) => at(ms, 'status 200')), at(30, 'status 403')];
    const aws = await fakeFor(worldOfGroup({ name: group, events }), { scannedPerPage: 10 });
    const pages = await readAll(aws, { logGroupName: group, filterPattern: '403' });
    expect(pages).toEqual([[], [], ['status 403']]);
  });

  it('come out of a function, with 200,000 streams and millions of events, in a bounded piece each', async () => {
    let made = 0;
    const events = function* (fromMs: number, toMs: number): Iterable<FakeLogEvent> {
      for (let ms = fromMs; ms <= toMs; ms++) {
        made++;
        yield { ...at(ms), logStreamName: `stream ${ms % 200_000}` };
      }
    };
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const page = await ask(aws, { logGroupName: group, startTime: 0, endTime: 5_000_000 });
    expect([page.events?.length, page.nextToken !== undefined, made < 10_010]).toEqual([10_000, true, true]);
    const rest = await ask(aws, { logGroupName: group, startTime: 0, endTime: 5_000_000, nextToken: page.nextToken });
    expect(lines(rest)[0]).toBe('10000');
    const oneStream = { logGroupName: group, startTime: 0, endTime: 410_000, logStreamNames: ['stream 7'] };
    expect((await readAll(aws, oneStream)).flat()).toEqual(['7', '200007', '400007']);
  });
});

describe('a token', () => {
  const events = [at(1), at(2), at(3)];
  const window = { logGroupName: group, startTime: 0, endTime: 10, limit: 1 };

  it('lives for 24 h', async () => {
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const { nextToken } = await ask(aws, window);
    aws.clock.advance(24 * 3_600_000);
    expect(lines(await ask(aws, { ...window, nextToken }))).toEqual(['2']);
    aws.clock.advance(1);
    await expect(ask(aws, { ...window, nextToken })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it.each([
    ['another window', { endTime: 11 }],
    ['another pattern', { filterPattern: 'a' }],
    ['nothing that was issued', { nextToken: 'made up' }],
  ])('is refused with %s', async (_, change) => {
    const aws = await fakeFor(worldOfGroup({ name: group, events }));
    const { nextToken } = await ask(aws, window);
    await expect(ask(aws, { ...window, nextToken, ...change })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('may come back with empty pages before the events', async () => {
    const effect = { kind: 'repeat_token' } as const;
    const aws = await fakeFor(worldOfGroup({ name: group, events }), {
      faults: [{ operation: 'logs:FilterLogEvents', page: 2, times: 3, effect }],
    });
    const pages = await readAll(aws, window);
    expect(pages).toEqual([['1'], [], [], [], ['2'], ['3'], []]);
  });

  it('may come with an empty page, may be empty itself, may be unknown', async () => {
    const aws = await fakeFor(worldOfGroup({ name: group, events }), {
      faults: [
        { page: 1, times: 1, effect: { kind: 'empty_page' } },
        { page: 2, times: 1, effect: { kind: 'short_page', events: 2 } },
        { page: 3, skip: 1, times: 1, effect: { kind: 'empty_last_token' } },
        { page: 3, skip: 0, times: 1, effect: { kind: 'reject_token' } },
      ],
    });
    const input = { logGroupName: group, startTime: 0, endTime: 10 };
    const empty = await ask(aws, input);
    const short = await ask(aws, { ...input, nextToken: empty.nextToken });
    expect([lines(empty), lines(short)]).toEqual([[], ['1', '2']]);
    const third = { ...input, nextToken: short.nextToken };
    await expect(ask(aws, third)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const last = await ask(aws, third);
    expect([lines(last), last.nextToken]).toEqual([['3'], '']);
  });
});

describe('which group', () => {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${group}`;
  const world = () => {
    const linked = { logGroups: [{ name: 'linked', events: [at(1, 'of another account')] }] };
    const alone = { logGroups: [{ name: 'alone', events: [] }] };
    const made = worldOf({
      logGroups: [
        { name: group, events: [at(1)] },
        { name: 'cheap', class: 'INFREQUENT_ACCESS' },
        { name: 'doomed', deletedAtMs: Date.UTC(2026, 2, 1, 13) },
      ],
      linkedAccounts: ['444455556666'],
    });
    const ours = made.accounts[account];
    if (ours) ours.regions['eu-west-1'] = { logGroups: [{ name: group, events: [at(1)] }] };
    made.accounts['444455556666'] = { regions: { [region]: linked } };
    made.accounts['777788889999'] = { regions: { [region]: alone } };
    return made;
  };

  it.each([
    ['its name', { logGroupName: group }, ['1']],
    ['its name as identifier', { logGroupIdentifier: group }, ['1']],
    ['its ARN', { logGroupIdentifier: arn }, ['1']],
    [
      'the ARN of a linked account',
      { logGroupIdentifier: `arn:aws:logs:${region}:444455556666:log-group:linked` },
      ['of another account'],
    ],
  ])('is said by %s', async (_, naming, found) => {
    expect(lines(await ask(await fakeFor(world()), naming))).toEqual(found);
  });

  it.each([
    ['no name', {}, 'InvalidParameterException'],
    ['name and identifier', { logGroupName: group, logGroupIdentifier: arn }, 'InvalidParameterException'],
    ['an ARN as name', { logGroupName: arn }, 'InvalidParameterException'],
    ['an ARN with :*', { logGroupIdentifier: `${arn}:*` }, 'InvalidParameterException'],
    ['an unknown name', { logGroupName: 'absent' }, 'ResourceNotFoundException'],
    ['another region', { logGroupIdentifier: arn.replace(region, 'eu-west-1') }, 'ResourceNotFoundException'],
    [
      'an account without a link',
      { logGroupIdentifier: `arn:aws:logs:${region}:777788889999:log-group:alone` },
      'ResourceNotFoundException',
    ],
    ['Infrequent Access', { logGroupName: 'cheap' }, 'InvalidOperationException'],
    ['a negative start', { logGroupName: group, startTime: -1 }, 'InvalidParameterException'],
    ['an end before the start', { logGroupName: group, startTime: 2, endTime: 1 }, 'InvalidParameterException'],
    ['a limit above 10,000', { logGroupName: group, limit: 10_001 }, 'InvalidParameterException'],
    ['a pattern that AWS does not take', { logGroupName: group, filterPattern: 'a-b' }, 'InvalidParameterException'],
  ])('fails for %s', async (_, input, name) => {
    await expect(ask(await fakeFor(world()), input)).rejects.toMatchObject({ name });
  });

  it('fails from the moment on that a group is deleted', async () => {
    const aws = await fakeFor(world());
    expect(lines(await ask(aws, { logGroupName: 'doomed' }))).toEqual([]);
    aws.clock.advance(3_600_000);
    await expect(ask(aws, { logGroupName: 'doomed' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

it('logs what was asked, by whom, about what and how it ended', async () => {
  const aws = await fakeFor(worldOfGroup({ name: group, events: [] }));
  await ask(aws, { logGroupName: group, startTime: 7 });
  await ask(aws, { logGroupName: 'absent' }).catch(() => null);
  expect(aws.calls.all()).toMatchObject([
    {
      operation: 'logs:FilterLogEvents',
      iamAction: 'logs:FilterLogEvents',
      account,
      region,
      key: group,
      page: 1,
      atMs: aws.clock.nowMs(),
      input: { logGroupName: group, startTime: 7 },
      outcome: 'ok',
    },
    { key: 'absent', outcome: 'ResourceNotFoundException' },
  ]);
  expect(aws.calls.busiest(1_000, { key: group })).toBe(1);
});
