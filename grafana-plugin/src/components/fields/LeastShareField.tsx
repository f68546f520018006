import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { PercentInput } from '../inputs/PercentInput';
import { type FieldsProps } from './fields-props';

export function LeastShareField({ id, query, onChange }: Pick<FieldsProps, 'id' | 'query' | 'onChange'>) {
  return (
    <EditorField
      label="Least share"
      tooltip="Only spikes that are more than this part of their stage's requests in the same five minutes."
      htmlFor={`${id}-least-share`}
    >
      <PercentInput
        id={`${id}-least-share`}
        placeholder="any"
        value={query.leastShare}
        onCommit={(leastShare) => onChange({ leastShare })}
      />
    </EditorField>
  );
}
