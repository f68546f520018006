import type { AccessFacts, ContextVariable, RequestPlace, WafFacts } from '../model/index.js';
import { traceRoot } from '../text/request-id.js';
import { mergePlaces } from './execution-strand.js';
import type { HeldFact } from './held-request.js';
import { fitsTemplate, samePath, withoutStage } from './path-match.js';

/** How far the WAF's time and API Gateway's time of one request may lie apart. */
export const wafToleranceMs = 2000;

export const accessValue = (access: AccessFacts, name: ContextVariable): string | null => access.values[name] ?? null;

/** Place of an access line: its own variables first, then what its envelope says. */
export function accessPlace(access: AccessFacts): RequestPlace {
  const own = {
    account: accessValue(access, 'accountId'),
    region: null,
    apiId: accessValue(access, 'apiId'),
    stage: accessValue(access, 'stage'),
  };
  return mergePlaces(own, access.place);
}

// WAF writes this in place of a field that the logging configuration hides.
const redacted = 'REDACTED';

/** What an approximate join compares first; null when the side lacks it and so can never be joined approximately. */
export interface WafFitKey {
  readonly clientIp: string;
  readonly method: string;
  readonly timeMs: number;
}

export function wafFitKey(waf: HeldFact<WafFacts>): WafFitKey | null {
  const { clientIp, method, uri, httpSourceName } = waf.facts;
  // The web ACL of a CDN or load balancer in front sees another request than API Gateway does.
  if (httpSourceName !== null && httpSourceName !== 'APIGW' && httpSourceName !== '-') return null;
  if (clientIp === null || method === null || uri === null || waf.timeMs === null) return null;
  if (clientIp === redacted || method === redacted || uri === redacted) return null;
  return { clientIp, method, timeMs: waf.timeMs };
}

export function accessFitKey(access: HeldFact<AccessFacts>): WafFitKey | null {
  const clientIp = accessValue(access.facts, 'identity.sourceIp');
  const method = accessValue(access.facts, 'httpMethod');
  if (clientIp === null || method === null || access.timeMs === null) return null;
  return { clientIp, method, timeMs: access.timeMs };
}

/**
 * No id links the two: do api, stage, client, method, path and time say that they are one request? Fits are only a join
 * when they are unique on both sides.
 */
export function fitsWaf(access: HeldFact<AccessFacts>, waf: HeldFact<WafFacts>): boolean {
  const a = accessFitKey(access);
  const w = wafFitKey(waf);
  if (a === null || w === null) return false;
  if (a.clientIp !== w.clientIp || a.method !== w.method) return false;
  if (Math.abs(a.timeMs - w.timeMs) > wafToleranceMs) return false;
  if (contradictsPlace(accessPlace(access.facts), waf.facts.place)) return false;
  return !contradictsWaf(access, waf) && pathFits(access.facts, waf.facts);
}

/** Two places contradict when both know the api, or the stage of it, and name different ones. */
export function contradictsPlace(a: RequestPlace, b: RequestPlace): boolean {
  return differ(a.apiId, b.apiId) || differ(a.stage, b.stage);
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

function contradictsWaf(access: HeldFact<AccessFacts>, waf: HeldFact<WafFacts>): boolean {
  const decision = accessValue(access.facts, 'wafResponseCode');
  const { action, webaclId } = waf.facts;
  if (decision === 'WAF_ALLOW' && action === 'BLOCK') return true;
  if (decision === 'WAF_BLOCK' && action === 'ALLOW') return true;
  const status = accessValue(access.facts, 'status');
  if (action === 'BLOCK' && status !== null && Number(status) < 400 && waf.facts.responseCodeSent === null) return true;
  if (differ(traceRoot(accessValue(access.facts, 'xrayTraceId')) ?? access.traceId, waf.traceId)) return true;
  const aclArn = accessValue(access.facts, 'webaclArn');
  return aclArn?.startsWith('arn:') === true && webaclId?.startsWith('arn:') === true && aclArn !== webaclId;
}

/** WAF's uri has the stage in front on the execute-api host; a custom domain may have its base path instead. */
function pathFits(access: AccessFacts, waf: WafFacts): boolean {
  const { uri } = waf;
  if (uri === null) return false;
  const stage = accessPlace(access).stage ?? waf.place.stage;
  const path = accessValue(access, 'path');
  if (path !== null) return samePath(path, uri, stage);
  const template = accessValue(access, 'resourcePath');
  if (template === null) return false;
  const bare = withoutStage(uri, stage);
  return fitsTemplate(uri, template) || (bare !== null && fitsTemplate(bare, template));
}
