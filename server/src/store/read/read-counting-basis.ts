import { type CountedFrom, countedFromKinds } from '@why403/parsers';
import { type DeliveredTotals, type KnownStages, knowStages, type StageLabels } from '../../query/completeness.js';
import type { EventFilter, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import { compileStages, type StageRow } from './counted-kinds.js';
import { compileDelivered, type DeliveredRow, type ProgressRow, progressStatement } from './feed-statement.js';
import { runStatement } from './statement.js';

export interface CountingBasis {
  readonly stages: KnownStages;
  readonly countedFrom: readonly CountedFrom[];
  /** Some hour of some stage has rows of several kinds. */
  readonly isMixed: boolean;
  /** Totals marked until then are counted. */
  readonly nowMs: number;
}

/**
 * How far the stages asked for are known, and what they are counted from. To be read before anything is counted: what a
 * watermark covers has then been stored before the counting statement looks.
 */
export async function readCountingBasis(
  database: Database,
  { range, filter, nowMs }: { readonly range: TimeRange; readonly filter: EventFilter; readonly nowMs: number },
): Promise<CountingBasis> {
  const progress = await runStatement<ProgressRow>(database, progressStatement);
  // A feed may have gone on since the question was asked. The markers that its progress speaks of must be looked at.
  const countedUntilMs = Math.max(nowMs, ...progress.map((row) => Number(row.updated_at_ms)));
  const [stageRows, deliveredRows] = await Promise.all([
    runStatement<StageRow>(database, compileStages({ range, filter, nowMs: countedUntilMs })),
    runStatement<DeliveredRow>(database, compileDelivered(range, filter, nowMs)),
  ]);
  const kinds = new Set(stageRows.flatMap((row) => row.kinds.map(Number)));
  return {
    stages: knowStages(
      deliveredRows.map(deliveredOf),
      stageRows.map(labelsOf),
      new Map(progress.map((row) => [row.feed, Number(row.complete_until_ms)])),
    ),
    countedFrom: countedFromKinds.filter((_, index) => kinds.has(index + 1)),
    isMixed: stageRows.some((row) => row.is_mixed === 1),
    nowMs: countedUntilMs,
  };
}

const labelsOf = ({ account, region, api_id, stage }: StageRow | DeliveredRow): StageLabels => ({
  account,
  region,
  api_id,
  stage,
});

const deliveredOf = (row: DeliveredRow): DeliveredTotals => ({
  labels: labelsOf(row),
  feed: row.feed,
  countedFrom: row.counted_from as CountedFrom,
  isSelected: row.is_selected === 1,
  dayRequests: Number(row.day_requests),
  dayOthers: Number(row.day_others),
  inLastDay: Number(row.day_rows) > 0,
});
