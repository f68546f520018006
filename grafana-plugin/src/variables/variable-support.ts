import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type QueryEditorProps,
} from '@grafana/data';
import { type ComponentType, createElement } from 'react';
import { from, map, type Observable, of } from 'rxjs';
import { type DataSource } from '../datasource';
import { type Why403Options, type Why403Query, type Why403VariableQuery } from '../types';
import { VariableQueryEditor } from './VariableQueryEditor';

type AnyDataSource = DataSourceApi<Why403Query, Why403Options>;

/** Variables whose choices are the values of a label, under filters that may hold other variables. */
export class VariableSupport extends CustomVariableSupport<AnyDataSource, Why403VariableQuery> {
  editor: ComponentType<QueryEditorProps<AnyDataSource, Why403Query, Why403Options, Why403VariableQuery>>;

  constructor(private readonly datasource: DataSource) {
    super();
    this.editor = (props) => createElement(VariableQueryEditor, { ...props, datasource });
  }

  getDefaultQuery(): Partial<Why403VariableQuery> {
    return { label: 'api_id' };
  }

  query({ targets, range, scopedVars }: DataQueryRequest<Why403VariableQuery>): Observable<DataQueryResponse> {
    const query = targets[0];
    if (query?.label === undefined) {
      return of({ data: [] });
    }
    return from(this.datasource.labelValues(query.label, { range, filters: query.filters ?? [], scopedVars })).pipe(
      map((values) => ({ data: values.map((value) => ({ text: value, value })) }))
    );
  }
}
