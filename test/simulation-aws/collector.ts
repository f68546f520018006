// A collector as a process of its own: the source, the pipeline and the store of the built program, on a clock that the simulation moves.
import * as engine from '@why403/parsers';
import { createAwsClients } from '../../server/src/aws/clients.js';
import { createLogEventsClient } from '../../server/src/aws/cloudwatch-logs-client.js';
import { createRateBudgets } from '../../server/src/aws/rate-budgets.js';
import { createPipeline } from '../../server/src/pipeline/pipeline.js';
import type { CloudWatchGroup } from '../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { createCloudWatchSource } from '../../server/src/sources/cloudwatch/cloudwatch-source.js';
import { createClickHouseDatabase } from '../../server/src/store/clickhouse-database.js';
import { createClickHouseEventStore } from '../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../server/src/store/database.js';
import { startEmbeddedDatabase } from '../../server/src/store/embedded/embedded-database.js';
import { silentTelemetry, type Telemetry } from '../../server/src/telemetry/telemetry.js';
import type { FromCollector, GroupToRead, StartMessage, ToCollector } from './messages.js';
import { createSimulatedTime, type SimulatedTime } from './simulated-time.js';

const minuteMs = 60_000;
const retention = { rowsDays: 30, evidenceDays: 14, factsHours: 48 };
/** As service/housekeeping.ts, less often: a simulated day has 1,440 minutes. */
const settleEveryMs = 15 * minuteMs;
const houseEveryMs = 360 * minuteMs;

const send = (message: FromCollector): void => void process.send?.(message);

process.once('message', (message: StartMessage) => {
  run(message).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
// Without the simulation there is nothing to collect.
process.once('disconnect', () => process.exit(2));

async function run(start: StartMessage): Promise<void> {
  const time = createSimulatedTime(start.nowMs, {
    onReached: () => send({ kind: 'reached', nowMs: nowMs() }),
    onSpinning: () =>
      send({ kind: 'problem', text: `spins at ${new Date(nowMs()).toISOString()}: waits and does nothing` }),
    die: () => process.kill(process.pid, 'SIGKILL'),
  });
  const { clock, call, hold, together } = time;
  const { nowMs, wait } = clock;
  const setUp = hold();
  let databaseIsUp: (() => void) | null = null;
  const telemetry: Telemetry = {
    ...silentTelemetry,
    defect: ({ where, error }) => send({ kind: 'problem', text: `defect in ${where}: ${textOf(error)}` }),
    databaseStopped: () => {
      databaseIsUp ??= hold();
    },
    databaseStarted: () => {
      databaseIsUp?.();
      databaseIsUp = null;
    },
  };

  const embedded = await startEmbeddedDatabase({ directory: start.directory, owner: 'simulation', telemetry });
  const { url, username, password, database: name } = embedded;
  const access = { url, username, password, database: name };
  const database = createClickHouseDatabase({ ...access, telemetry });
  const store = createClickHouseEventStore(stepwise(database, time), { nowMs, telemetry });
  await store.migrate(retention);
  await removeMergedOften(database);
  const limits = { inFlightBytes: 64 * 1024 * 1024, inFlightUnits: 16, rowsDays: retention.rowsDays };
  const pipeline = createPipeline({ store, engine, telemetry, nowMs, limits });

  const { account, region, endpoint, credentials } = start;
  const clients = createAwsClients({
    accounts: [{ account, regions: [region], roles: [] }],
    endpoint,
    credentials,
    nowMs,
  });
  const client = createLogEventsClient({ clientOf: (...place) => clients.of(...place).logs });
  const source = createCloudWatchSource({
    groups: () => groups,
    client: {
      readPage: (...page) =>
        call(async () => {
          await timeToAws(nowMs());
          return client.readPage(...page);
        }),
    },
    budgets: createRateBudgets({ nowMs, wait }),
    rules: start.rules,
    nowMs,
    wait,
    telemetry,
  });
  let awsTime = { nowMs: start.nowMs, isHeard: Promise.resolve() };
  let heard = (): void => {};
  /** Calls of one moment tell it once. */
  const timeToAws = (now: number): Promise<void> => {
    if (awsTime.nowMs === now) return awsTime.isHeard;
    const isHeard = new Promise<void>((resolve) => {
      heard = resolve;
    });
    awsTime = { nowMs: now, isHeard };
    send({ kind: 'time', nowMs: now });
    return isHeard;
  };
  const groups = start.groups.map((each) => groupOf(each, account, region));

  process.on('message', (message: ToCollector) => {
    if (message.kind === 'goOn') time.goOn(message.untilMs, message.death);
    else if (message.kind === 'heard') heard();
    else if (message.kind === 'tell') {
      time.whenQuiet(() => {
        send({ kind: 'told', states: source.states(), peakBytes: process.resourceUsage().maxRSS * 1024 });
      });
    }
  });
  send({ kind: 'ready', database: access });

  const tidy = async (everyMs: number, work: () => Promise<unknown>): Promise<never> => {
    for (;;) {
      await work().catch((error: unknown) => send({ kind: 'problem', text: `housekeeping: ${textOf(error)}` }));
      await wait(everyMs);
    }
  };
  void tidy(settleEveryMs, () => pipeline.sweep(nowMs() - retention.factsHours * 60 * minuteMs));
  void tidy(houseEveryMs, () => store.keepHouse(nowMs()));
  const running = source.run(
    {
      ...pipeline,
      accept: (unit) => together(() => pipeline.accept(unit)),
      async reportProgress(feed, kind, untilMs) {
        await pipeline.reportProgress(feed, kind, untilMs);
        send({ kind: 'progress', nowMs: nowMs(), feed, untilMs });
      },
    },
    new AbortController().signal,
  );
  setUp();
  await running;
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function groupOf({ group, format, apiId, stage }: GroupToRead, account: string, region: string): CloudWatchGroup {
  const compiled = format === null ? null : engine.compileAccessLogFormat(format);
  if (compiled !== null && !compiled.ok) throw new Error(compiled.detail);
  const settings = {
    template: compiled?.value ?? null,
    fallbackPlace: { ...engine.noPlace, account, region, apiId, stage },
    limits: engine.defaultLimits,
  };
  return { group: { account, region, name: group }, settings: [{ fromMs: 0, settings }], thrifty: null };
}

/**
 * What the database has merged it removes every half minute of its own time, which is hours here and longer than most lives, and a start
 * loads all of it again: so it looks more often.
 */
async function removeMergedOften(database: Database): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `SELECT name FROM system.tables
    WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND create_table_query NOT LIKE '%cleanup_delay_period%'`,
  );
  const often = 'cleanup_delay_period = 1, max_cleanup_delay_period = 1, cleanup_delay_period_random_add = 0';
  for (const { name } of tables) await database.command(`ALTER TABLE ${name} MODIFY SETTING ${often}`);
}

const stepwise = (database: Database, { statement }: SimulatedTime): Database => ({
  query: (...args) => statement(() => database.query(...args)) as never,
  command: (...args) => statement(() => database.command(...args)),
  insert: (...args) => statement(() => database.insert(...args)),
  ping: () => statement(() => database.ping()),
  close: () => database.close(),
});
