import type { Database } from '../database.js';
import type { UncertainIds, UncertainIdsQuery } from '../event-store.js';
import { runStatement } from './statement.js';
import { compileUncertainIds, type UncertainIdRow } from './uncertain-statement.js';

export async function readUncertainIds(database: Database, query: UncertainIdsQuery): Promise<UncertainIds> {
  const rows = await runStatement<UncertainIdRow>(database, compileUncertainIds(query));
  return { ids: rows.map(({ id }) => id), omitted: Number(rows[0]?.found ?? 0) - rows.length };
}
