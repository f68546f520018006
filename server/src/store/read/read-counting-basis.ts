import type { CountedFrom } from '@why403/parsers';
import {
  type DeliveredTotals,
  type KnownStages,
  knowStages,
  type StageLabels,
  stageKeyOf,
  stageLabelNames,
} from '../../query/completeness.js';
import { type CountingKinds, kindsOfRange, type StageDay } from '../../query/counting-kinds.js';
import { type KnownDenominators, knowDenominators } from '../../query/denominators.js';
import { isSelected } from '../../query/is-selected.js';
import type { EventFilter, TimeRange } from '../../query/query.js';
import type { Database } from '../database.js';
import { readDenominatorDays } from './denominator-days.js';
import { compileDelivered, type DeliveredRow, type ProgressRow, progressStatement } from './feed-statement.js';
import { readStageDays } from './stage-days.js';
import { runSharedStatement } from './statement.js';
import { readStoredDays, type StoredDays } from './stored-days.js';

export interface CountingBasis {
  readonly stages: KnownStages;
  readonly denominators: KnownDenominators;
  readonly countedFrom: readonly CountedFrom[];
  /** The same of one stage: none if it had no requests in the range. */
  countedFromOf(labels: StageLabels): readonly CountedFrom[];
  readonly kinds: CountingKinds;
  /** Totals marked until then are counted. */
  readonly nowMs: number;
  /** Days of the range that have rows. */
  readonly days: StoredDays;
}

/** The panels of one dashboard ask within it. */
const aMoment = { forMs: 1_000 };

/**
 * How far the stages asked for are known, and what they are counted from. To be read before anything is counted: what a
 * watermark covers has then been stored before the counting statement looks.
 */
export async function readCountingBasis(
  database: Database,
  { range, filter, nowMs }: { readonly range: TimeRange; readonly filter: EventFilter; readonly nowMs: number },
): Promise<CountingBasis> {
  const progress = await runSharedStatement<ProgressRow>(database, progressStatement, aMoment);
  // A feed may have gone on since the question was asked. The markers that its progress speaks of must be looked at.
  const newestProgressMs = Math.max(0, ...progress.map((row) => Number(row.updated_at_ms)));
  const countedUntilMs = Math.max(nowMs, newestProgressMs);
  const storedDays = await readStoredDays(database, range, countedUntilMs, String(newestProgressMs));
  const [allDays, denominatorDays, delivered] = await Promise.all([
    readStageDays(database, storedDays, countedUntilMs),
    readDenominatorDays(database, storedDays),
    runSharedStatement<DeliveredRow>(database, compileDelivered(range, filter, nowMs), aMoment),
  ]);
  const selected = <Of extends { readonly labels: StageLabels }>(all: readonly Of[]): readonly Of[] =>
    all.filter(({ labels }) => isSelected(labels, stageLabelNames, filter));
  const days = new Map([...allDays].map(([day, stages]) => [day, selected(stages)]));
  const kinds = kindsOfRange(days, range);
  const present = [...days.values()].flat();
  const denominators = knowDenominators(
    new Map(
      [...denominatorDays].map(([day, { refusalsOnly, metrics }]) => [
        day,
        { refusalsOnly: selected(refusalsOnly), metrics: selected(metrics) },
      ]),
    ),
    days,
    range,
  );
  return {
    denominators,
    stages: knowStages(
      deliveriesOf(delivered, present),
      present.filter(({ labels }) => kinds.ofStage.has(stageKeyOf(labels))).map(({ labels }) => labels),
      progressOf(progress),
      denominators.declared,
    ),
    countedFrom: kinds.countedFrom,
    countedFromOf: (labels) => kinds.ofStage.get(stageKeyOf(labels)) ?? [],
    kinds: kinds.counting,
    nowMs: countedUntilMs,
    days: storedDays,
  };
}

/** A feed that has ended is complete as to what it had: it is as far as the one that is furthest, so that nothing waits for it. */
function progressOf(rows: readonly ProgressRow[]): ReadonlyMap<string, number> {
  const furthest = rows.reduce((far, row) => Math.max(far, Number(row.complete_until_ms)), 0);
  return new Map(rows.map((row) => [row.feed, Number(row.has_ended) === 1 ? furthest : Number(row.complete_until_ms)]));
}

/** What was delivered in the last day with its counts, and the feeds that delivered earlier in the range. */
function deliveriesOf(lastDay: readonly DeliveredRow[], present: readonly StageDay[]): readonly DeliveredTotals[] {
  const deliveries = new Map<string, DeliveredTotals>();
  const add = (delivery: DeliveredTotals): void => {
    const key = JSON.stringify([stageKeyOf(delivery.labels), delivery.feed, delivery.countedFrom]);
    if (!deliveries.has(key)) deliveries.set(key, delivery);
  };
  for (const { account, region, api_id, stage, ...row } of lastDay) {
    add({
      labels: { account, region, api_id, stage },
      feed: row.feed,
      countedFrom: row.counted_from as CountedFrom,
      isSelected: row.is_selected === 1,
      dayRequests: Number(row.day_requests),
      dayOthers: Number(row.day_others),
      inLastDay: true,
      isDeclared: row.is_declared === 1,
    });
  }
  const earlier = { isSelected: true, dayRequests: 0, dayOthers: 0, inLastDay: false, isDeclared: false };
  for (const { labels, feeds } of present) for (const each of feeds) add({ labels, ...each, ...earlier });
  return [...deliveries.values()];
}
