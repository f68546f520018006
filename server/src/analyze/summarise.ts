import type { Cause, CauseGroup, CountedFrom, Decision, Reject, RequestRecord } from '@why403/parsers';
import { isoTime } from '../cli/iso-time.js';
import { type Analysis, countingKinds, type StageCount, seriesName } from './analysis.js';
import type { Frequent } from './frequent.js';
import { CauseRefusals, Refusals } from './refusals.js';
import type {
  AnalysisReport,
  CauseReport,
  CulpritCount,
  RejectExample,
  RouteCount,
  StageReport,
  ValueCount,
} from './report.js';

const maxListed = 10;
const maxListedOfCause = 5;
const maxStagesListed = 50;
/** Requests of nothing but refusals that are too many for a coincidence. */
const minRefusalsOnly = 1000;

export interface SummaryContext {
  readonly bytes: number;
  readonly lines: number;
  readonly missingVariables: readonly string[] | null;
  readonly warnings: readonly string[];
  groupOf(cause: Cause): CauseGroup;
  /** What to do about one request. */
  remedyOf(record: RequestRecord): string;
  locate(line: number): { readonly input: string; readonly line: number };
}

/** The report of all that was gathered. */
export function summarise(analysis: Analysis, context: SummaryContext): AnalysisReport {
  const counted = countedStages(analysis);
  const requests = sum(counted.map(({ stage, kind }) => stage.requests[kind]));
  const refusedOf = new Map<Cause, number>();
  for (const { stage, kind } of counted) {
    for (const [cause, count] of stage.refused[kind]) refusedOf.set(cause, (refusedOf.get(cause) ?? 0) + count);
  }
  const refused = sum(refusedOf.values());
  const kinds = countingKinds.filter((kind) => counted.some((one) => one.kind === kind && hasCounted(one)));
  const refusals = new Refusals();
  for (const kind of kinds) refusals.merge(analysis.refusals[kind]);
  const { timeline, firstMs, newestMs } = analysis;
  const seriesOf = (cause: Cause): number[] =>
    timeline.valuesOf(counted.map(({ key, kind }) => seriesName(kind, key, cause)));
  const causes = [...refusedOf]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([cause, count]) =>
      causeReport(cause, count, {
        refused,
        series: seriesOf(cause),
        refusals: refusals.causes.get(cause) ?? new CauseRefusals(),
        context,
      }),
    );
  const isRefusalsOnly = refused >= minRefusalsOnly && refused >= requests;
  return {
    from: isoTime(firstMs),
    to: isoTime(newestMs),
    bytes: context.bytes,
    lines: context.lines,
    countedFrom: kinds,
    requests,
    refused,
    share: requests === 0 || isRefusalsOnly ? null : Math.min(1, refused / requests),
    undetermined: analysis.undetermined,
    uncounted: uncountedRefusals(analysis, counted),
    causes,
    series: {
      stepMs: timeline.stepMs,
      start: isoTime(timeline.startMs),
      requests: timeline.valuesOf(counted.map(({ key, kind }) => seriesName(kind, key, null))),
      refused: timeline.valuesOf(
        counted.flatMap(({ key, kind }) => [...refusedOf.keys()].map((cause) => seriesName(kind, key, cause))),
      ),
    },
    stages: stageReports(counted),
    routes: refusals.routes.top(maxListed).map(routeCount),
    callers: {
      sourceIps: refusals.sourceIps.top(maxListed).map(valueCount),
      principals: refusals.principals.top(maxListed).map(valueCount),
      apiKeyIds: refusals.apiKeyIds.top(maxListed).map(valueCount),
      userAgents: refusals.userAgents.top(maxListed).map(valueCount),
    },
    missingVariables: context.missingVariables,
    rejected: [...analysis.rejected]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    rejectExamples: analysis.rejectExamples.map((reject) => rejectExample(reject, context)),
    warnings: isRefusalsOnly
      ? [...context.warnings, 'The input holds refusals and no other requests: nothing tells what share they are.']
      : context.warnings,
  };
}

interface CountedStage {
  readonly key: string;
  readonly stage: StageCount;
  readonly kind: CountedFrom;
}

/**
 * Of each stage one kind of log counts, the first that there is. Lines that do not tell their API may be of any stage: their
 * log speaks for every stage, and the log of every stage for them.
 */
function countedStages({ stages }: Analysis): readonly CountedStage[] {
  const all = [...stages].map(([key, stage]) => ({ key, stage }));
  const firstOf = (some: readonly { readonly stage: StageCount }[]): number =>
    countingKinds.findIndex((kind) => some.some(({ stage }) => hasCounted({ stage, kind })));
  const anywhere = firstOf(all);
  const unknown = firstOf(all.filter(({ stage }) => !stage.isKnown));
  return all.map(({ key, stage }) => {
    const own = firstOf([{ stage }]);
    const first = stage.isKnown ? Math.min(own, unknown < 0 ? own : unknown) : anywhere;
    return { key, stage, kind: countingKinds[first] ?? 'access' };
  });
}

const hasCounted = ({ stage, kind }: Pick<CountedStage, 'stage' | 'kind'>): boolean =>
  stage.requests[kind] > 0 || stage.refused[kind].size > 0;

function uncountedRefusals({ stages }: Analysis, counted: readonly CountedStage[]): number {
  const all = [...stages.values()].flatMap(({ refused }) =>
    countingKinds.flatMap((kind) => [...refused[kind].values()]),
  );
  return sum(all) - sum(counted.flatMap(({ stage, kind }) => [...stage.refused[kind].values()]));
}

function stageReports(counted: readonly CountedStage[]): readonly StageReport[] {
  return counted
    .filter(hasCounted)
    .map(({ stage, kind }) => ({
      apiId: stage.apiId,
      stage: stage.stage,
      countedFrom: kind,
      requests: stage.requests[kind],
      refused: sum(stage.refused[kind].values()),
    }))
    .sort(
      (a, b) => b.refused - a.refused || b.requests - a.requests || (a.apiId + a.stage < b.apiId + b.stage ? -1 : 1),
    )
    .slice(0, maxStagesListed);
}

function causeReport(
  cause: Cause,
  count: number,
  from: {
    readonly refused: number;
    readonly series: readonly number[];
    readonly refusals: CauseRefusals;
    readonly context: SummaryContext;
  },
): CauseReport {
  const { refusals, context } = from;
  return {
    cause,
    group: context.groupOf(cause),
    refused: count,
    share: count / from.refused,
    confidence: { ...refusals.confidence },
    details: refusals.details.top(maxListedOfCause).map(valueCount),
    culprits: refusals.culprits.top(maxListedOfCause).map(culpritCount),
    routes: refusals.routes.top(maxListedOfCause).map(routeCount),
    sourceIps: refusals.sourceIps.top(maxListedOfCause).map(valueCount),
    series: from.series,
    example: requestExample(refusals.example, context),
    remedy: refusals.example === null ? '' : context.remedyOf(refusals.example.record),
  };
}

function requestExample(
  example: { readonly record: RequestRecord; readonly decision: Decision } | null,
  context: SummaryContext,
): CauseReport['example'] {
  if (example === null) throw new Error('a cause was counted without a request of it');
  const { record } = example;
  return {
    ...context.locate(record.line),
    requestId: record.requestId,
    extendedRequestId: record.extendedRequestId,
    time: isoTime(record.timeMs),
  };
}

const rejectExample = ({ line, reason, detail }: Reject, context: SummaryContext): RejectExample => ({
  ...context.locate(line),
  reason,
  detail,
});

const valueCount = ({ value, count, atMost }: Frequent): ValueCount => ({ value, count, atMost });

function routeCount({ value, count, atMost }: Frequent): RouteCount {
  const [apiId, stage, method, route] = JSON.parse(value) as [string, string, string, string];
  return { apiId, stage, method, route, count, atMost };
}

function culpritCount({ value, count, atMost }: Frequent): CulpritCount {
  const [kind, id, name] = JSON.parse(value) as [CulpritCount['kind'], string | null, string | null];
  return { kind, id, name, count, atMost };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
