import { describe, expect, it } from 'vitest';
import { feedsWorstFirst, groupsWorstFirst } from '../../../../server/src/api/gauges/worst-first.js';
import { groupStates } from '../../../../server/src/api/schemas/source-state.js';
import type { GroupReport } from '../../../../server/src/sources/source-state.js';
import type { FeedState } from '../../../../server/src/store/event-store.js';
import { groupReport } from '../group-report.js';

type Case = readonly [name: string, worse: Partial<GroupReport>, better: Partial<GroupReport>];

const unread = (Object.keys(groupStates) as GroupReport['state'][]).filter(
  (state) => state !== 'reading' && state !== 'absent',
);

describe('groups, worst first', () => {
  it.each<Case>([
    ...unread.map((state): Case => [`${state} before far behind`, { state, lagMs: 0 }, { lagMs: 86_400_000 }]),
    ['far behind before less so', { lagMs: 600_001 }, { lagMs: 600_000 }],
    ['never read before far behind', { lagMs: null }, { lagMs: 86_400_000 }],
    ['read before what need not be there', { lagMs: 0 }, { state: 'absent', lagMs: null }],
    ['denied longer ago', { state: 'denied', lagMs: 2 }, { state: 'denied', lagMs: 1 }],
  ])('%s', (_name, worse, better) => {
    const order = groupsWorstFirst([groupReport('better', better), groupReport('worse', worse)]);
    expect(order.map(({ group }) => group.name)).toEqual(['worse', 'better']);
  });

  it('those alike stay in their order', () => {
    const groups = ['b', 'a', 'c'].map((name) => groupReport(name, { lagMs: null }));
    expect(groupsWorstFirst(groups)).toEqual(groups);
  });
});

it('feeds, worst first: the one that stands still longest', () => {
  const feed = (name: string, completeUntilMs: number): FeedState => ({
    ...{ feed: name, kind: 'cloudwatch', completeUntilMs, units: 0, requests: 0, rejected: {} },
  });
  const feeds = feedsWorstFirst([feed('a', 3), feed('b', 1), feed('c', 2), feed('d', 1)]);
  expect(feeds.map(({ feed }) => feed)).toEqual(['b', 'd', 'c', 'a']);
});
