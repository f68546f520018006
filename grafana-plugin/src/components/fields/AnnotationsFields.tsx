import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { type ComboboxOption } from '@grafana/ui';
import { type AnnotationKind } from '../../types';
import { MultiSelect } from '../inputs/MultiSelect';
import { type FieldsProps } from './fields-props';
import { LeastShareField } from './LeastShareField';
import { LimitField } from './LimitField';

const kinds: Array<ComboboxOption<AnnotationKind>> = [
  { value: 'spike', label: 'Spikes', description: 'From their start to their end' },
  { value: 'new_cause', label: 'New causes', description: 'A cause first seen on a route' },
  { value: 'change', label: 'Changes', description: 'Deployments and other changes of the APIs' },
];

export function AnnotationsFields({ id, query, onChange }: FieldsProps) {
  return (
    <>
      <EditorField label="Mark" htmlFor={`${id}-kinds`}>
        <MultiSelect
          id={`${id}-kinds`}
          options={kinds}
          value={query.kinds ?? []}
          placeholder="Spikes, new causes and changes"
          minWidth={26}
          onChange={(chosen) => onChange({ kinds: chosen.length > 0 ? chosen : undefined })}
        />
      </EditorField>
      <LeastShareField id={id} query={query} onChange={onChange} />
      <LimitField id={id} query={query} onChange={onChange} tooltip="Most marks, newest first." standard={100} />
    </>
  );
}
