import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { BlurInput } from '../inputs/BlurInput';
import { type FieldsProps } from './fields-props';

export function EventFields({ id, query, onChange }: FieldsProps) {
  return (
    <EditorField label="Event id" tooltip="The id of a line of Samples. Variables can be used." htmlFor={`${id}-event`}>
      <BlurInput
        id={`${id}-event`}
        value={query.eventId ?? ''}
        placeholder="Id of a line of Samples"
        width={50}
        onCommit={(eventId) => onChange({ eventId: eventId.trim() })}
      />
    </EditorField>
  );
}
