import type { Cause } from '../model/cause.js';
import type { ResponseFacts } from '../model/facts.js';
import type { Alternative, Confidence, Culprit, Evidence, Finding } from '../model/verdict.js';
import { toAlternatives } from './settled-by.js';
import type { RefusalStrength } from './signals/refusal.js';
import type { Signals } from './signals.js';

interface Refused {
  readonly cause: Cause;
  readonly detail?: string | null;
  readonly confidence: Confidence;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly culprit?: Culprit | null;
  readonly alternatives?: readonly (Alternative | Cause)[];
}

export function refused(found: Refused): Finding {
  return {
    outcome: 'refused',
    cause: found.cause,
    detail: found.detail ?? null,
    confidence: found.confidence,
    culprit: found.culprit ?? null,
    alternatives: toAlternatives(found.alternatives ?? []),
    reason: found.reason,
    evidence: found.evidence,
  };
}

export function notRefused(reason: string, evidence: readonly Evidence[], confidence: Confidence = 'certain'): Finding {
  return { outcome: 'not_refused', cause: null, detail: null, confidence, reason, evidence };
}

export function undetermined(reason: string, evidence: readonly Evidence[]): Finding {
  return { outcome: 'undetermined', cause: null, detail: null, confidence: 'possible', reason, evidence };
}

/** The backend’s own 403 fits too while nothing logs that it was not called. */
export const behind = (s: Signals): readonly Cause[] => (s.integration.answered === false ? [] : ['backend_refused']);

/** How sure a family's unambiguous cause is, by how the family is known. */
export const confidenceOf = (strength: RefusalStrength): Confidence =>
  strength === 'gateway' ? 'certain' : strength === 'length' ? 'possible' : 'likely';

/** One step less sure. */
export const lowerOf = (confidence: Confidence): Exclude<Confidence, 'certain'> =>
  confidence === 'certain' ? 'likely' : 'possible';

/** The answer that the client got, when none of API Gateway's own logs has the request. */
export const answerAlone = ({ record: { response, access, execution } }: Signals): ResponseFacts | null =>
  access === null && execution.length === 0 ? response : null;

/** An answer without API Gateway's ids may come from another AWS service or a proxy that words it the same way. */
export const maybeEdge = (s: Signals): readonly Cause[] =>
  answerAlone(s)?.headers.apigwId === false ? ['edge_refused'] : [];

export const statusEvidence = (s: Signals): Evidence[] => {
  const { access, response, execution } = s.record;
  if (s.status === null) return [];
  const completed = execution.find((l) => l.kind === 'method_completed');
  if (access?.values.status) return [{ from: 'access', field: 'status', value: access.values.status }];
  if (completed) return [{ from: 'execution', field: 'Method completed', value: completed.text }];
  if (response && response.status !== null)
    return [{ from: 'response', field: 'status', value: String(response.status) }];
  if (s.record.waf && s.record.waf.responseCodeSent !== null) {
    return [{ from: 'waf', field: 'responseCodeSent', value: String(s.record.waf.responseCodeSent) }];
  }
  return [];
};
