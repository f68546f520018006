import type { DeployedRoute } from '../model/config-facts.js';
import type { RequestRecord } from '../model/request-record.js';

/**
 * The deployed route a request hits, as API Gateway chooses it: the most specific path first (literal before parameter
 * before greedy), the method before ANY. null when no path and method fit; undefined when the path is not known.
 */
export function findRoute(routes: readonly DeployedRoute[], record: RequestRecord): DeployedRoute | null | undefined {
  const method = record.method?.toUpperCase();
  if (!method) return undefined;
  const paths = candidatePaths(record);
  if (paths.length === 0) return undefined;
  let best: { route: DeployedRoute; rank: string } | null = null;
  for (const route of routes) {
    if (route.path === '$default') {
      if (!best) best = { route, rank: '' };
      continue;
    }
    if (route.method !== 'ANY' && route.method.toUpperCase() !== method) continue;
    for (const path of paths) {
      const rank = rankOf(route.path, path);
      if (rank === null) continue;
      const full = rank + (route.method === 'ANY' ? '0' : '1');
      if (!best || full > best.rank) best = { route, rank: full };
    }
  }
  return best?.route ?? null;
}

/**
 * The path as the route table has it: without the stage that the default host puts in front, without the base path of a
 * mapped domain. Every reading that fits what is known is tried; none fitting any route is what "not deployed" means.
 */
function candidatePaths({ path, stage, route, access }: RequestRecord): string[] {
  const readings = new Set<string>();
  if (route !== null) readings.add(route);
  if (path !== null) {
    readings.add(path);
    const basePath = access?.values['customDomain.basePathMatched'];
    for (const prefix of [stage, basePath]) {
      if (prefix && (path === `/${prefix}` || path.startsWith(`/${prefix}/`))) {
        readings.add(path.slice(prefix.length + 1) || '/');
      }
    }
  }
  return [...readings];
}

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
