import { describe, expect, it } from 'vitest';
import { GroupRegistry } from '../../../server/src/sources/group-registry.js';
import type { SourceState } from '../../../server/src/sources/source-state.js';
import { startApi, storeAway, testNowMs } from './start-api.js';

const group = { account: '111122223333', region: 'eu-west-1', name: '/aws/apigateway/shop' };

const state = (change: Partial<SourceState> = {}): SourceState => ({
  name: 'aws 111122223333',
  hasRead: true,
  problem: null,
  accounts: [
    {
      source: 'aws 111122223333',
      account: '111122223333',
      region: 'eu-west-1',
      stages: 1,
      takenMs: testNowMs - 60_000,
      problems: Array.from({ length: 150 }, (_, i) => ({
        part: `/restapis/${i}/stages`,
        action: 'apigateway:GET',
        kind: 'denied' as const,
        message: 'AWS refuses it: allow this action to the role.',
      })),
    },
  ],
  groups: [
    {
      group,
      kind: 'access',
      stages: [{ apiId: 'a1b2c3d4e5', stage: 'prod' }],
      state: 'denied',
      sinceMs: testNowMs - 5_000,
      message: 'AWS refuses logs:FilterLogEvents.',
      reading: 'thrifty',
      readingSinceMs: testNowMs - 600_000,
      misses: ['Refusals that only $context.status tells of.'],
      wholeBecause: null,
      lagMs: 95_500,
      watermarkMs: testNowMs - 95_500,
      windowsBehind: 2,
      sweptUntilMs: null,
      events: 7,
      lateEvents: 1,
      throttles: 3,
      gaps: [
        { fromMs: 0, toMs: 3_600_000 },
        { fromMs: 7_200_000, toMs: 14_400_000 },
      ],
    },
    {
      group: { ...group, name: 'API-Gateway-Execution-Logs_a1b2c3d4e5/prod' },
      kind: 'execution',
      stages: [{ apiId: 'a1b2c3d4e5', stage: 'prod' }],
      state: 'absent',
      sinceMs: testNowMs,
      message: '',
      reading: 'whole',
      readingSinceMs: testNowMs,
      misses: [],
      wholeBecause: 'Its format lets AWS pick nothing out.',
      lagMs: null,
      watermarkMs: null,
      windowsBehind: 0,
      sweptUntilMs: null,
      events: 0,
      lateEvents: 0,
      throttles: 0,
      gaps: [],
    },
  ],
  ...change,
});

const sourceStates = () => [state()];

describe('/api/v1/sources', () => {
  it('tells of each group how far it is read and what is wrong, and of each account what may not be read', async () => {
    const store = { ...storeAway, readFeeds: async () => [], readRejects: async () => [] };
    const api = await startApi({ store, sourceStates });
    const body = (await (await api.fetch('/api/v1/sources')).json()) as {
      groups: readonly object[];
      accounts: readonly { problems: readonly object[] }[];
    };
    expect(body.groups[0]).toEqual({
      account: '111122223333',
      region: 'eu-west-1',
      group: '/aws/apigateway/shop',
      kind: 'access',
      stages: [{ apiId: 'a1b2c3d4e5', stage: 'prod' }],
      state: 'denied',
      since: testNowMs - 5_000,
      message: 'AWS refuses logs:FilterLogEvents.',
      reading: 'thrifty',
      readingSince: testNowMs - 600_000,
      misses: ['Refusals that only $context.status tells of.'],
      wholeBecause: null,
      lagMs: 95_500,
      completeUntil: testNowMs - 95_500,
      finalUntil: null,
      behindWindows: 2,
      events: 7,
      lateEvents: 1,
      throttles: 3,
      gaps: [
        { from: 0, to: 3_600_000 },
        { from: 7_200_000, to: 14_400_000 },
      ],
    });
    expect(body.accounts).toMatchObject([{ account: '111122223333', stages: 1, takenAt: testNowMs - 60_000 }]);
    // Thousands of stages may lack the same permission.
    expect(body.accounts[0]?.problems).toHaveLength(100);
    expect(body.accounts[0]?.problems[0]).toEqual({
      action: 'apigateway:GET',
      part: '/restapis/0/stages',
      message: 'AWS refuses it: allow this action to the role.',
    });
  });

  it('tells which groups come in two ways', async () => {
    const store = { ...storeAway, readFeeds: async () => [], readRejects: async () => [] };
    const groups = new GroupRegistry({ nowMs: () => testNowMs, onOverlap: () => {} });
    groups.open('aws 111122223333', '111122223333', ['eu-west-1']).own([{ group }]);
    groups.delivered(group, 'firehose:111122223333:eu-west-1:logs');
    const api = await startApi({ store, groups });
    const { overlaps } = (await (await api.fetch('/api/v1/sources')).json()) as { overlaps: readonly object[] };
    expect(overlaps).toEqual(groups.overlaps());
    expect(overlaps).toMatchObject([
      { groups: ['/aws/apigateway/shop'], alsoBy: 'firehose:111122223333:eu-west-1:logs' },
    ]);
  });
});

describe('/metrics', () => {
  const labels = 'account="111122223333",region="eu-west-1",log_group';

  it('tells how groups stand, also while the store is away', async () => {
    const text = await (await (await startApi({ sourceStates })).fetch('/metrics')).text();
    expect(text).toContain('why403_store_up 0');
    expect(text).toContain(`why403_group_lag_seconds{${labels}="/aws/apigateway/shop"} 95.5`);
    expect(text).toContain(`why403_group_state{${labels}="/aws/apigateway/shop",state="denied"} 1`);
    expect(text).toContain(`why403_group_thrifty{${labels}="/aws/apigateway/shop"} 1`);
    expect(text).toContain(`why403_group_thrifty{${labels}="API-Gateway-Execution-Logs_a1b2c3d4e5/prod"} 0`);
    expect(text).toContain(`why403_group_gap_seconds{${labels}="/aws/apigateway/shop"} 10800`);
    expect(text).toContain(`why403_group_gap_seconds{${labels}="API-Gateway-Execution-Logs_a1b2c3d4e5/prod"} 0`);
    expect(text).toContain('# TYPE why403_group_throttled_calls_total counter');
    expect(text).toContain(`why403_group_throttled_calls_total{${labels}="/aws/apigateway/shop"} 3`);
  });

  it('what is not there and need not be has a state and no lag: no alert rule waits for it', async () => {
    const text = await (await (await startApi({ sourceStates })).fetch('/metrics')).text();
    const absent = `${labels}="API-Gateway-Execution-Logs_a1b2c3d4e5/prod"`;
    expect(text).toContain(`why403_group_state{${absent},state="absent"} 1`);
    expect(text).not.toContain(`why403_group_lag_seconds{${absent}`);
  });
});
