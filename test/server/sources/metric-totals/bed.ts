import { setImmediate } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { onTestFinished } from 'vitest';
import { createCountRequests } from '../../../../server/src/aws/count-requests.js';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import { createMetricTotals, type MetricTotals } from '../../../../server/src/sources/metric-totals/metric-totals.js';
import type {
  DenominatorStore,
  MetricTotal,
  StageStretch,
  StretchesQuery,
} from '../../../../server/src/store/denominator-store.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import type { FakeAws, FakeAwsOptions } from '../../../fake-aws/fake-aws.js';
import { account, clientOf, fakeFor, region, worldOf } from '../../../fake-aws/harness.js';
import type { FakeMetric, FakePoint } from '../../../fake-aws/world.js';
import { snapshot } from '../../aws/discovery/examples.js';

export const minute = 60_000;
/** Where the fake's clock begins. */
export const startMs = Date.UTC(2026, 2, 1, 12);

/** Remembers what was read thriftily and what was counted, as the real store. */
export class ModelStore implements DenominatorStore {
  readonly totals = new Map<string, number>();
  /** By stage: minutes that are refusals only. */
  private readonly thrifty = new Map<string, { readonly labels: StageStretch['labels']; readonly at: Set<number> }>();
  failure: Error | null = null;

  /** `rest000001/prod` */
  addThrifty(stage: string, fromMs: number, toMs: number, place = { account, region }): void {
    const [api_id = '', name = ''] = stage.split('/');
    const of = this.thrifty.get(stage) ?? { labels: { ...place, api_id, stage: name }, at: new Set<number>() };
    for (let at = fromMs; at < toMs; at += minute) of.at.add(at);
    this.thrifty.set(stage, of);
  }

  thriftyMinutes(stage: string): readonly number[] {
    return [...(this.thrifty.get(stage)?.at ?? [])];
  }

  totalOf(stage: string, atMs: number): number | undefined {
    return this.totals.get(`${stage} ${atMs}`);
  }

  async insertRequestTotals(totals: readonly MetricTotal[]): Promise<void> {
    if (this.failure !== null) throw this.failure;
    for (const { apiId, stage, minuteMs, requests } of totals)
      this.totals.set(`${apiId}/${stage} ${minuteMs}`, requests);
  }

  async readStretchesWithoutDenominator({ fromMs, toMs }: StretchesQuery): Promise<readonly StageStretch[]> {
    if (this.failure !== null) throw this.failure;
    return [...this.thrifty].flatMap(([stage, { labels, at }]) =>
      [...at]
        .filter((each) => each >= fromMs && each < toMs && !this.totals.has(`${stage} ${each}`))
        .map((each) => ({ labels, fromMs: each, toMs: each + minute })),
    );
  }
}

export const countMetric = (dimensions: Record<string, string>, points: FakeMetric['points']): FakeMetric => ({
  namespace: 'AWS/ApiGateway',
  name: 'Count',
  dimensions,
  points,
});

/** So many requests of a minute, some of which CloudWatch shows later. */
export const point = (atMs: number, samples: number, visibleAt = atMs + minute): FakePoint => ({
  timestamp: atMs,
  value: 1,
  samples,
  visibleAt,
});

export interface Bed {
  readonly aws: FakeAws;
  readonly store: ModelStore;
  readonly metrics: FakeMetric[];
  /** What was told, each time that it was. */
  readonly told: string[];
  /** As discovery has them; replace them to tell of a new look. */
  snapshots: readonly Snapshot[];
  totals: MetricTotals;
  /** Lets time pass. */
  runUntil(ms: number): Promise<void>;
  /** Ends as at kill -9: what was not stored is forgotten. */
  restart(): void;
  /** Metrics that were paid for. */
  paid(): number;
}

export async function open(snapshots: readonly Snapshot[], options: Omit<FakeAwsOptions, 'clock'> = {}): Promise<Bed> {
  const metrics: FakeMetric[] = [];
  const aws = await fakeFor(worldOf({ metrics }), options);
  const store = new ModelStore();
  const told: string[] = [];
  const { clock } = aws;
  const wait = (ms: number, signal: AbortSignal): Promise<void> => clock.wait(ms, signal);
  const budgets = createRateBudgets({ nowMs: clock.nowMs, wait });
  const count = createCountRequests({
    clientOf: (_account, where) => new CloudWatchClient(clientOf(aws, where)),
    budgets,
    wait,
  });
  let ending = new AbortController();

  function start(): MetricTotals {
    ending = new AbortController();
    const made = createMetricTotals({
      account,
      regions: [region],
      snapshots: () => bed.snapshots,
      store,
      countRequests: count,
      nowMs: clock.nowMs,
      wait,
      telemetry: {
        ...silentTelemetry,
        sourceProblem: ({ problem }) => told.push(problem),
        defect: ({ error }) => told.push(String(error)),
      },
    });
    void made.run(ending.signal);
    return made;
  }

  /** Whatever happens ends in somebody's waiting for a time. */
  async function nextDue(): Promise<number> {
    for (;;) {
      await setImmediate();
      const dueMs = clock.nextDueMs();
      if (dueMs !== null) return dueMs;
    }
  }

  const bed: Bed = {
    ...{ aws, store, metrics, told, snapshots },
    totals: null as unknown as MetricTotals,
    async runUntil(ms) {
      for (;;) {
        const dueMs = await nextDue();
        if (dueMs > ms) break;
        clock.set(dueMs);
      }
      clock.set(ms);
    },
    restart() {
      ending.abort();
      bed.totals = start();
    },
    paid: () =>
      aws.calls
        .all({ operation: 'cloudwatch:GetMetricData' })
        .reduce((sum, { input }) => sum + (input as { MetricDataQueries: unknown[] }).MetricDataQueries.length, 0),
  };
  bed.totals = start();
  onTestFinished(() => ending.abort());
  return bed;
}

/** What a look shows, with the names of the REST APIs among its stages. */
export const lookAt = (takenMs: number, stages: Snapshot['stages']): Snapshot =>
  snapshot({
    takenMs,
    stages,
    restApis: [
      ...new Map(
        stages
          .filter(({ apiKind }) => apiKind === 'rest')
          .map(({ apiId, apiName }) => [apiId, { apiId, name: apiName }]),
      ).values(),
    ],
  });
