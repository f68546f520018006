import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedOf } from '../../server/src/sources/cloudwatch/unit-names.js';
import { createClickHouseDatabase } from '../../server/src/store/clickhouse-database.js';
import { createClickHouseEventStore } from '../../server/src/store/clickhouse-event-store.js';
import type { EventStore } from '../../server/src/store/event-store.js';
import { silentTelemetry } from '../../server/src/telemetry/telemetry.js';
import { createFakeClock } from '../fake-aws/clock.js';
import { type FakeAws, startFakeAws } from '../fake-aws/fake-aws.js';
import { findLies, type Promised } from './check-store.js';
import { type CollectorProcess, startCollector } from './collector-process.js';
import { LagWatch } from './lag-watch.js';
import type { DatabaseAccess, Told } from './messages.js';
import { createSchedule, type Schedule } from './schedule.js';
import { statementsMs } from './simulated-time.js';
import { account, mostLateMs, region, streams } from './traffic.js';
import { createWorld, type SimulatedWorld } from './world.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly hours: number;
  /** The collector's built entry file. */
  readonly collector: string;
  readonly onProgress: (line: string) => void;
}

export interface SimulationReport {
  /** Empty when every promise was kept. */
  readonly lies: readonly string[];
  readonly requests: number;
  readonly refused: number;
  readonly kills: number;
  readonly calls: number;
  readonly throttled: number;
  /** FilterLogEvents in the busiest second. */
  readonly busiestSecond: number;
  /** The longest lag in calm hours, ms, of all groups, and what design allows. */
  readonly calmLagMs: number;
  readonly allowedLagMs: number;
  readonly peakBytes: number;
}

const minute = 60_000;
const hour = 60 * minute;
/**
 * In the middle of a day, so that midnight is in it. Not before the machine's own time: the database forgets by that, and everything
 * here is yet to come.
 */
const startMs = Date.UTC(2040, 2, 5, 12);
const windowMs = 5 * minute;
const settleMs = 30_000;
/** Later than the latest event. */
const lastSweepMs = mostLateMs + windowMs;
const rules = { windowMs, settleMs, firstReadMs: 15 * minute, sweepAgesMs: [hour, lastSweepMs] };
const quota = 5;
const checkEveryMs = hour;
/** All windows are swept by then, each chunk of an hour when its last window is old enough, and what a kill left is settled. */
const drainMs = lastSweepMs + hour + 30 * minute;

/** A day (or more) of six log groups and one collector that dies now and then, in minutes. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const directory = mkdtempSync(join(tmpdir(), 'why403-simulation-'));
  const { seed, hours } = options;
  const untilMs = startMs + hours * hour;
  const world = createWorld(seed, startMs, untilMs);
  const schedule = createSchedule(seed, startMs, untilMs);
  const clock = createFakeClock(startMs);
  const aws = await startFakeAws(world.fake, { clock, seed, faults: [...schedule.faults] });
  try {
    return await new Simulation(options, { directory, world, schedule, aws, endMs: untilMs + drainMs }).run();
  } finally {
    await aws.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Parts {
  readonly directory: string;
  readonly world: SimulatedWorld;
  readonly schedule: Schedule;
  readonly aws: FakeAws;
  readonly endMs: number;
}

class Simulation {
  private readonly options: SimulationOptions;
  private readonly parts: Parts;
  private readonly lies: string[] = [];
  private readonly lags: LagWatch;
  private readonly finalTo = new Map<string, number>();
  private kills = 0;
  private nextCheckMs = startMs + checkEveryMs;
  private checkedToMs = startMs;
  private peakBytes = 0;

  constructor(options: SimulationOptions, parts: Parts) {
    this.options = options;
    this.parts = parts;
    this.lags = new LagWatch(parts.schedule.isCalm);
  }

  async run(): Promise<SimulationReport> {
    const { clock } = this.parts.aws;
    const plan = [...this.parts.schedule.kills];
    while (clock.nowMs() < this.parts.endMs && this.lies.length === 0) {
      const kill = plan.shift();
      await this.live(kill?.atMs ?? Number.POSITIVE_INFINITY, kill?.death ?? null);
      if (kill !== undefined) clock.advance(kill.downMs);
    }
    return this.report();
  }

  /** One life of the collector. */
  private async live(killMs: number, death: Parameters<CollectorProcess['goOn']>[1]): Promise<void> {
    const { aws, directory, endMs } = this.parts;
    const { clock } = aws;
    this.lags.begun(clock.nowMs());
    const collector = startCollector(this.options.collector, {
      kind: 'start',
      nowMs: clock.nowMs(),
      directory,
      endpoint: aws.url,
      credentials: aws.clientConfig(account, region).credentials,
      account,
      region,
      groups: Object.values(streams),
      rules,
    });
    let store: EventStore | null = null;
    let isDoomed = false;
    const goOn = (): void => {
      const isNow = !isDoomed && clock.nowMs() >= killMs;
      isDoomed ||= isNow;
      collector.goOn(Math.min(this.nextCheckMs, endMs, isDoomed ? endMs : killMs), isNow ? death : null);
    };
    try {
      for await (const message of collector.messages) {
        if (message.kind === 'ready') {
          store = openStore(message.database, clock.nowMs);
          goOn();
        } else if (message.kind === 'problem') {
          this.lies.push(message.text);
          return;
        } else if (message.kind === 'progress') this.lags.progress(message.feed, message.untilMs, message.nowMs);
        else if (message.kind === 'time') {
          clock.set(message.nowMs);
          collector.heard();
        } else if (message.kind === 'reached') {
          clock.set(message.nowMs);
          if (clock.nowMs() < this.nextCheckMs && clock.nowMs() < endMs) goOn();
          else collector.ask();
        } else {
          await this.check(store as EventStore, message);
          if (this.lies.length > 0 || clock.nowMs() >= endMs) return;
          goOn();
        }
      }
      this.kills++;
      if (!isDoomed) this.lies.push(collector.failure === '' ? 'the collector died by itself' : collector.failure);
    } finally {
      await collector.kill();
      await store?.close();
    }
  }

  private async check(store: EventStore, { states, peakBytes }: Told): Promise<void> {
    const { aws, world, endMs } = this.parts;
    const nowMs = aws.clock.nowMs();
    this.peakBytes = Math.max(this.peakBytes, peakBytes);
    for (const { group, sweptUntilMs } of states) {
      this.finalTo.set(group.name, Math.max(sweptUntilMs ?? 0, this.finalTo.get(group.name) ?? 0));
    }
    const feeds = new Map((await store.readFeeds(nowMs)).map((each) => [each.feed, each.completeUntilMs]));
    const promised = (group: string): Promised => ({
      readToMs: feeds.get(feedOf({ account, region, name: group })) ?? 0,
      finalToMs: this.finalTo.get(group) ?? 0,
    });
    const isEnd = nowMs >= endMs;
    const finalMs = Math.min(...Object.values(streams).map(({ group }) => promised(group).finalToMs));
    const found = await findLies({
      store,
      requests: world.requests,
      // What was final an hour ago has been looked at; at the end all is.
      fromMs: isEnd ? startMs - hour : this.checkedToMs - hour,
      untilMs: nowMs,
      nowMs,
      promised,
      settledMs: (atMs) => Math.floor(atMs / windowMs) * windowMs + windowMs + settleMs,
    });
    const at = `at ${new Date(nowMs).toISOString()}`;
    this.lies.push(...found.map((lie) => `${at}: ${lie}`));
    const writtenToMs = endMs - drainMs;
    if (isEnd && finalMs < writtenToMs)
      this.lies.push(`${at}: only what was before ${new Date(finalMs).toISOString()} is final`);
    this.checkedToMs = Math.max(this.checkedToMs, finalMs);
    this.nextCheckMs = nowMs + checkEveryMs;
    this.options.onProgress(
      `${new Date(nowMs).toISOString().slice(5, 16)}  final to ${new Date(finalMs).toISOString().slice(5, 16)}  ${this.kills} kills  ${aws.calls.count()} calls  ${Math.round(peakBytes / 1e6)} MB`,
    );
  }

  private report(): SimulationReport {
    const { aws, world } = this.parts;
    const operation = 'logs:FilterLogEvents';
    const busiestSecond = aws.calls.busiest(1_000, { operation });
    if (busiestSecond > quota) this.lies.push(`${busiestSecond} calls in one second, of ${quota}`);
    // Live reading has what sweeps leave of 0.7 of the quota.
    const calmCalls = aws.calls.all({ operation }).filter(({ atMs }) => this.lags.isCalm(atMs));
    const allowedLagMs = settleMs + windowMs + statementsMs + (busiestWindow(calmCalls) / (quota * 0.7 * 0.7)) * 1_000;
    this.lies.push(...this.lags.lies(allowedLagMs));
    return {
      lies: this.lies,
      requests: world.requests.length,
      refused: world.requests.filter(({ refusal }) => refusal !== null).length,
      kills: this.kills,
      calls: aws.calls.count({ operation }),
      throttled: aws.calls.count({ operation, outcome: 'ThrottlingException' }),
      busiestSecond,
      calmLagMs: this.lags.longestMs,
      allowedLagMs,
      peakBytes: this.peakBytes,
    };
  }
}

/** Calls in the window that has most of them. */
function busiestWindow(calls: readonly { readonly atMs: number }[]): number {
  const counts = new Map<number, number>();
  for (const { atMs } of calls) {
    const window = Math.floor(atMs / windowMs);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function openStore({ url, username, password, database }: DatabaseAccess, nowMs: () => number): EventStore {
  const connection = createClickHouseDatabase({ url, username, password, database, telemetry: silentTelemetry });
  return createClickHouseEventStore(connection, { nowMs, telemetry: silentTelemetry });
}
