import { type LabelName, totalLabelNames } from '../../query/query.js';
import { countingTotals } from '../counting-totals.js';
import type { LabelValuesQuery } from '../event-store.js';
import { quoteColumn } from './column.js';
import { compileCondition } from './condition.js';
import { minuteMs, widen } from './range.js';
import { filterColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

export interface LabelValueRow {
  readonly value: string;
}

/**
 * Values of a label in alphabetical order, one more than the limit. Totals are asked as well, unless the label or the filter
 * is about something that only refused requests have. Which kind of evidence counts makes no difference here.
 */
export function compileLabelValues(label: LabelName, query: LabelValuesQuery): Statement {
  const column = quoteColumn(label);
  const condition = compileCondition(query.filter, filterColumns);
  const refused = `
  SELECT toString(${column}) AS value
  FROM refused FINAL
  WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')} AND ${condition.sql}
  GROUP BY value`;
  const params = { ...condition.params, from: query.fromMs, to: query.toMs, limit: query.limit + 1 };
  if (!canTotalsTell(label, query)) return { sql: select(refused), params };
  const totals = countingTotals(widen(query, minuteMs));
  const requests = `
  SELECT toString(${column}) AS value
  FROM ${totals.sql}
  WHERE ${condition.sql}
  GROUP BY value`;
  return { sql: select(`${refused}\n  UNION ALL${requests}`), params: { ...totals.params, ...params } };
}

const select = (values: string): string => `
SELECT DISTINCT value
FROM (${values}
)
ORDER BY value
LIMIT {limit:UInt32}`;

const ofTotals: ReadonlySet<string> = new Set(totalLabelNames);

function canTotalsTell(label: LabelName, { filter }: LabelValuesQuery): boolean {
  const named = [label, ...filterColumns.filter((name) => Object.hasOwn(filter, name) && filter[name] !== undefined)];
  return named.every((name) => ofTotals.has(name));
}
