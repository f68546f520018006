import type { TopQuery } from '../../query/query.js';
import type { Database } from '../database.js';
import type { TopAnswer } from '../event-store.js';
import { type CountedRow, compileRefused } from './counted-statement.js';
import { readCountingBasis } from './read-counting-basis.js';
import { runStatement } from './statement.js';

/** Shares are of all refused requests that the filter lets through, listed or not. A value that no log told is ''. */
export async function readTop(database: Database, query: TopQuery): Promise<TopAnswer> {
  const range = { fromMs: query.fromMs, toMs: query.toMs };
  const { filter, by, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const counted = { range, filter, by: [by], stepMs: null, limit, nowMs: basis.nowMs, kinds: basis.kinds };
  const rows = await runStatement<CountedRow>(database, compileRefused(counted));
  const refused = rows.map((row) => Number(row.total));
  const all = Number(rows[0]?.sum ?? 0);
  return {
    frame: {
      columns: [
        { name: by, type: 'string', values: rows.map((row) => row.labels[0] ?? '') },
        { name: 'refused', type: 'number', unit: 'requests', labels: {}, values: refused },
        { name: 'share', type: 'number', unit: 'ratio', labels: {}, values: refused.map((count) => count / all) },
      ],
    },
    ...basis.stages.watermarkOf({}),
    countedFrom: basis.countedFrom,
  };
}
