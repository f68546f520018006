import { describe, expect, it } from 'vitest';
import type { LiveGroup } from '../../../../server/src/aws/discovery/live-groups.js';
import { wasAnswered } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { accountStateOf, groupReports, listingProblem } from '../../../../server/src/sources/aws/aws-state.js';
import type { GroupState } from '../../../../server/src/sources/cloudwatch/group-state.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, stage, takenMs, unread } from '../../aws/discovery/examples.js';
import { groupOf, logGroup } from '../cloudwatch/bed.js';

const restList = '/restapis';
const httpList = '/apis';

describe('whether an account was reached', () => {
  it('one list that was read is enough; what is missing elsewhere is a problem of that part only', () => {
    expect(wasAnswered(snapshot())).toBe(true);
    expect(wasAnswered(snapshot({ problems: [unread(restList), unread('/usageplans')] }))).toBe(true);
    expect(wasAnswered(snapshot({ problems: [unread(restList), unread(httpList)] }))).toBe(false);
  });

  it('a region that answers is enough; else the first reason is told', () => {
    const silent = snapshot({ stages: [], problems: [unread(restList), unread(httpList)] });
    expect(listingProblem([])).toBeNull();
    expect(listingProblem([silent, snapshot({ region: 'us-east-1' })])).toBeNull();
    expect(listingProblem([silent])).toBe(`AWS refuses apigateway:GET on ${restList}.`);
  });

  it('stages that are filtered out are not counted', () => {
    const place = { source: 'aws', account, region };
    const two = snapshot({ stages: [stage(), stage({ stage: 'dev' })] });
    expect(accountStateOf(place, two, everyStage)).toEqual({ ...place, stages: 2, takenMs, problems: [] });
    expect(accountStateOf(place, two, { include: [], exclude: [{ stage: 'dev' }] }).stages).toBe(1);
    expect(accountStateOf(place, undefined, everyStage)).toEqual({ ...place, stages: 0, takenMs: null, problems: [] });
  });
});

describe('groups as people see them', () => {
  const group = logGroup('/aws/apigateway/shop');
  const state: GroupState = {
    group,
    state: 'reading',
    sinceMs: 1,
    message: '',
    reading: 'whole',
    readingSinceMs: 1,
    misses: [],
    wholeBecause: null,
    lagMs: 90_000,
    watermarkMs: 2,
    windowsBehind: 1,
    sweptUntilMs: null,
    events: 3,
    lateEvents: 0,
    throttles: 0,
    gaps: [],
  };
  const live = (mayBeMissing: boolean): LiveGroup => ({
    ...groupOf(group),
    mayBeMissing,
    discovered: {
      group,
      kind: 'access',
      stages: [{ apiId: 'rest000001', apiKind: 'rest', stage: 'prod' }],
      settings: { format: null, account: null, region: null, api: null, stage: null },
      formats: [],
      countedStages: [],
      changedMs: null,
      mayBeMissing,
    },
  });

  it('say whose they are', () => {
    expect(groupReports([live(false)], [state])).toEqual([
      { ...state, kind: 'access', stages: [{ apiId: 'rest000001', stage: 'prod' }] },
    ]);
  });

  it('are not told before their reading has begun', () => {
    expect(groupReports([live(false)], [])).toEqual([]);
  });

  it('one that is gone although a stage logs to it is a fault; one that need not be there neither lags nor complains', () => {
    const deleted: GroupState = { ...state, state: 'deleted', message: 'There is no log group.' };
    expect(groupReports([live(false)], [deleted])).toMatchObject([{ state: 'deleted', lagMs: 90_000 }]);
    expect(groupReports([live(true)], [deleted])).toMatchObject([{ state: 'absent', lagMs: null, message: '' }]);
    expect(groupReports([live(true)], [state])).toMatchObject([{ state: 'reading', lagMs: 90_000 }]);
  });
});
