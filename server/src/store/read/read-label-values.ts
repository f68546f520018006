import type { LabelName } from '../../query/query.js';
import type { Database } from '../database.js';
import type { LabelValuesAnswer, LabelValuesQuery } from '../event-store.js';
import { compileLabelValues, type LabelValueRow } from './label-statement.js';
import { runStatement } from './statement.js';

export async function readLabelValues(
  database: Database,
  label: LabelName,
  query: LabelValuesQuery,
): Promise<LabelValuesAnswer> {
  const rows = await runStatement<LabelValueRow>(database, compileLabelValues(label, query));
  const values = rows.map((row) => row.value);
  return { values: values.slice(0, query.limit), complete: values.length <= query.limit };
}
