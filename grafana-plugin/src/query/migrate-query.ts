import { type LabelFilter, queryVersion, type Why403Query } from '../types';

/** What the first version stored: labels as comma text, a cause and an API as fields of their own. */
interface QueryVersion0 extends Omit<Why403Query, 'by'> {
  by?: string | string[];
  cause?: string;
  api?: string;
}

/**
 * The query as the current version writes it. The backend does the same with what it is handed
 * (`testdata/queries` holds both to it): alert rules and public dashboards never pass here.
 */
export function migrateQuery(stored: Why403Query): Why403Query {
  if (stored.version !== undefined && stored.version >= queryVersion) {
    return stored;
  }
  const { by, cause, api, ...rest } = stored as QueryVersion0;
  const filters = [...(rest.filters ?? []), ...plainFilter('cause', cause), ...plainFilter('api_id', api)];
  return {
    ...rest,
    version: queryVersion,
    queryType: rest.queryType || 'series',
    ...(by === undefined ? {} : { by: typeof by === 'string' ? commaList(by) : by }),
    ...(filters.length > 0 ? { filters } : {}),
  };
}

const commaList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const plainFilter = (label: string, value: string | undefined): LabelFilter[] =>
  value === undefined || value === '' ? [] : [{ label, operator: '=', values: [value] }];
