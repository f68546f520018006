import { describe, expect, it, onTestFinished } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import {
  createDiscovery,
  type Discovery,
  type DiscoveryOptions,
} from '../../../../server/src/aws/discovery/discovery.js';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { createLookMemory } from '../../../../server/src/aws/discovery/stored-looks.js';
import type { KnownBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { ChangeEvent } from '../../../../server/src/store/change-event.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import type { FakeAws } from '../../../fake-aws/fake-aws.js';
import { account, fakeFor, region, worldOf } from '../../../fake-aws/harness.js';
import { clientsFor, leaping, own } from './bed.js';
import { createModelLooks } from './model-looks.js';
import { shop, shopRegion, updated } from './shop.js';

const refreshMs = 300_000;

interface Running {
  readonly discovery: Discovery;
  readonly snapshots: Snapshot[];
  readonly changes: ChangeEvent[];
  readonly problems: string[];
  /** How long each look took. */
  readonly lookMs: number[];
  until(isSo: () => boolean): Promise<void>;
  /** Until so many looks have been taken in all. */
  looks(count: number): Promise<void>;
  end(): Promise<void>;
}

/** `stored`: what processes before have left. */
function running(aws: FakeAws, options: Partial<DiscoveryOptions> = {}, stored = createModelLooks()): Running {
  const snapshots: Snapshot[] = [];
  const changes: ChangeEvent[] = [];
  const problems: string[] = [];
  const lookMs: number[] = [];
  const waiters: { readonly isSo: () => boolean; readonly resolve: () => void }[] = [];
  const discovery = createDiscovery({
    accounts: [own],
    clients: clientsFor(aws),
    filters: everyStage,
    apiKeys: true,
    limits: defaultLimits,
    compile: compileAccessLogFormat,
    refreshMs,
    nowMs: aws.clock.nowMs,
    wait: (ms, signal) => aws.clock.wait(ms, signal),
    random: () => 0.5,
    telemetry: {
      ...silentTelemetry,
      sourceProblem: ({ source, problem }) => problems.push(`${source}: ${problem}`),
      houseKept: ({ durationMs }) => lookMs.push(durationMs),
    },
    memory: createLookMemory({ store: stored.store(), filters: everyStage, nowMs: aws.clock.nowMs }),
    ...options,
    onSnapshot: async (snapshot, changed) => {
      stored.keepConfigs(snapshot.stages);
      snapshots.push(snapshot);
      for (const { isSo, resolve } of waiters) if (isSo()) resolve();
      await options.onSnapshot?.(snapshot, changed);
      changes.push(...changed);
    },
  });
  const stop = new AbortController();
  const ended = discovery.run(stop.signal);
  const end = (): Promise<void> => {
    stop.abort();
    return ended;
  };
  onTestFinished(end);
  const until = (isSo: () => boolean): Promise<void> => {
    const reached = new Promise<void>((resolve) => {
      if (isSo()) resolve();
      else waiters.push({ isSo, resolve });
    });
    return leaping(aws, reached);
  };
  const looks = (count: number) => until(() => snapshots.length >= count);
  return { discovery, snapshots, changes, problems, lookMs, until, looks, end };
}

const names = ({ discovery }: Running) => discovery.groups().map(({ group }) => group.name);

describe('a region that is looked at regularly', () => {
  it('gives the groups to read, and at first no changes', async () => {
    const run = running(await fakeFor(worldOf(shopRegion())));
    await run.looks(1);
    expect(names(run)).toEqual([
      '/aws/apigateway/shop',
      '/aws/apigateway/shop/Canary',
      '/aws/apigateway/sock000001/live',
      '/aws/apigateway/web',
      'API-Gateway-Execution-Logs/rest000001/prod/Canary',
      'API-Gateway-Execution-Logs_rest000001/prod',
      'API-Gateway-Execution-Logs_rest000001/prod/Canary',
      'aws-waf-logs-edge',
    ]);
    expect(run.changes).toEqual([]);
    expect(run.discovery.snapshots()).toEqual(run.snapshots);
  });

  it('is looked at again after the pause, give or take a tenth', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const numbers = [0, 1];
    const run = running(aws, { random: () => numbers.shift() ?? 0.5 });
    await run.looks(4);
    const begins = run.snapshots.map(({ takenMs }) => takenMs);
    const pauses = begins.slice(1).map((begin, i) => begin - (begins[i] ?? 0) - (run.lookMs[i] ?? 0));
    expect(pauses).toEqual([refreshMs * 0.9, refreshMs * 1.1, refreshMs]);
  });

  it.each([
    ['three unless told otherwise', undefined, 3],
    ['what is configured', 5, 5],
    ['two at least', 1, 2],
  ])('calls the control plane at most so often in any second: %s', async (_, callsPerSecond, most) => {
    const aws = await fakeFor(worldOf(shopRegion()));
    await running(aws, callsPerSecond === undefined ? {} : { callsPerSecond }).looks(2);
    expect(aws.calls.busiest(1_000)).toBeLessThanOrEqual(most);
    expect(aws.calls.busiest(1_000)).toBeGreaterThanOrEqual(most - 1);
  });

  it('calls no more often when two look at the same account and region', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const budgets: KnownBudgets = new Map();
    const both = [running(aws, { budgets }), running(aws, { budgets })];
    await Promise.all(both.map((run) => run.looks(2)));
    expect(aws.calls.busiest(1_000)).toBeLessThanOrEqual(3);
  });

  it('shows a new stage and a changed deployment without a restart', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const run = running(aws);
    await run.looks(1);
    const stages = here.restApis?.[0]?.stages ?? [];
    const deployedAt = new Date(aws.clock.nowMs() + 1_000);
    Object.assign(stages[0] ?? {}, { deploymentId: 'dep003', lastUpdatedDate: deployedAt });
    stages.push({
      stageName: 'beta',
      deploymentId: 'dep003',
      lastUpdatedDate: updated,
      accessLogSettings: {
        format: '$context.status',
        destinationArn: `arn:aws:logs:${region}:${account}:log-group:/aws/apigateway/beta`,
      },
    });
    await run.looks(2);
    expect(names(run)).toContain('/aws/apigateway/beta');
    expect(run.changes.map(({ kind, stage, atMs }) => [kind, stage, atMs])).toEqual([
      ['stage_updated', 'beta', updated.getTime()],
      ['deployment', 'prod', deployedAt.getTime()],
    ]);
  });

  it('tells a deleted API once and reads on what it left', async () => {
    const here = shopRegion();
    const run = running(await fakeFor(worldOf(here)));
    await run.looks(1);
    here.restApis = [];
    await run.looks(3);
    expect(run.changes).toMatchObject([{ kind: 'api_removed', apiId: 'rest000001' }]);
    expect(names(run)).toContain('/aws/apigateway/shop');
  });

  it('brings changes again that were not taken', async () => {
    const here = shopRegion();
    let fails = false;
    const run = running(await fakeFor(worldOf(here)), {
      onSnapshot: async () => {
        if (fails) throw new Error('the store is away');
      },
    });
    await run.looks(1);
    here.apiKeys = [];
    fails = true;
    await run.looks(3);
    expect(run.changes).toEqual([]);
    fails = false;
    await run.looks(5);
    expect(run.changes).toMatchObject([{ kind: 'api_key', what: 'key001' }]);
  });

  it('names what is missing once, not with every look', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [{ operation: 'apigateway:GetUsagePlans', effect: { kind: 'denied' } }],
    });
    const run = running(aws);
    await run.looks(3);
    expect(run.problems).toEqual([
      `discovery ${account} ${region}: AWS refuses apigateway:GET on /usageplans (${account}, ${region}): allow this action to the role.`,
    ]);
  });

  it('is looked at again soon after credentials failed, and everything is read then', async () => {
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [{ times: 1, effect: { kind: 'expired_credentials' } }],
    });
    const run = running(aws);
    await run.looks(2);
    expect(run.snapshots[1]?.takenMs).toBe((run.snapshots[0]?.takenMs ?? 0) + 60_000);
    expect(names(run)).toContain('/aws/apigateway/shop');
    expect(run.changes).toEqual([]);
  });
});

it('an account whose role is refused stops no other', async () => {
  const other = '444455556666';
  const world = worldOf(shopRegion());
  const aws = await fakeFor(world);
  const accounts = [
    own,
    { account: other, regions: [region], roles: [{ arn: `arn:aws:iam::${other}:role/Absent`, externalId: 'x' }] },
  ];
  const run = running(aws, { accounts, clients: clientsFor(aws, accounts) });
  await run.until(() => run.snapshots.some((each) => each.account === account));
  expect(names(run)).toContain('/aws/apigateway/shop');
  expect(run.problems).toEqual([
    expect.stringContaining(`AWS does not let the role arn:aws:iam::${other}:role/Absent be assumed`),
  ]);
});

describe('a region that another process looked at before', () => {
  const hour = 3_600_000;
  const otherFormat = '$context.requestId $context.status $context.error.messageString';

  it('shows no change where nothing was changed, and asks less', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const stored = createModelLooks();
    const first = running(aws, {}, stored);
    await first.looks(1);
    await first.end();
    const callsBefore = aws.calls.all().length;
    aws.clock.advance(10 * hour);
    const second = running(aws, {}, stored);
    await second.looks(1);
    expect(second.changes).toEqual([]);
    expect(names(second)).toEqual(names(first));
    // What was deployed is known.
    expect(aws.calls.all().length - callsBefore).toBeLessThan(callsBefore);
  });

  it('is read as it was remembered, which is no answer of AWS', async () => {
    const stored = createModelLooks();
    const before = running(await fakeFor(worldOf(shopRegion())), {}, stored);
    expect(before.discovery.isAnswered).toBe(false);
    await before.looks(1);
    expect(before.discovery.isAnswered).toBe(true);
    await before.end();
    const aws = await fakeFor(worldOf(shopRegion()), {
      faults: [{ times: 1_000, effect: { kind: 'expired_credentials' } }],
    });
    const after = running(aws, {}, stored);
    await after.looks(1);
    expect(names(after)).toEqual(names(before));
    expect(after.discovery.isAnswered).toBe(false);
  });

  it('tells what was changed while nobody looked, when it was, or between which times', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const stored = createModelLooks();
    const first = running(aws, {}, stored);
    await first.looks(1);
    await first.end();
    const changedAt = new Date(aws.clock.nowMs() + hour);
    const [prod] = here.restApis?.[0]?.stages ?? [];
    Object.assign(prod ?? {}, {
      lastUpdatedDate: changedAt,
      accessLogSettings: { ...prod?.accessLogSettings, format: otherFormat },
    });
    here.apiKeys = [];
    here.httpApis?.shift();
    aws.clock.advance(5 * hour);
    const second = running(aws, {}, stored);
    await second.looks(1);
    const [from, to] = [first, second].map(({ snapshots }) => new Date(snapshots[0]?.takenMs ?? 0).toISOString());
    expect(second.changes.map(({ kind, what, atMs, summary }) => [kind, what, atMs, summary])).toEqual([
      ['access_log_format', 'prod', changedAt.getTime(), 'The access log of the stage prod has another format.'],
      [
        'api_removed',
        'http000001',
        second.snapshots[0]?.takenMs,
        `The HTTP API web (http000001) was deleted. It was done between ${from} and ${to}: nobody looked meanwhile, and AWS does not say when.`,
      ],
      ['api_key', 'key001', second.snapshots[0]?.takenMs, expect.stringContaining(`between ${from} and ${to}`)],
    ]);
  });

  it('tells a change again that was not stored before the end, as the same one', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const stored = createModelLooks();
    const first = running(aws, {}, stored);
    await first.looks(1);
    here.apiKeys = [];
    await first.looks(2);
    await first.end();
    // Killed after the changes and before the look was stored.
    stored.looks.pop();
    const second = running(aws, {}, stored);
    await second.looks(1);
    expect(second.changes.map(({ id }) => id)).toEqual(first.changes.map(({ id }) => id));
    expect(first.changes).toHaveLength(1);
  });

  it('goes on reading what a deleted stage left, as long as it would have without a restart', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const stored = createModelLooks();
    const first = running(aws, {}, stored);
    await first.looks(1);
    here.restApis = [];
    await first.looks(2);
    const goneMs = first.snapshots[1]?.takenMs ?? 0;
    await first.end();
    aws.clock.set(goneMs + 20 * hour);
    const second = running(aws, {}, stored);
    await second.looks(1);
    expect(names(second)).toContain('/aws/apigateway/shop');
    expect(second.changes).toEqual([]);
    await second.until(() => (second.snapshots.at(-1)?.takenMs ?? 0) > goneMs + 26 * hour);
    expect(names(second)).not.toContain('/aws/apigateway/shop');
  });

  it('waits for what is known before it looks, and says why', async () => {
    const aws = await fakeFor(worldOf(shopRegion()));
    const stored = createModelLooks();
    const store = stored.store();
    let failures = 2;
    const failing = {
      ...store,
      readLooks: async (...asked: Parameters<typeof store.readLooks>) => {
        if (failures-- > 0) throw new Error('the store is away');
        return store.readLooks(...asked);
      },
    };
    const memory = createLookMemory({ store: failing, filters: everyStage, nowMs: aws.clock.nowMs });
    const run = running(aws, { memory }, stored);
    await run.looks(1);
    expect(run.problems).toHaveLength(2);
    expect(run.problems[0]).toContain('What was found before could not be read yet');
  });

  it('with other filters begins anew: what they leave out is not gone', async () => {
    const here = shopRegion();
    const aws = await fakeFor(worldOf(here));
    const stored = createModelLooks();
    const first = running(aws, {}, stored);
    await first.looks(1);
    await first.end();
    const filters = { include: [{ apiId: shop().api.id ?? '' }], exclude: [] };
    const memory = createLookMemory({ store: stored.store(), filters, nowMs: aws.clock.nowMs });
    const second = running(aws, { filters, memory }, stored);
    await second.looks(1);
    expect(second.changes).toEqual([]);
    expect(names(second)).not.toContain('/aws/apigateway/web');
  });
});
