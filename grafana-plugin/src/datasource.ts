import {
  type AdHocVariableFilter,
  type CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithLogsContextSupport,
  type DataSourceWithLogsLabelTypesSupport,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithSupplementaryQueriesSupport,
  type GetTagResponse,
  type LogRowContextOptions,
  type LogRowModel,
  type MetricFindValue,
  type QueryFixAction,
  type ScopedVars,
  type SupplementaryQueryOptions,
  SupplementaryQueryType,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { createElement, type ReactNode } from 'react';
import { lastValueFrom, map, type Observable } from 'rxjs';
import { annotationSupport } from './annotations/annotation-support';
import { labelDisplayType } from './explore/label-types';
import { LogContextChoice } from './explore/LogContextChoice';
import { type ContextOf, contextQuery, contextRequest, hasCaller } from './explore/log-context';
import { liveTail } from './explore/live-tail';
import { modifyQuery, supportedModifications } from './explore/query-modifications';
import { asLogsVolume, supplementaryQuery, supplementaryRequest } from './explore/supplementary-queries';
import { displayText } from './query/display-text';
import { fromAdHoc } from './query/filters';
import { interpolateFilter, interpolateQuery } from './query/interpolate-query';
import { migrateQuery } from './query/migrate-query';
import { defaultQuery, isComplete, takesFilter } from './query/query-types';
import { type LabelInfo, LabelSource, type LabelValuesQuery } from './resources/label-source';
import { toTagResponse } from './resources/tag-response';
import { type Why403Options, type Why403Query } from './types';
import { VariableSupport } from './variables/variable-support';

/** Wires Grafana's questions to the functions that answer them; all data comes from the backend. */
export class DataSource
  extends DataSourceWithBackend<Why403Query, Why403Options>
  implements
    DataSourceWithSupplementaryQueriesSupport<Why403Query>,
    DataSourceWithLogsContextSupport<Why403Query>,
    DataSourceWithQueryModificationSupport<Why403Query>,
    DataSourceWithLogsLabelTypesSupport
{
  annotations = annotationSupport;
  private readonly labelSource: LabelSource;
  private contextOf: ContextOf = 'caller';

  constructor(
    settings: DataSourceInstanceSettings<Why403Options>,
    private readonly templateSrv: () => TemplateSrv = getTemplateSrv
  ) {
    super(settings);
    this.variables = new VariableSupport(this);
    this.labelSource = new LabelSource((path, params) => this.getResource(path, params, { showErrorAlert: false }));
  }

  getDefaultQuery(app: CoreApp): Partial<Why403Query> {
    return defaultQuery(app);
  }

  filterQuery(query: Why403Query): boolean {
    // a panel on the variable of a request has nothing to ask until one is chosen
    return query.hide !== true && isComplete({ ...query, eventId: this.templateSrv().replace(query.eventId) });
  }

  getQueryDisplayText(query: Why403Query): string {
    return displayText(query);
  }

  targetContainsTemplate(query: Why403Query): boolean {
    return this.templateSrv().containsTemplate(JSON.stringify(query));
  }

  applyTemplateVariables(query: Why403Query, scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): Why403Query {
    return interpolateQuery(query, this.templateSrv(), scopedVars, filters);
  }

  interpolateVariablesInQueries(
    queries: Why403Query[],
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[]
  ): Why403Query[] {
    return queries.map((query) => ({
      ...this.applyTemplateVariables(query, scopedVars, filters),
      datasource: this.getRef(),
    }));
  }

  query(request: DataQueryRequest<Why403Query>): Observable<DataQueryResponse> {
    if (request.liveStreaming !== true) {
      return super.query(request);
    }
    const queries = request.targets
      .filter((query) => this.filterQuery(query))
      .map((query) => this.applyTemplateVariables(query, request.scopedVars, request.filters));
    return liveTail(request, this.uid, queries);
  }

  /** Labels and dimensions that the service knows. */
  labels(): Promise<readonly LabelInfo[]> {
    return this.labelSource.labels();
  }

  /** Values of a label under filters that may hold variables. */
  labelValues(label: string, query: LabelValuesQuery & { readonly scopedVars?: ScopedVars } = {}): Promise<string[]> {
    const { filters = [], scopedVars = {}, ...rest } = query;
    return this.labelSource.values(label, {
      ...rest,
      filters: filters.map((filter) => interpolateFilter(filter, this.templateSrv(), scopedVars)),
    });
  }

  /** Dashboard variables that can stand for a value. */
  variableNames(): string[] {
    return this.templateSrv()
      .getVariables()
      .map(({ name }) => name);
  }

  /** Only labels that every query of the dashboard takes: a filter must mean the same on all panels. */
  getTagKeys({ queries = [] }: Partial<DataSourceGetTagKeysOptions<Why403Query>> = {}): Promise<GetTagResponse> {
    const stored = queries.map(migrateQuery).filter(({ queryType }) => queryType !== 'event');
    return toTagResponse(async () =>
      (await this.labels()).map(({ name }) => name).filter((name) => stored.every((query) => takesFilter(query, name)))
    );
  }

  getTagValues({ key, filters, timeRange }: DataSourceGetTagValuesOptions<Why403Query>): Promise<GetTagResponse> {
    return toTagResponse(() =>
      this.labelValues(key, {
        filters: fromAdHoc(filters ?? []),
        ...(timeRange === undefined ? {} : { range: timeRange }),
      })
    );
  }

  async getGroupByKeys(): Promise<MetricFindValue[]> {
    return (await this.labels())
      .filter(({ kind }) => kind === 'label')
      .map(({ name }) => ({ text: name, value: name }));
  }

  getSupportedSupplementaryQueryTypes(): SupplementaryQueryType[] {
    return [SupplementaryQueryType.LogsVolume, SupplementaryQueryType.LogsSample];
  }

  getSupplementaryQuery(options: SupplementaryQueryOptions, query: Why403Query): Why403Query | undefined {
    return supplementaryQuery(options, query);
  }

  getSupplementaryRequest(
    type: SupplementaryQueryType,
    request: DataQueryRequest<Why403Query>,
    options?: SupplementaryQueryOptions
  ): DataQueryRequest<Why403Query> | undefined {
    return supplementaryRequest(type, request, options);
  }

  /** Explore prefers it to `getSupplementaryRequest`, whose answers it would draw by log level instead of by cause. */
  getDataProvider(
    type: SupplementaryQueryType,
    request: DataQueryRequest<Why403Query>
  ): Observable<DataQueryResponse> | undefined {
    const supplementary = supplementaryRequest(type, request);
    if (supplementary === undefined) {
      return undefined;
    }
    const answer = this.query(supplementary);
    return type === SupplementaryQueryType.LogsVolume
      ? answer.pipe(map((response) => asLogsVolume(response, request, this.name)))
      : answer;
  }

  getLogRowContext(row: LogRowModel, options?: LogRowContextOptions): Promise<DataQueryResponse> {
    const query = contextQuery(row, this.contextOf, options);
    return lastValueFrom(this.query(contextRequest(row, query, options)));
  }

  async getLogRowContextQuery(row: LogRowModel, options?: LogRowContextOptions): Promise<Why403Query> {
    return { ...contextQuery(row, this.contextOf, options), datasource: this.getRef() };
  }

  getLogRowContextUi(row: LogRowModel, runContextQuery?: () => void): ReactNode {
    return createElement(LogContextChoice, {
      initial: this.contextOf,
      callerKnown: hasCaller(row),
      onChoose: (contextOf) => {
        this.contextOf = contextOf;
        runContextQuery?.();
      },
    });
  }

  getSupportedQueryModifications() {
    return supportedModifications;
  }

  modifyQuery(query: Why403Query, action: QueryFixAction): Why403Query {
    return modifyQuery(query, action);
  }

  getLabelDisplayTypeFromFrame(labelKey: string, frame: DataFrame | undefined, index: number | null): string | null {
    return labelDisplayType(labelKey, frame, index);
  }
}
