import { missingCauseVariables } from '@why403/parsers';
import type { Column, NumberColumn } from '../query/query.js';
import { unknownRatio } from '../query/unknown-ratio.js';
import type { Doubt, DoubtsAnswer, FeedState, StageCoverage } from '../store/event-store.js';
import { maxLagMs } from './gauges/gauge.js';

export function stageColumns(stages: readonly StageCoverage[], atMs: number): readonly Column[] {
  return [
    text('account', stages, ({ labels }) => labels.account),
    text('region', stages, ({ labels }) => labels.region),
    text('api_id', stages, ({ labels }) => labels.api_id),
    text('stage', stages, ({ labels }) => labels.stage),
    text('counted_from', stages, ({ countedFrom }) => countedFrom.join(',')),
    number('requests', 'requests', stages, ({ requests }) => requests),
    number('refused', 'requests', stages, ({ refused }) => refused),
    number('unknown_ratio', 'ratio', stages, ({ unknown, refused, completeUntilMs }) =>
      isTooOld(completeUntilMs, atMs) ? null : unknownRatio(unknown, refused),
    ),
    number('certain_ratio', 'ratio', stages, ({ certain, refused }) => (refused === 0 ? null : certain / refused)),
    number('lag', 's', stages, ({ completeUntilMs }) => lagSeconds(completeUntilMs, atMs)),
  ];
}

export function feedColumns(feeds: readonly FeedState[], atMs: number): readonly Column[] {
  return [
    text('feed', feeds, ({ feed }) => feed),
    text('kind', feeds, ({ kind }) => kind),
    number('lag', 's', feeds, ({ completeUntilMs }) => lagSeconds(completeUntilMs, atMs)),
    number('requests', 'requests', feeds, ({ requests }) => requests),
    number('rejected', 'requests', feeds, ({ rejected }) => Object.values(rejected).reduce((sum, n) => sum + n, 0)),
    { name: 'complete_until', type: 'time', unit: 'ms', values: feeds.map(({ completeUntilMs }) => completeUntilMs) },
  ];
}

/** As in /metrics: what fell out of the range meanwhile would look as if it had become better. */
const isTooOld = (completeUntilMs: number | null, atMs: number): boolean =>
  completeUntilMs === null || atMs - completeUntilMs > maxLagMs;

/** What is read further than it was at that moment does not lag. */
const lagSeconds = (completeUntilMs: number | null, atMs: number): number | null =>
  completeUntilMs === null ? null : Math.max(0, atMs - completeUntilMs) / 1000;

interface Advice {
  readonly apiId: string;
  readonly stage: string;
  readonly cause: string;
  readonly advice: string;
  readonly requests: number;
}

/** The advice that settles most first. */
export function adviceColumns({ doubts, omittedDoubts }: DoubtsAnswer, limit: number) {
  const all = doubts.flatMap(adviceOf).sort((a, b) => b.requests - a.requests || (a.advice < b.advice ? -1 : 1));
  const shown = all.slice(0, limit);
  const columns: readonly Column[] = [
    text('api_id', shown, ({ apiId }) => apiId),
    text('stage', shown, ({ stage }) => stage),
    text('cause', shown, ({ cause }) => cause),
    text('advice', shown, ({ advice }) => advice),
    number('requests', 'requests', shown, ({ requests }) => requests),
  ];
  return { columns, omitted: omittedDoubts + all.length - shown.length };
}

/** Of so many refusals that part, of which the samples named the advice. */
function adviceOf({ labels, refused, samples }: Doubt): Advice[] {
  const named = new Map<string, number>();
  for (const sample of samples) {
    for (const advice of new Set(wordsOf(sample))) named.set(advice, (named.get(advice) ?? 0) + 1);
  }
  return [...named].map(([advice, times]) => ({
    apiId: labels.api_id,
    stage: labels.stage,
    cause: labels.cause,
    advice,
    requests: Math.max(1, Math.round((refused * times) / samples.length)),
  }));
}

/** What the verdict itself says would decide; of an unknown cause also what its access-log format lacks. */
function wordsOf({ record, verdict }: Doubt['samples'][number]): string[] {
  const words = verdict.alternatives.map(({ settledBy }) => settledBy);
  if (verdict.cause !== 'unknown') return words;
  const logged = Object.keys(record.access?.values ?? {}) as Parameters<typeof missingCauseVariables>[0];
  const lacking = record.access === null ? [] : missingCauseVariables(logged).map((name) => `$context.${name}`);
  return [
    `${verdict.remedy.summary}${lacking.length === 0 ? '' : ` The format lacks ${lacking.join(', ')}.`}`,
    ...words,
  ];
}

const text = <Row>(name: string, rows: readonly Row[], read: (row: Row) => string): Column => ({
  name,
  type: 'string',
  values: rows.map(read),
});

const number = <Row>(
  name: string,
  unit: NumberColumn['unit'],
  rows: readonly Row[],
  read: (row: Row) => number | null,
): Column => ({ name, type: 'number', unit, labels: {}, values: rows.map(read) });
