import React, { useId } from 'react';
import { type QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow, EditorRows } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import { FilterList } from '../components/filters/FilterList';
import { withChosen } from '../components/inputs/options';
import { useLabels } from '../components/inputs/use-labels';
import { type DataSource } from '../datasource';
import { type Why403Options, type Why403Query, type Why403VariableQuery } from '../types';

type Props = QueryEditorProps<DataSource, Why403Query, Why403Options, Why403VariableQuery>;

/** Which label's values a variable offers, and under which filters: `api_id is $api` makes lists that depend on each other. */
export function VariableQueryEditor({ datasource, query, range, onChange, onRunQuery }: Props) {
  const id = useId();
  const labels = useLabels(datasource);
  const options = labels
    .filter(({ kind }) => kind === 'label')
    .map(({ name, description }) => ({ value: name, description }));
  const change = (patch: Partial<Why403VariableQuery>) => {
    onChange({ ...query, refId: query.refId ?? 'variable', ...patch });
    onRunQuery();
  };
  return (
    <EditorRows>
      <EditorRow>
        <EditorField label="Values of" htmlFor={`${id}-label`}>
          <Combobox
            id={`${id}-label`}
            placeholder="Label"
            options={withChosen(options, query.label === undefined ? [] : [query.label])}
            value={query.label ?? null}
            width={26}
            onChange={({ value }) => change({ label: value })}
          />
        </EditorField>
        <FilterList
          id={`${id}-filter`}
          datasource={datasource}
          filters={query.filters ?? []}
          labels={labels}
          variables
          {...(range === undefined ? {} : { range })}
          onChange={(filters) => change({ filters })}
        />
      </EditorRow>
    </EditorRows>
  );
}
