import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { queryTypes } from '../query/query-types';
import { type QueryType } from '../types';

interface Props {
  id: string;
  value: QueryType;
  /** Offer only what an alert rule may ask for. */
  alerting: boolean;
  onChange: (type: QueryType) => void;
}

export function QueryTypeField({ id, value, alerting, onChange }: Props) {
  const options = queryTypes
    .filter((info) => !alerting || info.alerting || info.type === value)
    .map(({ type, name, description, alerting: canAlert }): ComboboxOption<QueryType> => ({
      value: type,
      label: name,
      description,
      group: canAlert ? 'Can be alerted on' : 'Not for alert rules',
    }));
  return (
    <EditorField label="Query type" htmlFor={`${id}-type`}>
      <Combobox
        id={`${id}-type`}
        options={options}
        value={value}
        width={24}
        onChange={(option) => onChange(option.value)}
      />
    </EditorField>
  );
}
