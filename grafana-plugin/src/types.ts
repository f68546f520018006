import { type DataSourceJsonData } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';
import { type operations } from './api/types.gen';

/** A parameter of one of the service's operations. */
type Parameter<
  Operation extends keyof operations,
  Name extends keyof NonNullable<operations[Operation]['parameters']['query']>,
> = NonNullable<NonNullable<operations[Operation]['parameters']['query']>[Name]>;

/** What a query asks for; `query/query-types.ts` says what each of them is. */
export type QueryType = 'series' | 'spikes' | 'newCauses' | 'coverage' | 'top' | 'samples' | 'event' | 'annotations';

/** `=|` and `!=|` are how Grafana writes "one of" and "none of"; all four take a list. */
export type FilterOperator = '=' | '!=' | '=|' | '!=|';

/** Without values a filter says nothing and is left out of the request. */
export interface LabelFilter {
  label: string;
  operator: FilterOperator;
  values: string[];
}

export type Metric = Parameter<'readSeries', 'metric'>;
export type Measure = Parameter<'readSpikeSeries', 'measure'>[number];
export type CoverageTable = Parameter<'readCoverage', 'table'>;
export type CoverageField = Parameter<'readCoverage', 'field'>;
export type SampleOrder = Parameter<'readSamples', 'order'>;
export type AnnotationKind = Parameter<'readAnnotations', 'kind'>[number];

/** The version that the editors write; older stored queries pass `migrateQuery`, here and in the backend. */
export const queryVersion = 1;

/**
 * A query as dashboards and alert rules store it. The backend understands it as it is: nothing that decides the answer is
 * added on the way, because alert rules never pass through the browser.
 */
export interface Why403Query extends DataQuery {
  /** Missing in what was stored by the first version. */
  version?: number;
  queryType?: QueryType;
  filters?: LabelFilter[];
  /** series, spikes: width of a bucket, whole minutes (`5m`), or `auto`. */
  step?: string;
  /** Most series, rows or lines. */
  limit?: number;
  /** series */
  metric?: Metric;
  /** series: one series for each combination of these labels. */
  by?: string[];
  /** spikes */
  measures?: Measure[];
  /** spikes, annotations: a spike must also be more than this part of its stage's requests, 0 to 1. */
  leastShare?: number;
  /** newCauses: least refused requests. */
  least?: number;
  /** coverage */
  table?: CoverageTable;
  /** coverage: the one number that an alert rule looks at. */
  field?: CoverageField;
  /** top: label or dimension. */
  topBy?: string;
  /** samples */
  order?: SampleOrder;
  /** event */
  eventId?: string;
  /** annotations */
  kinds?: AnnotationKind[];
}

/** A dashboard variable: the values of one label, under filters on the others. */
export interface Why403VariableQuery extends DataQuery {
  queryType?: never;
  label?: string;
  filters?: LabelFilter[];
}

/** Settings that every viewer may read. */
export interface Why403Options extends DataSourceJsonData {
  /** Address of the service as a browser reaches it, for links. */
  publicUrl?: string;
  /** Data sources that traces and log groups are opened in; without them links lead to the AWS console. */
  xrayUid?: string;
  cloudWatchUid?: string;
  /** Region of links when a line does not tell its own. */
  region?: string;
  /** Seconds, read by the plugin SDK. */
  timeout?: number;
}

/** Settings that only the backend can read. */
export interface Why403SecureOptions {
  token?: string;
}
