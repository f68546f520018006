import { stageKeyOf, stageLabelNames } from '../../query/completeness.js';
import type { CoverageQuery } from '../../query/query.js';
import type { Database } from '../database.js';
import type { StageCoverage, StagesAnswer } from '../event-store.js';
import { type CountedRow, compileRequests } from './counted-statement.js';
import { compileStageRefused, type StageRefusedRow } from './coverage-statement.js';
import { readCountingBasis } from './read-counting-basis.js';
import { runStatement } from './statement.js';

export async function readStages(database: Database, query: CoverageQuery): Promise<StagesAnswer> {
  const { fromMs, toMs, filter, limit } = query;
  const range = { fromMs, toMs };
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const { kinds, nowMs } = basis;
  const known = basis.stages.all;
  const by = stageLabelNames;
  const [requestRows, refusedRows] = await Promise.all([
    runStatement<CountedRow>(
      database,
      compileRequests({ range, filter, by, stepMs: null, limit: Math.max(1, known.length), nowMs, kinds }),
    ),
    runStatement<StageRefusedRow>(database, compileStageRefused({ ...range, filter, nowMs, kinds })),
  ]);
  const requests = new Map(requestRows.map(({ labels, total }) => [JSON.stringify(labels), Number(total)]));
  const refused = new Map(refusedRows.map((row) => [stageKeyOf(row), row]));
  const stages = known.map(({ labels, watermark }): StageCoverage => {
    const key = stageKeyOf(labels);
    const row = refused.get(key);
    return {
      labels,
      countedFrom: basis.countedFromOf(labels),
      requests: requests.get(key) ?? 0,
      refused: Number(row?.refused ?? 0),
      unknown: Number(row?.unknown ?? 0),
      certain: Number(row?.certain ?? 0),
      completeUntilMs: watermark.completeUntilMs,
    };
  });
  stages.sort((a, b) => b.refused - a.refused || b.requests - a.requests || compare(a, b));
  return {
    stages: stages.slice(0, limit),
    feeds: new Set(known.flatMap(({ feeds }) => feeds)),
    omittedStages: Math.max(0, stages.length - limit),
  };
}

const compare = (a: StageCoverage, b: StageCoverage): number => (stageKeyOf(a.labels) < stageKeyOf(b.labels) ? -1 : 1);
