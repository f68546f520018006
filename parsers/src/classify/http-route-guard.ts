import type { Evidence } from '../model/verdict.js';
import { asksNoCertificate } from './config-trust.js';
import type { Signals } from './signals.js';

/**
 * The one gate that can have said 403 to a request of an HTTP API: the authorizer of its deployed route. HTTP APIs have neither web ACL
 * nor resource policy nor keys, an unknown route is a 404 there, and a token that is missing or bad a 401. Only when the log shows that
 * the integration was not called, and nobody asks for a client's certificate. null: not known, or the route has none.
 */
export function httpRouteGuard(s: Signals): Evidence | null {
  const { config, deployedRoute, record } = s;
  if (
    record.apiKind !== 'http' ||
    s.status !== 403 ||
    s.integration.answered !== false ||
    (s.refusal && s.refusal.type !== 'FORBIDDEN')
  )
    return null;
  if (config === null || !deployedRoute || deployedRoute.authorizationType === 'NONE') return null;
  if (!asksNoCertificate(config, s.value('domainName'))) return null;
  return { from: 'config', field: 'authorizationType', value: deployedRoute.authorizationType };
}
