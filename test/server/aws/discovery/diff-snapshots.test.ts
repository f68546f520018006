import { describe, expect, it } from 'vitest';
import { diffSnapshots, knownAfter } from '../../../../server/src/aws/discovery/diff-snapshots.js';
import type { AccessLog, DiscoveredStage, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, stage, takenMs, unread, updatedMs } from './examples.js';

const laterMs = takenMs + 300_000;
const changedMs = takenMs + 60_000;

const later = (change: Partial<Snapshot>): Snapshot => snapshot({ takenMs: laterMs, ...change });
const told = (before: Snapshot, after: Snapshot): (string | number)[][] =>
  diffSnapshots(before, after).map(({ kind, apiId, stage: name, what, summary }) => [kind, apiId, name, what, summary]);

const config = (change: DiscoveredStage['config'] | object): DiscoveredStage['config'] => ({
  ...stage().config,
  ...change,
});
const authorizer = { id: 'auth01', name: 'tokens', type: 'TOKEN', resultTtlSeconds: 300 } as const;
const get = { method: 'GET', authorizationType: 'NONE', apiKeyRequired: false } as const;
const otherFormat: AccessLog = {
  format: '$context.status',
  destination: { kind: 'log_group', group: '/aws/apigateway/shop', region, account },
};
const acl = (name: string) => ({
  arn: `arn:aws:wafv2:${region}:${account}:regional/webacl/${name}/0-1`,
  logGroup: null,
});

describe('a change of a stage', () => {
  it.each<[string, Partial<DiscoveredStage>, Partial<DiscoveredStage>, string, string, string]>([
    [
      'another deployment',
      {
        config: config({
          routes: [
            { ...get, path: '/a' },
            { ...get, path: '/b' },
          ],
        }),
      },
      {
        deploymentId: 'dep002',
        config: config({
          routes: [
            { ...get, path: '/b', authorizationType: 'AWS_IAM' },
            { ...get, path: '/c' },
          ],
        }),
      },
      'deployment',
      'dep002',
      'Deployment dep002 went to the stage prod of shop; routes: 1 added, 1 removed, 1 asking for another authorization.',
    ],
    [
      'a deployment whose routes could not be read',
      {},
      { deploymentId: 'dep002', config: { ageMs: 0 } },
      'deployment',
      'dep002',
      'Deployment dep002 went to the stage prod of shop.',
    ],
    [
      'a canary',
      {},
      { canary: { deploymentId: 'dep003', percent: 5 } },
      'canary',
      'dep003',
      'Deployment dep003 answers 5 % of the requests of the stage prod as a canary.',
    ],
    [
      'the end of a canary',
      { canary: { deploymentId: 'dep003', percent: 5 } },
      {},
      'canary',
      'dep003',
      'The canary of the stage prod ended.',
    ],
    [
      'a web ACL',
      {},
      { webAcl: acl('edge') },
      'web_acl',
      acl('edge').arn,
      'The web ACL edge stands before the stage prod.',
    ],
    [
      'another web ACL',
      { webAcl: acl('edge') },
      { webAcl: acl('strict') },
      'web_acl',
      acl('strict').arn,
      'The web ACL strict stands before the stage prod in place of edge.',
    ],
    [
      'no web ACL any more',
      { webAcl: acl('edge') },
      {},
      'web_acl',
      acl('edge').arn,
      'The web ACL edge was taken off the stage prod.',
    ],
    [
      'a resource policy',
      {},
      { policyHash: 'abc', config: config({ resourcePolicy: true }) },
      'resource_policy',
      'rest000001',
      'The resource policy of shop was added.',
    ],
    [
      'another resource policy',
      { policyHash: 'abc', config: config({ resourcePolicy: true }) },
      { policyHash: 'def', config: config({ resourcePolicy: true }) },
      'resource_policy',
      'rest000001',
      'The resource policy of shop was changed.',
    ],
    [
      'authorizers',
      { config: config({ authorizers: [authorizer, { ...authorizer, id: 'auth02', name: 'old' }] }) },
      {
        config: config({
          authorizers: [
            { ...authorizer, resultTtlSeconds: 0 },
            { ...authorizer, id: 'auth03', name: 'new' },
          ],
        }),
      },
      'authorizer',
      'auth01 auth02 auth03',
      'Authorizers of shop: tokens changed, old removed, new added.',
    ],
    [
      'gateway responses',
      { config: config({ gatewayResponses: [{ responseType: 'THROTTLED', statusCode: 403 }] }) },
      { config: config({ gatewayResponses: [{ responseType: 'ACCESS_DENIED', statusCode: null }] }) },
      'gateway_response',
      'THROTTLED ACCESS_DENIED',
      'Gateway responses of shop were changed: THROTTLED, ACCESS_DENIED.',
    ],
    [
      'another format',
      {},
      { accessLog: otherFormat },
      'access_log_format',
      'prod',
      'The access log of the stage prod has another format.',
    ],
    [
      'no access log any more',
      {},
      { accessLog: null },
      'access_log_format',
      'prod',
      'The access log of the stage prod was switched off.',
    ],
    [
      'the level of the execution log',
      {},
      { executionLog: { level: 'OFF', groups: [] } },
      'stage_updated',
      'prod',
      'The stage prod of shop was updated.',
    ],
  ])('%s', (_, before, after, kind, what, summary) => {
    expect(told(snapshot({ stages: [stage(before)] }), later({ stages: [stage(after)] }))).toEqual([
      [kind, 'rest000001', 'prod', what, summary],
    ]);
  });

  it('that nothing shows but its time is an update of the stage', () => {
    const changes = diffSnapshots(snapshot(), later({ stages: [stage({ lastUpdatedMs: changedMs })] }));
    expect(changes).toMatchObject([{ kind: 'stage_updated', what: 'prod', atMs: changedMs, seenMs: laterMs }]);
  });

  it('is told once, by what it was, at the time that AWS gives', () => {
    const after = later({ stages: [stage({ lastUpdatedMs: changedMs, deploymentId: 'dep002' })] });
    expect(diffSnapshots(snapshot(), after)).toMatchObject([
      { kind: 'deployment', account, region, atMs: changedMs, seenMs: laterMs },
    ]);
  });

  it('seen by two nodes at two times is one', () => {
    const stages = [stage({ lastUpdatedMs: changedMs, deploymentId: 'dep002' })];
    const one = diffSnapshots(snapshot(), later({ stages }));
    const other = diffSnapshots(snapshot({ takenMs: takenMs + 7 }), later({ takenMs: laterMs + 7, stages }));
    expect(one.map(({ id }) => id)).toEqual(other.map(({ id }) => id));
  });

  it('of the time of which AWS says nothing is as old as the look at it', () => {
    expect(diffSnapshots(snapshot(), later({ stages: [stage({ webAcl: acl('edge') })] }))).toMatchObject([
      { atMs: laterMs },
    ]);
  });

  it('of parts that were not read at one of both times is none', () => {
    const without = stage({ config: { ageMs: 0 }, policyHash: null });
    const withAll = stage({
      config: config({ resourcePolicy: true, authorizers: [authorizer], gatewayResponses: [] }),
      policyHash: 'abc',
    });
    expect(told(snapshot({ stages: [without] }), later({ stages: [withAll] }))).toEqual([]);
    expect(told(snapshot({ stages: [withAll] }), later({ stages: [without] }))).toEqual([]);
  });
});

it('what stays the same is no change', () => {
  expect(told(snapshot(), later({}))).toEqual([]);
});

describe('APIs and stages come and go', () => {
  const other = stage({ stage: 'dev' });
  const api = stage({ apiId: 'http000002', apiName: '', apiKind: 'http', stage: '$default' });

  it.each<[string, DiscoveredStage[], DiscoveredStage[], (string | number)[][]]>([
    [
      'a new API',
      [stage()],
      [stage(), api],
      [['api_added', 'http000002', '', 'http000002', 'The HTTP API http000002 was created.']],
    ],
    [
      'a deleted API',
      [stage(), api],
      [api],
      [['api_removed', 'rest000001', '', 'rest000001', 'The REST API shop (rest000001) was deleted.']],
    ],
    [
      'a new stage',
      [stage()],
      [stage(), other],
      [['stage_updated', 'rest000001', 'dev', 'dev', 'The stage dev of the REST API shop (rest000001) was created.']],
    ],
    [
      'a deleted stage',
      [stage(), other],
      [stage()],
      [['stage_updated', 'rest000001', 'dev', 'dev', 'The stage dev of the REST API shop (rest000001) was deleted.']],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(told(snapshot({ stages: before }), later({ stages: after }))).toEqual(expected);
  });

  it.each([
    ['the list of APIs', '/restapis'],
    ['the list of stages', '/restapis/rest000001/stages'],
  ])('but not when %s could not be read', (_, part) => {
    const blind = later({ stages: [], problems: [unread(part)] });
    expect(told(snapshot(), blind)).toEqual([]);
    expect(told({ ...blind, takenMs }, later({}))).toEqual([]);
  });

  it('and what changed meanwhile is told when it can be read again', () => {
    const blind = later({ stages: [], usagePlans: null, apiKeys: null, problems: [unread('/restapis')] });
    const known = knownAfter(knownAfter(null, snapshot()), blind);
    const again = later({ takenMs: laterMs + 300_000, stages: [stage({ deploymentId: 'dep009' })] });
    expect(told(known, again)).toMatchObject([['deployment', 'rest000001', 'prod', 'dep009', expect.any(String)]]);
  });
});

describe('plans and keys', () => {
  const plan = { id: 'plan01', name: 'gold', stages: [{ apiId: 'rest000001', stage: 'prod' }], keyIds: ['key001'] };
  const key = { id: 'key001', name: 'partner', enabled: true, lastSix: 'a1b2c3', length: 40, changedMs: updatedMs };

  it.each<[string, Partial<Snapshot>, Partial<Snapshot>, (string | number)[][]]>([
    [
      'a stage is taken out of a plan',
      { usagePlans: [plan] },
      { usagePlans: [{ ...plan, stages: [] }] },
      [
        [
          'usage_plan',
          'rest000001',
          'prod',
          'plan01',
          'The stage prod of API rest000001 was taken out of the usage plan gold.',
        ],
      ],
    ],
    [
      'a key is added to a plan',
      { usagePlans: [plan] },
      { usagePlans: [{ ...plan, keyIds: ['key001', 'key002'] }] },
      [['usage_plan', '', '', 'plan01', 'The key key002 was added to the usage plan gold.']],
    ],
    [
      'a plan is deleted',
      { usagePlans: [plan] },
      { usagePlans: [] },
      [
        [
          'usage_plan',
          'rest000001',
          'prod',
          'plan01',
          'The stage prod of API rest000001 was taken out of the usage plan gold.',
        ],
        ['usage_plan', '', '', 'plan01', 'The key key001 was taken out of the usage plan gold.'],
      ],
    ],
    [
      'a key is disabled',
      { apiKeys: [key] },
      { apiKeys: [{ ...key, enabled: false, changedMs }] },
      [['api_key', '', '', 'key001', 'The API key partner was disabled.']],
    ],
    [
      'a key is deleted',
      { apiKeys: [key] },
      { apiKeys: [] },
      [['api_key', '', '', 'key001', 'The API key partner was deleted.']],
    ],
    [
      'a key is created',
      { apiKeys: [] },
      { apiKeys: [key] },
      [['api_key', '', '', 'key001', 'The API key partner was created.']],
    ],
    ['plans could not be read', { usagePlans: [plan], apiKeys: [key] }, { usagePlans: null, apiKeys: null }, []],
    [
      'keys of plans are read for the first time',
      { usagePlans: [{ ...plan, keyIds: null }] },
      { usagePlans: [plan] },
      [],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(told(snapshot(before), later(after))).toEqual(expected);
  });

  it('a key’s change has the time that AWS gives', () => {
    const after = later({ apiKeys: [{ ...key, enabled: false, changedMs }] });
    expect(diffSnapshots(snapshot({ apiKeys: [key] }), after)).toMatchObject([{ atMs: changedMs }]);
  });
});
