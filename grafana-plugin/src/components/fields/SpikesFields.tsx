import React from 'react';
import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption } from '@grafana/ui';
import { type Measure } from '../../types';
import { MultiSelect } from '../inputs/MultiSelect';
import { type FieldsProps } from './fields-props';
import { LeastShareField } from './LeastShareField';
import { LimitField } from './LimitField';
import { StepField } from './StepField';

const measures: Array<ComboboxOption<Measure>> = [
  { value: 'score', label: 'Score', description: 'Above 1 is a spike' },
  { value: 'count', label: 'Refused in 5 minutes', description: 'What was counted' },
  { value: 'expected', label: 'Expected', description: 'What is usual at this time' },
  { value: 'expected_upper', label: 'Expected, upper edge', description: 'Above it is a spike' },
  { value: 'share', label: 'Share of requests', description: "Of the stage's requests in 5 minutes" },
];

/** An alert rule takes one measure: two numbers for the same cause would be two instances with equal labels. */
export function SpikesFields({ id, query, alerting, onChange }: FieldsProps) {
  const chosen = query.measures ?? ['score'];
  return (
    <>
      <EditorField label="Show" tooltip="Numbers are of the worst minute of each step." htmlFor={`${id}-measures`}>
        {alerting ? (
          <Combobox
            id={`${id}-measures`}
            options={measures}
            value={chosen[0] ?? 'score'}
            width={26}
            onChange={({ value }) => onChange({ measures: [value] })}
          />
        ) : (
          <MultiSelect
            id={`${id}-measures`}
            options={measures}
            value={chosen}
            placeholder="Score"
            minWidth={24}
            onChange={(chosenMeasures) => onChange({ measures: chosenMeasures })}
          />
        )}
      </EditorField>
      <LeastShareField id={id} query={query} onChange={onChange} />
      <StepField id={id} query={query} alerting={alerting} onChange={onChange} />
      <LimitField id={id} query={query} onChange={onChange} tooltip="Most series, worst peak first." standard={50} />
    </>
  );
}
