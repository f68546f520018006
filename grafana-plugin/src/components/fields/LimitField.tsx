import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { NumberInput } from '../inputs/NumberInput';
import { type FieldsProps } from './fields-props';

interface Props extends Pick<FieldsProps, 'id' | 'query' | 'onChange'> {
  tooltip: string;
  /** What the service takes without one. */
  standard: number;
}

export function LimitField({ id, query, onChange, tooltip, standard }: Props) {
  return (
    <EditorField label="Limit" tooltip={tooltip} htmlFor={`${id}-limit`}>
      <NumberInput
        id={`${id}-limit`}
        min={1}
        placeholder={String(standard)}
        value={query.limit}
        onCommit={(limit) => onChange({ limit })}
      />
    </EditorField>
  );
}
