import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import { withChosen } from '../inputs/options';
import { type FieldsProps } from './fields-props';

const steps = ['1m', '5m', '15m', '1h', '6h', '1d'].map((value) => ({ value }));

export function StepField({
  id,
  query,
  alerting,
  onChange,
}: Pick<FieldsProps, 'id' | 'query' | 'alerting' | 'onChange'>) {
  const automatic = {
    value: 'auto',
    label: 'auto',
    description: alerting ? 'One minute' : 'As many points as fit the panel',
  };
  return (
    <EditorField label="Step" tooltip="Width of a bucket, whole minutes." htmlFor={`${id}-step`}>
      <Combobox
        id={`${id}-step`}
        options={withChosen([automatic, ...steps], [query.step ?? 'auto'])}
        value={query.step ?? 'auto'}
        createCustomValue
        width={14}
        onChange={({ value }) => onChange({ step: value === 'auto' ? undefined : value })}
      />
    </EditorField>
  );
}
