import { stageLabelNames } from '../../query/completeness.js';
import type { CellsQuery } from '../../query/query.js';
import type { Database } from '../database.js';
import type { CellsAnswer } from '../event-store.js';
import { countsOf, labelsOf, pick } from './counted-sets.js';
import { type CountedRow, compileRefused, compileRequests } from './counted-statement.js';
import { readCountingBasis } from './read-counting-basis.js';
import { runStatement } from './statement.js';

/** What a series is made of, as it is stored: buckets without requests are left out, and nothing is cut at the watermark. */
export async function readCells(database: Database, query: CellsQuery): Promise<CellsAnswer> {
  const range = { fromMs: query.fromMs, toMs: query.toMs };
  const { filter, by, stepMs, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const compile = query.metric === 'requests' ? compileRequests : compileRefused;
  const rows = await runStatement<CountedRow>(
    database,
    compile({ range, filter, by, stepMs, limit, nowMs: basis.nowMs, kinds: basis.kinds }),
  );
  return {
    sets: rows.map((row) => {
      const labels = labelsOf(by, row);
      const { completeUntilMs } = basis.stages.watermarkOf(pick(labels, stageLabelNames));
      return { labels, buckets: countsOf(row), completeUntilMs };
    }),
    omittedSets: Math.max(0, Number(rows[0]?.sets ?? 0) - rows.length),
  };
}
