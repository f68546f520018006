import type { ContextVariable } from '../model/context-variable.js';

/**
 * What a line says, by variable, exactly as logged (`-` is still `-`). Holds secrets: only `toAccessFacts` may read it.
 * A variable of the format that is missing here stood where the line can be read in several ways.
 */
export type AccessValues = ReadonlyMap<ContextVariable, string>;

export const isAbsent = (value: string): boolean => value === '-' || value === '';

/** Adds a value; of several for one name (two claims, one variable logged twice) the first that is present stays. */
export function addValue(values: Map<ContextVariable, string>, variable: ContextVariable, value: string): void {
  const known = values.get(variable);
  if (known === undefined || (isAbsent(known) && !isAbsent(value))) values.set(variable, value);
}
