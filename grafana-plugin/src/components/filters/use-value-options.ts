import { type TimeRange } from '@grafana/data';
import { type ComboboxOption } from '@grafana/ui';
import { useRef } from 'react';
import { type DataSource } from '../../datasource';
import { type LabelFilter } from '../../types';

interface Choices {
  datasource: Pick<DataSource, 'labelValues' | 'variableNames'>;
  label: string;
  /** The other filters: choices depend on them. */
  others: readonly LabelFilter[];
  range?: TimeRange;
  /** Alert rules know no variables. */
  variables: boolean;
}

/**
 * Choices for a filter's values, asked for when the list opens and kept while the user types. The service's failure is
 * shown by the list; a value can be typed all the same.
 */
export function useValueOptions({ datasource, label, others, range, variables }: Choices) {
  const asked = useRef<Promise<string[]> | undefined>(undefined);
  return async (typed: string): Promise<ComboboxOption[]> => {
    if (typed === '' || asked.current === undefined) {
      asked.current = datasource.labelValues(label, { filters: others, ...(range === undefined ? {} : { range }) });
    }
    const values = await asked.current;
    const all: ComboboxOption[] = [
      ...values.map((value) => ({ value })),
      ...(variables ? datasource.variableNames().map((name) => ({ value: `$${name}`, description: 'Variable' })) : []),
    ];
    const wanted = typed.toLowerCase();
    return all.filter(({ value }) => value.toLowerCase().includes(wanted));
  };
}
