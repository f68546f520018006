import type { MetricStat } from '@aws-sdk/client-cloudwatch';
import { AwsFailure } from '../aws-failure.js';
import type { AwsService, CallContext, Operation } from '../aws-service.js';
import { pageNumberOf, pageOfList } from '../page-token.js';
import { jsonProtocol } from '../protocols/json.js';
import type { FakeMetric, FakePoint } from '../world.js';

interface Query {
  readonly Id: string;
  readonly Label?: string;
  readonly MetricStat?: MetricStat;
  readonly ReturnData?: boolean;
}

/** On the wire times are epoch seconds. */
interface GetMetricDataInput {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
  readonly MaxDatapoints?: number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
  readonly MetricDataQueries: readonly Query[];
}

const samplesOf = (points: readonly FakePoint[]): number => points.reduce((sum, { samples = 1 }) => sum + samples, 0);
const sumOf = (points: readonly FakePoint[]): number =>
  points.reduce((sum, { value, samples = 1 }) => sum + value * samples, 0);

const statistics: Readonly<Record<string, (points: readonly FakePoint[]) => number>> = {
  Sum: sumOf,
  Average: (points) => sumOf(points) / samplesOf(points),
  Maximum: (points) => Math.max(...points.map(({ value }) => value)),
  Minimum: (points) => Math.min(...points.map(({ value }) => value)),
  SampleCount: samplesOf,
};

const mostQueries = 500;
const mostDatapoints = 100_800;
const dayMs = 86_400_000;
/** AWS adds up what is older to longer periods and no longer gives it by shorter ones. */
const keptMs = (periodMs: number): number => (periodMs < 300_000 ? 15 : periodMs < 3_600_000 ? 63 : 455) * dayMs;

const invalid = (message: string): AwsFailure => new AwsFailure('ValidationError', message);

function check(input: GetMetricDataInput): void {
  const { StartTime, EndTime, MetricDataQueries: queries, MaxDatapoints = mostDatapoints } = input;
  if (!(StartTime < EndTime)) throw invalid('The parameter EndTime must be greater than StartTime.');
  if (queries.length > mostQueries) {
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${mostQueries}.`);
  }
  if (MaxDatapoints > mostDatapoints) throw invalid(`The value of MaxDatapoints may be at most ${mostDatapoints}.`);
  const ids = new Set(queries.map(({ Id }) => Id));
  if (ids.size < queries.length) throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  for (const { Id, MetricStat: stat } of queries) {
    if (!/^[a-z][A-Za-z0-9_]{0,254}$/.test(Id)) throw invalid(`The value ${Id} for parameter Id is not matched.`);
    if (stat && (stat.Period ?? 0) % 60 !== 0) throw invalid('The parameter Period must be a multiple of 60.');
    for (const { Value = '' } of stat?.Metric?.Dimensions ?? []) {
      if (!/^(?!:)[ -~]{1,1024}$/.test(Value)) throw invalid('The parameter Dimensions has an invalid value.');
    }
  }
}

function metricOf(call: CallContext, stat: MetricStat): FakeMetric | undefined {
  const wanted = (stat.Metric?.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return call.here.metrics?.find(({ namespace, name, dimensions }) => {
    const own = Object.entries(dimensions).map(([key, value]) => `${key}=${value}`);
    return (
      namespace === stat.Metric?.Namespace && name === stat.Metric?.MetricName && own.sort().join() === wanted.join()
    );
  });
}

const pointsBetween = ({ points }: FakeMetric, fromMs: number, toMs: number): Iterable<FakePoint> =>
  typeof points === 'function'
    ? points(fromMs, toMs)
    : points.filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs);

/** Periods without a point are left out, as CloudWatch does. */
function series(call: CallContext, stat: MetricStat, input: GetMetricDataInput): [number, number][] {
  const periodMs = (stat.Period ?? 60) * 1_000;
  const statistic = statistics[stat.Stat ?? ''];
  if (!statistic) throw invalid(`the fake computes ${Object.keys(statistics).join(', ')} only`);
  const metric = metricOf(call, stat);
  if (!metric) return [];
  const byPeriod = new Map<number, FakePoint[]>();
  const oldestMs = Math.max(input.StartTime * 1_000, call.nowMs - keptMs(periodMs));
  for (const point of pointsBetween(metric, oldestMs, input.EndTime * 1_000)) {
    if ((point.visibleAt ?? point.timestamp) > call.nowMs) continue;
    const period = Math.floor(point.timestamp / periodMs) * periodMs;
    const points = byPeriod.get(period);
    if (points) points.push(point);
    else byPeriod.set(period, [point]);
  }
  const ascending = [...byPeriod]
    .sort(([a], [b]) => a - b)
    .map(([at, points]): [number, number] => [at / 1_000, statistic(points)]);
  return input.ScanBy === 'TimestampAscending' ? ascending : ascending.reverse();
}

/** The state that a fault gives to a metric. */
function faultOf({ pageEffect: effect }: CallContext, stat: MetricStat): string | null {
  if (effect?.kind !== 'metric_status') return null;
  return stat.Metric?.Dimensions?.some(({ Value }) => Value === effect.dimension) === true ? effect.status : null;
}

const getMetricData: Operation<GetMetricDataInput> = {
  iamAction: 'cloudwatch:GetMetricData',
  subject: (input) => ({
    key: (input.MetricDataQueries ?? []).map(({ MetricStat: stat }) => stat?.Metric?.MetricName ?? '').join(),
    arn: '*',
    page: pageNumberOf(input.NextToken),
  }),
  answer: (input, call) => {
    check(input);
    const queries = input.MetricDataQueries.filter((query) => query.ReturnData !== false).map((query) => {
      const stat = query.MetricStat;
      if (!stat) throw invalid('the fake computes no metric math');
      const fault = faultOf(call, stat);
      return { query, stat, fault, points: fault === null ? series(call, stat, input) : [] };
    });
    const all = queries.flatMap(({ points }, index) => points.map((point) => ({ index, point })));
    const { pageEffect: effect } = call;
    const limit = effect?.kind === 'short_page' ? effect.events : (input.MaxDatapoints ?? mostDatapoints);
    const page = pageOfList(all, limit, input.NextToken, 'GetMetricData');
    if (!page) throw new AwsFailure('InvalidNextToken', 'The next token is not valid.');
    // The page ends in the middle of this one.
    const cutIndex = page.next === undefined ? Number.POSITIVE_INFINITY : (page.items.at(-1)?.index ?? 0);
    return {
      NextToken: effect?.kind === 'repeat_token' ? (input.NextToken ?? page.next) : page.next,
      Messages: [],
      MetricDataResults: queries.map(({ query, stat, fault }, index) => {
        const own = page.items.filter((item) => item.index === index).map(({ point }) => point);
        return {
          Id: query.Id,
          Label: query.Label ?? stat.Metric?.MetricName,
          Timestamps: own.map(([at]) => at),
          Values: own.map(([, value]) => value),
          StatusCode: fault ?? (index < cutIndex ? 'Complete' : 'PartialData'),
        };
      }),
    };
  },
};

export const metricsService: AwsService = {
  name: 'cloudwatch',
  claims: (_request, service) => service === 'monitoring',
  protocol: jsonProtocol('GraniteServiceVersion20100801', '1.0'),
  operations: { GetMetricData: getMetricData },
};
