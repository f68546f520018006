import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { groupsOf } from '../../../server/src/aws/discovery/groups-of.js';
import { everyStage } from '../../../server/src/aws/discovery/stage-filters.js';
import { account, fakeFor, region, worldOf } from '../../fake-aws/harness.js';
import type { PolicyDocument } from '../../fake-aws/iam-policy.js';
import type { FakeRegion, FakeWorld } from '../../fake-aws/world.js';
import { lookAt } from '../aws/discovery/bed.js';
import { shopRegion } from '../aws/discovery/shop.js';
import { checkWith, faultsOf } from './bed.js';

const policyFile = (name: string): PolicyDocument =>
  JSON.parse(readFileSync(new URL(`../../../docs/aws/${name}`, import.meta.url), 'utf8')) as PolicyDocument;
const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

interface Right {
  readonly action: string;
  readonly resource: string;
}
const rights: readonly Right[] = many(policyFile('iam-policy.json').Statement).flatMap(({ Action, Resource }) =>
  many(Action).flatMap((action) => many(Resource).map((resource) => ({ action, resource }))),
);
const policyWith = (all: readonly Right[]): PolicyDocument => ({
  Statement: all.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource })),
});

/** The shop, whose groups all exist. */
async function shopWorld(policy?: PolicyDocument): Promise<FakeWorld> {
  const shop = worldOf(shopRegion());
  const logGroups = groupsOf(await lookAt(await fakeFor(shop)), everyStage).map(({ group: { name } }) => ({ name }));
  const world = worldOf({ ...shopRegion(), logGroups });
  if (policy !== undefined)
    Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy }] });
  return world;
}
const checkShop = async (policy?: PolicyDocument) => checkWith(await fakeFor(await shopWorld(policy)));
const worldWith = (here: FakeRegion): FakeWorld => worldOf({ ...shopRegion(), ...here });

describe('an account that is set up as the documentation says', () => {
  it('has no fault, and says as whom it is read', async () => {
    const check = await checkShop(policyFile('iam-policy.json'));
    expect(faultsOf(check)).toEqual([]);
    expect(check).toMatchObject({ account, regions: [{ region, missing: [] }] });
    expect(check.arn).toMatch(/^arn:aws:iam::111122223333:user\//);
    expect(check.regions[0]?.stages).toHaveLength(5);
  });

  it('is asked for nothing that a policy does not allow, and for each group once', async () => {
    const aws = await fakeFor(await shopWorld());
    await checkWith(aws);
    const asked = aws.calls.all({ operation: 'logs:FilterLogEvents' }).map(({ key }) => key);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain('/aws/apigateway/shop');
  });
});

describe('each permission that lacks', () => {
  it.each(rights.map((right) => [right.action, right.resource, right] as const))(
    '%s on %s: is named, and the statement to add mends it',
    async (_action, _resource, left) => {
      const others = rights.filter((right) => right !== left);
      const check = await checkShop(policyWith(others));
      const missing = check.regions[0]?.missing ?? [];
      expect(missing).toEqual([{ Effect: 'Allow', Action: left.action, Resource: [left.resource] }]);
      expect(faultsOf(check).map(({ code }) => code)).toContain('permission_missing');

      const mended = { Statement: [...many(policyWith(others).Statement), ...missing] };
      expect(faultsOf(await checkShop(mended))).toEqual([]);
    },
  );

  it('keys are asked for only where they are to be read', async () => {
    const aws = await fakeFor(await shopWorld(policyFile('iam-policy.json')));
    const [checked] = (await checkWith(aws, { apiKeys: true })).regions;
    expect(checked?.missing).toEqual([
      {
        Effect: 'Allow',
        Action: 'apigateway:GET',
        Resource: ['arn:aws:apigateway:*::/apikeys', 'arn:aws:apigateway:*::/usageplans/*/keys'],
      },
    ]);
  });

  it('counting with Insights asks for its own policy, and for no more', async () => {
    const reader = policyFile('iam-policy.json');
    const counting = policyFile('iam-policy-insights.json');
    const without = await checkWith(await fakeFor(await shopWorld(reader)), { insights: true });
    const missing = without.regions[0]?.missing ?? [];
    const wanted = many(counting.Statement).flatMap(({ Action, Resource }) =>
      many(Action).map((action) => [action, [...many(Resource)].sort()] as const),
    );
    // A result is fetched only of a query that was begun.
    expect(missing.map(({ Action, Resource }) => [Action, Resource])).toEqual(
      wanted.filter(([action]) => action !== 'logs:GetQueryResults').sort(),
    );
    const both = { Statement: [...many(reader.Statement), ...many(counting.Statement)] };
    expect(faultsOf(await checkWith(await fakeFor(await shopWorld(both)), { insights: true }))).toEqual([]);
  });

  it('counting by metrics asks for its own policy, once, and only where it is switched on', async () => {
    const reader = policyFile('iam-policy.json');
    const counting = policyFile('iam-policy-metrics.json');
    const aws = await fakeFor(await shopWorld(reader));
    const without = await checkWith(aws, { metricTotals: true });
    const [{ Action, Resource } = { Action: '', Resource: '' }] = many(counting.Statement);
    expect(without.regions[0]?.missing).toEqual([{ Effect: 'Allow', Action, Resource: [Resource] }]);
    expect(faultsOf(without).map(({ sentence }) => sentence)).toEqual([
      "cloudwatch:GetMetricData is refused on *: add the statement below to the role's policy.",
    ]);
    expect(aws.calls.count({ operation: 'cloudwatch:GetMetricData' })).toBe(1);
    const both = { Statement: [...many(reader.Statement), ...many(counting.Statement)] };
    expect(faultsOf(await checkWith(await fakeFor(await shopWorld(both)), { metricTotals: true }))).toEqual([]);

    const off = await fakeFor(await shopWorld(reader));
    expect(faultsOf(await checkWith(off))).toEqual([]);
    expect(off.calls.count({ operation: 'cloudwatch:GetMetricData' })).toBe(0);
  });

  it('a log group of a name of its own stands by its name', async () => {
    const shop = shopRegion();
    const [api] = shop.restApis ?? [];
    for (const stage of api?.stages ?? []) {
      stage.accessLogSettings = {
        format: '$context.requestId',
        destinationArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:shop-access',
      };
    }
    const world = worldWith({ ...shop, logGroups: [{ name: 'shop-access' }] });
    const policy = policyFile('iam-policy.json');
    Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy }] });
    const [checked] = (await checkWith(await fakeFor(world))).regions;
    expect(checked?.missing).toEqual([
      { Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource: ['arn:aws:logs:*:*:log-group:shop-access*'] },
    ]);
  });
});

const role = { arn: 'arn:aws:iam::444455556666:role/Why403Reader', externalId: null };

describe('what keeps an account from being read is told with its fix', () => {
  it('a role that may not be assumed: who asks, and what to look at', async () => {
    const aws = await fakeFor(await shopWorld());
    const check = await checkWith(aws, { role });
    expect(check).toMatchObject({ account: null, regions: [] });
    const [fault] = faultsOf(check);
    expect(fault?.code).toBe('role_refused');
    expect(fault?.sentence).toMatch(
      /role\/Why403Reader.*trust policy.*ExternalId.*asked as arn:aws:iam::111122223333:/,
    );
  });

  it('a role whose ExternalId is another', async () => {
    const world = await shopWorld();
    world.accounts['444455556666'] = { roles: { Why403Reader: { externalId: 'right' } }, regions: {} };
    const wrong = await checkWith(await fakeFor(world), { role: { ...role, externalId: 'wrong' } });
    expect(faultsOf(wrong)).toMatchObject([{ level: 'problem', code: 'role_refused' }]);
    const right = await checkWith(await fakeFor(world), { role: { ...role, externalId: 'right' } });
    expect(right).toMatchObject({ account: '444455556666', findings: [{ level: 'ok', code: 'identity' }] });
  });

  it.each([
    ['expired credentials', { kind: 'expired_credentials' }, 'credentials_expired', 'aws sso login'],
    [
      'an unknown key',
      { kind: 'error', name: 'InvalidClientTokenId', status: 403 },
      'credentials_refused',
      'AWS_ACCESS_KEY_ID',
    ],
    [
      'a wrong secret or clock',
      { kind: 'error', name: 'SignatureDoesNotMatch', status: 403 },
      'credentials_refused',
      'clock',
    ],
  ] as const)('%s', async (_name, effect, code, words) => {
    const aws = await fakeFor(await shopWorld(), { faults: [{ operation: 'sts:*', effect }] });
    const [fault, ...others] = faultsOf(await checkWith(aws));
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ level: 'problem', code });
    expect(fault?.sentence).toContain(words);
  });

  it('no credentials at all', async () => {
    const aws = await fakeFor(await shopWorld());
    const credentials = async () => {
      throw Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      });
    };
    expect(faultsOf(await checkWith(aws, {}, { credentials }))).toMatchObject([{ code: 'credentials_missing' }]);
  });

  it('no network: what must be let out', async () => {
    const aws = await fakeFor(await shopWorld());
    const [fault] = faultsOf(await checkWith(aws, {}, { endpoint: 'http://127.0.0.1:9' }));
    expect(fault).toMatchObject({ level: 'problem', code: 'unreachable' });
    expect(fault?.sentence).toContain('https out to *.eu-central-1.amazonaws.com');
  });

  it('a host name that is not known: the region first', async () => {
    const aws = await fakeFor(await shopWorld());
    // No real question: a resolver may answer anything, or nothing.
    const unknown = (host: string, _: unknown, answer: (error: Error) => void): void =>
      answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }));
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(unknown as typeof dns.lookup);
    onTestFinished(() => lookup.mockRestore());
    const regions = ['eu-nowhere-9'];
    const [fault] = faultsOf(await checkWith(aws, { regions }, { endpoint: 'http://sts.invalid' }));
    expect(lookup).toHaveBeenCalled();
    expect(fault?.sentence).toMatch(/eu-nowhere-9.*name of the region/);
  });

  it('metrics that do not answer where all else does: a way out, or an endpoint, lacks for one service', async () => {
    const faults = [{ operation: 'cloudwatch:*', effect: { kind: 'cut' as const, when: 'before' as const } }];
    const aws = await fakeFor(await shopWorld(), { faults });
    expect(faultsOf(await checkWith(aws, { metricTotals: true }))).toMatchObject([{ code: 'unreachable' }]);
  });

  it('a region without APIs', async () => {
    const check = await checkWith(await fakeFor(await shopWorld()), { regions: ['eu-west-1'] });
    expect(faultsOf(check)).toMatchObject([{ level: 'warning', code: 'no_stages' }]);
    expect(faultsOf(check)[0]?.sentence).toContain('eu-west-1');
  });

  it('a region that is switched off: the others go on', async () => {
    const effect = { kind: 'error', name: 'UnrecognizedClientException', status: 403 } as const;
    const aws = await fakeFor(await shopWorld(), { faults: [{ region: 'af-south-1', effect }] });
    const check = await checkWith(aws, { regions: [region, 'af-south-1'] });
    expect(faultsOf(check).map(({ code }) => code)).toEqual(['region_refused']);
    expect(check.regions[0]?.stages).toHaveLength(5);
  });

  it('filters that leave nothing', async () => {
    const filters = { include: [{ apiName: 'shopp' }], exclude: [] };
    const [fault] = faultsOf(await checkWith(await fakeFor(await shopWorld()), { filters }));
    expect(fault?.sentence).toContain('`include` and `exclude`');
  });

  it('groups that are gone, and of a class that cannot be polled', async () => {
    const world = await shopWorld();
    const groups = world.accounts[account]?.regions[region]?.logGroups ?? [];
    const web = groups.find(({ name }) => name === '/aws/apigateway/web');
    if (web !== undefined) web.class = 'INFREQUENT_ACCESS';
    groups.splice(
      groups.findIndex(({ name }) => name === '/aws/apigateway/shop'),
      1,
    );
    const found = faultsOf(await checkWith(await fakeFor(world)));
    expect(found.map(({ code }) => code).sort()).toEqual(['group_missing', 'group_unreadable']);
  });

  it('execution logs that API Gateway may not write', async () => {
    const world = await shopWorld();
    Object.assign(world.accounts[account]?.regions[region] ?? {}, { gatewayAccount: {} });
    expect(faultsOf(await checkWith(await fakeFor(world)))).toMatchObject([{ code: 'execution_role_missing' }]);
  });

  it('calls that AWS throttles are tried again, within the quotas', async () => {
    const faults = [{ operation: 'logs:FilterLogEvents', times: 2, effect: { kind: 'throttled' as const } }];
    const aws = await fakeFor(await shopWorld(), { faults });
    expect(faultsOf(await checkWith(aws))).toEqual([]);
  });
});

it('an account of many stages: the configuration of one API of each kind is asked for', async () => {
  const shop = shopRegion();
  const many = Array.from({ length: 30 }, (_, i) => {
    const [api] = shopRegion().restApis ?? [];
    return { ...api, api: { ...api?.api, id: `rest${String(i).padStart(6, '0')}` } };
  });
  const aws = await fakeFor(worldOf({ ...shop, restApis: many }));
  await checkWith(aws);
  const asked = (operation: string) => aws.calls.count({ operation });
  expect(asked('apigateway:GetDeployment')).toBe(1);
  expect(asked('apigateway:GetStages')).toBe(31);
});
