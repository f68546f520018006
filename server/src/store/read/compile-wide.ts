import type { EventFilter } from '../../query/query.js';
import type { QueryParam } from '../database.js';
import { quoteColumn } from './column.js';
import { stageColumns } from './stage-columns.js';

/** An event of a whole account or API has no name of an API or stage: it is of all of them, whichever are asked for. */
export function compileWide(filter: EventFilter): { conditions: string[]; params: Record<string, QueryParam> } {
  const conditions: string[] = [];
  const params: Record<string, QueryParam> = {};
  for (const column of stageColumns) {
    const { in: wanted, notIn } = filter[column] ?? {};
    if (wanted !== undefined) {
      conditions.push(`(${quoteColumn(column)} = '' OR ${quoteColumn(column)} IN {${column}_in:Array(String)})`);
      params[`${column}_in`] = wanted;
    }
    if (notIn !== undefined) {
      conditions.push(`${quoteColumn(column)} NOT IN {${column}_not_in:Array(String)}`);
      params[`${column}_not_in`] = notIn;
    }
  }
  return { conditions, params };
}
