import { stageKeyOf, stageLabelNames } from '../../query/completeness.js';
import { denominatedBy } from '../../query/denominators.js';
import type { CellsQuery } from '../../query/query.js';
import type { BucketCounts } from '../../query/series-frame.js';
import type { Database } from '../database.js';
import type { CellSet, CellsAnswer } from '../event-store.js';
import { type Labels, labelsOf, pick, readCounted } from './counted-sets.js';
import { compileRefused, compileRequests } from './counted-statement.js';
import { readCountingBasis } from './read-counting-basis.js';

/** What a series is made of, as it is stored: buckets without requests are left out, and nothing is cut at the watermark. */
export async function readCells(database: Database, query: CellsQuery): Promise<CellsAnswer> {
  const range = { fromMs: query.fromMs, toMs: query.toMs };
  const { filter, by, stepMs, limit } = query;
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const compile = query.metric === 'requests' ? compileRequests : compileRefused;
  const { metersKinds } = basis.denominators;
  const counted = { range, filter, by, stepMs, limit, nowMs: basis.nowMs, kinds: basis.kinds, metersKinds };
  const found = await readCounted(database, compile, counted, basis.days);
  const of = denominatedBy(by, filter);
  const cellSet = (labels: Labels, buckets: BucketCounts): CellSet => {
    const stage = pick(labels, stageLabelNames);
    const { unknown } = basis.denominators.gapsOf(stage, of, stepMs);
    const { completeUntilMs } = basis.stages.watermarkOf(stage);
    const isGiven = query.metric === 'requests' && unknown.size > 0;
    return { labels, buckets, completeUntilMs, ...(isGiven ? { unknown } : {}) };
  };
  const sets = found.sets.map((set) => cellSet(labelsOf(by, set), set.counts));
  if (query.metric === 'requests' && stageLabelNames.every((name) => by.includes(name)) && of === 'stages') {
    // Nothing of them was refused, and nobody knows whether there were requests.
    const told = new Set(sets.map(({ labels }) => stageKeyOf(labels)));
    for (const { labels } of basis.denominators.declared) {
      if (!told.has(stageKeyOf(labels))) sets.push(cellSet(labels, new Map()));
    }
  }
  return { sets: sets.slice(0, limit), omittedSets: found.omitted + Math.max(0, sets.length - limit) };
}
