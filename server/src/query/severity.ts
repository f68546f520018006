import type { Cause, Confidence } from '@why403/parsers';

/** As Grafana calls and colours them. */
export const severities = ['error', 'warning', 'info', 'unknown'] as const;
export type Severity = (typeof severities)[number];

/**
 * Who has to act on a refusal decides its colour.
 * `error`: the owner of the API. Something on its side keeps callers out that should be let in, until it is changed.
 * `warning`: the caller, or whoever gives it a key, a token or a permission.
 * `info`: nobody, usually. A gate did what it is there for, and strangers who try their luck make most of it.
 * `unknown`: no log says why.
 */
const severityOfCause: Readonly<Record<Cause, Severity>> = {
  authorizer_denied: 'warning',
  jwt_scope_missing: 'warning',
  waf_blocked: 'info',
  resource_policy_denied: 'warning',
  api_key_missing: 'warning',
  api_key_invalid: 'warning',
  usage_plan_mismatch: 'error',
  iam_denied: 'warning',
  cache_invalidation_denied: 'error',
  unsigned_request: 'warning',
  invalid_signature: 'warning',
  expired_token: 'warning',
  route_not_found: 'info',
  cors_preflight_refused: 'error',
  domain_not_mapped: 'error',
  mtls_refused: 'warning',
  vpc_endpoint_denied: 'error',
  edge_refused: 'warning',
  backend_refused: 'warning',
  response_override: 'warning',
  unknown: 'unknown',
};

/** Details that change who has to act, as `cause/detail`. */
const severityOfDetail: Readonly<Partial<Record<`${Cause}/${string}`, Severity>>> = {
  // The function allowed something, just not this call: its policy is too narrow or was cached for another path.
  'authorizer_denied/not_covered': 'error',
  'authorizer_denied/cached_policy': 'error',
  'resource_policy_denied/no_policy': 'error',
  'response_override/server_error': 'error',
};

/** A verdict that is the best of several guesses is never an error: nobody is woken to change what may be right. */
export function severityOf(refusal: {
  readonly cause: Cause;
  readonly detail: string;
  readonly confidence: Confidence;
}): Severity {
  const { cause, detail, confidence } = refusal;
  // Rows of a newer version may have a cause that this one does not know.
  const severity = severityOfDetail[`${cause}/${detail}`] ?? severityOfCause[cause] ?? 'unknown';
  return severity === 'error' && confidence === 'possible' ? 'warning' : severity;
}
