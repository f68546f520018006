import { describe, expect, it } from 'vitest';
import type { LiveGroup } from '../../../../server/src/aws/discovery/live-groups.js';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { groupsAskedFor, stillUnknown } from '../../../../server/src/sources/aws/past-groups.js';
import { groupOf, logGroup } from '../cloudwatch/bed.js';

const stage = (apiId: string, name: string) => ({ apiId, apiKind: 'rest' as const, stage: name });

function live(name: string, ...stages: readonly ReturnType<typeof stage>[]): LiveGroup {
  const of = groupOf(logGroup(name));
  const settings = { format: null, account: null, region: null, api: null, stage: null };
  const seen = { kind: 'access' as const, changedMs: null, mayBeMissing: false, formats: [], countedStages: [] };
  return { ...of, discovered: { group: of.group, stages, settings, ...seen } };
}

const groups = [
  live('orders', stage('a1', 'prod'), stage('a1', 'test')),
  live('shared', stage('a1', 'prod'), stage('b2', 'prod')),
  live('pets', stage('b2', 'prod')),
  live('gone', stage('c3', 'prod')),
];
const named = [
  { apiId: 'a1', apiName: 'orders-eu' },
  { apiId: 'b2', apiName: 'pets' },
];
const snapshots = [{ region: 'eu-west-1', stages: named }] as unknown as Snapshot[];

describe('log groups of a past range', () => {
  it.each([
    ['all', null, null, ['orders', 'shared', 'pets', 'gone']],
    ['an API by id', 'a1', null, ['orders', 'shared']],
    ['an API by name', 'orders-*', null, ['orders', 'shared']],
    ['a stage of it', 'orders-eu', 'test', ['orders']],
    ['a stage of any', null, 'prod', ['orders', 'shared', 'pets', 'gone']],
    ['an API that is gone, by its id', 'c3', null, ['gone']],
    ['none', 'a1', 'beta', []],
  ])('%s', (_name, api, stageName, names) => {
    const asked = groupsAskedFor(groups, snapshots, { api, stage: stageName });
    expect(asked.map(({ group }) => group.name)).toEqual(names);
  });

  it('are not known before the first look at each region is over', () => {
    expect(stillUnknown(['eu-west-1'], snapshots)).toBeNull();
    expect(stillUnknown(['eu-west-1', 'us-east-1'], snapshots)).toContain('us-east-1');
  });
});
