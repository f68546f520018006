import { setImmediate } from 'node:timers/promises';
import type { ConfigOf, JudgedRequest, StoredFact } from '@why403/parsers';
import type { Evidence } from './evidence.js';
import { type Cluster, clusterFacts, connectedClusters, eventIdsOf, weightOf } from './fact-clusters.js';
import { judgedReach } from './fact-region.js';

/** What is said of the requests that some facts matter for. */
export interface JudgedRegion {
  /** Every event id that these requests have or may have had, with the weight of the evidence on it. */
  readonly weights: ReadonlyMap<string, number>;
  /** By the event id that each has now. */
  readonly requests: ReadonlyMap<string, JudgedRequest>;
  /** Refused requests that the facts themselves belong to, by each event id that they have or had. */
  readonly refused: ReadonlyMap<string, string>;
  /** By fact asked for: the event ids that are written because of it, and more. */
  readonly eventsAround: ReadonlyMap<string, readonly string[]>;
}

/** The engine's `judge`. */
export type Judge = (facts: readonly StoredFact[], configOf: ConfigOf) => readonly JudgedRequest[];

/** Facts that are judged before others have their turn. */
const factsPerTurn = 500;

export async function judgeRegion(
  judge: Judge,
  own: readonly StoredFact[],
  { region, configs }: Evidence,
): Promise<JudgedRegion> {
  const ownIds = new Set(own.map((fact) => fact.factId));
  const { all, byEventId } = clusterFacts(region, ownIds);
  const weights = new Map<string, number>();
  const requests = new Map<string, JudgedRequest>();
  const refused = new Map<string, string>();
  const eventsAround = new Map<string, readonly string[]>();
  let sinceTurn = 0;

  function judgeGroup(group: readonly Cluster[], near: readonly Cluster[]): void {
    const events: string[] = [];
    const weigh = (eventId: string, cluster: Cluster): void => {
      if (weights.has(eventId)) return;
      cluster.weight ??= weightOf(cluster, configs);
      weights.set(eventId, cluster.weight);
      events.push(eventId);
    };
    for (const cluster of near) {
      for (const fact of cluster.facts) {
        for (const id of eventIdsOf(fact)) weigh(id, cluster);
        if (ownIds.has(fact.factId)) eventsAround.set(fact.factId, events);
      }
    }
    for (const request of judge(
      group.flatMap((cluster) => cluster.facts),
      configs.configOf,
    )) {
      const { eventId } = request.record;
      const ids = [eventId, ...request.formerEventIds];
      // An id that no single fact gives belongs to the group as a whole.
      const home = ids.map((id) => byEventId.get(id)).find((cluster) => cluster !== undefined) ?? near[0];
      if (home === undefined || home.distance > judgedReach) continue;
      for (const id of ids) weigh(id, byEventId.get(id) ?? home);
      requests.set(eventId, request);
      if (home.distance === 0 && request.verdict.outcome === 'refused') for (const id of ids) refused.set(id, eventId);
    }
  }

  for (const group of connectedClusters(all)) {
    // Verdicts further away need evidence that was not loaded, and these facts do not change them.
    const near = group.filter((cluster) => cluster.distance <= judgedReach);
    if (near.length > 0) judgeGroup(group, near);
    for (const cluster of group) sinceTurn += cluster.facts.length;
    if (sinceTurn < factsPerTurn) continue;
    sinceTurn = 0;
    await setImmediate();
  }
  return { weights, requests, refused, eventsAround };
}
