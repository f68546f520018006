import { behind, maybeEdge, refused, statusEvidence } from '../finding.js';
import { httpRouteGuard } from '../http-route-guard.js';
import type { Rule } from '../rule.js';

export const insufficientScope: Rule = {
  id: 'jwt-insufficient-scope',
  match(s) {
    if (s.refusal?.type !== 'JWT_SCOPE') return undefined;
    const wanted = s.record.response?.headers.wwwAuthenticateScope;
    return refused({
      cause: 'jwt_scope_missing',
      detail: 'insufficient_scope',
      // Any OAuth server behind or in front of the API words it this way; API Gateway's own answer carries its id.
      confidence:
        s.refusal.strength === 'gateway'
          ? 'certain'
          : s.record.response?.headers.httpApiRequestId
            ? 'likely'
            : 'possible',
      reason: `The token is valid, but has none of the scopes that the route asks for${wanted ? ` (${wanted})` : ''}.`,
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: ['backend_refused', ...maybeEdge(s), 'authorizer_denied'],
    });
  },
};

/** `$context.authorizer.error` of a JWT authorizer uses OAuth’s word for it. */
export const scopeErrorLogged: Rule = {
  id: 'jwt-scope-error-logged',
  match(s) {
    const error = s.value('authorizer.error');
    if (s.status !== 403 || s.integration.answered === true || !error || !/insufficient_scope/i.test(error))
      return undefined;
    return refused({
      cause: 'jwt_scope_missing',
      detail: 'insufficient_scope',
      confidence: 'likely',
      reason: 'The token is valid, but has none of the scopes that the route asks for.',
      evidence: [{ from: 'access', field: 'authorizer.error', value: error }, ...statusEvidence(s)],
      alternatives: ['authorizer_denied'],
    });
  },
};

/** An HTTP API parsed the token (its claims are logged) and still refused before the integration: the scope is what is left. */
export const claimsWithoutIntegration: Rule = {
  id: 'jwt-claims-then-403',
  match(s) {
    if (s.record.apiKind !== 'http' || s.status !== 403 || s.integration.answered === true) return undefined;
    if (s.refusal && s.refusal.type !== 'FORBIDDEN') return undefined;
    const scopes = s.deployedRoute?.authorizationType === 'JWT' ? s.deployedRoute.authorizationScopes : undefined;
    if (!s.value('authorizer.claims') && !(scopes && scopes.length > 0)) return undefined;
    const guarded = httpRouteGuard(s) !== null && scopes !== undefined && scopes.length > 0;
    return refused({
      cause: 'jwt_scope_missing',
      detail: 'insufficient_scope',
      confidence: guarded ? 'certain' : s.integration.answered === false ? 'likely' : 'possible',
      reason:
        'The JWT authorizer accepted the token, and the route still refused it before calling the backend: the token lacks the route’s scope.',
      evidence: [
        ...(s.value('authorizer.claims')
          ? [{ from: 'access', field: 'authorizer.claims', value: 'present' } as const]
          : []),
        ...(scopes ? [{ from: 'config', field: 'authorizationScopes', value: scopes.join(' ') } as const] : []),
        ...statusEvidence(s),
      ],
      alternatives: [...behind(s), 'authorizer_denied'],
    });
  },
};
