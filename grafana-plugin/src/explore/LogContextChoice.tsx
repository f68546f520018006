import React, { useState } from 'react';
import { InlineField, RadioButtonGroup } from '@grafana/ui';
import { type ContextOf } from './log-context';

interface Props {
  initial: ContextOf;
  callerKnown: boolean;
  onChoose: (contextOf: ContextOf) => void;
}

/** Above the lines around a line: those of the same caller, or of the same route. */
export function LogContextChoice({ initial, callerKnown, onChoose }: Props) {
  const [chosen, setChosen] = useState(initial);
  return (
    <InlineField label="Lines of the same">
      <RadioButtonGroup<ContextOf>
        aria-label="Lines of the same caller or route"
        options={[
          { value: 'caller', label: 'Caller' },
          { value: 'route', label: 'Route' },
        ]}
        disabledOptions={callerKnown ? [] : ['caller']}
        value={callerKnown ? chosen : 'route'}
        onChange={(value) => {
          setChosen(value);
          onChoose(value);
        }}
      />
    </InlineField>
  );
}
