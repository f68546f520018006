import React, { useId } from 'react';
import { CoreApp, type QueryEditorProps } from '@grafana/data';
import { EditorRow, EditorRows } from '@grafana/plugin-ui';
import { Box, Text } from '@grafana/ui';
import { type DataSource } from '../datasource';
import { effectiveFilters } from '../query/filters';
import { migrateQuery } from '../query/migrate-query';
import { namesVariable } from '../query/names-variable';
import { infoOf, takesFilter, withQueryType } from '../query/query-types';
import { type LabelFilter, type Why403Options, type Why403Query } from '../types';
import { AlertingHint } from './AlertingHint';
import { fieldsOf } from './fields/fields-of';
import { FilterList } from './filters/FilterList';
import { useLabels } from './inputs/use-labels';
import { QueryTypeField } from './QueryTypeField';

export type Props = QueryEditorProps<DataSource, Why403Query, Why403Options>;

/** A query type, its fields, its filters. A choice runs at once, what is typed when its field is left. */
export function QueryEditor({ datasource, query: stored, app, range, onChange, onRunQuery }: Props) {
  const id = useId();
  const labels = useLabels(datasource);
  const query = migrateQuery(stored);
  const info = infoOf(query.queryType);
  const alerting = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
  const Fields = fieldsOf[info.type];

  const change = (next: Why403Query) => {
    onChange(next);
    onRunQuery();
  };
  const changeFilters = (filters: LabelFilter[]) => {
    const before = JSON.stringify(effectiveFilters(query.filters ?? []));
    onChange({ ...query, filters });
    // a filter that is being written asks for nothing yet
    if (JSON.stringify(effectiveFilters(filters)) !== before) {
      onRunQuery();
    }
  };

  return (
    <EditorRows>
      {alerting && <AlertingHint type={info.type} variables={namesVariable(query)} />}
      <EditorRow>
        <QueryTypeField
          id={id}
          value={info.type}
          alerting={alerting}
          onChange={(type) => change(withQueryType(query, type))}
        />
        <Fields
          id={id}
          query={query}
          labels={labels}
          alerting={alerting}
          onChange={(patch) => change({ ...query, ...patch })}
        />
      </EditorRow>
      {info.filters !== 'none' && (
        <EditorRow>
          <FilterList
            id={`${id}-filter`}
            datasource={datasource}
            filters={query.filters ?? []}
            labels={labels.filter(({ name }) => takesFilter(query, name))}
            variables={!alerting}
            {...(range === undefined ? {} : { range })}
            onChange={changeFilters}
          />
        </EditorRow>
      )}
      <Box paddingX={1}>
        <Text element="p" variant="bodySmall" color="secondary">
          {info.description} {info.alerting ? 'Can be alerted on.' : 'Not for alert rules.'}
        </Text>
      </Box>
    </EditorRows>
  );
}
