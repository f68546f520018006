import { type Why403Query } from '../types';
import { effectiveFilters, isNegative } from './filters';
import { migrateQuery } from './migrate-query';
import { infoOf } from './query-types';

/** One line that says what a query asks: "Cause series: share by cause, api_id (stage = prod)". */
export function displayText(stored: Why403Query): string {
  const query = migrateQuery(stored);
  const parts = [subject(query)].filter((part) => part !== '');
  const filters = effectiveFilters(query.filters ?? []).map(
    ({ label, operator, values }) => `${label} ${isNegative(operator) ? '≠' : '='} ${values.join(' | ')}`
  );
  const name = infoOf(query.queryType).name;
  const text = parts.length > 0 ? `${name}: ${parts.join(' ')}` : name;
  return filters.length > 0 ? `${text} (${filters.join(', ')})` : text;
}

function subject(query: Why403Query): string {
  switch (infoOf(query.queryType).type) {
    case 'series': {
      const by = query.by !== undefined && query.by.length > 0 ? ` by ${query.by.join(', ')}` : '';
      return `${query.metric ?? 'count'}${by}`;
    }
    case 'spikes':
      return (query.measures ?? ['score']).join(', ');
    case 'coverage':
      return [query.table ?? 'stages', query.field].filter(Boolean).join(', ');
    case 'top':
      return query.topBy ?? '';
    case 'event':
      return query.eventId ?? '';
    case 'annotations':
      return query.kinds?.join(', ') ?? '';
    default:
      return '';
  }
}
