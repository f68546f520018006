import type { ConfigFacts, DeployedRoute } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';
import { isDefaultHost } from './config-trust.js';

export interface RouteMatch {
  /** null when no path and method fit; undefined when path or method is not known. */
  readonly route: DeployedRoute | null | undefined;
  /** However the path is read, the same is asked of the request; and nothing logged speaks of a route that is not there. */
  readonly isSure: boolean;
}

/**
 * The deployed route a request hits, as API Gateway chooses it: the most specific path first (literal before parameter
 * before greedy), the method before ANY.
 */
export function matchRoute(
  { routes, domains }: Pick<ConfigFacts, 'routes' | 'domains'>,
  record: RequestRecord,
): RouteMatch {
  const { paths, isWhole } = readingsOf(record, domains);
  const method = record.method?.toUpperCase() ?? (record.apiKind === 'websocket' ? 'ANY' : undefined);
  if (routes === undefined || method === undefined || paths.length === 0) return { route: undefined, isSure: false };
  const matches = paths.map((path) => bestRoute(routes, method, path));
  let best: Match | null = null;
  for (const match of matches) if (match && (!best || match.rank > best.rank)) best = match;
  const agree = matches.every((match) =>
    match ? best !== null && asksTheSame(match.route, best.route) : best === null,
  );
  const known = record.route === null || routes.some(({ path }) => path === record.route);
  // A first segment that stands in the template itself is no base path.
  const isAnchored = best !== null && /^\/[^{$]/.test(best.route.path);
  return { route: best?.route ?? null, isSure: agree && known && (isWhole || isAnchored) };
}

interface Match {
  readonly route: DeployedRoute;
  readonly rank: string;
}

function bestRoute(routes: readonly DeployedRoute[], method: string, path: string): Match | null {
  let best: Match | null = null;
  for (const route of routes) {
    const rank = fullRankOf(route, method, path);
    if (rank !== null && (best === null || rank > best.rank)) best = { route, rank };
  }
  return best;
}

function fullRankOf(route: DeployedRoute, method: string, path: string): string | null {
  // Keys of v2 that are no paths; `$default` takes what nothing else takes.
  if (route.path.startsWith('$'))
    return route.path === path ? '9' : route.path === '$default' && path.startsWith('/') ? '' : null;
  if (path.startsWith('$') || (route.method !== 'ANY' && route.method.toUpperCase() !== method)) return null;
  const rank = rankOf(route.path, path);
  return rank === null ? null : rank + (route.method === 'ANY' ? '0' : '1');
}

const asksTheSame = (a: DeployedRoute, b: DeployedRoute): boolean =>
  a.authorizationType === b.authorizationType && a.apiKeyRequired === b.apiKeyRequired;

interface Readings {
  readonly paths: readonly string[];
  /** The right one is among them. */
  readonly isWhole: boolean;
}

/**
 * The path as the route table has it: without the stage that the default host puts in front, without the base path of a
 * mapped domain. Every reading that fits what is known is tried; none fitting any route is what "not deployed" means.
 */
function readingsOf(
  { path, stage, route, access, response }: RequestRecord,
  domains: ConfigFacts['domains'],
): Readings {
  // The template is API Gateway's own word.
  if (route !== null) return { paths: [route], isWhole: true };
  if (path === null) return { paths: [], isWhole: false };
  const { domainName, 'customDomain.basePathMatched': matched } = access?.values ?? {};
  const host = (domainName ?? response?.request.host)?.toLowerCase();
  // HTTP APIs: the stage of that name stands in no path.
  const byDefault = stage === '$default' ? path : without(path, stage);
  if (host && isDefaultHost(host)) return { paths: [byDefault ?? path], isWhole: byDefault !== null };

  const mapped = domains?.filter(({ name }) => !host || name.toLowerCase() === host);
  const byMapping = (mapped ?? [])
    .filter(({ basePath }) => !matched || (basePath ?? '(none)') === matched)
    .map(({ basePath, stage: leadsTo }) => {
      const below = basePath === null ? path : without(path, basePath);
      return leadsTo === '' && below !== null ? without(below, stage) : below;
    });
  const known = [...byMapping, ...(host || matched ? [] : [byDefault])].filter((reading) => reading !== null);
  if (mapped !== undefined && known.length > 0) return { paths: [...new Set(known)], isWhole: true };
  // Where no mapping is known, the stage's name in front may be the stage, a base path, or a part of the path.
  const tried = [path, byDefault, matched ? without(path, matched) : null].filter((reading) => reading !== null);
  return { paths: [...new Set(tried)], isWhole: mapped === undefined && (byDefault !== null || Boolean(matched)) };
}

const without = (path: string, prefix: string | null): string | null =>
  prefix && (path === `/${prefix}` || path.startsWith(`/${prefix}/`)) ? path.slice(prefix.length + 1) || '/' : null;

/** A string that sorts by specificity: `3` literal, `2` parameter, `1` greedy per segment; null when it does not fit. */
function rankOf(template: string, path: string): string | null {
  const want = segmentsOf(template);
  const have = segmentsOf(path);
  let rank = '';
  for (let i = 0; i < want.length; i++) {
    const segment = want[i] as string;
    if (segment.endsWith('+}')) return have.length > i ? `${rank}1` : null;
    const came = have[i];
    if (came === undefined) return null;
    if (segment.startsWith('{')) rank += '2';
    else if (segment === came) rank += '3';
    else return null;
  }
  return want.length === have.length ? `${rank}4` : null;
}

/** `/a/b/` has the segments a and b; `/a//b` has three, one of them empty, and is another path. */
const segmentsOf = (path: string): string[] => path.replace(/^\//, '').replace(/\/$/, '').split('/').slice(0, 512);
