import type { Database } from '../database.js';
import type { StageStretch, StretchesQuery } from '../denominator-store.js';
import { readCountingBasis } from './read-counting-basis.js';

export async function readStretches(
  database: Database,
  { fromMs, toMs, nowMs }: StretchesQuery,
): Promise<readonly StageStretch[]> {
  const { denominators } = await readCountingBasis(database, { range: { fromMs, toMs }, filter: {}, nowMs });
  return denominators.unknown;
}
