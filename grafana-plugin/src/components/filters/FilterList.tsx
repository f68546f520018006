import React from 'react';
import { type TimeRange } from '@grafana/data';
import { EditorField } from '@grafana/plugin-ui';
import { Button, Stack } from '@grafana/ui';
import { type DataSource } from '../../datasource';
import { type LabelInfo } from '../../resources/label-source';
import { type LabelFilter } from '../../types';
import { FilterRow } from './FilterRow';

interface Props {
  id: string;
  datasource: Pick<DataSource, 'labelValues' | 'variableNames'>;
  filters: readonly LabelFilter[];
  /** Labels that can be filtered by. */
  labels: readonly LabelInfo[];
  range?: TimeRange;
  /** Whether dashboard variables are offered as values. */
  variables: boolean;
  onChange: (filters: LabelFilter[]) => void;
}

/** Filters of a query; each one's values are those that exist under the others. */
export function FilterList({ id, datasource, filters, labels, range, variables, onChange }: Props) {
  const options = labels.map(({ name, description }) => ({ value: name, description }));
  return (
    <EditorField
      label="Filters"
      htmlFor={`${id}-add`}
      tooltip="All filters must hold. Values depend on the other filters."
    >
      <Stack direction="row" gap={1} wrap="wrap" alignItems="center">
        {filters.map((filter, index) => (
          <FilterRow
            // Rows have no identity of their own, and equal rows are interchangeable.
            key={index}
            id={`${id}-${index}`}
            datasource={datasource}
            filter={filter}
            labels={options}
            others={filters.filter((other) => other !== filter)}
            variables={variables}
            {...(range === undefined ? {} : { range })}
            onChange={(changed) => onChange(filters.map((other, at) => (at === index ? changed : other)))}
            onRemove={() => onChange(filters.filter((_, at) => at !== index))}
          />
        ))}
        <Button
          id={`${id}-add`}
          variant="secondary"
          icon="plus"
          size="md"
          fill="outline"
          aria-label="Add filter"
          onClick={() => onChange([...filters, { label: '', operator: '=', values: [] }])}
        />
      </Stack>
    </EditorField>
  );
}
