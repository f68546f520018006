import type { Rule } from './rule.js';
import { apiKeyInvalid } from './rules/api-key-invalid.js';
import { apiKeyMissing } from './rules/api-key-missing.js';
import {
  accessDeniedUnexplained,
  authorizerLeftContext,
  authorizerRan,
  authorizerSentence,
} from './rules/authorizer-denied.js';
import {
  backendRefused,
  executionStarted,
  foreignAction,
  foreignBodyBehindGateway,
  functionErrorMapped,
} from './rules/backend-refused.js';
import { cacheInvalidationDenied } from './rules/cache-invalidation-denied.js';
import { browserBlockedPreflight, corsPreflightRefused } from './rules/cors-preflight-refused.js';
import { endpointDisabled, privateHost, stageRepeated, stageRepeatedUnderDomain } from './rules/domain-not-mapped.js';
import {
  edgeAnswered,
  foreignDenial,
  foreignXml,
  noGatewayHeaders,
  operationUndetermined,
} from './rules/edge-refused.js';
import { expiredToken } from './rules/expired-token.js';
import { onlyForbidden } from './rules/forbidden.js';
import { signedCallerDenied, userNotAuthorized } from './rules/iam-denied.js';
import { authenticationFailed, invalidSignature, malformedSignature } from './rules/invalid-signature.js';
import { claimsWithoutIntegration, insufficientScope, scopeErrorLogged } from './rules/jwt-scope-missing.js';
import { mtlsRefused } from './rules/mtls-refused.js';
import { notRefusedRule, undeterminedRule } from './rules/outcome.js';
import { onlyPolicyLeft, policyEvaluationDenied } from './rules/policy-evaluation.js';
import { resourcePolicyNamed } from './rules/resource-policy-denied.js';
import { mappedGatewayResponse, mappedIntegrationStatus } from './rules/response-override.js';
import {
  authorizationOnUnknownRoute,
  missingAuthenticationToken,
  noMethodForRoute,
  webSocketHandshake,
} from './rules/route-not-found.js';
import { unknownCause } from './rules/unknown.js';
import { unsignedHttpRequest, unsignedRequest } from './rules/unsigned-request.js';
import { usagePlanMismatch } from './rules/usage-plan-mismatch.js';
import { vpcEndpointAuthorizationHeader, vpcEndpointPolicy } from './rules/vpc-endpoint-denied.js';
import { wafBlocked } from './rules/waf-blocked.js';

/** Raised whenever a change can alter a stored verdict; rows carry it. */
export const ruleSetVersion = 2;

/**
 * The first rule that matches decides. The order follows the way of a request through API Gateway, and where two rules
 * can see the same evidence, the one that needs more of it stands first.
 *
 * To add one: its function in the file of its cause (`rules/`), a line here at its place, a scenario in
 * `test/scenarios/<cause>/`, a changelog line.
 */
export const ruleSet: readonly Rule[] = [
  // Was it refused at all? Statuses lie both ways, so this asks what a gate said before it asks for a 403.
  notRefusedRule,
  undeterminedRule,

  // WAF is asked before anything else in API Gateway, and a block hides every later cause.
  wafBlocked,
  // Answered before API Gateway: its rules below would misread another server's words.
  edgeAnswered,
  foreignXml,
  operationUndetermined,
  // The TLS handshake of a custom domain.
  mtlsRefused,

  // API Gateway names another error, or the integration answered: no gate of the list below was it.
  mappedGatewayResponse,
  mappedIntegrationStatus,
  functionErrorMapped,
  backendRefused,
  foreignBodyBehindGateway,
  foreignAction,

  // A preflight meets the same gates but is told apart by its method; it must come before them.
  corsPreflightRefused,

  // Host and route come before any permission. Config facts decide between a missing route and a missing signature.
  endpointDisabled,
  privateHost,
  stageRepeated,
  stageRepeatedUnderDomain,
  noMethodForRoute,
  vpcEndpointAuthorizationHeader,
  malformedSignature,
  unsignedRequest,
  missingAuthenticationToken,
  authorizationOnUnknownRoute,

  // Signature (SigV4) before policies.
  expiredToken,
  invalidSignature,
  authenticationFailed,

  // Policies. What the sentence names comes first, then who was at work, then the bare error type.
  cacheInvalidationDenied,
  vpcEndpointPolicy,
  resourcePolicyNamed,
  userNotAuthorized,
  authorizerSentence,
  insufficientScope,
  authorizerRan,
  signedCallerDenied,
  onlyPolicyLeft,
  policyEvaluationDenied,
  accessDeniedUnexplained,

  // Keys are checked after authorization.
  apiKeyMissing,
  apiKeyInvalid,
  usagePlanMismatch,

  // HTTP and WebSocket APIs say only "Forbidden": what they logged besides decides.
  scopeErrorLogged,
  claimsWithoutIntegration,
  authorizerLeftContext,
  unsignedHttpRequest,
  webSocketHandshake,

  // Weak evidence, then none.
  executionStarted,
  browserBlockedPreflight,
  onlyForbidden,
  noGatewayHeaders,
  foreignDenial,
  unknownCause,
];
