import type { Cause } from '../model/cause.js';
import type { ExecutionLine } from '../model/facts.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Finding } from '../model/verdict.js';

const keyCauses: readonly Cause[] = [
  'api_key_missing',
  'api_key_invalid',
  'usage_plan_mismatch',
  'cors_preflight_refused',
];
const behindTheGates: readonly Cause[] = ['backend_refused', 'response_override'];
const policyCauses: readonly Cause[] = [
  'authorizer_denied',
  'resource_policy_denied',
  'iam_denied',
  'cache_invalidation_denied',
  'vpc_endpoint_denied',
  'cors_preflight_refused',
  'invalid_signature',
  'expired_token',
  'backend_refused',
];

/** Causes that API Gateway can mean by each gateway response type. */
const causesOfType: ReadonlyMap<string, readonly Cause[]> = new Map([
  ['WAF_FILTERED', ['waf_blocked']],
  ['INVALID_API_KEY', keyCauses],
  ['ACCESS_DENIED', policyCauses],
  ['EXPIRED_TOKEN', ['expired_token', 'invalid_signature']],
  ['INVALID_SIGNATURE', ['invalid_signature', 'expired_token', 'vpc_endpoint_denied', 'cors_preflight_refused']],
  [
    'MISSING_AUTHENTICATION_TOKEN',
    ['route_not_found', 'unsigned_request', 'cors_preflight_refused', 'domain_not_mapped'],
  ],
]);

/** What one execution-log line leaves possible; undefined: nothing against any cause. */
function causesOfLine(line: ExecutionLine): readonly Cause[] | undefined {
  switch (line.kind) {
    case 'gateway_response':
      return causesOfType.get(line.responseType);
    case 'api_key_refused':
      return keyCauses;
    case 'client_not_authorized':
      return policyCauses;
    case 'mtls_denied':
      return ['mtls_refused'];
    case 'execution_started':
      return behindTheGates;
    default:
      return undefined;
  }
}

/**
 * Whether another source at hand says something that the finding's cause cannot explain. Two requests that share a
 * client-chosen id, or lines of several requests in one paste, look like this: such a verdict must not be certain.
 */
export function isContradicted({ cause }: Finding, record: RequestRecord): boolean {
  if (cause === null) return false;
  const type = record.access?.values['error.responseType'];
  const typed = type ? causesOfType.get(type) : undefined;
  const left = [typed, ...record.execution.map(causesOfLine)];
  const values = record.access?.values;
  // The integration was called, so no gate refused; a status below 400 that no gateway response of this line explains.
  const called = [values?.['integration.status'], values?.integrationStatus, values?.['integration.integrationStatus']];
  if (called.some((status) => status && /^\d{3}$/.test(status))) left.push(behindTheGates);
  if (!typed && values?.status && Number(values.status) < 400) left.push([]);
  const { waf, wafJoin } = record;
  if (waf && wafJoin !== 'approximate' && waf.action !== 'ALLOW' && waf.action !== 'COUNT') left.push(['waf_blocked']);
  return left.some((causes) => causes !== undefined && !causes.includes(cause));
}
