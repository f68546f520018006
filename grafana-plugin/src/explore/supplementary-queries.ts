import {
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  FieldType,
  LogsVolumeType,
  SupplementaryQueryType,
  type SupplementaryQueryOptions,
} from '@grafana/data';
import { effectiveFilters } from '../query/filters';
import { migrateQuery } from '../query/migrate-query';
import { queryVersion, type Why403Query } from '../types';

const prefixes = {
  [SupplementaryQueryType.LogsVolume]: 'log-volume-',
  [SupplementaryQueryType.LogsSample]: 'log-sample-',
} as const;

const defaultSampleLimit = 100;

/** What Explore shows beside a query: above samples how many there are by cause, below series some of their lines. */
export function supplementaryQuery(options: SupplementaryQueryOptions, original: Why403Query): Why403Query | undefined {
  const query = migrateQuery(original);
  if (query.hide === true) {
    return undefined;
  }
  const base: Why403Query = {
    refId: `${prefixes[options.type]}${query.refId}`,
    version: queryVersion,
    ...(query.datasource === undefined ? {} : { datasource: query.datasource }),
    filters: effectiveFilters(query.filters ?? []),
  };
  if (options.type === SupplementaryQueryType.LogsVolume) {
    return query.queryType === 'samples' ? { ...base, queryType: 'series', metric: 'count', by: ['cause'] } : undefined;
  }
  const countsRefusals = query.queryType === 'spikes' || (query.queryType === 'series' && query.metric !== 'requests');
  return countsRefusals ? { ...base, queryType: 'samples', limit: options.limit ?? defaultSampleLimit } : undefined;
}

export function supplementaryRequest(
  type: SupplementaryQueryType,
  request: DataQueryRequest<Why403Query>,
  options: SupplementaryQueryOptions = { type }
): DataQueryRequest<Why403Query> | undefined {
  const targets = request.targets.flatMap((target) => supplementaryQuery(options, target) ?? []);
  return targets.length === 0
    ? undefined
    : { ...request, requestId: `${request.requestId}-${type}`, hideFromInspector: true, liveStreaming: false, targets };
}

/**
 * The answer of a volume request as Explore draws it. Explore would colour series by log level; ours are causes with
 * colours of their own, which the backend has set.
 */
export function asLogsVolume(
  response: DataQueryResponse,
  request: DataQueryRequest<Why403Query>,
  datasourceName: string
): DataQueryResponse {
  return { ...response, data: response.data.map((frame: DataFrame) => asVolumeFrame(frame, request, datasourceName)) };
}

function asVolumeFrame(frame: DataFrame, request: DataQueryRequest<Why403Query>, datasourceName: string): DataFrame {
  const sourceRefId = (frame.refId ?? '').slice(prefixes[SupplementaryQueryType.LogsVolume].length);
  return {
    ...frame,
    meta: {
      ...frame.meta,
      custom: {
        ...frame.meta?.custom,
        logsVolumeType: LogsVolumeType.FullRange,
        absoluteRange: { from: request.range.from.valueOf(), to: request.range.to.valueOf() },
        datasourceName,
        sourceQuery: request.targets.find(({ refId }) => refId === sourceRefId),
      },
    },
    fields: frame.fields.map((field) =>
      field.type === FieldType.number ? { ...field, config: { ...field.config, unit: 'short', custom: bars } } : field
    ),
  };
}

const bars = {
  drawStyle: 'bars',
  barAlignment: 0,
  barWidthFactor: 0.9,
  barMaxWidth: 5,
  lineWidth: 1,
  fillOpacity: 100,
  pointSize: 5,
  stacking: { mode: 'normal', group: 'A' },
};
