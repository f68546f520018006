import { setImmediate } from 'node:timers/promises';
import * as engine from '../../../../parsers/src/index.js';
import { createAwsClients, type RegionClients } from '../../../../server/src/aws/clients.js';
import { createLogEventsClient } from '../../../../server/src/aws/cloudwatch-logs-client.js';
import { createDiscovery } from '../../../../server/src/aws/discovery/discovery.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { createLookMemory } from '../../../../server/src/aws/discovery/stored-looks.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import { createPipeline } from '../../../../server/src/pipeline/pipeline.js';
import { createCloudWatchSource } from '../../../../server/src/sources/cloudwatch/cloudwatch-source.js';
import type { ReadingRules } from '../../../../server/src/sources/cloudwatch/reading-rules.js';
import { createClickHouseEventStore } from '../../../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../../../server/src/store/database.js';
import { silentTelemetry, type Telemetry } from '../../../../server/src/telemetry/telemetry.js';
import type { FakeAws } from '../../../fake-aws/fake-aws.js';
import { account, region } from '../../../fake-aws/harness.js';

export interface CollectorOptions {
  readonly aws: FakeAws;
  readonly database: Database;
  readonly rules: Partial<ReadingRules>;
  readonly refreshMs: number;
}

/** A process that discovers an account, reads its logs and stores what they say: as the service puts it together. */
export interface Collector {
  /** Until the clock has reached that time, with all that was due before done. */
  runTo(untilMs: number): Promise<void>;
  /** After so many steps (calls to AWS, statements) nothing that it waits for ever ends. */
  dieAfter(steps: number): void;
  readonly isDead: boolean;
  stop(): Promise<void>;
  readonly problems: readonly string[];
  readonly groups: () => readonly string[];
}

/** Turns of the event loop in which nothing is under way: then all wait for the clock. */
const quietTurns = 6;

export function startCollector({ aws, database, rules, refreshMs }: CollectorOptions): Collector {
  const { clock } = aws;
  const { nowMs } = clock;
  let underWay = 0;
  let begun = 0;
  let toLive = Number.POSITIVE_INFINITY;
  const isDead = (): boolean => toLive < 0;
  const never = <T>(): Promise<T> => new Promise(() => {});

  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (isDead() || --toLive < 0) return never();
    underWay++;
    begun++;
    try {
      return await work();
    } finally {
      underWay--;
      if (isDead()) await never();
    }
  }
  const wait = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (isDead()) return never();
    await clock.wait(ms, signal);
    if (isDead()) return never();
  };

  const problems: string[] = [];
  const telemetry: Telemetry = {
    ...silentTelemetry,
    sourceProblem: ({ source, problem }) => problems.push(`${source}: ${problem}`),
    defect: ({ where, error }) => problems.push(`defect in ${where}: ${error instanceof Error ? error.stack : error}`),
    unitFailed: ({ unit, error }) => problems.push(`${unit}: ${error}`),
  };
  const store = createClickHouseEventStore(
    {
      query: (...args) => step(() => database.query(...args)) as never,
      command: (...args) => step(() => database.command(...args)),
      insert: (...args) => step(() => database.insert(...args)),
      ping: () => step(() => database.ping()),
      close: async () => {},
    },
    { nowMs, telemetry },
  );
  const limits = { inFlightBytes: 64 * 1024 * 1024, inFlightUnits: 16, rowsDays: 36_500 };
  const pipeline = createPipeline({ store, engine, telemetry, nowMs, limits });

  const access = { account, regions: [region], roles: [] };
  const clients = createAwsClients({
    accounts: [access],
    endpoint: aws.url,
    credentials: aws.clientConfig(account, region).credentials,
    nowMs,
  });
  const stepwise = <Client extends object>(client: Client): Client =>
    new Proxy(client, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (key !== 'send') return value;
        return (...args: unknown[]) =>
          step(() => (value as (...of: unknown[]) => Promise<unknown>).apply(target, args));
      },
    });
  const clientsOf = (of: string, where: string): RegionClients => {
    const { logs, apiGateway, apiGatewayV2, waf, metrics } = clients.of(of, where);
    return {
      logs: stepwise(logs),
      apiGateway: stepwise(apiGateway),
      apiGatewayV2: stepwise(apiGatewayV2),
      waf: stepwise(waf),
      metrics: stepwise(metrics),
    };
  };
  const discovery = createDiscovery({
    accounts: [access],
    clients: { of: clientsOf },
    filters: everyStage,
    apiKeys: false,
    limits: engine.defaultLimits,
    compile: engine.compileAccessLogFormat,
    refreshMs,
    callsPerSecond: 10,
    nowMs,
    wait,
    random: () => 0.5,
    telemetry,
    memory: createLookMemory({ store, filters: everyStage, nowMs }),
    async onSnapshot({ takenMs, stages }, changes) {
      const place = { account, region, takenMs };
      await store.insertConfigSnapshots(
        stages.map(({ apiId, stage, config }) => ({ ...place, apiId, stage, config })),
        nowMs(),
      );
      await store.insertChangeEvents(changes);
    },
  });
  const source = createCloudWatchSource({
    groups: () => discovery.groups(),
    client: createLogEventsClient({ clientOf: (of, where) => clientsOf(of, where).logs }),
    budgets: createRateBudgets({ nowMs, wait }),
    rules,
    nowMs,
    wait,
    telemetry,
  });
  const stopping = new AbortController();
  const running = Promise.all([discovery.run(stopping.signal), source.run(pipeline, stopping.signal)]);

  async function quiet(): Promise<void> {
    for (let turns = 0, seen = begun; turns < quietTurns; ) {
      await setImmediate();
      turns = underWay === 0 && seen === begun ? turns + 1 : 0;
      seen = begun;
    }
  }

  return {
    problems,
    groups: () => discovery.groups().map(({ group }) => group.name),
    async runTo(untilMs) {
      for (;;) {
        await quiet();
        const dueMs = clock.nextDueMs();
        if (isDead() || dueMs === null || dueMs > untilMs) break;
        clock.set(Math.max(dueMs, nowMs()));
      }
      clock.set(Math.max(untilMs, nowMs()));
    },
    dieAfter(steps) {
      toLive = steps;
    },
    get isDead() {
      return isDead();
    },
    async stop() {
      if (!isDead()) {
        stopping.abort();
        await running;
      }
      clients.close();
    },
  };
}
