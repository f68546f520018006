import React from 'react';
import { type TimeRange } from '@grafana/data';
import { Combobox, type ComboboxOption, IconButton, Stack } from '@grafana/ui';
import { type DataSource } from '../../datasource';
import { isNegative, operatorFor, withValues } from '../../query/filters';
import { type LabelFilter } from '../../types';
import { MultiSelect } from '../inputs/MultiSelect';
import { withChosen } from '../inputs/options';
import { useValueOptions } from './use-value-options';

interface Props {
  id: string;
  datasource: Pick<DataSource, 'labelValues' | 'variableNames'>;
  filter: LabelFilter;
  labels: Array<ComboboxOption<string>>;
  others: readonly LabelFilter[];
  range?: TimeRange;
  variables: boolean;
  onChange: (filter: LabelFilter) => void;
  onRemove: () => void;
}

const operators: Array<ComboboxOption<'is' | 'isNot'>> = [
  { value: 'is', label: 'is', description: 'One of the values' },
  { value: 'isNot', label: 'is not', description: 'None of the values' },
];

/** One filter: a label, is or is not, its values. */
export function FilterRow({ id, datasource, filter, labels, others, range, variables, onChange, onRemove }: Props) {
  const options = useValueOptions({
    datasource,
    label: filter.label,
    others,
    variables,
    ...(range === undefined ? {} : { range }),
  });
  const name = filter.label || 'new filter';
  return (
    <Stack direction="row" gap={0.5} alignItems="center" wrap="nowrap">
      <Combobox
        id={`${id}-label`}
        aria-label={`Label of ${name}`}
        placeholder="Label"
        options={withChosen(labels, [filter.label])}
        value={filter.label || null}
        createCustomValue
        width="auto"
        minWidth={14}
        onChange={({ value }) => onChange({ ...withValues(filter, []), label: value })}
      />
      <Combobox
        id={`${id}-operator`}
        aria-label={`Operator of ${name}`}
        options={operators}
        value={isNegative(filter.operator) ? 'isNot' : 'is'}
        width={10}
        onChange={({ value }) =>
          onChange({ ...filter, operator: operatorFor(value === 'isNot', filter.values.length) })
        }
      />
      <MultiSelect
        id={`${id}-values`}
        label={`Values of ${name}`}
        placeholder="Values"
        // Another label has other values: the list starts anew.
        key={filter.label}
        options={options}
        value={filter.values}
        createCustomValue
        minWidth={18}
        onChange={(values) => onChange(withValues(filter, values))}
      />
      <IconButton name="times" tooltip={`Remove ${name}`} onClick={onRemove} />
    </Stack>
  );
}
