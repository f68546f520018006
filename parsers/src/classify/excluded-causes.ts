import type { Cause } from '../model/cause.js';
import { isStale } from './config-trust.js';
import type { Signals } from './signals.js';

/** REST features that HTTP APIs do not have. */
const restOnly: readonly Cause[] = [
  'waf_blocked',
  'resource_policy_denied',
  'api_key_missing',
  'api_key_invalid',
  'usage_plan_mismatch',
  'cache_invalidation_denied',
  'vpc_endpoint_denied',
];

/** Causes that the evidence at hand rules out, whichever rule speaks: none of them is offered as an alternative. */
export function excludedCauses(s: Signals): ReadonlySet<Cause> {
  const { access, execution, apiKind, response } = s.record;
  const out = new Set<Cause>();
  const config = s.config && !isStale(s.config) ? s.config : null;
  const noWebAcl = s.value('webaclArn') === null || s.value('wafResponseCode') === null || config?.webAcl === null;
  if (s.wafAllowed || noWebAcl) out.add('waf_blocked');
  // The stage's own log has the request: nothing in front answered it.
  if (access || execution.length > 0) out.add('edge_refused');
  if (response?.headers.apigwId || response?.headers.httpApiRequestId) out.add('edge_refused');
  if (apiKind === 'http') for (const cause of restOnly) out.add(cause);
  const keySent = response?.request.apiKeySent ?? null;
  if (keySent === true || s.value('identity.apiKey') || s.value('identity.apiKeyId')) out.add('api_key_missing');
  if (keySent === false && s.config?.apiKeySource !== 'AUTHORIZER')
    out.add('api_key_invalid').add('usage_plan_mismatch');
  if (s.integration.answered === false) out.add('backend_refused');
  if (s.deployedRoute && s.routeIsDeployed) {
    out.add('route_not_found');
    if (!s.deployedRoute.apiKeyRequired) out.add('api_key_missing').add('api_key_invalid').add('usage_plan_mismatch');
  }
  return out;
}
