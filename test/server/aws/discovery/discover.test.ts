import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { account, fakeFor, region, worldOf } from '../../../fake-aws/harness.js';
import { awsQuotas } from '../../../fake-aws/quotas.js';
import type { FakeRegion } from '../../../fake-aws/world.js';
import { lookAt } from './bed.js';
import { accessFormat, aclArn, keyValue, shop, shopRegion, updated } from './shop.js';

const stageOf = (snapshot: Snapshot, api: string, stage: string) => {
  const found = snapshot.stages.find((each) => each.apiName === api && each.stage === stage);
  if (found === undefined) throw new Error(`no stage ${stage} of ${api}`);
  return found;
};

const readShop = async (change: (region: FakeRegion) => void = () => {}): Promise<Snapshot> => {
  const here = shopRegion();
  change(here);
  return lookAt(await fakeFor(worldOf(here)));
};

describe('a region is read', () => {
  it('with all its stages and where they log', async () => {
    const snapshot = await readShop();
    expect(snapshot).toMatchObject({
      account,
      region,
      takenMs: Date.UTC(2026, 2, 1, 12),
      cloudWatchRoleArn: 'arn:aws:iam::111122223333:role/gateway-logs',
      problems: [],
    });
    expect(snapshot.stages.map(({ apiKind, stage, executionLog }) => [apiKind, stage, executionLog])).toEqual([
      [
        'rest',
        'prod',
        {
          level: 'INFO',
          groups: [
            'API-Gateway-Execution-Logs_rest000001/prod',
            'API-Gateway-Execution-Logs_rest000001/prod/Canary',
            'API-Gateway-Execution-Logs/rest000001/prod/Canary',
          ],
        },
      ],
      ['rest', 'dev', { level: 'OFF', groups: ['API-Gateway-Execution-Logs_rest000001/dev'] }],
      ['http', '$default', null],
      ['http', 'manual', null],
      ['websocket', 'live', { level: 'ERROR', groups: ['/aws/apigateway/sock000001/live'] }],
    ]);
    expect(snapshot.stages[0]).toMatchObject({
      apiId: 'rest000001',
      apiName: 'shop',
      tags: { team: 'shop', env: 'prod' },
      deploymentId: 'dep002',
      lastUpdatedMs: updated.getTime(),
      accessLog: {
        format: accessFormat,
        destination: { kind: 'log_group', group: '/aws/apigateway/shop', region, account },
      },
      canary: { deploymentId: 'dep003', percent: 10 },
      webAcl: { arn: aclArn, logGroup: 'aws-waf-logs-edge' },
    });
    expect(snapshot.stages[1]?.accessLog?.destination).toEqual({
      kind: 'firehose',
      arn: 'arn:aws:firehose:eu-central-1:111122223333:deliverystream/amazon-apigateway-shop',
    });
  });

  it('with what is deployed, not with what is being edited', async () => {
    const { config } = stageOf(await readShop(), 'shop', 'dev');
    expect(config.workingCopy).toBeUndefined();
    expect(config.routes).toEqual([
      { path: '/orders', method: 'GET', authorizationType: 'CUSTOM', apiKeyRequired: true, authorizerId: 'auth01' },
      { path: '/orders', method: 'OPTIONS', authorizationType: 'NONE', apiKeyRequired: false },
      // Its authorizer is one of the edited API only, where it no longer asks for AWS_IAM.
      { path: '/orders/{id}', method: 'GET', authorizationType: 'AWS_IAM', apiKeyRequired: false },
    ]);
  });

  it('with every fact that rules ask for', async () => {
    const { config } = stageOf(await readShop(), 'shop', 'prod');
    expect(config).toMatchObject({
      apiId: 'rest000001',
      stage: 'prod',
      deploymentId: 'dep002',
      ageMs: 0,
      apiKind: 'rest',
      endpointType: 'REGIONAL',
      resourcePolicy: true,
      apiKeySource: 'HEADER',
      disableExecuteApiEndpoint: false,
      cacheInvalidationFailsWith403: true,
      webAcl: { arn: aclArn },
      authorizers: [
        { id: 'auth01', name: 'tokens', type: 'TOKEN', resultTtlSeconds: 60, functionName: 'verify-token' },
      ],
      gatewayResponses: [{ responseType: 'THROTTLED', statusCode: 403 }],
      usagePlans: [
        { id: 'plan01', name: 'gold', stages: [{ apiId: 'rest000001', stage: 'prod' }], keyIds: ['key001'] },
      ],
      apiKeys: [
        {
          id: 'key001',
          name: 'partner',
          enabled: true,
          lastSix: 'a1b2c3',
          length: keyValue.length,
          changedMs: updated.getTime(),
        },
      ],
      domains: [
        { name: 'api.example.com', basePath: null, stage: 'prod', mutualTls: true },
        { name: 'web.example.com', basePath: 'v1/shop', stage: 'prod', mutualTls: false },
      ],
    });
  });

  it.each([
    ['of an HTTP API that deploys by itself are those that serve', 'web', '$default', undefined],
    ['of one that is deployed by hand are of the edited API', 'web', 'manual', true],
    ['of a WebSocket API are of the edited API', 'chat', 'live', true],
    ['beside a canary are of the stage’s own deployment', 'shop', 'prod', undefined],
  ])('routes %s', async (_, api, stage, workingCopy) => {
    const { config } = stageOf(await readShop(), api, stage);
    expect(config.workingCopy).toBe(workingCopy);
    expect(config.canary).toBe(api === 'shop' ? true : undefined);
    expect(config.routes?.length).toBeGreaterThan(0);
  });

  it('an HTTP API whose last deployment failed serves something else than what is read', async () => {
    const snapshot = await readShop(({ httpApis }) => {
      const stage = httpApis?.[0]?.stages?.[0];
      if (stage) stage.LastDeploymentStatusMessage = 'Deployment attempt failed: Unable to deploy API';
    });
    expect(stageOf(snapshot, 'web', '$default').config.workingCopy).toBe(true);
  });

  it('with routes and authorizers of HTTP and WebSocket APIs', async () => {
    const snapshot = await readShop();
    expect(stageOf(snapshot, 'web', '$default').config).toMatchObject({
      webAcl: null,
      resourcePolicy: false,
      routes: [
        { path: '$default', method: 'ANY', authorizationType: 'NONE', apiKeyRequired: false },
        {
          path: '/pets/{id}',
          method: 'GET',
          authorizationType: 'JWT',
          apiKeyRequired: false,
          authorizerId: 'jwt001',
          authorizationScopes: ['pets:read'],
        },
      ],
      authorizers: [{ id: 'jwt001', name: 'pool', type: 'JWT', resultTtlSeconds: 0, functionName: null }],
    });
    const { config } = stageOf(snapshot, 'chat', 'live');
    expect(config.routes).toMatchObject([{ path: '$connect', method: 'ANY', authorizationType: 'CUSTOM' }]);
    expect(config).not.toHaveProperty('webAcl');
  });

  it('without domains when a routing rule may lead anywhere', async () => {
    const snapshot = await readShop(({ domainNames }) => {
      const domain = domainNames?.[0]?.domain;
      if (domain) domain.routingMode = 'ROUTING_RULE_THEN_BASE_PATH_MAPPING';
    });
    expect(stageOf(snapshot, 'shop', 'prod').config).not.toHaveProperty('domains');
    expect(snapshot.problems).toEqual([]);
  });

  it('with the names of all REST APIs, also of those that are left out: CloudWatch counts by name', async () => {
    const twin = { ...shop(), api: { id: 'rest000009', name: 'shop' } };
    const aws = await fakeFor(worldOf({ restApis: [shop(), twin] }));
    const snapshot = await lookAt(aws, { filters: { include: [{ apiId: 'rest000001' }], exclude: [] } });
    expect(new Set(snapshot.stages.map(({ apiId }) => apiId))).toEqual(new Set(['rest000001']));
    expect(snapshot.restApis).toEqual([
      { apiId: 'rest000001', name: 'shop' },
      { apiId: 'rest000009', name: 'shop' },
    ]);
  });

  it('and says at once which stages there are, before it asks for the rest', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    let early: readonly string[] = [];
    let calls = 0;
    await lookAt(aws, {
      onStages: ({ stages }) => {
        early = stages.map(({ stage, webAcl }) => `${stage} ${webAcl?.logGroup}`);
        calls = aws.calls.count();
      },
    });
    expect(early).toEqual([
      'prod aws-waf-logs-edge',
      'dev undefined',
      '$default undefined',
      'manual undefined',
      'live undefined',
    ]);
    // Two lists of APIs, the stages of three, one web ACL.
    expect(calls).toBe(6);
  });
});

describe('values of keys', () => {
  it('leave nothing but their ending and length', async () => {
    const snapshot = await readShop();
    expect(JSON.stringify(snapshot)).toContain('a1b2c3');
    expect(JSON.stringify(snapshot)).not.toContain(keyValue.slice(0, -6));
  });

  it('are not asked for when switched off, and plans are still known by their stages', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const snapshot = await lookAt(aws, { apiKeys: false });
    expect(aws.calls.all().filter(({ key }) => /apikeys|\/keys$/.test(key))).toEqual([]);
    expect(snapshot.apiKeys).toBeNull();
    expect(snapshot.usagePlans).toMatchObject([{ id: 'plan01', keyIds: null, stages: [{}, {}] }]);
    const { config } = stageOf(snapshot, 'shop', 'prod');
    expect(config).not.toHaveProperty('apiKeys');
    expect(config).not.toHaveProperty('usagePlans');
  });

  it('that AWS keeps back make no key that nothing matches', async () => {
    const snapshot = await readShop(({ apiKeys }) => {
      apiKeys?.push({ id: 'key002', name: 'hidden', enabled: true });
    });
    expect(snapshot.apiKeys).toBeNull();
  });
});

describe('what was read of a deployment', () => {
  it('is not asked for again while it serves', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const first = await lookAt(aws);
    aws.calls.clear();
    const second = await lookAt(aws, { previous: first });
    expect(second.stages).toEqual(first.stages);
    const again = aws.calls.all().filter(({ key }) => /deployments|resources|authorizers|responses|routes/.test(key));
    expect(again).toEqual([]);
  });

  it('stays as it was when the API is edited, until that is deployed', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const first = await lookAt(aws);
    const api = here.restApis?.[0];
    if (!api) throw new Error('no API');
    delete api.api.policy;
    api.authorizers = [];
    const edited = await lookAt(aws, { previous: first });
    expect(stageOf(edited, 'shop', 'prod').config.resourcePolicy).toBe(true);
    api.deployments?.push({ id: 'dep004', apiSummary: { '/new': { ANY: { authorizationType: 'NONE' } } } });
    Object.assign(api.stages?.[0] ?? {}, { deploymentId: 'dep004' });
    const deployed = await lookAt(aws, { previous: edited });
    expect(stageOf(deployed, 'shop', 'prod').config).toMatchObject({
      resourcePolicy: false,
      authorizers: [],
      routes: [{ path: '/new', method: 'ANY' }],
    });
    // The other stage has still the old one.
    expect(stageOf(deployed, 'shop', 'dev').config).toMatchObject({ resourcePolicy: true, authorizers: [{}] });
  });

  it('is asked for again where it could not be read', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    aws.faults.push({ operation: 'apigateway:GetDeployment', effect: { kind: 'denied' } });
    const first = await lookAt(aws);
    expect(stageOf(first, 'shop', 'dev').config).toMatchObject({
      workingCopy: true,
      routes: [{}, { method: 'POST' }, {}],
    });
    aws.faults.length = 0;
    const second = await lookAt(aws, { previous: first });
    expect(stageOf(second, 'shop', 'dev').config.workingCopy).toBeUndefined();
    expect(stageOf(second, 'shop', 'dev').config.routes).toHaveLength(3);
  });
});

describe('one thing that cannot be read leaves the rest', () => {
  it.each([
    ['authorizers', 'apigateway:GetAuthorizers', '/restapis/rest000001/authorizers', ['authorizers']],
    [
      'gateway responses',
      'apigateway:GetGatewayResponses',
      '/restapis/rest000001/gatewayresponses',
      ['gatewayResponses'],
    ],
    ['keys', 'apigateway:GetApiKeys', '/apikeys', ['apiKeys', 'usagePlans']],
    ['plans', 'apigateway:GetUsagePlans', '/usageplans', ['usagePlans']],
    ['keys of a plan', 'apigateway:GetUsagePlanKeys', '/usageplans/plan01/keys', ['usagePlans']],
    ['domains', 'apigatewayv2:GetDomainNames', '/domainnames', ['domains']],
    ['mappings', 'apigateway:GetBasePathMappings', '/domainnames/api.example.com/basepathmappings', ['domains']],
  ])('%s', async (_, operation, part, missing) => {
    const whole = await readShop();
    const aws = await fakeFor(worldOf(shopRegion()), { faults: [{ operation, effect: { kind: 'denied' } }] });
    const snapshot = await lookAt(aws);
    expect(snapshot.problems).toEqual([
      {
        part,
        action: 'apigateway:GET',
        kind: 'denied',
        message: `AWS refuses apigateway:GET on ${part} (${account}, ${region}): allow this action to the role.`,
      },
    ]);
    const facts = { ...stageOf(whole, 'shop', 'prod').config } as Record<string, unknown>;
    for (const name of missing) delete facts[name];
    expect(stageOf(snapshot, 'shop', 'prod').config).toEqual(facts);
  });

  it('the web ACL’s log: its group is read on', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const first = await lookAt(aws);
    aws.faults.push({ operation: 'wafv2:*', effect: { kind: 'denied' } });
    const second = await lookAt(aws, { previous: first });
    expect(second.problems).toMatchObject([{ part: aclArn, action: 'wafv2:GetLoggingConfiguration', kind: 'denied' }]);
    expect(stageOf(second, 'shop', 'prod').webAcl?.logGroup).toBe('aws-waf-logs-edge');
  });

  it('a web ACL that logs nowhere is no problem', async () => {
    const snapshot = await readShop(({ webAcls }) => {
      delete webAcls?.[0]?.logging;
    });
    expect(snapshot.problems).toEqual([]);
    expect(stageOf(snapshot, 'shop', 'prod').webAcl).toEqual({ arn: aclArn, logGroup: null });
  });

  it('a listing: the other kind of API is read, and nothing is made up for the missing one', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [{ operation: 'apigateway:GetRestApis', effect: { kind: 'denied' } }],
    });
    const snapshot = await lookAt(aws);
    expect(snapshot.stages.map(({ apiKind }) => apiKind)).toEqual(['http', 'http', 'websocket']);
    expect(snapshot.problems).toMatchObject([{ part: '/restapis', kind: 'denied' }]);
    expect(snapshot.restApis).toBeUndefined();
  });

  it('and is not asked for hundreds of times', async () => {
    const restApis = Array.from({ length: 40 }, (_, i) => ({ ...shop(), api: { id: `api${i}`, name: `api ${i}` } }));
    const aws = await fakeFor(worldOf({ restApis }), {
      faults: [{ operation: 'apigateway:GetStages', effect: { kind: 'denied' } }],
    });
    const snapshot = await lookAt(aws);
    expect(aws.calls.count({ operation: 'apigateway:GetStages' })).toBe(3);
    // Of each it is known that it is not known.
    expect(snapshot.problems.filter(({ kind }) => kind === 'denied')).toHaveLength(40);
  });

  it('an API that is deleted while it is read', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [
        {
          operation: 'apigateway:*',
          key: '/restapis/rest000001/*',
          skip: 1,
          effect: { kind: 'error', name: 'NotFoundException', status: 404 },
        },
      ],
    });
    const snapshot = await lookAt(aws);
    expect(snapshot.problems).toEqual([]);
    expect(stageOf(snapshot, 'shop', 'dev').config).not.toHaveProperty('routes');
    expect(stageOf(snapshot, 'web', '$default').config.routes).toHaveLength(2);
  });

  it('credentials that AWS does not take: nothing more is asked', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), { faults: [{ effect: { kind: 'expired_credentials' } }] });
    const snapshot = await lookAt(aws);
    expect(aws.calls.count()).toBe(1);
    expect(snapshot.stages).toEqual([]);
    expect(snapshot.problems[0]).toMatchObject({ part: '/restapis', kind: 'credentials' });
  });

  it('a network that is gone: not every question waits for it', async () => {
    const restApis = Array.from({ length: 40 }, (_, i) => ({ ...shop(), api: { id: `api${i}` } }));
    const aws = await fakeFor(worldOf({ restApis }), {
      faults: [{ key: '/restapis/*', effect: { kind: 'cut', when: 'before' } }],
    });
    const snapshot = await lookAt(aws);
    expect(aws.calls.count({ operation: 'apigateway:GetStages' })).toBe(15);
    expect(snapshot.problems.every(({ kind }) => kind === 'unreachable')).toBe(true);
  });
});

describe('the rate', () => {
  it('of 300 APIs on several pages stays below AWS’s quotas and below three calls a second', async () => {
    const restApis = Array.from({ length: 150 }, (_, i) => ({ ...shop(), api: { id: `rest${i}`, name: `rest ${i}` } }));
    const httpApis = Array.from({ length: 150 }, (_, i) => ({
      api: { ApiId: `http${i}`, Name: `http ${i}`, ProtocolType: 'HTTP' as const, RouteSelectionExpression: '' },
      stages: [{ StageName: 'v1' }, { StageName: 'v2' }],
    }));
    const aws = await fakeFor(worldOf({ restApis, httpApis }), { quotas: awsQuotas });
    const snapshot = await lookAt(aws);
    expect(snapshot.problems).toEqual([]);
    expect(snapshot.stages).toHaveLength(600);
    expect(aws.calls.busiest(1_000)).toBeLessThanOrEqual(3);
    expect(aws.calls.count({ outcome: 'TooManyRequestsException' })).toBe(0);
  });

  it('reads listings of more than one page to their end', async () => {
    const restApis = Array.from({ length: 600 }, (_, i) => ({
      api: { id: `rest${i}` },
      stages: [{ stageName: 'v1' }],
    }));
    const aws = await fakeFor(worldOf({ restApis }));
    expect((await lookAt(aws, { filters: { include: [{ apiId: 'rest599' }], exclude: [] } })).stages).toMatchObject([
      { apiId: 'rest599' },
    ]);
    expect(aws.calls.count({ operation: 'apigateway:GetRestApis' })).toBe(2);
    expect(aws.calls.count({ operation: 'apigateway:GetStages' })).toBe(1);
  });

  it('goes down when AWS throttles, and nothing is missing', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [{ skip: 5, times: 1, effect: { kind: 'throttled' } }],
    });
    const snapshot = await lookAt(aws);
    const calls = aws.calls.all();
    const refusedAtMs = calls.find(({ outcome }) => outcome !== 'ok')?.atMs ?? 0;
    // Two a second before; half of it after.
    expect(calls.filter(({ atMs }) => atMs > refusedAtMs && atMs <= refusedAtMs + 2_000)).toHaveLength(2);
    expect(calls.filter(({ atMs }) => atMs >= refusedAtMs - 2_000 && atMs < refusedAtMs)).toHaveLength(4);
    expect(snapshot.problems).toEqual([]);
    expect(snapshot.stages).toEqual((await readShop()).stages);
  });

  it('of refusals, many and anywhere, loses nothing', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), { faults: [{ rate: 0.3, effect: { kind: 'throttled' } }] });
    const snapshot = await lookAt(aws);
    expect(aws.calls.count({ outcome: 'TooManyRequestsException' })).toBeGreaterThan(3);
    expect(snapshot.problems).toEqual([]);
    expect(snapshot.stages).toEqual((await readShop()).stages);
  });
});
