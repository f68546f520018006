import { denominatedBy } from '../../query/denominators.js';
import type { TopQuery } from '../../query/query.js';
import { basisOf } from '../../query/series-frame.js';
import type { Database } from '../database.js';
import type { TopAnswer } from '../event-store.js';
import { readCounted } from './counted-sets.js';
import { compileRefused } from './counted-statement.js';
import { minuteMs } from './range.js';
import { readCountingBasis } from './read-counting-basis.js';

/** Shares are of all refused requests that the filter lets through, listed or not. A value that no log told is ''. */
export async function readTop(database: Database, query: TopQuery): Promise<TopAnswer> {
  const range = { fromMs: query.fromMs, toMs: query.toMs };
  const { filter, by, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const counted = { range, filter, by: [by], stepMs: null, limit, nowMs: basis.nowMs, kinds: basis.kinds };
  const { sets, sum } = await readCounted(database, compileRefused, counted, basis.days);
  const refused = sets.map(({ total }) => total);
  const watermark = basis.stages.watermarkOf({});
  const gaps = basis.denominators.gapsOf({}, denominatedBy([], filter), minuteMs);
  return {
    frame: {
      columns: [
        { name: by, type: 'string', values: sets.map(({ labels }) => labels[0] ?? '') },
        { name: 'refused', type: 'number', unit: 'requests', labels: {}, values: refused },
        { name: 'share', type: 'number', unit: 'ratio', labels: {}, values: refused.map((count) => count / sum) },
      ],
    },
    completeUntilMs: watermark.completeUntilMs,
    basis: basisOf({ ...range, stepMs: minuteMs }, [{ watermark, gaps }]),
    countedFrom: basis.countedFrom,
  };
}
