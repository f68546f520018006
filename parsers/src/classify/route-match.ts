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

/** `path` holds the stage on the default host and not on a mapped domain: both readings are tried when it starts with it. */
function candidatePaths({ path, stage, route }: RequestRecord): string[] {
  if (path === null) return route === null ? [] : [route];
  if (stage && (path === `/${stage}` || path.startsWith(`/${stage}/`))) return [path.slice(stage.length + 1) || '/'];
  return [path];
}

/** A string that sorts by specificity: `3` literal, `2` parameter, `1` greedy per segment; null when it does not fit. */
function rankOf(template: string, path: string): string | null {
  const want = template.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
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
