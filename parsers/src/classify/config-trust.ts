import type { Cause } from '../model/cause.js';
import type { ConfigFacts } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Evidence } from '../model/verdict.js';

/** What was known to hold so long before or after the request may not have held at its time. */
export const staleAfterMs = 60 * 60 * 1000;

/**
 * Causes that rules can be certain of by the configuration alone: a verdict of one of them, like every one that is not certain, may be
 * another under another configuration. A test keeps the list and the rules together.
 */
export const causesFromConfig: readonly Cause[] = [
  'route_not_found',
  'unsigned_request',
  'cors_preflight_refused',
  'api_key_missing',
  'api_key_invalid',
  'usage_plan_mismatch',
  'authorizer_denied',
  'jwt_scope_missing',
  'iam_denied',
];

/** Of the account, the stage or the domain: in force without a deployment. All else may be edited and not deployed. */
const withoutDeployment: ReadonlySet<string> = new Set([
  'apiKey.enabled',
  'apiKeys',
  'usagePlan',
  'usagePlans',
  'webAcl',
  'API mapping',
]);

export const isStale = ({ ageMs }: ConfigFacts): boolean => ageMs > staleAfterMs;

/** A snapshot of another API, stage or deployment (a canary's, too) says nothing about this request. */
export function isAbout(config: ConfigFacts, record: RequestRecord): boolean {
  const values = record.access?.values;
  const differs = (known: string | undefined, seen: string | null | undefined) =>
    known !== undefined && typeof seen === 'string' && known !== seen;
  if (differs(config.apiId, record.apiId) || differs(config.stage, record.stage)) return false;
  if (differs(config.deploymentId, values?.deploymentId)) return false;
  const isNamed = config.deploymentId !== undefined && typeof values?.deploymentId === 'string';
  return values?.isCanaryRequest !== 'true' || isNamed;
}

/** The configurations that may have been in force, the likelier first; none when nothing is known that is about the request. */
export function configsInForce(config: ConfigFacts, record: RequestRecord): readonly ConfigFacts[] {
  const { orElse } = config;
  const found = [config, ...(orElse === undefined ? [] : [orElse])].filter((each) => isAbout(each, record));
  const [first] = found;
  if (first === undefined || orElse === undefined || found.length === 2) return found;
  // The deployment tells which of them it was; keys and plans change without one.
  const other = first === config ? orElse : config;
  const { apiKeys, usagePlans } = other;
  return [first, { ...first, ...(apiKeys ? { apiKeys } : {}), ...(usagePlans ? { usagePlans } : {}) }];
}

/** Whether it says what was deployed, not what may have been. */
export function tellsDeployed(config: ConfigFacts, record: RequestRecord): boolean {
  if (isStale(config) || config.workingCopy === true) return false;
  const values = record.access?.values;
  return config.canary !== true || values?.isCanaryRequest === 'false' || typeof values?.deploymentId === 'string';
}

/** Why a finding that rests on the configuration is one step less sure than its rule says; null when it is not. */
export function doubtOf(config: ConfigFacts, record: RequestRecord, evidence: readonly Evidence[]): Evidence | null {
  const used = evidence.filter(({ from }) => from === 'config');
  if (used.length === 0) return null;
  if (isStale(config)) return { from: 'config', field: 'age', value: `${hoursOf(config.ageMs)} h` };
  if (used.every(({ field }) => withoutDeployment.has(field))) return null;
  if (config.workingCopy === true) return { from: 'config', field: 'read of', value: 'the working copy' };
  return tellsDeployed(config, record)
    ? null
    : { from: 'config', field: 'canary', value: 'another deployment is in use' };
}

/** Whether the finding rests on the deployed route. */
export const restsOnRoute = (evidence: readonly Evidence[]): boolean =>
  evidence.some(({ from, field }) => from === 'config' && routeFields.has(field));

const routeFields: ReadonlySet<string> = new Set([
  'authorizationType',
  'authorizationScopes',
  'apiSummary',
  'apiKeyRequired',
]);

const hoursOf = (ms: number): number => Math.floor((ms / 3_600_000) * 10) / 10;

/** A host on which certificates of clients are asked for may have refused before any route was looked at. */
export function asksNoCertificate(config: ConfigFacts, host: string | null | undefined): boolean {
  if (typeof host === 'string' && isDefaultHost(host)) return true;
  return config.domains !== undefined && !config.domains.some(({ mutualTls }) => mutualTls);
}

export const isDefaultHost = (host: string): boolean =>
  /\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/i.test(host);
