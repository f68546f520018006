import { CoreApp } from '@grafana/data';
import { type QueryType, type Why403Query } from '../types';

/** Which filters a query type takes: all; those that a cause at a stage has; those of a stage; none. */
type FilterScope = 'all' | 'stageCause' | 'stage' | 'none';

export interface QueryTypeInfo {
  readonly type: QueryType;
  readonly name: string;
  readonly description: string;
  /** Whether an alert rule may ask for it. The backend refuses the others to alert rules. */
  readonly alerting: boolean;
  readonly filters: FilterScope;
  /** Keys of the query that mean something to this type. */
  readonly keys: ReadonlyArray<keyof Why403Query>;
  readonly defaults: Partial<Why403Query>;
}

// To add one: a line here, its fields in components/fields, its verb in the backend.
export const queryTypes: readonly QueryTypeInfo[] = [
  {
    type: 'series',
    name: 'Cause series',
    description: 'Refused requests over time, by cause or any label.',
    alerting: true,
    filters: 'all',
    keys: ['metric', 'by', 'step', 'limit'],
    defaults: { metric: 'count', by: ['cause'] },
  },
  {
    type: 'spikes',
    name: 'Spike score',
    description: 'How far a cause is above usual; over 1 is a spike.',
    alerting: true,
    filters: 'stageCause',
    keys: ['measures', 'leastShare', 'step', 'limit'],
    defaults: { measures: ['score'] },
  },
  {
    type: 'newCauses',
    name: 'New causes',
    description: 'Causes that a route never had in the week before.',
    alerting: true,
    filters: 'stageCause',
    keys: ['least', 'limit'],
    defaults: {},
  },
  {
    type: 'coverage',
    name: 'Coverage',
    description: 'How far the logs are read, and what they cannot tell.',
    alerting: true,
    filters: 'stage',
    keys: ['table', 'field'],
    defaults: { table: 'stages' },
  },
  {
    type: 'top',
    name: 'Top',
    description: 'The most frequent routes, callers, culprits, or others.',
    alerting: false,
    filters: 'all',
    keys: ['topBy', 'limit'],
    defaults: { topBy: 'route' },
  },
  {
    type: 'samples',
    name: 'Samples',
    description: 'Refused requests as log lines with cause and reason.',
    alerting: false,
    filters: 'all',
    keys: ['limit', 'order'],
    defaults: {},
  },
  {
    type: 'event',
    name: 'Event',
    description: 'One refused request: verdict, evidence and fix.',
    alerting: false,
    filters: 'none',
    keys: ['eventId'],
    defaults: {},
  },
  {
    type: 'annotations',
    name: 'Annotations',
    description: 'Spikes and new causes as marks on other panels.',
    alerting: false,
    filters: 'stageCause',
    keys: ['kinds', 'leastShare', 'limit'],
    defaults: {},
  },
];

const fallback = queryTypes[0]!;

/** What a query type is; without one, cause series. */
export const infoOf = (type: QueryType | undefined): QueryTypeInfo =>
  queryTypes.find((info) => info.type === type) ?? fallback;

const scopeLabels = {
  stageCause: ['account', 'region', 'api_id', 'stage', 'cause', 'group'],
  stage: ['account', 'region', 'api_id', 'stage'],
  none: [],
} as const satisfies Record<Exclude<FilterScope, 'all'>, readonly string[]>;

/** Requests that were not refused have no cause and no dimension. */
const labelsOfAllRequests: readonly string[] = ['account', 'region', 'api_id', 'stage', 'route', 'method'];

/** Whether the query can be filtered by the label. */
export function takesFilter(query: Why403Query, label: string): boolean {
  const { type, filters } = infoOf(query.queryType);
  if (filters !== 'all') {
    return (scopeLabels[filters] as readonly string[]).includes(label);
  }
  return type !== 'series' || query.metric !== 'requests' || labelsOfAllRequests.includes(label);
}

/** The query as another type: what the new type does not know is gone, filters that it takes stay. */
export function withQueryType(query: Why403Query, type: QueryType): Why403Query {
  const next: Why403Query = { ...keysOf(query, []), queryType: type, ...infoOf(type).defaults };
  const filters = query.filters?.filter(({ label }) => takesFilter(next, label)) ?? [];
  return filters.length > 0 ? { ...next, filters } : next;
}

/**
 * Only what the query's own type knows: Grafana lays the default query under every stored one, keys of other types too.
 * A type that we do not know is left alone, for the backend to refuse by name.
 */
export function onlyOwnKeys(query: Why403Query): Why403Query {
  const info = queryTypes.find(({ type }) => type === query.queryType);
  if (info === undefined) {
    return query;
  }
  return {
    ...keysOf(query, info.keys),
    queryType: info.type,
    ...(info.filters !== 'none' && query.filters !== undefined ? { filters: query.filters } : {}),
  };
}

const typeKeys = new Set<string>([...queryTypes.flatMap(({ keys }) => keys), 'filters', 'queryType']);

const keysOf = (query: Why403Query, keys: QueryTypeInfo['keys']): Why403Query => ({
  ...(Object.fromEntries(
    Object.entries(query).filter(([key]) => !typeKeys.has(key) || (keys as readonly string[]).includes(key))
  ) as Partial<Why403Query>),
  refId: query.refId,
});

/** Whether there is something to ask for: what is being written is not run. */
export function isComplete({ queryType, eventId, topBy }: Why403Query): boolean {
  return !(queryType === 'event' && !eventId?.trim()) && !(queryType === 'top' && !topBy);
}

/**
 * What a new query asks. No `version`: Grafana lays the default under stored queries, and a query of the first version
 * is known by having none.
 */
export function defaultQuery(app: CoreApp): Partial<Why403Query> {
  const type: QueryType =
    app === CoreApp.Explore
      ? 'samples'
      : app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting
        ? 'spikes'
        : 'series';
  return { queryType: type, ...infoOf(type).defaults };
}
