/**
 * The closed set of causes and the group of each. Dashboards and alert rules depend on these words.
 * To add one: add a line here, its metadata in `classify/causes.ts`, its file in `classify/rules/` and a row in docs/causes.md.
 */
export const groupOfCause = {
  authorizer_denied: 'authorizer',
  jwt_scope_missing: 'authorizer',
  waf_blocked: 'waf',
  resource_policy_denied: 'resource_policy',
  api_key_missing: 'api_key',
  api_key_invalid: 'api_key',
  usage_plan_mismatch: 'usage_plan',
  iam_denied: 'iam',
  cache_invalidation_denied: 'iam',
  unsigned_request: 'signature',
  invalid_signature: 'signature',
  expired_token: 'signature',
  route_not_found: 'routing',
  cors_preflight_refused: 'routing',
  domain_not_mapped: 'routing',
  mtls_refused: 'network',
  vpc_endpoint_denied: 'network',
  edge_refused: 'network',
  backend_refused: 'backend',
  response_override: 'backend',
  unknown: 'unknown',
} as const;

export type Cause = keyof typeof groupOfCause;
export type CauseGroup = (typeof groupOfCause)[Cause];

export const causes = Object.keys(groupOfCause) as readonly Cause[];
