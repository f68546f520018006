import { type AdHocVariableFilter } from '@grafana/data';
import { type FilterOperator, type LabelFilter } from '../types';

/** How Grafana writes the choice of everything. */
export const allValue = '$__all';

export const isNegative = (operator: FilterOperator): boolean => operator.startsWith('!');

/** The operator that says it of so many values. */
export const operatorFor = (negative: boolean, valueCount: number): FilterOperator =>
  negative ? (valueCount > 1 ? '!=|' : '!=') : valueCount > 1 ? '=|' : '=';

/** Filters that restrict something: no values, or the choice of everything, says nothing. */
export const effectiveFilters = (filters: readonly LabelFilter[]): LabelFilter[] =>
  filters.filter(({ label, values }) => label !== '' && values.length > 0 && !values.includes(allValue));

/**
 * Ad hoc filters as ours. An operator that we do not have (`=~`) is passed on, so that the backend refuses it by name:
 * left out, the panel would show more than the dashboard says.
 */
export const fromAdHoc = (filters: readonly AdHocVariableFilter[]): LabelFilter[] =>
  filters.map(({ key, operator, value, values }) => ({
    label: key,
    operator: operator as FilterOperator,
    values: values !== undefined && values.length > 0 ? values : [value],
  }));

/** Adds a value to what the filters ask for or leave out; the opposite wish for the same value goes. */
export function addFilterValue(
  filters: readonly LabelFilter[],
  label: string,
  value: string,
  negative: boolean
): LabelFilter[] {
  const kept = filters
    .map((filter) =>
      filter.label === label && isNegative(filter.operator) !== negative
        ? withValues(
            filter,
            filter.values.filter((other) => other !== value)
          )
        : filter
    )
    .filter(({ values }) => values.length > 0);
  const same = kept.find((filter) => filter.label === label && isNegative(filter.operator) === negative);
  if (same === undefined) {
    return [...kept, { label, operator: operatorFor(negative, 1), values: [value] }];
  }
  if (same.values.includes(value)) {
    return kept;
  }
  // "for this value" narrows to it, "out" leaves out one more
  const values = negative ? [...same.values, value] : [value];
  return kept.map((filter) => (filter === same ? withValues(filter, values) : filter));
}

export const withValues = (filter: LabelFilter, values: string[]): LabelFilter => ({
  ...filter,
  operator: operatorFor(isNegative(filter.operator), values.length),
  values,
});

/**
 * Filters as the service's query parameters: `cause=a&cause=b&not.stage=test`. The service joins the values of one
 * parameter by "or", so filters on the same label become what they have in common; `undefined` when that is nothing.
 */
export function filterParams(filters: readonly LabelFilter[]): Record<string, string[]> | undefined {
  const params: Record<string, string[]> = {};
  for (const { label, operator, values } of effectiveFilters(filters)) {
    const name = isNegative(operator) ? `not.${label}` : label;
    const known = params[name];
    if (known === undefined) {
      params[name] = values;
    } else if (isNegative(operator)) {
      params[name] = [...known, ...values];
    } else {
      params[name] = known.filter((value) => values.includes(value));
    }
    if (params[name].length === 0) {
      return undefined;
    }
  }
  return params;
}
