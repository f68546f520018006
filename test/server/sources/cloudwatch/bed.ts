import { setImmediate } from 'node:timers/promises';
import { defaultLimits, noPlace } from '../../../../parsers/src/model/index.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import type { CloudWatchGroup, PatternsAsked } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import {
  type CloudWatchSource,
  type CloudWatchSourceOptions,
  createCloudWatchSource,
} from '../../../../server/src/sources/cloudwatch/cloudwatch-source.js';
import type { LogGroup } from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { feedOf } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { createFakeClock, type FakeClock } from '../../../fake-aws/clock.js';
import { ModelCloudWatch, type ModelOptions, type WrittenEvent } from './model-cloudwatch.js';
import { ModelStore } from './model-sink.js';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
/** 2026-06-15T10:00:00Z */
export const startMs = Date.UTC(2026, 5, 15, 10);

export const settings = { template: null, fallbackPlace: noPlace, limits: defaultLimits };

export const logGroup = (name: string, region = 'eu-west-1', account = '111122223333'): LogGroup => ({
  account,
  region,
  name,
});

export const groupOf = (group: LogGroup): CloudWatchGroup => ({
  group,
  settings: [{ fromMs: 0, settings }],
  thrifty: null,
});

/** How a reading asks for the patterns of a window. */
export const asking = (change: Partial<PatternsAsked> = {}): PatternsAsked => ({
  ...{ priority: 'live', signal: new AbortController().signal, chain: {}, onPages: () => {}, onThrottled: () => {} },
  ...change,
});

/** An event of that time, shown `lateMs` after it. Ids are of one length, as AWS's are. */
export function event(n: number, timestamp: number, lateMs = second, message = `request ${n}`): WrittenEvent {
  return {
    eventId: String(n).padStart(56, '0'),
    logStreamName: `stream-${n % 7}`,
    timestamp,
    ingestionTime: timestamp + lateMs,
    message,
    visibleAtMs: timestamp + lateMs,
  };
}

/** Lets the clock leap from one moment that somebody waits for to the next. */
export async function runUntil(clock: FakeClock, untilMs: number, each = (): void => {}): Promise<void> {
  for (;;) {
    await setImmediate();
    each();
    const dueMs = clock.nextDueMs();
    if (dueMs === null || dueMs > untilMs) break;
    clock.set(Math.max(dueMs, clock.nowMs()));
  }
  clock.set(Math.max(untilMs, clock.nowMs()));
  await setImmediate();
}

export interface Bed {
  readonly clock: FakeClock;
  readonly aws: ModelCloudWatch;
  readonly store: ModelStore;
  readonly problems: string[];
  groups: CloudWatchGroup[];
  source: CloudWatchSource;
  start(options?: Partial<CloudWatchSourceOptions> & { readonly sink?: UnitSink }): void;
  stop(): Promise<void>;
  run(ms: number, each?: () => void): Promise<void>;
  /** Ids of all that was written, sorted. */
  truth(): string[];
  watermark(group: LogGroup): number | undefined;
}

/** A model of CloudWatch, a model of the store, and a source that may be stopped and started. */
export function bed(groups: readonly LogGroup[], model: Partial<ModelOptions> = {}): Bed {
  const clock = createFakeClock(startMs);
  const aws = new ModelCloudWatch({ clock, ...model });
  const store = new ModelStore();
  const problems: string[] = [];
  let abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const make = (options: Partial<CloudWatchSourceOptions>): CloudWatchSource =>
    createCloudWatchSource({
      groups: () => made.groups,
      client: aws,
      budgets: createRateBudgets({ quotaOf: () => model.quota ?? 10, nowMs: clock.nowMs, wait: clock.wait }),
      nowMs: clock.nowMs,
      wait: clock.wait,
      telemetry: { ...silentTelemetry, sourceProblem: ({ problem }) => problems.push(problem) },
      ...options,
    });
  const made: Bed = {
    clock,
    aws,
    store,
    problems,
    groups: groups.map(groupOf),
    source: undefined as unknown as CloudWatchSource,
    start({ sink = store.sink(), ...options } = {}) {
      abort = new AbortController();
      made.source = make(options);
      running = made.source.run(sink, abort.signal);
    },
    async stop() {
      abort.abort(new Error('stopped'));
      await running;
    },
    run: (ms, each) => runUntil(clock, clock.nowMs() + ms, each),
    truth: () => groups.flatMap((group) => aws.eventsOf(group).map(({ eventId }) => eventId)).sort(),
    watermark: (group) => store.progress.get(feedOf(group)),
  };
  return made;
}
