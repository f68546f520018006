import { type AdHocVariableFilter, type ScopedVars } from '@grafana/data';
import { type TemplateSrv, type VariableInterpolation } from '@grafana/runtime';
import { type LabelFilter, type Measure, type Why403Query } from '../types';
import { allValue, effectiveFilters, fromAdHoc, operatorFor, isNegative } from './filters';
import { migrateQuery } from './migrate-query';
import { onlyOwnKeys } from './query-types';

type Variables = Pick<TemplateSrv, 'replace' | 'getVariables'>;

/**
 * The query as it is sent: variables replaced by their values (all of them, where there are several), ad hoc filters
 * added, filters that say nothing left out.
 */
export function interpolateQuery(
  stored: Why403Query,
  variables: Variables,
  scopedVars: ScopedVars,
  adHoc: readonly AdHocVariableFilter[] = []
): Why403Query {
  const query = onlyOwnKeys(migrateQuery(stored));
  const text = (value: string) => variables.replace(value, scopedVars);
  const list = (values: readonly string[]) => values.flatMap((value) => expand(value, variables, scopedVars));
  const filters = effectiveFilters([
    ...(query.filters ?? []).map((filter) => interpolateFilter(filter, variables, scopedVars)),
    ...(query.queryType === 'event' ? [] : fromAdHoc(adHoc)),
  ]);
  const { filters: _, ...rest } = query;
  return {
    ...rest,
    ...(filters.length > 0 ? { filters } : {}),
    ...(query.by === undefined ? {} : { by: list(query.by) }),
    ...(query.measures === undefined ? {} : { measures: list(query.measures) as Measure[] }),
    ...(query.step === undefined ? {} : { step: text(query.step) }),
    ...(query.topBy === undefined ? {} : { topBy: text(query.topBy) }),
    ...(query.eventId === undefined ? {} : { eventId: text(query.eventId).trim() }),
  };
}

/** Filters with variables replaced; those that say nothing are kept, for callers that show them. */
export function interpolateFilter(filter: LabelFilter, variables: Variables, scopedVars: ScopedVars): LabelFilter {
  const values = [...new Set(filter.values.flatMap((value) => expand(value, variables, scopedVars)))];
  return {
    label: variables.replace(filter.label, scopedVars),
    operator: values.length > 1 ? operatorFor(isNegative(filter.operator), values.length) : filter.operator,
    values,
  };
}

/**
 * A text with variables as the list of texts that it stands for: `$api` with a and b → a, b; `x-$api` → x-a, x-b.
 * A variable that is at "All" makes the whole list "everything".
 */
function expand(text: string, variables: Variables, scopedVars: ScopedVars): string[] {
  const found: VariableInterpolation[] = [];
  const choices: string[][] = [];
  const marked = variables.replace(
    text,
    scopedVars,
    (value: unknown) => {
      choices.push(toList(value));
      return `${mark}${choices.length - 1}${mark}`;
    },
    found
  );
  if (found.some(({ variableName }) => isAtAll(variableName, variables, scopedVars))) {
    return [allValue];
  }
  // The odd parts stand between marks: they are numbers of choices.
  return marked
    .split(mark)
    .reduce<string[]>(
      (heads, part, index) => {
        const tails = index % 2 === 0 ? [part] : (choices[Number(part)] ?? ['']);
        return heads.flatMap((head) => tails.map((tail) => head + tail));
      },
      ['']
    )
    .filter((value) => value !== '');
}

/** Cannot be typed into a filter and comes in no log value that the service answers. */
const mark = '\u0000';

const toList = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map((item) => String(item ?? ''));

/** Repeated panels and rows carry one value of the variable in their scope: there it is not at "All". */
function isAtAll(name: string, variables: Variables, scopedVars: ScopedVars): boolean {
  const scoped = scopedVars[name];
  if (scoped !== undefined) {
    return toList(scoped.value).includes(allValue);
  }
  const variable = variables.getVariables().find((candidate) => candidate.name === name);
  return variable !== undefined && 'current' in variable && 'value' in variable.current
    ? toList(variable.current.value).includes(allValue)
    : false;
}
