import React from 'react';
import { BlurInput } from './BlurInput';

interface Props {
  id: string;
  value: number | undefined;
  /** `undefined` when the field was emptied. */
  onCommit: (value: number | undefined) => void;
  min: number;
  max?: number;
  /** Whole numbers only, unless told otherwise. */
  fractions?: boolean;
  placeholder?: string;
  suffix?: string;
  width?: number;
}

/** A number that may be left out; out of its limits it is marked and not committed. */
export function NumberInput({ value, onCommit, min, max, fractions = false, width = 12, ...rest }: Props) {
  const validate = (text: string): string | undefined => {
    const number = Number(text);
    if (text.trim() === '') {
      return undefined;
    }
    const fits =
      Number.isFinite(number) &&
      number >= min &&
      (max === undefined || number <= max) &&
      (fractions || Number.isInteger(number));
    const kind = fractions ? 'a number' : 'a whole number';
    return fits ? undefined : `Expected ${kind} ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}.`;
  };
  return (
    <BlurInput
      {...rest}
      type="number"
      width={width}
      value={value === undefined ? '' : String(value)}
      validate={validate}
      onCommit={(text) => onCommit(text.trim() === '' ? undefined : Number(text))}
    />
  );
}
