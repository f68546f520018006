import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../server/src/aws/aws-error.js';
import { createLogEventsClient } from '../../../server/src/aws/cloudwatch-logs-client.js';
import { createCountEvents } from '../../../server/src/aws/count-events.js';
import { createCountRequests } from '../../../server/src/aws/count-requests.js';
import { groupsOf } from '../../../server/src/aws/discovery/groups-of.js';
import { everyStage } from '../../../server/src/aws/discovery/stage-filters.js';
import { createRateBudgets } from '../../../server/src/aws/rate-budgets.js';
import { account, fakeFor, region, worldOf } from '../../fake-aws/harness.js';
import type { PolicyDocument, PolicyStatement } from '../../fake-aws/iam-policy.js';
import type { FakeRegion } from '../../fake-aws/world.js';
import { clientsFor, lookAt } from './discovery/bed.js';
import { shopRegion } from './discovery/shop.js';

const root = new URL('../../../', import.meta.url);
const policyOf = (file: string): PolicyDocument =>
  JSON.parse(readFileSync(new URL(`docs/aws/${file}`, root), 'utf8')) as PolicyDocument;

const reader = policyOf('iam-policy.json');
const keys = policyOf('iam-policy-api-keys.json');
const insights = policyOf('iam-policy-insights.json');
const metrics = policyOf('iam-policy-metrics.json');
const assume = policyOf('iam-policy-assume.json');

interface Right {
  readonly action: string;
  readonly resource: string;
}

const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
const rightsOf = (...policies: readonly PolicyDocument[]): readonly Right[] =>
  policies
    .flatMap(({ Statement }) => many<PolicyStatement>(Statement))
    .flatMap(({ Action, Resource }) =>
      many<string>(Action).flatMap((action) => many<string>(Resource).map((resource) => ({ action, resource }))),
    );
const policyWith = (rights: readonly Right[]): PolicyDocument => ({
  Statement: rights.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource })),
});

/** By the package that calls them, how the fake names the service. */
const services: Readonly<Record<string, string>> = {
  'client-api-gateway': 'apigateway',
  'client-apigatewayv2': 'apigatewayv2',
  'client-cloudwatch': 'cloudwatch',
  'client-cloudwatch-logs': 'logs',
  'client-sts': 'sts',
  'client-wafv2': 'wafv2',
};

/** `logs:FilterLogEvents` and whatever else the sources import the command of. */
function operationsOfSources(): readonly string[] {
  const folder = new URL('server/src/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) => {
    const text = readFileSync(new URL(name.replaceAll('\\', '/'), folder), 'utf8');
    return [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/([a-z0-9-]+)'/g)].flatMap(
      ([, names = '', client = '']) =>
        [...names.matchAll(/(?<![\w ]as )\b(\w+)Command\b(?=\s*(?:,|$| as ))/g)].map(
          ([, operation]) => `${services[client] ?? client}:${operation}`,
        ),
    );
  });
  return [...new Set(found)].sort();
}

/** What the shop's region lets be read with these rights: what is refused, each once. */
async function refusedWith(rights: readonly Right[], apiKeys: boolean): Promise<readonly string[]> {
  const here: FakeRegion = {
    ...shopRegion(),
    logGroups: groupsOf(await lookAt(await fakeFor(worldOf(shopRegion()))), everyStage).map(({ group }) => group),
  };
  const world = worldOf(here);
  Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy: policyWith(rights) }] });
  const aws = await fakeFor(world);
  const snapshot = await lookAt(aws, { apiKeys });
  const clients = clientsFor(aws);
  const logs = createLogEventsClient({ clientOf: (of, where) => clients.of(of, where).logs });
  const refused = snapshot.problems.map(({ part }) => part);
  for (const group of here.logGroups ?? []) {
    const request = {
      group: { account, region, name: group.name },
      fromMs: 0,
      toMs: 60_000,
      filterPattern: null,
      token: null,
    };
    await logs.readPage(request, new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof AwsError && error.kind === 'denied')) throw error;
      refused.push(group.name);
    });
  }
  return refused;
}

it('the policies in docs/aws allow the actions of all that is called, and no other', async () => {
  const { iamActions } = await fakeFor({ accounts: {} });
  const operations = operationsOfSources();
  // Were the search broken, it would find nothing.
  expect(operations).toEqual(
    expect.arrayContaining(['apigateway:GetRestApis', 'apigatewayv2:GetDomainNames', 'logs:FilterLogEvents']),
  );
  expect(operations.filter((operation) => iamActions[operation] === undefined)).toEqual([]);
  const needed = new Set(operations.map((operation) => iamActions[operation]));
  // Anyone may ask who he is.
  needed.delete('sts:GetCallerIdentity');
  const allowed = new Set(rightsOf(reader, keys, insights, metrics, assume).map(({ action }) => action));
  expect([...allowed].sort()).toEqual([...needed].sort());
});

/** The calls of a count that takes too long and is stopped: those that were refused. */
async function refusedCalls(rights: readonly Right[]): Promise<readonly string[]> {
  const name = '/aws/apigateway/shop';
  const world = worldOf({ logGroups: [{ name }] });
  Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy: policyWith(rights) }] });
  const aws = await fakeFor(world, { queryMs: 3_600_000 });
  const nowMs = () => aws.clock.nowMs();
  const wait = async (ms: number): Promise<void> => void aws.clock.set(nowMs() + ms);
  const budgets = createRateBudgets({ nowMs, wait });
  const count = createCountEvents({
    clientOf: (of, where) => clientsFor(aws).of(of, where).logs,
    budgets,
    nowMs,
    wait,
  });
  const signal = new AbortController().signal;
  await expect(count({ account, region, name }, 0, 60_000, signal)).rejects.toBeInstanceOf(AwsError);
  return aws.calls.all({ outcome: 'AccessDeniedException' }).map(({ iamAction }) => iamAction);
}

describe('with the policy for counting', () => {
  const all = rightsOf(insights);

  it('nothing of a count is refused', async () => {
    expect(await refusedCalls(all)).toEqual([]);
  });

  it.each(['logs:StartQuery', 'logs:GetQueryResults', 'logs:StopQuery'])('%s is needed', async (action) => {
    expect(await refusedCalls(all.filter((right) => right.action !== action))).toEqual([action]);
  });
});

describe('with the policy for metrics', () => {
  const all = rightsOf(metrics);

  /** Whether requests are counted with these rights. */
  async function counts(rights: readonly Right[]): Promise<boolean> {
    const world = worldOf({});
    Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy: policyWith(rights) }] });
    const aws = await fakeFor(world);
    const wait = async (ms: number): Promise<void> => void aws.clock.set(aws.clock.nowMs() + ms);
    const count = createCountRequests({
      clientOf: (of, where) => clientsFor(aws).of(of, where).metrics,
      budgets: createRateBudgets({ nowMs: aws.clock.nowMs, wait }),
      wait,
    });
    const question = { account, region, fromMs: 0, toMs: 60_000, metrics: [{ ApiName: 'shop', Stage: 'prod' }] };
    const asked = await count(question, new AbortController().signal).catch((error: unknown) => error);
    if (asked instanceof AwsError) expect(asked.kind).toBe('denied');
    return !(asked instanceof AwsError);
  }

  it('requests are counted, and not without it', async () => {
    expect(await counts(all)).toBe(true);
    for (const left of all) expect(await counts(all.filter((right) => right !== left))).toBe(false);
  });
});

describe('with the policies of docs/aws', () => {
  it.each([
    ['everything is read but keys', [reader], false],
    ['keys too, with the policy for them', [reader, keys], true],
  ])('%s', async (_, policies, apiKeys) => {
    expect(await refusedWith(rightsOf(...policies), apiKeys)).toEqual([]);
  });

  it('keys are not, without the policy for them', async () => {
    expect(await refusedWith(rightsOf(reader), true)).toEqual(['/usageplans/plan01/keys', '/apikeys']);
  });

  const all = rightsOf(reader, keys);
  it.each(all.map((right) => [right.action, right.resource, right] as const))(
    'each is needed: without %s on %s something is missing',
    async (_action, _resource, left) => {
      expect(
        await refusedWith(
          all.filter((right) => right !== left),
          true,
        ),
      ).not.toEqual([]);
    },
  );
});
