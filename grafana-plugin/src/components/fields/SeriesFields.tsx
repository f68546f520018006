import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { takesFilter } from '../../query/query-types';
import { type Metric } from '../../types';
import { MultiSelect } from '../inputs/MultiSelect';
import { withChosen } from '../inputs/options';
import { type FieldsProps } from './fields-props';
import { LimitField } from './LimitField';
import { StepField } from './StepField';

const metrics: Array<ComboboxOption<Metric>> = [
  { value: 'count', label: 'Refused requests', description: 'In each step' },
  { value: 'rate', label: 'Refused per second', description: 'Does not depend on the step' },
  { value: 'share', label: 'Share of requests', description: 'Refused of all requests' },
  { value: 'portion', label: 'Portion of refusals', description: 'One cause of all refused requests' },
  { value: 'requests', label: 'All requests', description: 'Refused or not' },
];

export function SeriesFields({ id, query, labels, alerting, onChange }: FieldsProps) {
  const by = query.by ?? [];
  const changeMetric = (metric: Metric) => {
    const next = { ...query, metric };
    // requests that were not refused have no cause to group or filter by
    onChange({
      metric,
      by: by.filter((label) => takesFilter(next, label)),
      filters: query.filters?.filter(({ label }) => takesFilter(next, label)),
    });
  };
  const groupable = labels
    .filter(({ name, kind }) => kind === 'label' && takesFilter(query, name))
    .map(({ name, description }) => ({ value: name, description }));
  return (
    <>
      <EditorField label="Metric" htmlFor={`${id}-metric`}>
        <Combobox
          id={`${id}-metric`}
          options={metrics}
          value={query.metric ?? 'count'}
          width={26}
          onChange={({ value }) => changeMetric(value)}
        />
      </EditorField>
      <EditorField label="Group by" tooltip="One series for each combination of these labels." htmlFor={`${id}-by`}>
        <MultiSelect
          id={`${id}-by`}
          options={withChosen(groupable, by)}
          value={by}
          placeholder="One series in all"
          createCustomValue
          minWidth={24}
          // an empty list is kept: without one the default would come back
          onChange={(labels) => onChange({ by: labels })}
        />
      </EditorField>
      <StepField id={id} query={query} alerting={alerting} onChange={onChange} />
      <LimitField id={id} query={query} onChange={onChange} tooltip="Most series, largest first." standard={100} />
    </>
  );
}
