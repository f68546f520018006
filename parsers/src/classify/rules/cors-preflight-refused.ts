import type { Evidence } from '../../model/verdict.js';
import { readApiKeyEvidence } from '../api-key-evidence.js';
import { refused, statusEvidence } from '../finding.js';
import { httpRouteGuard } from '../http-route-guard.js';
import type { Rule } from '../rule.js';
import { alternative } from '../settled-by.js';
import type { Signals } from '../signals.js';

/** OPTIONS refused for want of a method, or because it is protected itself; WAF and resource policy keep their own cause. */
export const corsPreflightRefused: Rule = {
  id: 'cors-preflight-refused',
  match(s) {
    if (!s.preflight || !s.refusal || s.integration.answered === true) return undefined;
    const { type, strength } = s.refusal;
    const evidence: Evidence[] = [
      {
        from: s.record.access ? 'access' : s.record.execution.length > 0 ? 'execution' : 'response',
        field: 'httpMethod',
        value: 'OPTIONS',
      },
      ...s.refusal.evidence,
      ...statusEvidence(s),
    ];
    if (type === 'MISSING_AUTHENTICATION_TOKEN' || type === 'INCOMPLETE_SIGNATURE' || type === 'NO_ROUTE') {
      const iam = s.deployedRoute?.authorizationType === 'AWS_IAM';
      const noRoute = s.deployedRoute === null;
      const open = s.deployedRoute && s.routeIsDeployed && !iam;
      if (iam || noRoute)
        evidence.push({ from: 'config', field: 'apiSummary', value: iam ? 'OPTIONS wants AWS_IAM' : 'no OPTIONS' });
      if (open)
        evidence.push({ from: 'config', field: 'apiSummary', value: 'OPTIONS is there and wants no signature' });
      return refused({
        cause: 'cors_preflight_refused',
        detail: iam ? 'protected_options' : 'no_options_method',
        confidence:
          strength === 'gateway' && (iam || noRoute)
            ? 'certain'
            : strength === 'length' || open
              ? 'possible'
              : 'likely',
        reason: iam
          ? 'The browser’s preflight (OPTIONS) carries no signature, and the OPTIONS method of this path wants one.'
          : 'The browser’s preflight (OPTIONS) was refused because the deployed stage has no OPTIONS method for this path.',
        evidence,
        alternatives: ['route_not_found', 'unsigned_request', 'domain_not_mapped'],
      });
    }
    const denial = s.message?.denial;
    const byResourcePolicy =
      denial?.policy === 'resource' || denial?.principal === 'anonymous' || denial?.policy === 'vpc_endpoint';
    // A preflight carries neither key nor credentials: a key that came, or a caller that is named, was some other OPTIONS.
    const byKey = type === 'INVALID_API_KEY' && readApiKeyEvidence(s).sent !== true;
    const named = s.message?.kind === 'authorizer_not_authorized' || s.message?.kind === 'operation_undetermined';
    const custom = s.deployedRoute?.authorizationType === 'CUSTOM';
    const ran = custom || s.line('authorizer_started') !== undefined || Boolean(s.value('authorizer.status'));
    const byAuthorizer =
      type === 'ACCESS_DENIED' && !byResourcePolicy && s.message?.kind !== 'user_not_authorized' && (named || ran);
    if (byAuthorizer && custom) evidence.push({ from: 'config', field: 'authorizationType', value: 'CUSTOM' });
    if (byKey || byAuthorizer) {
      return refused({
        cause: 'cors_preflight_refused',
        detail: 'protected_options',
        confidence: strength === 'gateway' && (byKey || named) ? 'certain' : 'likely',
        reason: byKey
          ? 'The browser’s preflight (OPTIONS) carries no API key, and the OPTIONS method of this path requires one.'
          : 'The browser’s preflight (OPTIONS) carries no credentials, and the OPTIONS method of this path is itself protected.',
        evidence,
        alternatives: byKey ? ['api_key_missing'] : ['authorizer_denied', 'resource_policy_denied'],
      });
    }
    if (type === 'FORBIDDEN') {
      const guard = httpRouteGuard(s);
      if (guard) evidence.push(guard);
      return refused({
        cause: 'cors_preflight_refused',
        detail: 'protected_options',
        confidence: guard && !signedOrParsed(s) ? 'certain' : 'likely',
        reason:
          'The browser’s preflight (OPTIONS) was refused: it carries no key or token, and the OPTIONS method of this path seems to ask for one.',
        evidence,
        alternatives: ['waf_blocked', 'domain_not_mapped', 'api_key_missing'],
      });
    }
    return undefined;
  },
};

/** Credentials that a preflight does not carry. */
const signedOrParsed = (s: Signals): boolean =>
  Boolean(s.value('identity.userArn') ?? s.value('identity.caller') ?? s.value('authorizer.claims'));

/** Only the browser’s console text is there. */
export const browserBlockedPreflight: Rule = {
  id: 'browser-blocked-preflight',
  match(s) {
    if (s.record.response?.browserCors !== 'preflight_failed' || s.refusal) return undefined;
    return refused({
      cause: 'cors_preflight_refused',
      confidence: s.status === 403 ? 'likely' : 'possible',
      reason:
        'The browser’s preflight (OPTIONS) was not answered as it must be: most often there is no OPTIONS method, or it is protected itself.',
      evidence: [{ from: 'response', field: 'browser', value: 'preflight failed' }, ...statusEvidence(s)],
      alternatives: [alternative('waf_blocked'), alternative('backend_refused'), alternative('domain_not_mapped')],
    });
  },
};
