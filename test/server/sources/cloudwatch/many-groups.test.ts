import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import { quotaOf } from '../../../../server/src/aws/quotas.js';
import { createRateBudgets } from '../../../../server/src/aws/rate-budgets.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import { createCloudWatchSource } from '../../../../server/src/sources/cloudwatch/cloudwatch-source.js';
import type {
  EventsPage,
  EventsRequest,
  LogEvent,
  LogEventsClient,
  LogGroup,
} from '../../../../server/src/sources/cloudwatch/log-events-client.js';
import { feedOf, windowOfUnit } from '../../../../server/src/sources/cloudwatch/unit-names.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';
import { createFakeClock, type FakeClock } from '../../../fake-aws/clock.js';
import { groupOf, logGroup, minute, runUntil, second, startMs } from './bed.js';

const streamsPerGroup = 4;
const groupsPerLane = 125;
const pageEvents = 100;
/** Events a minute of each stream. */
const [quiet, busy, flood] = [1, 500, 10_000];

/** An account and region: a budget of its own. */
interface Lane {
  readonly account: string;
  readonly region: string;
  /** Events a minute of each stream of the first groups; the others are quiet. */
  readonly busiest: number;
  readonly busyGroups: number;
}

const lanes: readonly Lane[] = [
  { account: '111122223333', region: 'eu-west-1', busiest: busy, busyGroups: 1 },
  { account: '111122223333', region: 'eu-central-1', busiest: busy, busyGroups: 1 },
  { account: '444455556666', region: 'eu-central-1', busiest: busy, busyGroups: 1 },
  // More than there are places for windows at once.
  { account: '444455556666', region: 'eu-west-1', busiest: flood, busyGroups: 8 },
];

const groupsOf = ({ account, region }: Lane): LogGroup[] =>
  Array.from({ length: groupsPerLane }, (_, i) => logGroup(`group-${i}`, region, account));

const laneOf = ({ account, region }: LogGroup): string => `${account} ${region}`;
const quotaIn = (region: string): number => quotaOf('logs:FilterLogEvents', region);

/** Lines at even distances in all streams, worked out when they are asked for: it holds nothing itself. */
class EvenTraffic implements LogEventsClient {
  calls = 0;
  overQuota = 0;
  private readonly clock: FakeClock;
  private readonly perMinute: ReadonlyMap<string, number>;
  private readonly lastSecond = new Map<string, number[]>();

  constructor(clock: FakeClock, perMinute: ReadonlyMap<string, number>) {
    this.clock = clock;
    this.perMinute = perMinute;
  }

  async readPage({ group, fromMs, toMs, token }: EventsRequest, signal: AbortSignal): Promise<EventsPage> {
    this.count(group);
    await this.clock.wait(100, signal);
    const everyMs = minute / ((this.perMinute.get(feedOf(group)) ?? quiet) * streamsPerGroup);
    const first = token === null ? Math.ceil(fromMs / everyMs) : Number(token);
    const end = Math.ceil(toMs / everyMs);
    const last = Math.min(end, first + pageEvents);
    const events: LogEvent[] = [];
    for (let n = first; n < last; n++) {
      const timestamp = Math.floor(n * everyMs);
      const logStreamName = `${group.name}-${n % streamsPerGroup}`;
      events.push({
        eventId: String(n).padStart(56, '0'),
        logStreamName,
        timestamp,
        ingestionTime: timestamp,
        message: `${n}`,
      });
    }
    return { events, nextToken: last < end ? String(last) : null };
  }

  private count(group: LogGroup): void {
    const now = this.clock.nowMs();
    const recent = (this.lastSecond.get(laneOf(group)) ?? []).filter((atMs) => atMs > now - second);
    recent.push(now);
    this.lastSecond.set(laneOf(group), recent);
    this.calls++;
    if (recent.length <= quotaIn(group.region)) return;
    this.overQuota++;
    throw new AwsError('throttled', 'over the quota');
  }
}

/** Keeps of each window how much it was, and of each group how late it was told. */
class LeanStore {
  readonly longestLagMs = new Map<string, number>();
  readonly readTo = new Map<string, number>();
  watchFromMs = Number.POSITIVE_INFINITY;
  private readonly clock: FakeClock;
  private readonly units = new Map<string, Map<string, { readonly lines: number; readonly bytes: number }>>();

  constructor(clock: FakeClock) {
    this.clock = clock;
  }

  sink(): UnitSink {
    return {
      accept: async ({ id, feed, content }) => {
        let bytes = 0;
        for await (const part of content) bytes += part.length;
        const held = { lines: bytes === 0 ? 0 : 1, bytes };
        const ofFeed = this.units.get(feed) ?? new Map();
        this.units.set(feed, ofFeed.set(id, held));
        return { unit: storedUnit(id, feed, held), isNew: true, refused: 0 };
      },
      readUnitsOf: async (prefix) => {
        const feed = prefix
          .split(':', 4)
          .join(':')
          .replace(/^cwl-\w+/, 'cwl');
        return [...(this.units.get(feed) ?? [])]
          .filter(([id]) => id.startsWith(prefix))
          .map(([id, held]) => storedUnit(id, feed, held));
      },
      readRefusalsOnly: async () => [],
      reportProgress: async (feed, _kind, untilMs) => {
        const now = this.clock.nowMs();
        const before = this.readTo.get(feed);
        this.readTo.set(feed, untilMs);
        // Just before it is told, the lag is longest.
        if (before !== undefined && now >= this.watchFromMs)
          this.longestLagMs.set(feed, Math.max(now - before, this.longestLagMs.get(feed) ?? 0));
      },
    };
  }

  windowsOf(group: LogGroup): number {
    return [...(this.units.get(feedOf(group))?.keys() ?? [])].filter((id) => windowOfUnit(id) !== null).length;
  }
}

const storedUnit = (unit: string, feed: string, held: { readonly lines: number; readonly bytes: number }) => ({
  unit,
  generation: { rank: held.bytes, version: 1, name: unit },
  feed,
  firstMs: 0,
  newestMs: 0,
  requests: held.lines,
  rejected: {},
  ...held,
});

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

test('500 groups with 2,000 streams in two accounts and two regions: each budget kept, each lag as the formula says, memory flat', async () => {
  const clock = createFakeClock(startMs);
  const groups = lanes.flatMap(groupsOf);
  const busiest = lanes.flatMap((lane) =>
    groupsOf(lane)
      .slice(0, lane.busyGroups)
      .map((group) => [feedOf(group), lane.busiest] as const),
  );
  const aws = new EvenTraffic(clock, new Map(busiest));
  const store = new LeanStore(clock);
  const before = heapInUse();
  const source = createCloudWatchSource({
    groups: () => all,
    client: aws,
    budgets: createRateBudgets({ nowMs: clock.nowMs, wait: clock.wait }),
    rules: { firstReadMs: minute, sweepAgesMs: [5 * minute] },
    nowMs: clock.nowMs,
    wait: clock.wait,
    telemetry: silentTelemetry,
  });
  const all = groups.map(groupOf);
  const stop = new AbortController();
  const running = source.run(store.sink(), stop.signal);

  await runUntil(clock, startMs + 6 * minute);
  store.watchFromMs = clock.nowMs();
  const early = heapInUse() - before;
  await runUntil(clock, startMs + 16 * minute);
  const late = heapInUse() - before;

  expect(new Set(groups.map(laneOf)).size).toBe(4);
  expect(aws.overQuota).toBe(0);
  for (const lane of lanes) {
    const ofLane = groupsOf(lane);
    const [first, others] = [ofLane.slice(0, lane.busyGroups), ofLane.slice(lane.busyGroups)];
    const lagOf = (group: LogGroup): number => store.longestLagMs.get(feedOf(group)) ?? Number.POSITIVE_INFINITY;
    const callsASecond = 0.7 * quotaIn(lane.region) * 0.7;
    const formulaMs = (pages: number): number => 90 * second + (pages / callsASecond) * second + slackMs;
    if (lane.busiest === flood) {
      // More than the budget can read: they fall behind alone. Between two turns of a group each other has one.
      const readTo = first.map((group) => store.readTo.get(feedOf(group)) ?? startMs);
      expect(clock.nowMs() - Math.max(...readTo)).toBeGreaterThan(3 * minute);
      expect(Math.max(...others.map(lagOf))).toBeLessThanOrEqual(formulaMs(2 * groupsPerLane));
    } else {
      const pagesOfAll = others.length + (lane.busiest * streamsPerGroup) / pageEvents;
      expect(Math.max(...ofLane.map(lagOf))).toBeLessThanOrEqual(formulaMs(pagesOfAll));
    }
    // Sweeps replace what they find, and nothing is read twice under two names.
    for (const group of others) expect(store.windowsOf(group)).toBeLessThanOrEqual(17);
  }
  // Some kilobytes a group, what the test keeps of the 8,000 windows, and what is held of long windows: 40,000 events of each at most.
  expect(early).toBeLessThan(60 * megabyte);
  expect(late - early).toBeLessThan(12 * megabyte);
  stop.abort(new Error('stopped'));
  await running;
}, 240_000);

const megabyte = 1024 * 1024;
/** Beside the formula: looking for work (5 s at most), and the time of the calls themselves. */
const slackMs = 6 * second;
