import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox } from '@grafana/ui';
import { withChosen } from '../inputs/options';
import { type FieldsProps } from './fields-props';
import { LimitField } from './LimitField';

export function TopFields({ id, query, labels, onChange }: FieldsProps) {
  const options = labels.map(({ name, description }) => ({ value: name, description }));
  return (
    <>
      <EditorField label="Count by" tooltip="The values of this label that were refused most." htmlFor={`${id}-top-by`}>
        <Combobox
          id={`${id}-top-by`}
          options={withChosen(options, query.topBy === undefined ? [] : [query.topBy])}
          value={query.topBy ?? null}
          placeholder="Label"
          createCustomValue
          width={26}
          onChange={({ value }) => onChange({ topBy: value })}
        />
      </EditorField>
      <LimitField id={id} query={query} onChange={onChange} tooltip="Rows." standard={10} />
    </>
  );
}
