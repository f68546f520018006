import { type CountedFrom, countedFromKinds } from '@why403/parsers';
import { type DeliveredTotals, type KnownStages, knowStages, type StageLabels } from '../../query/completeness.js';
import { groupBy } from '../../query/group-by.js';
import type { EventFilter, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import { compileStages, type KindsQuery, type StageRow } from './counted-kinds.js';
import {
  compileDelivered,
  compilePresent,
  type DeliveredRow,
  type PresentRow,
  type ProgressRow,
  progressStatement,
} from './feed-statement.js';
import { runSharedStatement, runStatement } from './statement.js';

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
  const progress = await runSharedStatement<ProgressRow>(database, progressStatement);
  // A feed may have gone on since the question was asked. The markers that its progress speaks of must be looked at.
  const countedUntilMs = Math.max(nowMs, ...progress.map((row) => Number(row.updated_at_ms)));
  const [present, delivered] = await Promise.all([
    runSharedStatement<PresentRow>(database, compilePresent(range, filter)),
    runSharedStatement<DeliveredRow>(database, compileDelivered(range, filter, nowMs)),
  ]);
  const kinds = await readKinds(database, { range, filter, nowMs: countedUntilMs }, present);
  return {
    stages: knowStages(
      deliveriesOf(delivered, present),
      present.map(labelsOf),
      new Map(progress.map((row) => [row.feed, Number(row.complete_until_ms)])),
    ),
    ...kinds,
    nowMs: countedUntilMs,
  };
}

/** Hours are looked at one by one only where a stage has several kinds at all: seldom, and it costs a look at all rows. */
async function readKinds(
  database: Database,
  query: KindsQuery,
  present: readonly PresentRow[],
): Promise<Pick<CountingBasis, 'countedFrom' | 'isMixed'>> {
  const ofStages = groupBy(present, (row) => JSON.stringify(labelsOf(row)));
  const severalKinds = [...ofStages.values()].some((rows) => new Set(rows.map((row) => row.counted_from)).size > 1);
  if (!severalKinds) {
    const kinds = new Set(present.map((row) => row.counted_from));
    return { countedFrom: countedFromKinds.filter((kind) => kinds.has(kind)), isMixed: false };
  }
  const rows = await runStatement<StageRow>(database, compileStages(query));
  const kinds = new Set(rows.flatMap((row) => row.kinds.map(Number)));
  return {
    countedFrom: countedFromKinds.filter((_, index) => kinds.has(index + 1)),
    isMixed: rows.some((row) => row.is_mixed === 1),
  };
}

const labelsOf = ({ account, region, api_id, stage }: PresentRow): StageLabels => ({ account, region, api_id, stage });

/** What was delivered in the last day with its counts, and the feeds that delivered earlier in the range. */
function deliveriesOf(lastDay: readonly DeliveredRow[], present: readonly PresentRow[]): readonly DeliveredTotals[] {
  const keyOf = (row: PresentRow) => JSON.stringify([labelsOf(row), row.feed, row.counted_from]);
  const known = new Set(lastDay.map(keyOf));
  return [
    ...lastDay.map((row) => ({
      ...deliveryOf(row),
      isSelected: row.is_selected === 1,
      dayRequests: Number(row.day_requests),
      dayOthers: Number(row.day_others),
      inLastDay: true,
    })),
    ...present
      .filter((row) => row.feed !== '' && !known.has(keyOf(row)))
      .map((row) => ({ ...deliveryOf(row), isSelected: true, dayRequests: 0, dayOthers: 0, inLastDay: false })),
  ];
}

const deliveryOf = (row: PresentRow): Pick<DeliveredTotals, 'labels' | 'feed' | 'countedFrom'> => ({
  labels: labelsOf(row),
  feed: row.feed,
  countedFrom: row.counted_from as CountedFrom,
});
