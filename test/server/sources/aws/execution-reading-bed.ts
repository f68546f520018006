import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import { createLogEventsClient } from '../../../../server/src/aws/cloudwatch-logs-client.js';
import { LiveGroups } from '../../../../server/src/aws/discovery/live-groups.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import type { Priority } from '../../../../server/src/aws/rate-budget.js';
import { createRateBudgets, type RateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import { ExecutionReading } from '../../../../server/src/sources/aws/execution-reading.js';
import type { chooseReading } from '../../../../server/src/sources/cloudwatch/choose-reading.js';
import {
  type CloudWatchSource,
  createCloudWatchSource,
} from '../../../../server/src/sources/cloudwatch/cloudwatch-source.js';
import type { EventsRequest, LogEventsClient } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import type { ThriftyPolicy } from '../../../../server/src/sources/cloudwatch/reading-modes.js';
import { createClickHouseEventStore } from '../../../../server/src/store/clickhouse-event-store.js';
import type { Database } from '../../../../server/src/store/database.js';
import type { EventStore, RefusedRow } from '../../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { retention } from '../../../conformance/store-rows.js';
import { createFakeClock } from '../../../fake-aws/clock.js';
import { startFakeAws } from '../../../fake-aws/fake-aws.js';
import { account, region, worldOf } from '../../../fake-aws/harness.js';
import { noQuotas } from '../../../fake-aws/quotas.js';
import type { FakeLogEvent } from '../../../fake-aws/world.js';
import { clientsFor } from '../../aws/discovery/bed.js';
import { snapshot, stage } from '../../aws/discovery/examples.js';
import { pipelineOn } from '../../pipeline/bed.js';

export const second = 1000;
export const minute = 60 * second;
/** So far ahead that no retention reaches it, whatever the database's clock says. */
export const startMs = Date.UTC(2061, 2, 1, 12);

/** It does not say why a policy refused, nor which key was wrong. */
export const accessFormat =
  '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.httpMethod $context.resourcePath $context.status $context.error.responseType';
export const accessGroup = '/aws/apigateway/shop';
export const executionGroup = 'API-Gateway-Execution-Logs_rest000001/prod';

export const idOf = (n: number): string => `5b0e7d1c-93a4-4f26-8c11-${String(n).padStart(12, '0')}`;
const extendedIdOf = (n: number): string => `Qz${String(n).padStart(11, '0')}FQ=`;

export type Fate = 'served' | 'denied' | 'no_key' | 'no_route';
const answers: Readonly<Record<Fate, string>> = {
  served: '200 -',
  denied: '403 ACCESS_DENIED',
  no_key: '403 INVALID_API_KEY',
  no_route: '403 MISSING_AUTHENTICATION_TOKEN',
};
const gates: Readonly<Record<Exclude<Fate, 'no_route'>, readonly string[]>> = {
  served: [
    'Starting execution for request: ID',
    'Method request headers: {x-note=Method completed with status: 403}',
    'Received response. Status: 200, Integration latency: 12 ms',
    'Method completed with status: 200',
  ],
  denied: [
    'Starting authorizer: a1b2c3 for request: ID',
    'Using valid authorizer policy for principal: **er-3',
    'Successfully completed authorizer execution',
    'The client is not authorized to perform this operation.',
    'Method completed with status: 403',
  ],
  no_key: [
    'Verifying Usage Plan for request: ID. API Key:  API Stage: rest000001/prod',
    "API Key  not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage rest000001/prod: API Key was required but not present",
    'Method completed with status: 403',
  ],
};

export interface Sent {
  readonly n: number;
  readonly fate: Fate;
  readonly atMs: number;
  /** When the access line shows. */
  readonly lateMs?: number;
}

export const accessEvent = ({ n, fate, atMs, lateMs = second }: Sent): FakeLogEvent => ({
  timestamp: atMs,
  message: `${idOf(n)} ${extendedIdOf(n)} ${atMs} GET /orders ${answers[fate]}`,
  visibleAt: atMs + lateMs,
});

export const executionEvents = ({ n, fate, atMs }: Sent): FakeLogEvent[] =>
  fate === 'no_route'
    ? []
    : [`Extended Request Id: ${extendedIdOf(n)}`, ...gates[fate]].map((line, i) => ({
        // The last lines of some lie in the next window.
        timestamp: atMs + i * 400,
        message: `(${idOf(n)}) ${line.replaceAll('ID', idOf(n))}`,
        visibleAt: atMs + second,
        logStreamName: `stream-${n % 5}`,
      }));

export interface Collected {
  readonly rows: readonly string[];
  readonly store: EventStore;
  readonly source: CloudWatchSource;
  /** Patterns of the calls about the execution group; null: of a call for all. */
  readonly executionCalls: readonly (string | null)[];
  /** Pages of any group, in order, each with the priority its call was granted for. */
  readonly pages: readonly AskedPage[];
}

export interface AskedPage extends EventsRequest {
  readonly priority: Priority;
}

const wordsOf = ({ requestId, cause, detail, confidence }: RefusedRow): string =>
  [requestId, cause, detail, confidence].join(' ');

export interface CollectOptions {
  readonly policy: ThriftyPolicy;
  readonly sent: readonly Sent[];
  readonly forMs: number;
  readonly withAccessLog?: boolean;
  /** Pages hold no more. */
  readonly pageEvents?: number;
  readonly chooseReading?: typeof chooseReading;
}

/** Reads what was sent, with everything real but AWS and the clock. */
export async function collect(database: Database, options: CollectOptions): Promise<Collected> {
  const { policy, sent, forMs, withAccessLog = true, pageEvents, chooseReading } = options;
  const aws = await startFakeAws(
    worldOf({
      logGroups: [
        ...(withAccessLog ? [{ name: accessGroup, events: sent.map(accessEvent) }] : []),
        { name: executionGroup, events: sent.flatMap(executionEvents) },
      ],
    }),
    {
      clock: createFakeClock(startMs),
      quotas: noQuotas,
      ...(pageEvents !== undefined && {
        faults: [{ operation: 'logs:FilterLogEvents', effect: { kind: 'short_page', events: pageEvents } }],
      }),
    },
  );
  onTestFinished(() => aws.close());
  const { nowMs } = aws.clock;
  const store = createClickHouseEventStore(database, { nowMs, telemetry: silentTelemetry });
  await store.migrate(retention);

  // The clock stands still while anything is under way.
  let underWay = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay++;
    return work.finally(() => underWay--);
  };
  const pipeline = pipelineOn(store, { nowMs });
  const sink: UnitSink = {
    accept: (unit) => counted(pipeline.accept(unit)),
    readUnitsOf: (prefix) => counted(pipeline.readUnitsOf(prefix)),
    readRefusalsOnly: (feed, range) => counted(pipeline.readRefusalsOnly(feed, range)),
    reportProgress: (feed, kind, untilMs) => counted(pipeline.reportProgress(feed, kind, untilMs)),
  };
  const clients = clientsFor(aws);
  const logs = createLogEventsClient({ clientOf: (of, where) => clients.of(of, where).logs });
  const wait = (ms: number, signal: AbortSignal) => aws.clock.wait(ms, signal);
  // Whoever is granted a call makes it at once.
  const granted: Priority[] = [];
  const budgets = tellingOf(createRateBudgets({ quotaOf: () => 1000, nowMs, wait }), (priority) =>
    granted.push(priority),
  );
  const pages: AskedPage[] = [];
  const client: LogEventsClient = {
    readPage: (request, signal) => {
      const priority = granted.shift();
      if (priority === undefined) throw new Error('a call that was not granted');
      pages.push({ ...request, priority });
      return counted(logs.readPage(request, signal));
    },
  };

  const logGroup = { kind: 'log_group', group: accessGroup, region, account } as const;
  const live = new LiveGroups({ filters: everyStage, limits: defaultLimits, compile: compileAccessLogFormat });
  const accessLog = withAccessLog ? { format: accessFormat, destination: logGroup } : null;
  live.update(snapshot({ stages: [stage({ accessLog })] }));
  const execution = new ExecutionReading({
    store: { readUncertainIds: (query) => counted(store.readUncertainIds(query)) },
    pagesOf: (group) => ({
      client,
      wait,
      budget: budgets.of(group.account, group.region, 'logs:FilterLogEvents'),
    }),
    settleMs: 30 * second,
  });
  const source: CloudWatchSource = createCloudWatchSource({
    groups: () =>
      execution
        .addTo(live.list(), source.states())
        .map((group) => (group.discovered.kind === 'access' ? { ...group, thrifty: null } : group)),
    client,
    budgets,
    thriftyReading: policy,
    ...(chooseReading && { chooseReading }),
    rules: { firstReadMs: 2 * minute },
    nowMs,
    wait,
    telemetry: silentTelemetry,
  });
  const stopping = new AbortController();
  const running = source.run(sink, stopping.signal);
  const untilMs = nowMs() + forMs;
  for (;;) {
    do await setTimeout(1);
    while (underWay > 0);
    const dueMs = aws.clock.nextDueMs();
    if (dueMs === null || dueMs > untilMs) break;
    aws.clock.set(Math.max(dueMs, nowMs()));
  }
  stopping.abort(new Error('enough'));
  await running;

  const { events } = await store.readEvents({
    ...{ fromMs: startMs - 3_600_000, toMs: untilMs, filter: {}, cursor: null, limit: 10_000 },
  });
  const calls = aws.calls.all({ operation: 'logs:FilterLogEvents', key: executionGroup });
  return {
    rows: events.map((event) => wordsOf({ ...event, cancelled: false })).sort(),
    store,
    source,
    executionCalls: calls.map(({ input }) => (input as { readonly filterPattern?: string }).filterPattern ?? null),
    pages,
  };
}

/** Budgets that tell of each call they grant. */
const tellingOf = (budgets: RateBudgets, onGranted: (priority: Priority) => void): RateBudgets => ({
  of(account, region, action) {
    const budget = budgets.of(account, region, action);
    return {
      async take(key, signal, priority = 'live') {
        await budget.take(key, signal, priority);
        onGranted(priority);
      },
      throttled: (retryAfterMs) => budget.throttled(retryAfterMs),
      get perSecond() {
        return budget.perSecond;
      },
    };
  },
});
