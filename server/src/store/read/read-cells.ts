import { stageLabelNames } from '../../query/completeness.js';
import type { CellsQuery } from '../../query/query.js';
import type { Database } from '../database.js';
import type { CellsAnswer } from '../event-store.js';
import { labelsOf, pick, readCounted } from './counted-sets.js';
import { compileRefused, compileRequests } from './counted-statement.js';
import { readCountingBasis } from './read-counting-basis.js';

/** What a series is made of, as it is stored: buckets without requests are left out, and nothing is cut at the watermark. */
export async function readCells(database: Database, query: CellsQuery): Promise<CellsAnswer> {
  const range = { fromMs: query.fromMs, toMs: query.toMs };
  const { filter, by, stepMs, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const compile = query.metric === 'requests' ? compileRequests : compileRefused;
  const counted = { range, filter, by, stepMs, limit, nowMs: basis.nowMs, kinds: basis.kinds };
  const found = await readCounted(database, compile, counted, basis.days);
  return {
    sets: found.sets.map((set) => {
      const labels = labelsOf(by, set);
      const { completeUntilMs } = basis.stages.watermarkOf(pick(labels, stageLabelNames));
      return { labels, buckets: set.counts, completeUntilMs };
    }),
    omittedSets: found.omitted,
  };
}
