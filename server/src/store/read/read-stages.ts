import { stageKeyOf, stageLabelNames } from '../../query/completeness.js';
import type { CoverageQuery, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import type { StageCoverage, StagesAnswer } from '../event-store.js';
import { askByDays, askNow } from './by-days.js';
import { readCounted } from './counted-sets.js';
import { compileRequests } from './counted-statement.js';
import { compileStageRefused, type StageRefusedRow } from './coverage-statement.js';
import { readCountingBasis } from './read-counting-basis.js';

export async function readStages(database: Database, query: CoverageQuery): Promise<StagesAnswer> {
  const { fromMs, toMs, filter, limit } = query;
  const range = { fromMs, toMs };
  const basis = await readCountingBasis(database, { range, filter, nowMs: query.nowMs });
  const { kinds, nowMs } = basis;
  const known = basis.stages.all;
  const by = stageLabelNames;
  const counted = {
    range,
    filter,
    by,
    stepMs: null,
    limit: Math.max(1, known.length),
    nowMs,
    kinds,
    metersKinds: basis.denominators.metersKinds,
  };
  const [requested, refused] = await Promise.all([
    readCounted(database, compileRequests, counted, basis.days),
    readRefused(database, { filter, nowMs, kinds }, { range, days: basis.days }),
  ]);
  const requests = new Map(requested.sets.map(({ labels, total }) => [JSON.stringify(labels), total]));
  const stages = known.map(({ labels, watermark }): StageCoverage => {
    const key = stageKeyOf(labels);
    const row = refused.get(key);
    return {
      labels,
      countedFrom: basis.countedFromOf(labels),
      requests: basis.denominators.isKnown(labels, 'stages') ? (requests.get(key) ?? 0) : null,
      refused: row?.refused ?? 0,
      unknown: row?.unknown ?? 0,
      certain: row?.certain ?? 0,
      completeUntilMs: watermark.completeUntilMs,
    };
  });
  stages.sort((a, b) => b.refused - a.refused || (b.requests ?? 0) - (a.requests ?? 0) || compare(a, b));
  return {
    stages: stages.slice(0, limit),
    feeds: new Set(known.flatMap(({ feeds }) => feeds)),
    omittedStages: Math.max(0, stages.length - limit),
  };
}

type Refused = Pick<StageCoverage, 'refused' | 'unknown' | 'certain'>;

async function readRefused(
  database: Database,
  query: Omit<Parameters<typeof compileStageRefused>[0], 'fromMs' | 'toMs'>,
  ofDays: Parameters<typeof askByDays>[1],
): Promise<ReadonlyMap<string, Refused>> {
  const compile = (range: TimeRange) => compileStageRefused({ ...query, ...range });
  const parts = await askByDays<StageRefusedRow>(database, ofDays, compile);
  const rows = parts?.flat() ?? (await askNow<StageRefusedRow>(database, compile(ofDays.range), ofDays.days));
  const refused = new Map<string, Refused>();
  for (const row of rows) {
    const before = refused.get(stageKeyOf(row));
    refused.set(stageKeyOf(row), {
      refused: (before?.refused ?? 0) + Number(row.refused),
      unknown: (before?.unknown ?? 0) + Number(row.unknown),
      certain: (before?.certain ?? 0) + Number(row.certain),
    });
  }
  return refused;
}

const compare = (a: StageCoverage, b: StageCoverage): number => (stageKeyOf(a.labels) < stageKeyOf(b.labels) ? -1 : 1);
