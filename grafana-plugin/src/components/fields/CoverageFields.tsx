import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { type CoverageField, type CoverageTable } from '../../types';
import { withChosen } from '../inputs/options';
import { type FieldsProps } from './fields-props';

const tables: Array<ComboboxOption<CoverageTable>> = [
  { value: 'stages', label: 'Stages', description: 'Requests, unknown causes and lag of each stage' },
  { value: 'feeds', label: 'Feeds', description: 'Each source that logs are read from, and how far behind it is' },
  { value: 'advice', label: 'Advice', description: 'What to add to the logs, and how many refusals it would settle' },
];

const fields: Record<CoverageTable, Array<ComboboxOption<CoverageField>>> = {
  stages: [
    { value: 'lag', label: 'Lag', description: 'Seconds since the logs were read completely' },
    { value: 'unknown_ratio', label: 'Unknown share', description: 'Refusals whose cause is not known' },
    { value: 'certain_ratio', label: 'Certain share', description: 'Refusals whose cause is certain' },
    { value: 'refused', label: 'Refused requests' },
    { value: 'requests', label: 'Requests' },
  ],
  feeds: [
    { value: 'lag', label: 'Lag', description: 'Seconds since the feed was read completely' },
    { value: 'rejected', label: 'Rejected lines', description: 'Lines that could not be read' },
    { value: 'requests', label: 'Requests' },
  ],
  advice: [],
};

/** A panel shows the whole table; an alert rule looks at one of its numbers. */
export function CoverageFields({ id, query, alerting, onChange }: FieldsProps) {
  const table = query.table ?? 'stages';
  const choices = withChosen(fields[table], query.field === undefined ? [] : [query.field]);
  const missing = alerting && query.field === undefined;
  return (
    <>
      <EditorField label="Table" htmlFor={`${id}-table`}>
        <Combobox
          id={`${id}-table`}
          options={alerting ? tables.filter(({ value }) => fields[value].length > 0) : tables}
          value={table}
          width={20}
          onChange={({ value }) => {
            const kept = fields[value].some((field) => field.value === query.field);
            onChange({ table: value, ...(kept ? {} : { field: undefined }) });
          }}
        />
      </EditorField>
      {choices.length > 0 && (
        <EditorField
          label="Number"
          optional={!alerting}
          tooltip="Only this number instead of the whole table. Alert rules need one."
          htmlFor={`${id}-field`}
          invalid={missing}
          error={missing ? 'Choose the number to alert on.' : undefined}
        >
          <Combobox
            id={`${id}-field`}
            options={choices}
            value={query.field ?? null}
            placeholder={alerting ? 'Choose' : 'All'}
            width={26}
            isClearable
            onChange={(option) => onChange({ field: option?.value })}
          />
        </EditorField>
      )}
    </>
  );
}
