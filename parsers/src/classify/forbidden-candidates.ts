import type { Cause } from '../model/cause.js';
import type { Hint } from '../model/facts.js';
import { isStale } from './config-trust.js';
import { excludedCauses } from './excluded-causes.js';
import type { Signals } from './signals.js';

/**
 * The word `Forbidden` alone is shared by a dozen causes. Which come first depends on what else is known: the kind of
 * API, the host, whether a key or a signature was sent, what the web ACL said. Weights are priors, not proof; they only
 * order the list, and nothing that they decide is ever more than `possible`.
 */
export function forbiddenCandidates(s: Signals): Cause[] {
  const weight = new Map<Cause, number>();
  const { response } = s.record;
  const kind = s.record.apiKind;
  const socket = kind === 'websocket' || (kind === null && response?.hints.includes('websocket') === true);
  // An SDK names the error of a call to @connections; a client that could not connect has only the status.
  const callback = socket && response?.errorType != null;
  const base = kind === 'http' ? httpApiWeights : callback ? callbackWeights : socket ? webSocketWeights : restWeights;
  for (const [cause, w] of base) weight.set(cause, w);
  // Nothing says which kind of API it is: an HTTP API says only "Forbidden" for its authorizers too.
  if (kind === null && !socket)
    for (const [cause, w] of httpApiWeights) weight.set(cause, (weight.get(cause) ?? 0) + w * 0.55);

  const add = (cause: Cause, w: number) => weight.set(cause, (weight.get(cause) ?? 0) + w);
  // Applied last: what the words around a paste name does not bring back what the evidence rules out.
  const dropped = new Set(excludedCauses(s));
  const drop = (...causes: Cause[]) => {
    for (const cause of causes) dropped.add(cause);
  };

  const request = response?.request;
  if (request?.apiKeySent === true) {
    add('api_key_invalid', 20);
    add('usage_plan_mismatch', 20);
  }
  if (request?.apiKeySent === false) add('api_key_missing', 8);
  if (request?.authorization === 'sigv4') add('iam_denied', 18);
  if (request?.authorization === 'bearer') {
    add('authorizer_denied', 10);
    add('jwt_scope_missing', 12);
  }
  if (request?.authorization === 'none') drop('jwt_scope_missing');
  if (request?.hostKind === 'execute_api') {
    drop('edge_refused');
    add('domain_not_mapped', -6);
    add('route_not_found', 14);
  }
  if (request?.hostKind === 'custom') add('domain_not_mapped', 18);
  if (request?.hostKind === 'vpc_endpoint') add('vpc_endpoint_denied', 30);
  if (request?.hostKind === 'cloudfront') {
    add('domain_not_mapped', 10);
    add('edge_refused', 12);
  }
  // A named error type: REST; an HTTP API sends none.
  if (response?.errorType) drop('jwt_scope_missing');

  // The stage's own access log has it: host, mapping and edge did their part.
  if (s.record.access) drop('domain_not_mapped', 'vpc_endpoint_denied');
  if (s.record.access && s.record.route !== null) drop('route_not_found');
  if (s.value('identity.apiKeyId')) add('usage_plan_mismatch', 20);
  if (s.value('identity.apiKey') === null && s.value('identity.apiKeyId') === null) add('api_key_missing', 6);
  if (s.value('authorizer.claims')) add('jwt_scope_missing', 30);
  if (s.value('authorizer.context') || s.value('authorizer.principalId')) add('authorizer_denied', 30);
  if (s.value('identity.userArn') || s.value('identity.caller')) add('iam_denied', 30);
  if (s.deployedRoute) {
    if (s.deployedRoute.apiKeyRequired) add('api_key_missing', 15);
    const without = s.routeIsDeployed ? drop : (cause: Cause) => add(cause, -20);
    if (s.deployedRoute.authorizationType !== 'JWT') without('jwt_scope_missing');
    if (s.deployedRoute.authorizationType !== 'AWS_IAM') without('iam_denied');
    if (s.deployedRoute.authorizationType !== 'CUSTOM') without('authorizer_denied');
  }
  if (s.config?.domains && !isStale(s.config) && !s.config.domains.some((domain) => domain.mutualTls))
    drop('mtls_refused');
  for (const cause of hintedCauses(s)) add(cause, 30);
  for (const cause of dropped) weight.delete(cause);
  return [...weight].sort((a, b) => b[1] - a[1]).map(([cause]) => cause);
}

type Weights = readonly (readonly [Cause, number])[];

const restWeights: Weights = [
  ['api_key_missing', 30],
  ['usage_plan_mismatch', 25],
  ['waf_blocked', 24],
  ['domain_not_mapped', 22],
  ['api_key_invalid', 18],
  ['route_not_found', 13],
  ['vpc_endpoint_denied', 11],
  ['mtls_refused', 8],
  ['edge_refused', 3],
];

const httpApiWeights: Weights = [
  ['authorizer_denied', 30],
  ['iam_denied', 28],
  ['jwt_scope_missing', 26],
  ['mtls_refused', 12],
  ['domain_not_mapped', 6],
];

/** `@connections` of the management API: no authorizer is asked; wrong host or stage, or execute-api:ManageConnections. */
const callbackWeights: Weights = [
  ['iam_denied', 26],
  ['domain_not_mapped', 24],
  ['route_not_found', 22],
];

const webSocketWeights: Weights = [
  ['authorizer_denied', 30],
  ['iam_denied', 24],
  ['route_not_found', 22],
  ['domain_not_mapped', 18],
  ['waf_blocked', 5],
  ['backend_refused', 4],
];

/** What the words around a paste point at; a cause stands as often as it is pointed at. */
export const hintedCauses = (s: Signals): Cause[] =>
  (s.record.response?.hints ?? []).flatMap((hint) => causesOfHint[hint]);

const causesOfHint: Readonly<Record<Hint, readonly Cause[]>> = {
  api_key: ['api_key_missing', 'api_key_invalid'],
  usage_plan: ['usage_plan_mismatch'],
  waf: ['waf_blocked'],
  resource_policy: ['resource_policy_denied'],
  authorizer: ['authorizer_denied'],
  jwt: ['jwt_scope_missing', 'authorizer_denied'],
  iam: ['iam_denied'],
  vpc_endpoint: ['vpc_endpoint_denied'],
  custom_domain: ['domain_not_mapped'],
  mtls: ['mtls_refused'],
  cors: ['cors_preflight_refused'],
  cloudfront: ['domain_not_mapped', 'edge_refused'],
  stage: ['route_not_found'],
  route: ['route_not_found'],
  websocket: [],
  http_api: ['authorizer_denied', 'iam_denied'],
  cache: ['cache_invalidation_denied'],
  backend: ['backend_refused'],
};
