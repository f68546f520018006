import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { type SampleOrder } from '../../types';
import { type FieldsProps } from './fields-props';
import { LimitField } from './LimitField';

const orders: Array<ComboboxOption<SampleOrder>> = [
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
];

export function SamplesFields({ id, query, onChange }: FieldsProps) {
  return (
    <>
      <EditorField label="Order" htmlFor={`${id}-order`}>
        <Combobox
          id={`${id}-order`}
          options={orders}
          value={query.order ?? 'newest'}
          width={20}
          onChange={({ value }) => onChange({ order: value })}
        />
      </EditorField>
      <LimitField id={id} query={query} onChange={onChange} tooltip="Lines." standard={100} />
    </>
  );
}
