import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as engine from '../../../../parsers/src/index.js';
import { createPipeline } from '../../../../server/src/pipeline/pipeline.js';
import { type AwsEntry, createAwsSource } from '../../../../server/src/sources/aws/aws-source.js';
import { noteOf } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { startUnit } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { GroupRegistry } from '../../../../server/src/sources/group-registry.js';
import type { Source } from '../../../../server/src/sources/source.js';
import { createClickHouseEventStore } from '../../../../server/src/store/clickhouse-event-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { account, groups, region, shopAt } from '../../../e2e/aws/shop.js';
import { createWallClock } from '../../../fake-aws/clock.js';
import { startFakeAws } from '../../../fake-aws/fake-aws.js';
import type { Fault } from '../../../fake-aws/faults.js';
import { useTestDatabase } from '../../../support/test-database.js';
import { groupOf } from '../cloudwatch/bed.js';

const hourMs = 3_600_000;
const other = '444455556666';
const roleOf = (name: string): string => `arn:aws:iam::${other}:role/${name}`;
const { freshDatabase } = useTestDatabase();

const entryOf = (change: Partial<AwsEntry> = {}): AwsEntry => ({
  ...{ kind: 'aws', regions: [region], role: null, externalId: null, include: { stages: ['dev'] }, exclude: null },
  ...{ windowSeconds: 3600, settleSeconds: 1, sweepMinutes: [15], firstReadHours: 2, quotaShare: 1 },
  ...{ discoveryMinutes: 10, apiCallsPerSecond: 10, executionLogs: false, wafLogs: false, apiKeys: false },
  ...{ insights: false, thriftyReading: 'never', metricTotals: false },
  ...change,
});

/** Sources as the service has them, before an account and another one that its role may read; each event of `dev` is `ageMs` old. */
async function open({ faults = [], ageMs }: { readonly faults?: Fault[]; readonly ageMs: number }) {
  const nowMs = () => Date.now();
  const beganMs = nowMs();
  const aws = await startFakeAws(
    {
      accounts: {
        [account]: { regions: { [region]: shopAt(beganMs - ageMs) } },
        [other]: { regions: { [region]: shopAt(beganMs - ageMs, other) }, roles: { Why403Reader: {} } },
      },
    },
    { clock: createWallClock(), faults },
  );
  onTestFinished(() => aws.close());
  for (const [name, value] of Object.entries(aws.environment(account, region))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());

  const told: string[] = [];
  const telemetry = {
    ...silentTelemetry,
    sourceProblem: ({ source, problem }: { source: string; problem: string }) => told.push(`${source}: ${problem}`),
  };
  const store = createClickHouseEventStore(await freshDatabase(), { nowMs, telemetry });
  await store.migrate({ rowsDays: 30, evidenceDays: 7, factsHours: 26 });
  const limits = { inFlightBytes: 64 * 1024 * 1024, inFlightUnits: 16, rowsDays: 30 };
  const pipeline = createPipeline({ store, engine, telemetry, nowMs, limits });
  const deps = {
    ...{ engine, limits: engine.defaultLimits, store, budgets: new Map(), ownRegion: null, keptDays: 30 },
    groups: new GroupRegistry({ nowMs, onOverlap: () => {} }),
    ...{ nowMs, random: () => 0.5, telemetry },
  };
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  onTestFinished(async () => {
    stopping.abort();
    await Promise.all(running);
  });
  const run = (entry: AwsEntry): Source => {
    const source = createAwsSource(entry, deps);
    running.push(source.run(pipeline, stopping.signal));
    return source;
  };
  return { run, pipeline, told, beganMs, signal: stopping.signal };
}

const devOf = (source: Source) => source.state?.().groups.find(({ group }) => group.name === groups.dev);
const waiting = { timeout: 40_000, interval: 100 };

it('a gap that a backfill has read is none any more', async () => {
  const { run, pipeline, beganMs, signal } = await open({ ageMs: hourMs });
  const dev = groupOf({ account, region, name: groups.dev });
  // It was read last so long ago, and not since.
  const lastReadMs = Math.floor(beganMs / hourMs - 74) * hourMs;
  await pipeline.accept(noteOf(dev, startUnit(dev.group, lastReadMs)));
  const source = run(entryOf());
  const gaps = () => devOf(source)?.gaps ?? [];
  await vi.waitFor(() => expect(gaps()).toHaveLength(1), waiting);
  const [gap] = gaps();
  expect(gap).toMatchObject({ fromMs: lastReadMs });
  const past = source.openPast?.({ range: gap as NonNullable<typeof gap>, api: null, stage: null });
  await past?.run(pipeline, signal);
  expect(past?.groups()).toMatchObject([{ state: 'done' }]);
  expect(gaps()).toEqual([]);
});

describe('of two entries, one of them broken, the other one goes on, and the log says what is wrong:', () => {
  const denied = { kind: 'denied' } as const;
  it.each<{ readonly what: string; readonly role?: string; readonly fault?: Fault; readonly says: RegExp }>([
    { what: 'a role that is not there', role: 'Nobody', says: /role\/Nobody be assumed.*sts:AssumeRole/ },
    { what: 'a permission to discover', fault: { operation: 'apigateway*:*', effect: denied }, says: /apigateway:GET/ },
    { what: 'a permission to read', fault: { operation: 'logs:*', effect: denied }, says: /logs:FilterLogEvents/ },
    { what: 'expired credentials', fault: { effect: { kind: 'expired_credentials' } }, says: /ExpiredToken.*renew/ },
    { what: 'no network', fault: { effect: { kind: 'cut', when: 'before' } }, says: /no answer|not reach|network/i },
  ])('$what', async ({ role = 'Why403Reader', fault, says }) => {
    const faults = fault === undefined ? [] : [{ account: other, ...fault }];
    const { run, told, beganMs } = await open({ faults, ageMs: 1.5 * hourMs });
    const broken = run(entryOf({ role: roleOf(role) }));
    const well = run(entryOf());
    await vi.waitFor(() => {
      expect(devOf(well)).toMatchObject({ state: 'reading', events: 1 });
      expect(devOf(well)?.watermarkMs).toBeGreaterThan(beganMs - 1.1 * hourMs);
      expect(told.join('\n')).toMatch(says);
    }, waiting);
    const state = broken.state?.();
    const shown = [state?.problem, ...(state?.accounts ?? []).flatMap(({ problems }) => problems), devOf(broken)];
    expect(JSON.stringify(shown)).toMatch(says);
    expect(devOf(broken)?.events ?? 0).toBe(0);
  });
});
