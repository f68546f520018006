import type { MetricStat } from '@aws-sdk/client-cloudwatch';
import { AwsFailure } from '../aws-failure.js';
import type { AwsService, CallContext, Operation } from '../aws-service.js';
import { pageNumberOf, pageOfList } from '../page-token.js';
import { jsonProtocol } from '../protocols/json.js';
import type { FakeMetric, FakePoint } from '../world.js';

/** On the wire times are epoch seconds. */
interface GetMetricDataInput {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
  readonly MaxDatapoints?: number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly Label?: string;
    readonly MetricStat?: MetricStat;
    readonly ReturnData?: boolean;
  }[];
}

const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
};

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
  if (!statistic)
    throw new AwsFailure('ValidationError', `the fake computes ${Object.keys(statistics).join(', ')} only`);
  const metric = metricOf(call, stat);
  if (!metric) return [];
  const byPeriod = new Map<number, number[]>();
  for (const { timestamp, value } of pointsBetween(metric, input.StartTime * 1_000, input.EndTime * 1_000)) {
    const period = Math.floor(timestamp / periodMs) * periodMs;
    const values = byPeriod.get(period);
    if (values) values.push(value);
    else byPeriod.set(period, [value]);
  }
  const ascending = [...byPeriod]
    .sort(([a], [b]) => a - b)
    .map(([at, values]): [number, number] => [at / 1_000, statistic(values)]);
  return input.ScanBy === 'TimestampAscending' ? ascending : ascending.reverse();
}

const getMetricData: Operation<GetMetricDataInput> = {
  iamAction: 'cloudwatch:GetMetricData',
  subject: (input) => ({
    key: (input.MetricDataQueries ?? []).map(({ MetricStat: stat }) => stat?.Metric?.MetricName ?? '').join(),
    arn: '*',
    page: pageNumberOf(input.NextToken),
  }),
  answer: (input, call) => {
    if (!(input.StartTime < input.EndTime)) {
      throw new AwsFailure('ValidationError', 'The parameter EndTime must be greater than StartTime.');
    }
    const queries = input.MetricDataQueries.filter((query) => query.ReturnData !== false);
    const all = queries.flatMap((query, index) => {
      if (!query.MetricStat) throw new AwsFailure('ValidationError', 'the fake computes no metric math');
      return series(call, query.MetricStat, input).map((point) => ({ index, point }));
    });
    const page = pageOfList(all, input.MaxDatapoints ?? 100_800, input.NextToken, 'GetMetricData');
    if (!page) throw new AwsFailure('InvalidNextToken', 'The next token is not valid.');
    return {
      NextToken: page.next,
      Messages: [],
      MetricDataResults: queries.map((query, index) => {
        const own = page.items.filter((item) => item.index === index).map(({ point }) => point);
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric?.MetricName,
          Timestamps: own.map(([at]) => at),
          Values: own.map(([, value]) => value),
          StatusCode: page.next === undefined ? 'Complete' : 'PartialData',
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
