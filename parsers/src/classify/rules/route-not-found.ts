import type { Cause } from '../../model/cause.js';
import type { DeployedRoute } from '../../model/config-facts.js';
import type { Evidence, Finding } from '../../model/verdict.js';
import { confidenceOf, maybeEdge, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';
import type { Signals } from '../signals.js';

/** `Missing Authentication Token`: nearly always a wrong path or method; no feature of API Gateway has that name. */
export const missingAuthenticationToken: Rule = {
  id: 'missing-authentication-token',
  match(s) {
    if (s.refusal?.type !== 'MISSING_AUTHENTICATION_TOKEN') return undefined;
    const evidence: Evidence[] = [...s.refusal.evidence, ...statusEvidence(s)];
    if (s.deployedRoute === null && s.refusal.strength !== 'length') return notDeployed(s, evidence);
    if (s.deployedRoute && s.routeIsDeployed) return deployedAfterAll(s, s.deployedRoute, evidence);
    return refused({
      cause: 'route_not_found',
      confidence: s.refusal.strength === 'length' ? 'possible' : 'likely',
      reason:
        'API Gateway has no such path and method in the deployed stage. It words that as "Missing Authentication Token"; the same answer comes to an unsigned call of a method that wants an AWS signature.',
      evidence,
      alternatives: order(s, [
        'unsigned_request',
        ...xmlEdge(s),
        'domain_not_mapped',
        ...(s.record.method ? [] : (['cors_preflight_refused'] as const)),
        ...maybeEdge(s),
      ]),
    });
  },
};

/** XML is what other AWS services answer; API Gateway writes JSON. */
const xmlEdge = (s: Signals): readonly Cause[] => (s.record.response?.bodyShape === 'xml' ? ['edge_refused'] : []);

/** `… not a valid key=value pair (missing equal-sign) in Authorization header`: the SigV4 reader got a bearer token. */
export const authorizationOnUnknownRoute: Rule = {
  id: 'authorization-header-on-unknown-route',
  match(s) {
    if (s.refusal?.type !== 'INCOMPLETE_SIGNATURE') return undefined;
    const evidence: Evidence[] = [...s.refusal.evidence, ...statusEvidence(s)];
    if (s.deployedRoute === null) return notDeployed(s, evidence);
    if (s.deployedRoute && s.routeIsDeployed) return deployedAfterAll(s, s.deployedRoute, evidence);
    return refused({
      cause: 'route_not_found',
      confidence: 'likely',
      reason:
        'API Gateway found no method for this path and then tried to read the Authorization header as an AWS signature. The same text comes from a method that really wants one.',
      evidence,
      alternatives: order(s, ['unsigned_request', 'invalid_signature', 'vpc_endpoint_denied', 'domain_not_mapped']),
    });
  },
};

function notDeployed(s: Signals, evidence: readonly Evidence[]): Finding {
  return refused({
    cause: 'route_not_found',
    detail: 'no_route',
    confidence: confidenceOf(s.refusal?.strength ?? 'message'),
    reason: `The deployed stage has no ${s.record.method ?? 'such'} method for this path.`,
    evidence: [...evidence, { from: 'config', field: 'apiSummary', value: 'no route fits method and path' }],
    alternatives: ['domain_not_mapped', 'unsigned_request'],
  });
}

/** The method is there and asks for no signature: the answer does not fit what is known, so little is said of it. */
function deployedAfterAll(s: Signals, route: DeployedRoute, evidence: readonly Evidence[]): Finding {
  return refused({
    cause: 'route_not_found',
    confidence: 'possible',
    reason: `The deployed stage has a method that fits (${route.method} ${route.path}) and wants no AWS signature, so API Gateway should not have answered so: a deployment at that moment, or a call of another path than the log shows.`,
    evidence: [...evidence, { from: 'config', field: 'authorizationType', value: route.authorizationType }],
    alternatives: order(s, ['domain_not_mapped', 'unsigned_request', 'vpc_endpoint_denied']),
  });
}

/** What the surrounding words name comes first among the alternatives. */
function order(s: Signals, list: readonly Cause[]): Cause[] {
  const hints = s.record.response?.hints ?? [];
  const front: Cause[] = [];
  if (hints.includes('custom_domain') || hints.includes('cloudfront')) front.push('domain_not_mapped');
  if (
    hints.includes('vpc_endpoint') ||
    s.value('identity.vpceId') ||
    s.record.response?.request.hostKind === 'vpc_endpoint'
  )
    front.push('vpc_endpoint_denied');
  if (hints.includes('iam')) front.push('unsigned_request', 'invalid_signature');
  if (hints.includes('cors')) front.push('cors_preflight_refused');
  return [...new Set([...front, ...list])];
}

/** `No method found matching route <route> for http method <METHOD>.` */
export const noMethodForRoute: Rule = {
  id: 'no-method-for-route',
  match(s) {
    if (s.refusal?.type !== 'NO_ROUTE') return undefined;
    return refused({
      cause: 'route_not_found',
      detail: 'no_route',
      confidence: 'likely',
      reason: 'The API that the domain leads to has no method for this route.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: ['domain_not_mapped', 'unsigned_request'],
    });
  },
};

/** A WebSocket API logged a refusal without event type, route and connection: no handshake came about. */
export const webSocketHandshake: Rule = {
  id: 'websocket-handshake',
  match(s) {
    if (s.record.apiKind !== 'websocket' || s.status !== 403 || s.refusal?.strength === 'gateway') return undefined;
    if (s.value('eventType') !== null || s.value('routeKey') !== null) return undefined;
    return refused({
      cause: 'route_not_found',
      detail: 'websocket_handshake',
      confidence: 'possible',
      reason:
        'The request never became a WebSocket connection (no event type, no route): a plain HTTP call, a missing Upgrade header, or a wrong stage or path.',
      evidence: [
        { from: 'access', field: 'eventType', value: '-' },
        { from: 'access', field: 'routeKey', value: '-' },
        ...statusEvidence(s),
      ],
      alternatives: ['authorizer_denied', 'iam_denied', 'domain_not_mapped'],
    });
  },
};
