import type { Cause, Finding, Remedy, RequestRecord } from '../../model/index.js';
import { type DetailOf, isDetailOf } from '../causes.js';
import type { Advice, Adviser } from './advice.js';
import { apiKeyInvalid } from './api-key-invalid.js';
import { apiKeyMissing } from './api-key-missing.js';
import { authorizerDenied } from './authorizer-denied.js';
import { backendRefused } from './backend-refused.js';
import { cacheInvalidationDenied } from './cache-invalidation-denied.js';
import { createRemedyContext, type RemedyContext } from './context.js';
import { corsPreflightRefused } from './cors-preflight-refused.js';
import { domainNotMapped } from './domain-not-mapped.js';
import { edgeRefused } from './edge-refused.js';
import { expiredToken } from './expired-token.js';
import { iamDenied } from './iam-denied.js';
import { invalidSignature } from './invalid-signature.js';
import { jwtScopeMissing } from './jwt-scope-missing.js';
import { mtlsRefused } from './mtls-refused.js';
import { notRefused } from './not-refused.js';
import { resourcePolicyDenied } from './resource-policy-denied.js';
import { responseOverride } from './response-override.js';
import { routeNotFound } from './route-not-found.js';
import { undetermined } from './undetermined.js';
import { unknown } from './unknown.js';
import { unsignedRequest } from './unsigned-request.js';
import { usagePlanMismatch } from './usage-plan-mismatch.js';
import { vpcEndpointDenied } from './vpc-endpoint-denied.js';
import { wafBlocked } from './waf-blocked.js';

// One adviser per cause. To add one: its file, a line here; a cause without a line does not compile.
const advisers: { readonly [C in Cause]: Adviser<C> } = {
  authorizer_denied: authorizerDenied,
  jwt_scope_missing: jwtScopeMissing,
  waf_blocked: wafBlocked,
  resource_policy_denied: resourcePolicyDenied,
  api_key_missing: apiKeyMissing,
  api_key_invalid: apiKeyInvalid,
  usage_plan_mismatch: usagePlanMismatch,
  iam_denied: iamDenied,
  cache_invalidation_denied: cacheInvalidationDenied,
  unsigned_request: unsignedRequest,
  invalid_signature: invalidSignature,
  expired_token: expiredToken,
  route_not_found: routeNotFound,
  cors_preflight_refused: corsPreflightRefused,
  domain_not_mapped: domainNotMapped,
  mtls_refused: mtlsRefused,
  vpc_endpoint_denied: vpcEndpointDenied,
  edge_refused: edgeRefused,
  backend_refused: backendRefused,
  response_override: responseOverride,
  unknown,
};

/** The part of a finding that chooses the remedy. */
export type RemedyQuestion = Pick<Finding, 'outcome' | 'cause' | 'detail' | 'culprit' | 'confidence'>;

const settleFirst =
  'This is the best of several explanations: settle the alternatives of the verdict before you change anything.';

/** What to do about a finding: never empty, its commands filled with the request's own ids, quoted. */
export function remedyFor(finding: RemedyQuestion, record: RequestRecord): Remedy {
  const context = createRemedyContext(finding.culprit ?? null, record);
  const { summary, steps, commands } = adviceFor(finding, context);
  const isGuess = finding.outcome === 'refused' && finding.confidence === 'possible' && finding.cause !== 'unknown';
  return { summary, steps: isGuess ? [settleFirst, ...steps] : steps, commands };
}

function adviceFor({ outcome, cause, detail }: RemedyQuestion, context: RemedyContext): Advice {
  if (outcome === 'not_refused') return notRefused(context);
  if (outcome === 'undetermined') return undetermined(context);
  return adviceOnCause(cause ?? 'unknown', detail, context);
}

function adviceOnCause<C extends Cause>(cause: C, detail: string | null, context: RemedyContext): Advice {
  const adviser: Adviser<C> = advisers[cause];
  const own: DetailOf<C> | null = isDetailOf(cause, detail) ? detail : null;
  return adviser(own, context);
}
