import type { Cause, CauseGroup } from './cause.js';

/** `undetermined`: the input does not show whether the request was refused; such a request is never counted. */
export type Outcome = 'refused' | 'not_refused' | 'undetermined';

/** A `certain` verdict is never wrong; `likely` has a leading explanation; `possible` is the best of several. */
export type Confidence = 'certain' | 'likely' | 'possible';

export type EvidenceSource = 'access' | 'execution' | 'waf' | 'config' | 'response';

/**
 * One thing that was seen. `field` is AWS's own word for it (a `$context` variable without the prefix, an execution-log
 * line kind, a WAF key, a response header); `value` is AWS's own text, redacted, never a secret.
 */
export interface Evidence {
  readonly from: EvidenceSource;
  readonly field: string;
  readonly value: string;
}

export interface Alternative {
  readonly cause: Cause;
  readonly confidence: Exclude<Confidence, 'certain'>;
  /** What would decide between this and the verdict: a log variable to add, a config read, a line to look for. */
  readonly settledBy: string;
}

export type CulpritKind =
  | 'waf_rule'
  | 'web_acl'
  | 'authorizer'
  | 'policy'
  | 'usage_plan'
  | 'api_key'
  | 'principal'
  | 'vpc_endpoint'
  | 'integration'
  | 'route'
  | 'certificate';

/** The object that refused, as far as the evidence names it. */
export interface Culprit {
  readonly kind: CulpritKind;
  readonly id: string | null;
  readonly name: string | null;
}

export interface Remedy {
  readonly summary: string;
  readonly steps: readonly string[];
  /** Copyable shell commands; every value from a log passed `shellWord` (classify/remedies/command.ts). */
  readonly commands: readonly string[];
}

/** What a rule says; the classifier adds group, detail default and remedy to make a Verdict of it. */
export interface Finding {
  readonly outcome: Outcome;
  /** null unless `outcome` is `refused`. */
  readonly cause: Cause | null;
  /** From the closed set of the cause (`classify/causes.ts`), or null. */
  readonly detail: string | null;
  readonly confidence: Confidence;
  readonly culprit?: Culprit | null;
  /** Likeliest first; the classifier keeps at most four and none that the evidence rules out. */
  readonly alternatives?: readonly Alternative[];
  /** One sentence that a tired engineer understands. */
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly cause: Cause | null;
  readonly group: CauseGroup | null;
  readonly detail: string | null;
  readonly culprit: Culprit | null;
  readonly confidence: Confidence;
  readonly alternatives: readonly Alternative[];
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly remedy: Remedy;
  /** Id of the rule that decided. */
  readonly decidedBy: string;
}
