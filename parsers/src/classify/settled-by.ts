import type { Cause } from '../model/cause.js';
import type { Alternative, Confidence } from '../model/verdict.js';

/** For each cause: what would prove it, when the evidence at hand does not. */
export const settledBy: Readonly<Record<Cause, string>> = {
  authorizer_denied:
    'Log $context.error.message: an authorizer denial begins "User is not authorized to access this resource"; HTTP APIs: log $context.authorizer.error and read the authorizer function’s own log.',
  jwt_scope_missing:
    'The answer’s www-authenticate header says error="insufficient_scope"; or compare the token’s scope claim with the route’s authorization scopes.',
  waf_blocked:
    'Log $context.wafResponseCode (WAF_BLOCK), or look for the request in the web ACL’s log or sampled requests.',
  resource_policy_denied:
    'Log $context.error.message: it ends in "resource-based policy"; GetRestApi shows whether the API has a policy at all.',
  api_key_missing:
    'The execution log says "API Key was required but not present"; or look whether the client sends the x-api-key header.',
  api_key_invalid:
    'The execution log shows the last six characters of the key that came: find it with GetApiKeys and see whether it is enabled.',
  usage_plan_mismatch: 'GetUsagePlans with the key’s id shows whether one of its plans has this API stage.',
  iam_denied:
    'Log $context.identity.userArn and $context.error.message: an IAM denial names "User: arn:…"; simulate the caller’s policy for execute-api:Invoke.',
  cache_invalidation_denied:
    'Look whether the client sends Cache-Control: max-age=0 and the stage’s cache settings say FAIL_WITH_403.',
  unsigned_request:
    'Compare the deployed methods (GetDeployment with embed=apisummary): the path and method exist and want AWS_IAM.',
  invalid_signature:
    'Look at the Authorization header the client sends: one that begins AWS4-HMAC-SHA256 was meant as a signature.',
  expired_token:
    'Log $context.error.responseType: EXPIRED_TOKEN; or look at the expiry of the caller’s session credentials.',
  route_not_found:
    'Compare path and method, stage segment included, with the deployed ones (GetDeployment with embed=apisummary).',
  cors_preflight_refused: 'Look at the method: a browser’s preflight is an OPTIONS request with an Origin header.',
  domain_not_mapped:
    'Compare host and first path segments with the domain’s API mappings (GetBasePathMappings); look whether the default endpoint is disabled.',
  mtls_refused:
    'The REST execution log says "Access denied. Reason: …"; look whether the domain has mutual TLS switched on.',
  vpc_endpoint_denied:
    'Look whether the caller’s VPC has an execute-api endpoint: its policy, and private DNS when the API is public.',
  edge_refused:
    'Look for API Gateway’s own ids in the answer (x-amz-apigw-id, apigw-requestid): without them something in front answered.',
  backend_refused:
    'Log $context.integration.status and $context.error.responseType: a backend’s 403 has the status there and no type.',
  response_override: 'Log $context.error.responseType: it names the error behind the 403.',
  unknown: 'Log $context.error.responseType and $context.error.message.',
};

export function alternative(
  cause: Cause,
  confidence: Exclude<Confidence, 'certain'> = 'possible',
  settled: string = settledBy[cause],
): Alternative {
  return { cause, confidence, settledBy: settled };
}

/** Rules may name an alternative by its cause alone. */
export const toAlternatives = (list: readonly (Alternative | Cause)[]): Alternative[] =>
  list.map((item) => (typeof item === 'string' ? alternative(item) : item));

/** At most four, without the verdict’s own cause and without repeats. */
export function alternativesWithout(cause: Cause | null, list: readonly Alternative[]): Alternative[] {
  const out: Alternative[] = [];
  for (const a of list) {
    if (a.cause !== cause && !out.some((o) => o.cause === a.cause)) out.push(a);
    if (out.length === 4) break;
  }
  return out;
}
