import {
  CoreApp,
  type DataQueryRequest,
  dateTime,
  type LogRowContextOptions,
  LogRowContextQueryDirection,
  type LogRowModel,
} from '@grafana/data';
import { type LabelFilter, queryVersion, type Why403Query } from '../types';

/** What the lines around a line have in common with it, within its API and stage. */
export type ContextOf = 'caller' | 'route';

const windowMs = 60 * 60 * 1000;
const defaultLimit = 50;

/** Callers are known by name, by key or by address: the best one that the line has. */
const callerLabels = ['principal', 'api_key_id', 'source_ip'];

export const hasCaller = (row: LogRowModel): boolean => callerLabels.some((label) => Boolean(row.labels[label]));

function contextFilters(labels: LogRowModel['labels'], contextOf: ContextOf): LabelFilter[] {
  const caller = callerLabels.find((label) => Boolean(labels[label]));
  const common = contextOf === 'caller' && caller !== undefined ? [caller] : ['route', 'method'];
  return ['account', 'region', 'api_id', 'stage', ...common].flatMap((label): LabelFilter[] => {
    const value = labels[label];
    return value ? [{ label, operator: '=', values: [value] }] : [];
  });
}

/** Samples before or after a line. */
export function contextQuery(row: LogRowModel, contextOf: ContextOf, options: LogRowContextOptions = {}): Why403Query {
  return {
    refId: `log-context-${row.dataFrame.refId ?? 'A'}`,
    version: queryVersion,
    queryType: 'samples',
    filters: contextFilters(row.labels, contextOf),
    limit: options.limit ?? defaultLimit,
    order: options.direction === LogRowContextQueryDirection.Forward ? 'oldest' : 'newest',
  };
}

/** Lines of the same millisecond come after the line: the service's ranges include their start and not their end. */
export function contextRequest(
  row: LogRowModel,
  query: Why403Query,
  options: LogRowContextOptions = {}
): DataQueryRequest<Why403Query> {
  const forward = options.direction === LogRowContextQueryDirection.Forward;
  const window = options.timeWindowMs ?? windowMs;
  const from = dateTime(forward ? row.timeEpochMs : row.timeEpochMs - window);
  const to = dateTime(forward ? row.timeEpochMs + window : row.timeEpochMs);
  return {
    requestId: `${query.refId}-${row.uid}-${options.direction ?? LogRowContextQueryDirection.Backward}`,
    app: CoreApp.Explore,
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: query.limit ?? defaultLimit,
    range: { from, to, raw: { from, to } },
    scopedVars: options.scopedVars ?? {},
    startTime: row.timeEpochMs,
    targets: [query],
    timezone: 'utc',
    hideFromInspector: true,
  };
}
