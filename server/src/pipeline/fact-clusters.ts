import type { StoredFact } from '@why403/parsers';
import { type FactRegion, isApproximate, judgedReach } from './fact-region.js';
import type { StageConfigs } from './stage-configs.js';

/**
 * A link of too many facts weighs more than all that can be reached through one that is just not too full: so the weight of
 * evidence never falls when more is stored.
 */
const crowdedWeight = 1_000_000;

/** Facts that ids link: parts of one request, or of requests that share an id. */
export interface Cluster {
  readonly facts: StoredFact[];
  /** Of each of its approximate links, the clusters that have it, this one among them. */
  readonly meetings: Set<readonly Cluster[]>;
  readonly crowdedLinks: Set<string>;
  /** Approximate links between it and the facts that settle was asked for; Infinity: none leads there. */
  distance: number;
  /** `weightOf` it, once asked for. */
  weight: number | null;
}

export interface Clusters {
  readonly all: readonly Cluster[];
  /** By each event id that a fact gives its request. */
  readonly byEventId: ReadonlyMap<string, Cluster>;
}

export function clusterFacts({ facts, links }: FactRegion, ownIds: ReadonlySet<string>): Clusters {
  const root = new Map<string, string>();
  const find = (id: string): string => {
    let top = id;
    for (let up = root.get(top); up !== undefined; up = root.get(top)) top = up;
    // Halves the way for the next who asks.
    for (let at = id; at !== top; ) {
      const up = root.get(at) as string;
      root.set(at, top);
      at = up;
    }
    return top;
  };
  for (const [link, found] of links) {
    if (found === null || isApproximate(link)) continue;
    const first = found[0];
    for (const other of found.slice(1)) {
      const [a, b] = [find(first as string), find(other)];
      if (a !== b) root.set(b, a);
    }
  }

  const byRoot = new Map<string, Cluster>();
  const byEventId = new Map<string, Cluster>();
  for (const [factId, fact] of facts) {
    const top = find(factId);
    let cluster = byRoot.get(top);
    if (cluster === undefined) {
      cluster = {
        facts: [],
        meetings: new Set(),
        crowdedLinks: new Set(),
        distance: Number.POSITIVE_INFINITY,
        weight: null,
      };
      byRoot.set(top, cluster);
    }
    cluster.facts.push(fact);
    if (ownIds.has(factId)) cluster.distance = 0;
    for (const link of fact.links) if (links.get(link) === null) cluster.crowdedLinks.add(link);
    for (const eventId of eventIdsOf(fact)) if (!byEventId.has(eventId)) byEventId.set(eventId, cluster);
  }
  for (const [link, found] of links) {
    if (found === null || !isApproximate(link)) continue;
    const meeting = [...new Set(found.map((factId) => byRoot.get(find(factId)) as Cluster))];
    if (meeting.length > 1) for (const cluster of meeting) cluster.meetings.add(meeting);
  }
  const all = [...byRoot.values()];
  measure(all);
  return { all, byEventId };
}

/** Event ids that the request of a fact may have had, or has, rows under. */
export function eventIdsOf({ eventId, body }: StoredFact): readonly string[] {
  if (body.lineEventId === null || body.lineEventId === eventId) return eventId === '' ? [] : [eventId];
  return eventId === '' ? [body.lineEventId] : [eventId, body.lineEventId];
}

function measure(all: readonly Cluster[]): void {
  let distance = 0;
  for (const ring of ringsAround(all.filter((cluster) => cluster.distance === 0))) {
    for (const cluster of ring) cluster.distance = distance;
    distance++;
  }
}

/** The clusters given, then those one approximate link away from them, and so on; each once. */
function* ringsAround(start: readonly Cluster[]): Generator<readonly Cluster[]> {
  const seen = new Set(start);
  const met = new Set<readonly Cluster[]>();
  for (let ring = start; ring.length > 0; ) {
    yield ring;
    const next: Cluster[] = [];
    for (const cluster of ring) {
      for (const meeting of cluster.meetings) {
        if (met.has(meeting)) continue;
        met.add(meeting);
        for (const other of meeting) {
          if (seen.has(other)) continue;
          seen.add(other);
          next.push(other);
        }
      }
    }
    ring = next;
  }
}

/**
 * How much evidence lies within reach of a cluster: for nearly all requests the number of its facts and of the snapshots of the
 * configuration about its time. It depends on what is stored and on nothing else, and grows with it: so it says which of two verdicts
 * on a request knew more.
 */
export function weightOf(cluster: Cluster, configs: Pick<StageConfigs, 'addAround'>): number {
  const crowded = new Set<string>();
  const snapshots = new Set<string>();
  let facts = 0;
  let reach = 0;
  for (const ring of ringsAround([cluster])) {
    for (const each of ring) {
      facts += each.facts.length;
      configs.addAround(each.facts, snapshots);
      for (const link of each.crowdedLinks) crowded.add(link);
    }
    if (reach++ === judgedReach) break;
  }
  return facts + snapshots.size + crowdedWeight * crowded.size;
}

/** Clusters that approximate links connect: what has to be judged together. */
export function* connectedClusters(all: readonly Cluster[]): Generator<readonly Cluster[]> {
  const seen = new Set<Cluster>();
  for (const start of all) {
    if (seen.has(start)) continue;
    const group = [...ringsAround([start])].flat();
    for (const cluster of group) seen.add(cluster);
    yield group;
  }
}
