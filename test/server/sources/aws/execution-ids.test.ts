import { describe, expect, it } from 'vitest';
import { lineKinds } from '../../../../parsers/src/execution-log/line-kinds.js';
import {
  compileAccessLogFormat,
  createUnitReader,
  defaultLimits,
  executionRefusals,
  judge,
} from '../../../../parsers/src/index.js';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { LiveGroups } from '../../../../server/src/aws/discovery/live-groups.js';
import type { DiscoveredStage } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import type { Priority } from '../../../../server/src/aws/rate-budget.js';
import { causesWithoutLines, ExecutionReading } from '../../../../server/src/sources/aws/execution-reading.js';
import type { CloudWatchGroup } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import type { GroupState } from '../../../../server/src/sources/cloudwatch/group-state.js';
import type { UncertainIdsQuery } from '../../../../server/src/store/event-store.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, stage } from '../../aws/discovery/examples.js';
import { asking } from '../cloudwatch/bed.js';

const second = 1000;
const minute = 60 * second;
const fromMs = Date.UTC(2026, 2, 1, 12);
const window = { fromMs, toMs: fromMs + minute };
const idOf = (n: number): string => `5b0e7d1c-93a4-4f26-8c11-${String(n).padStart(12, '0')}`;
const idsIn = (patterns: readonly string[]): string[] => patterns.join().match(/[0-9a-f-]{36}/g) ?? [];

interface World {
  readonly stage?: Partial<DiscoveredStage>;
  /** Of the access group. */
  readonly state?: Partial<GroupState>;
  readonly ids?: readonly string[];
  readonly omitted?: number;
  readonly lines?: readonly string[];
  /** The first calls, so many, are refused because of their rate. */
  readonly throttled?: number;
}

/** How the execution log of a stage is read thriftily. */
function world({ stage: change = {}, state = {}, ids = [], omitted = 0, lines = [], throttled = 0 }: World = {}) {
  const live = new LiveGroups({ filters: everyStage, limits: defaultLimits, compile: compileAccessLogFormat });
  live.update(snapshot({ stages: [stage(change)] }));
  const queries: UncertainIdsQuery[] = [];
  const store = { ids, omitted };
  const pages: unknown[] = [];
  const granted: Priority[] = [];
  const reading = new ExecutionReading({
    store: {
      readUncertainIds: async (query) => {
        queries.push(query);
        return { ids: store.ids.slice(0, query.limit), omitted: store.omitted };
      },
    },
    pagesOf: () => ({
      client: {
        readPage: async (request) => {
          pages.push(request);
          if (pages.length <= throttled) throw new AwsError('throttled', 'Rate exceeded');
          const events = lines.map((message, n) => ({
            ...{ eventId: String(n), logStreamName: 's', timestamp: fromMs, ingestionTime: fromMs, message },
          }));
          return { events, nextToken: null };
        },
      },
      budget: {
        take: async (_key, _signal, priority = 'live') => void granted.push(priority),
        throttled: () => {},
        perSecond: 1,
      },
      wait: async () => {},
    }),
    settleMs: 30 * second,
  });
  const states = live
    .list()
    .map(({ group }) => ({ group, state: 'reading', lagMs: 60 * second, ...state }) as GroupState);
  const groups = () => reading.addTo(live.list(), states);
  const thrifty = () => {
    const found = groups().find(({ discovered }) => discovered.kind === 'execution')?.thrifty;
    if (!found) throw new Error('it is not read thriftily');
    return found;
  };
  return { groups, thrifty, queries, pages, granted, store };
}

const noAccessLog = { accessLog: null };
const pushed = {
  accessLog: { format: '$context.requestId', destination: { kind: 'firehose', arn: 'arn:aws:firehose:x' } },
} as const;
const withoutId = {
  accessLog: {
    format: '$context.extendedRequestId $context.status',
    destination: { kind: 'log_group', group: '/aws/apigateway/shop', region, account },
  },
} as const;

describe('execution lines by id', () => {
  it('are those of requests that were refused within 30 s of the window, without certainty', async () => {
    const { thrifty, queries } = world({ ids: [idOf(1), '"] ?"', `${idOf(2)}" "`, idOf(3)] });
    const patterns = await thrifty().patternsOf(window, asking());
    expect(patterns).toEqual([`?"(${idOf(1)})" ?"(${idOf(3)})"`]);
    expect(queries).toMatchObject([
      { fromMs: fromMs - 30 * second, toMs: fromMs + 90 * second, stages: [{ apiId: 'rest000001', stage: 'prod' }] },
    ]);
  });

  it('are asked for nothing where nothing is undecided', async () => {
    const { thrifty, pages } = world();
    expect(await thrifty().patternsOf(window, asking())).toEqual([]);
    expect(pages).toEqual([]);
  });

  it.each([
    ['that keep up', {}, 60],
    ['that lag', { lagMs: 4 * minute }, 240],
    ['that lag by hours', { lagMs: 240 * minute }, 240 * 60],
    ['that cannot be read', { state: 'denied', lagMs: 240 * minute } as const, 30],
    ['that fail', { state: 'failing', lagMs: 240 * minute } as const, 30],
    ['of which nothing was read yet', { lagMs: null }, Number.POSITIVE_INFINITY],
  ])('wait for access logs %s', (_, state, seconds) => {
    expect(world({ state }).thrifty().delayMs).toBe(seconds * second);
  });

  it('are of a window 500 requests at most, which is told until a window has fewer', async () => {
    const many = Array.from({ length: 500 }, (_, n) => idOf(n));
    const { thrifty, store } = world({ ids: many, omitted: 41 });
    const patterns = await thrifty().patternsOf(window, asking());
    expect(patterns).toHaveLength(Math.ceil(500 / 24));
    expect(thrifty().misses.join()).toContain(
      '2026-03-01T12:00:00.000Z: execution lines of at least 41 refused requests',
    );
    store.omitted = 0;
    await thrifty().patternsOf(window, asking());
    expect(thrifty().misses).toHaveLength(1);
  });

  it.each<[string, Pick<World, 'stage' | 'state'>, string[]]>([
    ['has no access log', { stage: noAccessLog }, ['prod']],
    ['pushes its access log', { stage: pushed }, []],
    ['does not log request ids', { stage: withoutId }, []],
    ['has an access log that cannot be read', { state: { state: 'denied' } }, []],
  ])('of a stage that %s are found by the lines that tell of refusals', async (_, change, counted) => {
    const lines = [
      `(${idOf(7)}) Method completed with status: 403`,
      `(${idOf(8)}) Method request headers: {x=Method completed with status: 403}`,
      `(${idOf(9)}) The client is not authorized to perform this operation.`,
    ];
    const { thrifty, pages } = world({ ...change, lines, ids: [idOf(5)] });
    const patterns = await thrifty().patternsOf(window, asking());
    expect(patterns[0]).toBe(executionRefusals.pattern);
    expect(idsIn(patterns)).toEqual([idOf(5), idOf(7), idOf(9)]);
    expect(pages).toHaveLength(1);
    expect(thrifty().misses).toEqual(expect.arrayContaining([...executionRefusals.misses]));
    expect(thrifty().countedStages.map((each) => each.stage)).toEqual(counted);
  });

  describe('of a stage without access log, found', () => {
    const later = { fromMs: window.toMs, toMs: window.toMs + minute };
    const lines = [`(${idOf(7)}) Method completed with status: 403`];

    it.each<Priority>(['live', 'sweep', 'backfill'])('with the priority of the reading: %s', async (priority) => {
      const { thrifty, granted } = world({ stage: noAccessLog, lines });
      await thrifty().patternsOf(window, asking({ priority }));
      expect(granted).toEqual([priority]);
    });

    it('tell whoever asks of calls that AWS refused because of their rate', async () => {
      const { thrifty, pages } = world({ stage: noAccessLog, lines, throttled: 2 });
      let throttles = 0;
      await thrifty().patternsOf(window, asking({ onThrottled: () => throttles++ }));
      expect([throttles, pages.length]).toEqual([2, 3]);
    });

    it('ahead are not asked for again by the reading that goes on there, but counted for it', async () => {
      const { thrifty, pages, queries } = world({ stage: noAccessLog, lines });
      const chain = {};
      const counted: number[] = [];
      const onPages = (count: number): void => void counted.push(count);
      const patterns = [];
      for (const each of [window, later, later])
        patterns.push(await thrifty().patternsOf(each, asking({ chain, onPages })));
      expect(pages).toHaveLength(2);
      expect(counted).toEqual([1, 1, 1]);
      expect(patterns[2]).toEqual(patterns[1]);
      // The store may know more by then.
      expect(queries).toHaveLength(3);
    });

    it('before are forgotten by the window that comes next, and by other readings', async () => {
      const { thrifty, pages } = world({ stage: noAccessLog, lines });
      const chain = {};
      for (const each of [window, later, window]) await thrifty().patternsOf(each, asking({ chain }));
      expect(pages).toHaveLength(3);
      await thrifty().patternsOf(window, asking());
      await thrifty().patternsOf(window, asking());
      expect(pages).toHaveLength(5);
    });
  });

  it('leave other groups as they are', () => {
    const { groups } = world();
    const kinds = groups().map((group: CloudWatchGroup & { discovered: { kind: string } }) => group.discovered.kind);
    expect(kinds).toEqual(['access', 'execution']);
    expect(world().thrifty().countedStages).toEqual([]);
  });
});

describe('causes that execution lines say nothing of', () => {
  const place = { account, region, apiId: 'rest000001', stage: 'prod' };
  const extendedId = 'Qz00000000001FQ=';
  const factsOf = (template: Parameters<typeof createUnitReader>[0]['template'], lines: readonly string[]) => {
    const reader = createUnitReader({ template, fallbackPlace: place, limits: defaultLimits });
    reader.push(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    return reader.end().facts;
  };
  const verdictOf = (facts: ReturnType<typeof factsOf>) => {
    const found = judge(facts, () => null).find(({ record }) => record.access !== null)?.verdict;
    return found && { cause: found.cause, detail: found.detail, confidence: found.confidence, culprit: found.culprit };
  };
  // A request that gets an answer from its integration was not refused for one of these.
  const logs = lineKinds
    .filter(({ example }) => !example.startsWith('Received response'))
    .map(({ example }) => [`Extended Request Id: ${extendedId}`, example, 'Method completed with status: 403'])
    .map((log) => log.map((line, i) => `${new Date(fromMs + i).toISOString()} (${idOf(1)}) ${line}`))
    .map((lines) => factsOf(null, lines));
  const format =
    '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod $context.status $context.error.responseType $context.integration.status $context.wafResponseCode';
  const types = ['EXPIRED_TOKEN', 'INVALID_SIGNATURE', 'MISSING_AUTHENTICATION_TOKEN', 'WAF_FILTERED'];
  /** Also what contradicts itself: it is what makes some of them uncertain. */
  const lines = types.flatMap((type) =>
    ['GET', 'OPTIONS'].flatMap((method) =>
      ['-', '403'].flatMap((integration) =>
        ['-', 'WAF_ALLOW', 'WAF_BLOCK'].map((waf) => `${method} 403 ${type} ${integration} ${waf}`),
      ),
    ),
  );

  it('are those that stay as they are whatever an execution log adds', () => {
    const compiled = compileAccessLogFormat(format);
    if (!compiled.ok) throw new Error(compiled.detail);
    const seen = new Set<string>();
    for (const line of lines) {
      const access = factsOf(compiled.value, [`${idOf(1)} ${extendedId} ${fromMs} ${line}`]);
      const alone = verdictOf(access);
      const cause = alone?.cause ?? 'unknown';
      if (alone === undefined || alone.confidence === 'certain' || !causesWithoutLines.includes(cause)) continue;
      seen.add(cause);
      for (const log of logs) expect([line, verdictOf([...access, ...log])]).toEqual([line, alone]);
    }
    expect([...seen].sort()).toEqual([...causesWithoutLines].sort());
  });
});
