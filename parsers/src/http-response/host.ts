import type { HostKind } from '../model/index.js';

/** A URL as far as it may be kept: no user name, password, query or fragment. */
export interface Target {
  readonly host: string | null;
  readonly path: string | null;
  /** The query held a SigV4 signature. */
  readonly presigned: boolean;
  readonly webSocket: boolean;
}

export interface ApiHost {
  readonly apiId: string | null;
  readonly region: string | null;
}

// Pages that people link to are no targets of a request.
const documentation =
  /(?:^|\.)(?:docs\.aws\.amazon\.com|aws\.amazon\.com|repost\.aws|stackoverflow\.com|github\.com|githubusercontent\.com|medium\.com|dev\.to|w3\.org|mozilla\.org|serverless\.com|terraform\.io)$/i;

// placeholders such as <api-id> and {id} are common in pastes
const hostWord = /^[\w.<>{}*:[\]-]{1,255}$/;

const amazon = '(?:amazonaws\\.com(?:\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)';
const executeApi = new RegExp(`(?:^|\\.)execute-api\\.([a-z0-9-]{4,30}|[<{*][^.]{0,30})\\.(?:vpce\\.)?${amazon}$`, 'i');

// https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/pets?token=…
const url = /\b(https?|wss?):\/\/([^\s/"'`?#\\]{1,300})(\/[^\s"'`?#\\<>)\]]{0,2048})?(\?[^\s"'`<>]{0,4096})?/gi;
// abcdefghij.execute-api.eu-west-1.amazonaws.com/prod/pets
const bareAwsHost =
  /(?:^|[\s"'`(=])((?:[a-z0-9-]{1,63}\.){1,8}(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws|cloudfront\.net))(?::443)?(\/[^\s"'`?#\\<>)\]]{0,2048})?(?![a-z0-9.-])/gi;

const target = (host: string, path: string | undefined, query: string | undefined, scheme: string): Target => ({
  host: hostWord.test(host) && !/:(?!\d{1,5}$)/.test(host) ? host.toLowerCase() : null,
  path: path === undefined || path.includes('@') || /:(?!\d{1,5}$)/.test(host) ? null : path.replace(/[.,;:]+$/, ''),
  presigned: query !== undefined && /x-amz-(?:signature|algorithm)=/i.test(query),
  webSocket: /^wss?$/i.test(scheme),
});

const hostOf = (authority: string): string =>
  authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d{1,5}$|[.,;:]+$/, '');

/** Every URL of the text, documentation links left out; at most 32. */
export function findTargets(text: string): readonly Target[] {
  const found: Target[] = [];
  for (const match of text.matchAll(url)) {
    const host = hostOf(match[2] ?? '');
    if (documentation.test(host)) continue;
    found.push(target(host, match[3], match[4], match[1] ?? ''));
    if (found.length === 32) return found;
  }
  return found;
}

/** The first AWS host that stands in the text without a scheme. */
export function findBareAwsHost(text: string): Target | null {
  for (const match of text.matchAll(bareAwsHost)) {
    const host = match[1] ?? '';
    if (!documentation.test(host)) return target(host, match[2], undefined, '');
  }
  return null;
}

/** A request target as it stands in a request line: `/prod/pets?x=1` → `/prod/pets`. */
export const pathOf = (requestTarget: string): string | null =>
  requestTarget.startsWith('/') ? requestTarget.slice(0, 2048).replace(/[?#].*$/, '') : null;

/** A Host header's value without its port; null when it cannot be a host. */
export function hostFrom(value: string): string | null {
  const host = hostOf(value.trim());
  return hostWord.test(host) ? host.toLowerCase() : null;
}

export function hostKindOf(host: string): HostKind {
  const name = host.toLowerCase();
  if (executeApi.test(name)) return /(?:^|[.-])vpce[.-]/.test(name) ? 'vpc_endpoint' : 'execute_api';
  if (/\.lambda-url\.[^.]{1,40}\.on\.aws$/.test(name)) return 'function_url';
  if (/(?:^|\.)cloudfront\.net$/.test(name)) return 'cloudfront';
  // a customer's load balancer or machine
  if (/\.(?:elb|compute|compute-1)(?:\.|$)/.test(name.replace(/\.amazonaws\.com(?:\.cn)?$/, ''))) return 'custom';
  return /\.(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws)$/.test(name) ? 'aws_service' : 'custom';
}

/**
 * API and region of an execute-api host; both null for any other.
 *
 * `abcdefghij.execute-api.eu-west-1.amazonaws.com`, `abcdefghij-vpce-0a1b….execute-api.eu-west-1.amazonaws.com`,
 * `vpce-0a1b…-x.execute-api.eu-west-1.vpce.amazonaws.com` (names no API)
 */
export function apiOfHost(host: string): ApiHost {
  const found = executeApi.exec(host);
  if (!found) return { apiId: null, region: null };
  const region = found[1] ?? '';
  const label = host.slice(0, found.index).split('.').at(-1)?.toLowerCase() ?? '';
  const api = /^([a-z0-9]{8,12})(?:-vpce-[0-9a-f]{8,20})?$/.exec(label)?.[1] ?? null;
  return { apiId: api, region: /^[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d$/i.test(region) ? region.toLowerCase() : null };
}

/** First segment of the path on an execute-api host; it names the stage of a REST or WebSocket API. */
export function stageOfPath(path: string | null): string | null {
  const segment = /^\/([\w$-]{1,128})(?:\/|$)/.exec(path ?? '')?.[1];
  return segment ?? null;
}
