import type { ExplainedRequest, Explanation, Reject, Verdict } from '@why403/parsers';
import { jsonText } from '../text/json-text.js';
import { isoTime } from './iso-time.js';

/** One request of `why403 explain --json`; docs/explain-output.md documents it, docs/explain.schema.json fixes it. */
export interface ExplainJsonRequest {
  readonly requestId: string | null;
  readonly extendedRequestId: string | null;
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string | null;
  readonly status: number | null;
  readonly outcome: Verdict['outcome'];
  readonly cause: Verdict['cause'];
  readonly group: Verdict['group'];
  readonly detail: string | null;
  readonly culprit: Verdict['culprit'];
  readonly confidence: Verdict['confidence'];
  readonly alternatives: Verdict['alternatives'];
  readonly reason: string;
  readonly evidence: Verdict['evidence'];
  readonly remedy: Verdict['remedy'];
  readonly decidedBy: string;
}

/** Field by field, so that what the engine adds to its types later does not leak into the stable output. */
function toExplainJson({ record, verdict }: ExplainedRequest): ExplainJsonRequest {
  const { culprit, remedy } = verdict;
  return {
    requestId: record.requestId,
    extendedRequestId: record.extendedRequestId,
    time: isoTime(record.timeMs),
    status: record.status,
    outcome: verdict.outcome,
    cause: verdict.cause,
    group: verdict.group,
    detail: verdict.detail,
    culprit: culprit === null ? null : { kind: culprit.kind, id: culprit.id, name: culprit.name },
    confidence: verdict.confidence,
    alternatives: verdict.alternatives.map(({ cause, confidence, settledBy }) => ({ cause, confidence, settledBy })),
    reason: verdict.reason,
    evidence: verdict.evidence.map(({ from, field, value }) => ({ from, field, value })),
    remedy: { summary: remedy.summary, steps: remedy.steps, commands: remedy.commands },
    decidedBy: verdict.decidedBy,
  };
}

const rejectJson = ({ line, reason, detail }: Reject): Reject => ({ line, reason, detail });

/** The whole answer in pieces, a request or reject a line: a hundred thousand requests are never one string. */
export function* explainJson({ requests, rejected }: Pick<Explanation, 'requests' | 'rejected'>): Generator<string> {
  yield '{"requests":[';
  yield* items(requests, toExplainJson);
  yield '],"rejected":[';
  yield* items(rejected, rejectJson);
  yield ']}\n';
}

function* items<T>(list: readonly T[], toJson: (item: T) => unknown): Generator<string> {
  for (const [i, item] of list.entries()) yield `${i === 0 ? '\n' : ',\n'}${jsonText(toJson(item))}`;
}
