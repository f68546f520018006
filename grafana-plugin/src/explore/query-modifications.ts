import { type QueryFixAction, type QueryFixType } from '@grafana/data';
import { labelsLabelsNameValues } from '../api/types.gen';
import { addFilterValue } from '../query/filters';
import { migrateQuery } from '../query/migrate-query';
import { takesFilter } from '../query/query-types';
import { type Why403Query } from '../types';

/** "Filter for value" and "filter out value" in the details of a line. */
export const supportedModifications: QueryFixType[] = ['ADD_FILTER', 'ADD_FILTER_OUT'];

/** A line also tells what is neither label nor dimension (its status): that cannot be filtered by. */
const canBeFilteredBy = (label: string): boolean => (labelsLabelsNameValues as readonly string[]).includes(label);

export function modifyQuery(stored: Why403Query, { type, options }: QueryFixAction): Why403Query {
  const query = migrateQuery(stored);
  const label = options?.['key'];
  const value = options?.['value'];
  if ((type !== 'ADD_FILTER' && type !== 'ADD_FILTER_OUT') || !label || !value) {
    return query;
  }
  if (!canBeFilteredBy(label) || !takesFilter(query, label)) {
    return query;
  }
  return { ...query, filters: addFilterValue(query.filters ?? [], label, value, type === 'ADD_FILTER_OUT') };
}
