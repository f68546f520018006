import type { Snapshot } from '../../aws/discovery/snapshot.js';
import type { TimeRange } from '../../query/query.js';
import type { StageKey } from '../../store/control-plane-store.js';
import type { DenominatorStore, MetricTotal } from '../../store/denominator-store.js';
import type { CountRequests, MinuteCounts } from './count-requests.js';
import { MetricNames } from './metric-names.js';
import { type PlannedQuestion, planQuestions, type WantedMinute, type WantedStage } from './plan-questions.js';

export interface RegionTotalsOptions {
  readonly account: string;
  readonly region: string;
  readonly store: DenominatorStore;
  readonly countRequests: CountRequests;
  readonly nowMs: () => number;
}

const minuteMs = 60_000;
/** From a minute's end until it is asked for: most of it is there then. */
const firstAgeMs = 3 * minuteMs;
/** Metrics have been seen to grow for ten minutes. From here on what is answered stands. */
const finalAgeMs = 15 * minuteMs;
/** What is looked for in each round; all before is looked through in parts. */
const recentMs = 120 * minuteMs;
const partMs = 6 * 60 * minuteMs;
/** AWS keeps single minutes for 15 days. */
const oldestMs = 14 * 24 * 60 * minuteMs;

/** Asks for what lacks in one account and region. */
export class RegionTotals {
  private readonly options: RegionTotalsOptions;
  private readonly names = new MetricNames();
  /** What was stored of minutes that may still grow: asked for once more, whatever the store says. Lost with the process, after which it is asked for if the stage is. */
  private readonly young = new Map<string, MetricTotal>();
  /** The end of the part that is looked through next; null: the newest one. */
  private pastMs: number | null = null;
  /** The newest minute that CloudWatch had counts of. */
  private newestMs = Number.NEGATIVE_INFINITY;
  private shared: readonly string[] = [];

  constructor(options: RegionTotalsOptions) {
    this.options = options;
  }

  /** Names of REST APIs whose requests CloudWatch does not tell apart, and are asked for. */
  get sharedNames(): readonly string[] {
    return this.shared;
  }

  learn(snapshot: Snapshot): void {
    this.names.learn(snapshot);
  }

  /** Rejects as the store and `countRequests` do; what was counted before is stored, and the next round goes on. */
  async round(signal: AbortSignal): Promise<void> {
    const nowMs = this.options.nowMs();
    const dueMs = floorMinute(nowMs - firstAgeMs);
    const recent = await this.lacking({ fromMs: dueMs - recentMs, toMs: dueMs });
    for (const [key, each] of this.young) {
      if (nowMs - each.minuteMs > recentMs) this.young.delete(key);
      else if (isFinal(each.minuteMs, nowMs)) recent.push(each);
    }
    this.shared = this.sharedAmong(recent);
    await this.fill(recent, signal);
    const part = this.nextPart(dueMs);
    await this.fill(await this.lacking(part), signal);
    this.pastMs = part.fromMs <= dueMs - oldestMs ? null : part.fromMs;
  }

  private async lacking(range: TimeRange): Promise<DueMinute[]> {
    const { account, region, store, nowMs } = this.options;
    const stretches = await store.readStretchesWithoutDenominator({ ...range, nowMs: nowMs() });
    return stretches.flatMap(({ labels, fromMs, toMs }) => {
      if (labels.account !== account || labels.region !== region) return [];
      const stage = { account, region, apiId: labels.api_id, stage: labels.stage };
      return minutesOf(Math.max(fromMs, range.fromMs), Math.min(toMs, range.toMs)).map((at) => ({
        ...stage,
        minuteMs: at,
      }));
    });
  }

  /** Goes back through all that AWS still has, a part a round, and begins again. */
  private nextPart(dueMs: number): TimeRange {
    const newestEndMs = dueMs - recentMs;
    const toMs = Math.min(this.pastMs ?? newestEndMs, newestEndMs);
    return { fromMs: toMs - partMs, toMs };
  }

  private sharedAmong(due: readonly DueMinute[]): readonly string[] {
    const names = due.flatMap((each) => {
      const metric = this.names.metricOf(each, each.minuteMs);
      return metric.kind === 'shared' ? [metric.apiName] : [];
    });
    return [...new Set(names)].sort();
  }

  private async fill(due: readonly DueMinute[], signal: AbortSignal): Promise<void> {
    const wanted = due.flatMap((each): WantedMinute[] => {
      const metric = this.names.metricOf(each, each.minuteMs);
      return metric.kind === 'metric' ? [{ ...metric, stage: stageOf(each), minuteMs: each.minuteMs }] : [];
    });
    const againMs = floorMinute(this.options.nowMs() - finalAgeMs) - minuteMs;
    for (const question of planQuestions(wanted, againMs)) await this.ask(question, signal);
  }

  private async ask({ fromMs, toMs, stages }: PlannedQuestion, signal: AbortSignal): Promise<void> {
    const { account, region, store, countRequests, nowMs } = this.options;
    const metrics = stages.map(({ dimensions }) => dimensions);
    const answers = await countRequests({ account, region, fromMs, toMs, metrics }, signal);
    for (const { requests } of answers) {
      for (const at of requests.keys()) this.newestMs = Math.max(this.newestMs, at);
    }
    const answered = stages.map((of, i) => ({ of, answer: answers[i] ?? nothing }));
    const totals = answered.flatMap(({ of, answer }) => [...this.counted(of, answer), ...this.silent(of, answer)]);
    if (totals.length > 0) await store.insertRequestTotals(totals, nowMs());
    for (const total of totals) this.remember(total);
    for (const { of, answer } of answered) {
      if (answer.isWhole) for (const each of of.wanted) this.forgetFinal({ ...of.stage, minuteMs: each.minuteMs });
    }
  }

  private remember(total: MetricTotal): void {
    this.young.set(keyOf(total), total);
    this.forgetFinal(total);
  }

  private forgetFinal(minute: DueMinute): void {
    if (isFinal(minute.minuteMs, this.options.nowMs())) this.young.delete(keyOf(minute));
  }

  /** What CloudWatch has more of than was stored, also of minutes that do not lack: they may have grown. */
  private counted({ stage, dimensions }: WantedStage, { requests }: MinuteCounts): readonly MetricTotal[] {
    return [...requests].flatMap(([at, count]) => {
      const total = { ...stage, minuteMs: at, requests: count };
      const known = this.young.get(keyOf(total));
      if (known !== undefined && known.requests >= count) return [];
      // In other minutes than those that were asked for, the name may have been another's.
      const metric = this.names.metricOf(stage, at);
      return metric.kind === 'metric' && isSame(metric.dimensions, dimensions) ? [total] : [];
    });
  }

  /** CloudWatch keeps no zeros, and what it has not got yet looks the same: a zero is believed when it has later counts. */
  private silent({ stage, wanted }: WantedStage, { requests, isWhole }: MinuteCounts): readonly MetricTotal[] {
    const nowMs = this.options.nowMs();
    return wanted.flatMap(({ minuteMs: at, isCertain }) => {
      const total = { ...stage, minuteMs: at, requests: 0 };
      if (requests.has(at) || this.young.has(keyOf(total))) return [];
      return isWhole && isCertain && at <= this.newestMs && isFinal(at, nowMs) ? [total] : [];
    });
  }
}

type DueMinute = Omit<MetricTotal, 'requests'>;

const floorMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;
const isFinal = (at: number, nowMs: number): boolean => nowMs - at >= finalAgeMs + minuteMs;

function minutesOf(fromMs: number, toMs: number): number[] {
  const minutes: number[] = [];
  for (let at = floorMinute(fromMs); at < toMs; at += minuteMs) minutes.push(at);
  return minutes;
}

const keyOf = ({ apiId, stage, minuteMs: at }: DueMinute): string => `${apiId} ${stage} ${at}`;

const stageOf = ({ account, region, apiId, stage }: StageKey): StageKey => ({ account, region, apiId, stage });

const nothing: MinuteCounts = { requests: new Map(), isWhole: false };

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).every((name) => a[name] === b[name]);
