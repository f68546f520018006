import React, { type ComponentProps, useState } from 'react';
import { Input } from '@grafana/ui';

interface Props extends Pick<ComponentProps<typeof Input>, 'id' | 'placeholder' | 'width' | 'suffix' | 'type'> {
  id: string;
  value: string;
  /** Called with the text when the field is left or Enter is pressed, and only if it changed: queries do not run per key. */
  onCommit: (value: string) => void;
  /** What is wrong with a text; such a text is not committed. */
  validate?: (value: string) => string | undefined;
}

/** A text field that tells its value when the user is done with it. */
export function BlurInput({ value, onCommit, validate, ...rest }: Props) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const problem = draft === undefined ? undefined : validate?.(draft);
  const commit = () => {
    if (draft === undefined || problem !== undefined) {
      return;
    }
    setDraft(undefined);
    if (draft !== value) {
      onCommit(draft);
    }
  };
  return (
    <Input
      {...rest}
      value={draft ?? value}
      invalid={problem !== undefined}
      title={problem}
      aria-invalid={problem !== undefined}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit();
        }
      }}
    />
  );
}
