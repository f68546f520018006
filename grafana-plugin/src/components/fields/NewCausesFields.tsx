import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { NumberInput } from '../inputs/NumberInput';
import { type FieldsProps } from './fields-props';
import { LimitField } from './LimitField';

export function NewCausesFields({ id, query, onChange }: FieldsProps) {
  return (
    <>
      <EditorField
        label="Least requests"
        tooltip="A cause must have refused so many requests on a route to be told as new."
        htmlFor={`${id}-least`}
      >
        <NumberInput
          id={`${id}-least`}
          min={1}
          placeholder="3"
          value={query.least}
          onCommit={(least) => onChange({ least })}
        />
      </EditorField>
      <LimitField id={id} query={query} onChange={onChange} tooltip="Most rows." standard={100} />
    </>
  );
}
