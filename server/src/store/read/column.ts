import { type DimensionName, dimensionNames, type LabelName, labelNames } from '../../query/query.js';

export type ColumnName = LabelName | DimensionName;

const columnNames: ReadonlySet<string> = new Set([...labelNames, ...dimensionNames]);

/** The one place where a name becomes SQL. Labels and dimensions are called like their columns. `group` → `` `group` `` */
export function quoteColumn(name: ColumnName): string {
  if (!columnNames.has(name)) throw new TypeError('expected a label or a dimension of query.ts, got another name');
  return `\`${name}\``;
}
