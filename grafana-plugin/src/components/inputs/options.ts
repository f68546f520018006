import { type ComboboxOption } from '@grafana/ui';

/** What is chosen stays in the list, also when the list does not know it: a variable, a value of last week. */
export function withChosen<T extends string>(
  options: ReadonlyArray<ComboboxOption<T>>,
  chosen: readonly T[]
): Array<ComboboxOption<T>> {
  const unknown = chosen.filter((value) => value !== '' && !options.some((option) => option.value === value));
  return [...options, ...unknown.map((value) => ({ value }))];
}
