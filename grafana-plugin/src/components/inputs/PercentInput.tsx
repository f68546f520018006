import React from 'react';
import { NumberInput } from './NumberInput';

interface Props {
  id: string;
  /** A part, 0 to 1; shown as percent. */
  value: number | undefined;
  onCommit: (value: number | undefined) => void;
  placeholder?: string;
}

export function PercentInput({ value, onCommit, ...rest }: Props) {
  return (
    <NumberInput
      {...rest}
      min={0}
      max={100}
      fractions
      suffix="%"
      value={value === undefined ? undefined : round(value * 100)}
      onCommit={(percent) => onCommit(percent === undefined ? undefined : round(percent / 100))}
    />
  );
}

/** 0.07 * 100 is 7.000000000000001. */
const round = (value: number): number => Number(value.toPrecision(12));
