import type { CountingKinds } from '../../query/counting-kinds.js';
import type { CoverageQuery } from '../../query/query.js';
import { allOf, compileCondition } from './condition.js';
import { kindCondition, stageKey, tsMsSql } from './counted-kinds.js';
import { stageColumns } from './stage-columns.js';
import { type Statement, timeSql } from './statement.js';

type CountedCoverage = Omit<CoverageQuery, 'limit'> & { readonly kinds: CountingKinds };

/** Numbers of 64 bits may come as text. */
export interface StageRefusedRow {
  readonly account: string;
  readonly region: string;
  readonly api_id: string;
  readonly stage: string;
  readonly refused: number | string;
  readonly unknown: number | string;
  readonly certain: number | string;
}

/** What was refused of each stage, and what is known of it. */
export function compileStageRefused(query: CountedCoverage): Statement {
  const rows = refusedRows(query);
  return {
    sql: `
SELECT ${stageKey}, count() AS refused, countIf(cause = 'unknown') AS unknown, countIf(confidence = 'certain') AS certain
FROM ${rows.sql}
GROUP BY ${stageKey}`,
    params: rows.params,
  };
}

/** Verdicts of one stage and cause name the same few things: more samples would tell the same words. */
export const samplesOfEach = 5;

export interface DoubtRow extends Pick<StageRefusedRow, 'account' | 'region' | 'api_id' | 'stage' | 'refused'> {
  readonly cause: string;
  readonly lowest: readonly (readonly [eventId: string, tsMs: number | string])[];
  /** Of the whole answer, limit or not. */
  readonly groups: number | string;
}

/**
 * Refusals that are not certain, by stage and cause, with the events that have the lowest ids. Samples are kept of the lowest ids of
 * each minute (pipeline/samples.ts), so these have one until their evidence expires, and ids are hashes: they are a fair choice.
 */
export function compileDoubts({ limit, ...query }: CountedCoverage & Pick<CoverageQuery, 'limit'>): Statement {
  const rows = refusedRows(query);
  return {
    sql: `
SELECT ${stageKey}, cause, count() AS refused, groupArraySorted(${samplesOfEach})((event_id, ${tsMsSql})) AS lowest,
  count() OVER () AS groups
FROM ${rows.sql} AND confidence != 'certain'
GROUP BY ${stageKey}, cause
ORDER BY refused DESC, ${stageKey}, cause
LIMIT {limit:UInt32}`,
    params: { ...rows.params, limit },
  };
}

function refusedRows({ fromMs, toMs, filter, nowMs, kinds }: CountedCoverage): Statement {
  const range = { fromMs, toMs };
  const stage = compileCondition(filter, stageColumns);
  const kind = kindCondition(kinds, { range, filter, nowMs }, tsMsSql);
  return {
    sql: `refused FINAL
WHERE cancelled = 0 AND ts >= ${timeSql('from')} AND ts < ${timeSql('to')} AND ${allOf(stage.sql, kind.sql)}`,
    params: { ...stage.params, ...kind.params, from: fromMs, to: toMs },
  };
}
