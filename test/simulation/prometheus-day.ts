import type { GaugeEvaluation } from '../../server/src/api/gauges/evaluate-gauges.js';
import type { StoreGauge } from '../../server/src/api/gauges/gauge.js';
import { gaugesAt } from '../../server/src/api/gauges/gauges-at.js';
import type { Span } from './day-answers.js';
import type { ExpectedInstance } from './demo-truth.js';
import { expectedAt, type Firing } from './expected-state.js';
import { labelKey } from './values.js';

const minuteMs = 60_000;

/** Of the gauges, those that the shipped rules read. */
const read: readonly StoreGauge[] = [
  'why403_spike_score',
  'why403_refused_requests',
  'why403_requests',
  'why403_new_cause',
  'why403_unknown_ratio',
];

/** The shipped rules by their names in Grafana and in Prometheus. */
export const alertNames: Readonly<Record<string, string>> = {
  'why403-spike': 'Why403Spike',
  'why403-authorizer': 'Why403AuthorizerDenials',
  'why403-waf': 'Why403WafSurge',
  'why403-keys': 'Why403KeysRefused',
  'why403-route-not-found': 'Why403RouteNotFound',
  'why403-new-cause': 'Why403NewCause',
  'why403-unknown': 'Why403UnknownCauses',
  'why403-lag': 'Why403LogsLag',
};

export interface PrometheusDay {
  readonly rulesPath: string;
  readonly feeds: readonly string[];
  readonly maxSeries: number;
  /** How old the values are that an evaluation sees: what the logs lag, a scrape and an evaluation. */
  readonly delayMs: number;
}

/**
 * A day as a file for `promtool test rules`: what /metrics had to tell at each minute, and which alerts must fire at each, and no other.
 * Time begins at 0 there.
 */
export function promtoolFile(
  evaluation: GaugeEvaluation,
  span: Span,
  expected: readonly ExpectedInstance[],
  { rulesPath, feeds, maxSeries, delayMs }: PrometheusDay,
): string {
  const minutes = (span.toMs - span.fromMs) / minuteMs;
  const series = new Map<string, (number | null)[]>();
  for (let minute = 0; minute < minutes; minute++) {
    const toldMs = Math.floor((span.fromMs + minute * minuteMs - delayMs) / minuteMs) * minuteMs;
    for (const { gauge, values } of gaugesAt(evaluation, toldMs, maxSeries)) {
      if (!read.includes(gauge)) continue;
      for (const { labels, value } of values) {
        const name = seriesName(gauge, { ...labels, job: 'why403', instance: 'why403:4030' });
        const told = series.get(name) ?? new Array<number | null>(minutes).fill(null);
        told[minute] = value;
        series.set(name, told);
      }
    }
  }
  const input = [...series].map(([name, values]) => ({ series: name, values: written(values) }));
  for (const feed of feeds) {
    const seconds = -delayMs / 1000;
    input.push({ series: seriesName('why403_complete_until_seconds', { feed }), values: `${seconds}+60x${minutes}` });
  }
  const tests = Array.from({ length: minutes }, (_, minute) => {
    const atMs = span.fromMs + minute * minuteMs;
    const { must, may } = expectedAt(expected, atMs);
    return {
      expr: firingExpr(may),
      eval_time: `${minute}m`,
      exp_samples: must.map((each) => ({ labels: `{${matchersOf(each)}}`, value: 1 })),
    };
  });
  // JSON is YAML.
  return JSON.stringify({
    rule_files: [rulesPath],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        external_labels: { grafana: 'https://grafana.example.com' },
        input_series: input,
        promql_expr_test: tests,
      },
    ],
  });
}

const seriesName = (metric: string, labels: Readonly<Record<string, string>>): string =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;

/** `_` is no sample; a series that a scrape does not have any more is stale. */
function written(values: readonly (number | null)[]): string {
  const words: string[] = [];
  let isThere = false;
  for (const value of values) {
    words.push(value !== null ? String(value) : isThere ? 'stale' : '_');
    isThere = value !== null;
  }
  return words.join(' ');
}

function matchersOf({ rule, apiId, stage, cause, route }: Firing): string {
  const labels = {
    alertname: alertNames[rule] as string,
    api_id: apiId,
    stage,
    cause,
    ...(route === null ? {} : { route }),
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}

function firingExpr(leftOut: readonly Firing[]): string {
  const unless = leftOut.map((each) => ` unless ALERTS{${matchersOf(each)}}`).join('');
  return `sum by (alertname, api_id, stage, cause, route) (ALERTS{alertstate="firing"}${unless})`;
}

/** Samples of a page of /metrics that are not 0, by name and labels: which silent series are told depends on the range that was read. */
export function readPage(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    // why403_requests{api_id="a",stage="prod"} 12
    const [, name, inBraces, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (name === undefined || !read.includes(name as StoreGauge)) continue;
    const labels = Object.fromEntries(
      [...(inBraces as string).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [
        label,
        JSON.parse(`"${text}"`),
      ]),
    );
    if (Number(value) !== 0) samples.set(`${name} ${labelKey(labels)}`, Number(value));
  }
  return samples;
}

/** The same of the gauges of a minute. */
export function pageOf(evaluation: GaugeEvaluation, atMs: number, maxSeries: number): ReadonlyMap<string, number> {
  return new Map(
    gaugesAt(evaluation, atMs, maxSeries)
      .filter(({ gauge }) => read.includes(gauge))
      .flatMap(({ gauge, values }) =>
        values.flatMap(({ labels, value }) => (value === 0 ? [] : [[`${gauge} ${labelKey(labels)}`, value] as const])),
      ),
  );
}
