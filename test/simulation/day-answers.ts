import type { FrameJson, PluginHost } from '../e2e/grafana-plugin/plugin-host.js';
import { readFrames, readSeries, type TimedSeries } from './read-frames.js';
import type { RuleQuery } from './simulated-rule.js';
import { EvaluationError, type Values } from './values.js';

const minuteMs = 60_000;

/** Up to here whole minutes were complete at that moment: what happened within `delayMs` before it was not read yet. */
export const completeUntil = (atMs: number, delayMs: number): number => floorMinute(atMs - delayMs);

const floorMinute = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a query asks of the real backend, as an alert rule does. */
export async function askBackend(host: PluginHost, { model }: RuleQuery, span: Span): Promise<readonly FrameJson[]> {
  const asked = { from: String(span.fromMs), to: String(span.toMs), alert: true };
  const { frames = [], error } = await host.query({ ...model, refId: 'A' }, asked);
  if (error !== undefined) throw new EvaluationError(error);
  return frames;
}

/**
 * The answers of a whole day. Series are asked for once, over the day, and the window of each evaluation is cut out of them, since the
 * value of a minute does not depend on the range it is asked with; `DayAnswers.differences` asks for windows themselves, to prove it.
 * Numbers are asked for at each evaluation. What was not complete at that moment is null in series, and not asked for in numbers.
 */
export class DayAnswers {
  private readonly host: PluginHost;
  private readonly day: Span;
  private readonly delayMs: number;
  private readonly series = new Map<string, readonly TimedSeries[]>();
  private readonly numbers = new Map<string, Values>();

  constructor(host: PluginHost, day: Span, delayMs: number) {
    this.host = host;
    this.day = day;
    this.delayMs = delayMs;
  }

  readonly ask = async (query: RuleQuery, atMs: number): Promise<Values> => {
    if (query.model['queryType'] === 'spikes' || query.model['queryType'] === 'series') {
      const { series } = await this.window(query, atMs);
      return { kind: 'series', series };
    }
    const toMs = completeUntil(atMs, this.delayMs);
    const key = JSON.stringify([query.model, toMs]);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const values = readFrames(await askBackend(this.host, query, { fromMs: toMs - query.backMs, toMs }));
    this.numbers.set(key, values);
    return values;
  };

  /** Where a window that is cut out differs from one that is asked for itself, in words. */
  async differences(query: RuleQuery, atMs: number): Promise<readonly string[]> {
    const { fromMs, series: cut } = await this.window(query, atMs);
    const real = readSeries(await askBackend(this.host, query, { fromMs: atMs - query.backMs, toMs: atMs }));
    const completeMs = completeUntil(atMs, this.delayMs);
    const byLabels = (all: readonly TimedSeries[]) => new Map(all.map((each) => [JSON.stringify(each.labels), each]));
    const [cuts, reals] = [byLabels(cut), byLabels(real)];
    const found: string[] = [];
    for (const name of new Set([...cuts.keys(), ...reals.keys()])) {
      // Which silent series are told depends on the range: those that were refused in the day before its end.
      for (let ms = fromMs; ms < completeMs; ms += minuteMs) {
        const [a, b] = [cuts.get(name), reals.get(name)].map((each) => each?.values[each.times.indexOf(ms)] ?? 0);
        if (a !== b) found.push(`${new Date(ms).toISOString()} ${name}: ${a} of the day, ${b} of the window`);
      }
    }
    return found;
  }

  private async window(
    query: RuleQuery,
    atMs: number,
  ): Promise<{ readonly fromMs: number; readonly series: readonly TimedSeries[] }> {
    const key = JSON.stringify(query.model);
    let all = this.series.get(key);
    if (all === undefined) {
      const { fromMs, toMs } = this.day;
      all = readSeries(await askBackend(this.host, query, { fromMs: fromMs - query.backMs, toMs }));
      this.series.set(key, all);
    }
    const fromMs = floorMinute(atMs - query.backMs);
    const toMs = Math.ceil(atMs / minuteMs) * minuteMs;
    const completeMs = completeUntil(atMs, this.delayMs);
    const series = all.map(({ labels, times, values }): TimedSeries => {
      const first = (fromMs - (times[0] as number)) / minuteMs;
      const end = (toMs - (times[0] as number)) / minuteMs;
      return {
        labels,
        times: times.slice(first, end),
        values: values.slice(first, end).map((value, i) => (fromMs + i * minuteMs < completeMs ? value : null)),
      };
    });
    return { fromMs, series };
  }
}
