import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWallClock } from '../../fake-aws/clock.js';
import { type FakeAws, startFakeAws } from '../../fake-aws/fake-aws.js';
import type { FakeLogGroup } from '../../fake-aws/world.js';
import { eventually, makeFolder, type Program, run, tidy, tidyMs } from '../service/program.js';
import { createGate, type Gate } from './gate.js';
import { accessEvent, account, groups, region, shopAt, stageOf } from './shop.js';

/** A look at the account every minute, a window every minute. */
const limitMs = 150_000;
const testMs = 240_000;
const minuteMs = 60_000;

interface GroupAnswer {
  readonly group: string;
  readonly kind: string;
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
  readonly state: string;
  readonly message: string;
  readonly lagMs: number | null;
  readonly completeUntil: number | null;
}

interface SourcesAnswer {
  readonly groups: readonly GroupAnswer[];
  readonly accounts: readonly {
    account: string | null;
    region: string;
    stages: number;
    problems: readonly unknown[];
  }[];
}

interface Readiness {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

describe('why403 serve with a source of kind aws', () => {
  const eventMs = Date.now() - 20 * minuteMs;
  const shop = shopAt(eventMs);
  const folder = makeFolder();
  let aws: FakeAws<ReturnType<typeof createWallClock>>;
  let gate: Gate;
  let program: Program;
  let url: string;

  beforeAll(async () => {
    aws = await startFakeAws(
      { accounts: { [account]: { regions: { [region]: shop } } } },
      {
        clock: createWallClock(),
        faults: [{ operation: 'logs:FilterLogEvents', key: groups.dev, effect: { kind: 'denied' } }],
      },
    );
    gate = await createGate(aws.url);
    await gate.close();
    await start();
  }, 60_000);

  async function start(selection: object = {}): Promise<void> {
    const config = join(folder, 'why403.yaml');
    writeFileSync(
      config,
      JSON.stringify({
        listen: { port: 0 },
        data: { directory: join(folder, 'data') },
        // A test looks often.
        limits: { requestsPerMinute: 1_000_000 },
        sources: [{ kind: 'aws', settleSeconds: 1, discoveryMinutes: 1, ...selection }],
      }),
    );
    program = run(['serve', '--config', config], { ...aws.environment(account, region), AWS_ENDPOINT_URL: gate.url });
    url = await program.address();
  }

  afterAll(async () => {
    await tidy();
    await gate.close();
    await aws.close();
  }, tidyMs);

  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`)).json()) as T;
  const sources = () => ask<SourcesAnswer>('/api/v1/sources');
  const groupOf = async (name: string) => (await sources()).groups.find(({ group }) => group === name);
  const states = async () => Object.fromEntries((await sources()).groups.map(({ group, state }) => [group, state]));
  const sourcesCheck = async () =>
    (await ask<Readiness>('/readyz')).checks.find(({ name }) => name === 'sources') ?? null;

  /** Up to when sums over all stages are known. */
  const completeUntil = async () =>
    (await ask<{ completeUntil: number }>('/api/v1/top?by=cause&from=now-6h')).completeUntil;

  /** Refused requests by what they are grouped by: `api_key_invalid` → 2. */
  async function top(by: string, filter = ''): Promise<Record<string, number>> {
    const { columns } = await ask<{ columns: readonly { name: string; values: readonly (string | number)[] }[] }>(
      `/api/v1/top?by=${by}&from=now-6h${filter}`,
    );
    const column = (name: string) => columns.find((each) => each.name === name)?.values ?? [];
    return Object.fromEntries(column(by).map((value, i) => [value, Number(column('refused')[i])]));
  }

  it('is not ready while AWS was never reached, and says why', async () => {
    await eventually('the reason', async () => ((await sourcesCheck())?.detail ?? '').includes('did not answer'));
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await sourcesCheck()).toEqual({
      name: 'sources',
      ok: false,
      detail: `aws ${region}: AWS did not answer sts:GetCallerIdentity (ECONNREFUSED): check the network and the region.`,
    });
    expect((await sources()).accounts).toEqual([
      { source: `aws ${region}`, account: null, region, stages: 0, takenAt: null, problems: [] },
    ]);
    await gate.open();
    await eventually('readiness', async () => (await fetch(`${url}/readyz`)).ok);
  });

  it(
    'finds the stages of both kinds of API and reads their access, execution and WAF logs',
    async () => {
      await eventually(
        'the verdicts that need all three logs',
        async () => {
          const causes = await top('cause');
          return causes['waf_blocked'] === 1 && causes['authorizer_denied'] === 1 && causes['api_key_missing'] === 2;
        },
        limitMs,
      );
      expect(await top('api_id')).toEqual({ rest000001: 3, http000001: 1 });
      // Only the WAF's record names the rule.
      await eventually('the rule', async () => (await top('culprit', '&cause=waf_blocked'))['BlockScanners'] === 1);
      await eventually('a look', async () => (await sources()).accounts[0]?.stages === 3);
      expect((await sources()).accounts).toMatchObject([{ account, region, stages: 3, problems: [] }]);
      const told = (await sources()).groups.map(({ group, kind, stages }) => [
        group,
        kind,
        ...stages.map(({ apiId, stage }) => `${apiId}/${stage}`),
      ]);
      expect(told).toEqual([
        [groups.dev, 'access', 'rest000001/dev'],
        [groups.prod, 'access', 'rest000001/prod'],
        [groups.web, 'access', 'http000001/$default'],
        [groups.execution, 'execution', 'rest000001/prod'],
        [groups.waf, 'waf', 'rest000001/prod'],
      ]);
    },
    testMs,
  );

  it('one group that may not be read says so, and leaves the others going', async () => {
    expect(await states()).toEqual({
      [groups.execution]: 'reading',
      [groups.dev]: 'denied',
      [groups.prod]: 'reading',
      [groups.web]: 'reading',
      [groups.waf]: 'reading',
    });
    expect((await groupOf(groups.dev))?.message).toContain('logs:FilterLogEvents');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const labels = `account="${account}",region="${region}",log_group="${groups.dev}"`;
    expect(metrics).toContain(`why403_group_state{${labels},state="denied"} 1`);
    expect(metrics).toMatch(/why403_group_lag_seconds\{[^}]*log_group="\/aws\/apigateway\/shop-prod"\} \d/);
    expect(metrics).toMatch(/why403_aws_calls_total\{operation="logs:FilterLogEvents",result="ok"\} \d/);
    expect(metrics).toMatch(/why403_aws_calls_total\{operation="logs:FilterLogEvents",result="denied"\} \d/);
  });

  it(
    'without a restart a new stage is read, and a deleted one stops quietly',
    async () => {
      shop.restApis[0]?.stages?.push(stageOf('beta', groups.beta, new Date()));
      shop.logGroups.push({
        name: groups.beta,
        events: [accessEvent(20, eventMs, '403 INVALID_API_KEY'), accessEvent(21, eventMs, '403 INVALID_API_KEY')],
      });
      shop.httpApis.splice(0);
      const web = shop.logGroups.find(({ name }) => name === groups.web) as FakeLogGroup;
      web.deletedAtMs = Date.now();
      await eventually('the new stage', async () => (await top('stage'))['beta'] === 2, limitMs);
      await eventually('the end of the deleted group', async () => (await states())[groups.web] === 'absent', limitMs);
      // What it had stays, and it holds nothing back.
      await eventually('sums that go on', async () => (await completeUntil()) > (web.deletedAtMs ?? 0), limitMs);
      expect((await top('api_id'))['http000001']).toBe(1);
      await eventually('both changes', async () => {
        const { changes } = await ask<{ changes: readonly { kind: string; what: string }[] }>(
          '/api/v1/changes?from=now-1h',
        );
        return [/^stage_updated beta$/, /^api_removed http000001$/].every((line) =>
          changes.some(({ kind, what }) => line.test(`${kind} ${what}`)),
        );
      });
      expect(await states()).toMatchObject({ [groups.prod]: 'reading', [groups.beta]: 'reading' });
      const told = program.events('source_problem').filter(({ source }) => String(source).endsWith(groups.web));
      expect(told.length).toBeLessThanOrEqual(1);
    },
    testMs,
  );

  it(
    'while AWS is away lag grows and says why; afterwards nothing is missing',
    async () => {
      const before = await groupOf(groups.prod);
      await gate.close();
      await eventually('the failure', async () => (await states())[groups.prod] === 'failing', limitMs);
      // It was reached once: what is stored can still be asked for.
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      const prod = shop.logGroups.find(({ name }) => name === groups.prod) as FakeLogGroup;
      (prod.events as unknown[]).push(accessEvent(30, Date.now(), '403 INVALID_API_KEY'));
      const during = await groupOf(groups.prod);
      expect(during?.message).toContain('did not answer');
      expect(during?.lagMs).toBeGreaterThan(minuteMs);
      await gate.open();
      await eventually(
        'the event of the outage',
        async () => (await top('stage'))['prod'] === 4 && (await states())[groups.prod] === 'reading',
        limitMs,
      );
      expect((await groupOf(groups.prod))?.completeUntil).toBeGreaterThan(Number(before?.completeUntil));
    },
    testMs,
  );

  it(
    'a stage that is left out from now on holds no sum back',
    async () => {
      await program.stop();
      await start({ exclude: { stages: ['beta'] } });
      const startedMs = Date.now();
      await eventually('sums that go on', async () => (await completeUntil()) > startedMs, limitMs);
      const { feeds } = await ask<{ feeds: readonly { feed: string }[] }>('/api/v1/sources');
      expect(feeds.map(({ feed }) => feed)).not.toContain(`cwl:${account}:${region}:${groups.beta}`);
      expect((await top('stage'))['beta']).toBe(2);
    },
    testMs,
  );
});
