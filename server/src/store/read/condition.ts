import type { EventFilter } from '../../query/query.js';
import type { QueryParam } from '../database.js';
import { type ColumnName, quoteColumn } from './column.js';
import type { Statement } from './statement.js';

/**
 * The part of a filter that is about these columns; what else the filter holds is not looked at.
 *
 * `{stage: {in: ['prod']}, route: {notIn: ['/health']}}` →
 * `` `stage` IN {stage_in:Array(String)} AND `route` NOT IN {route_not_in:Array(String)} ``
 */
export function compileCondition(filter: EventFilter, columns: readonly ColumnName[]): Statement {
  const conditions: string[] = [];
  const params: Record<string, QueryParam> = {};
  for (const column of columns) {
    const entry = Object.hasOwn(filter, column) ? filter[column] : undefined;
    if (entry?.in !== undefined) {
      conditions.push(isOneOf(column, 'IN', `${column}_in`));
      params[`${column}_in`] = entry.in;
    }
    if (entry?.notIn !== undefined) {
      conditions.push(isOneOf(column, 'NOT IN', `${column}_not_in`));
      params[`${column}_not_in`] = entry.notIn;
    }
  }
  return { sql: conditions.length === 0 ? '1' : conditions.join(' AND '), params };
}

const isOneOf = (column: ColumnName, operator: 'IN' | 'NOT IN', parameter: string): string =>
  `${quoteColumn(column)} ${operator} {${parameter}:Array(String)}`;

/** Conditions that must all hold; those that always do are left out. */
export const allOf = (...conditions: readonly string[]): string =>
  conditions.filter((condition) => condition !== '1').join(' AND ') || '1';
