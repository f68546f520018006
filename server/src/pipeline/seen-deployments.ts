import type { StoredFact } from '@why403/parsers';
import type { DeploymentSeen } from '../store/event-store.js';

/** Log text: a sender may make up any number of them. */
const mostAtOnce = 1_000;
const mostKept = 50_000;
const hourMs = 3_600_000;

/** An id as API Gateway gives it. */
const deploymentId = /^[a-z0-9]{1,32}$/i;

/**
 * What facts say of deployments, without what this process has stored already (it spares work only). Facts are of requests that were
 * refused: looking at the others would cost each line of the log something.
 */
export function createSeenDeployments() {
  const kept = new Map<string, number>();
  return {
    in(facts: readonly StoredFact[]): readonly DeploymentSeen[] {
      const seen = new Map<string, DeploymentSeen>();
      for (const fact of facts) {
        const sight = sightOf(fact);
        if (sight === null) continue;
        const key = keyOf(sight);
        const knownMs = seen.get(key)?.atMs ?? kept.get(key) ?? Number.POSITIVE_INFINITY;
        if (sight.atMs < knownMs && (seen.size < mostAtOnce || seen.has(key))) seen.set(key, sight);
      }
      return [...seen.values()];
    },
    /** They are stored. */
    keep(seen: readonly DeploymentSeen[]): void {
      for (const sight of seen) kept.set(keyOf(sight), sight.atMs);
      let surplus = kept.size - mostKept;
      for (const key of kept.keys()) {
        if (surplus-- <= 0) break;
        kept.delete(key);
      }
    },
  };
}

const keyOf = ({ account, region, apiId, stage, deploymentId, atMs }: DeploymentSeen): string =>
  JSON.stringify([account, region, apiId, stage, deploymentId, Math.floor(atMs / hourMs)]);

/** null: the fact names no deployment, or a canary's, or no stage that it could be of. */
function sightOf({ timeMs, body: { facts, fallbackPlace } }: StoredFact): DeploymentSeen | null {
  if (facts.kind !== 'access') return null;
  const { values, place } = facts;
  const id = values.deploymentId;
  if (typeof id !== 'string' || !deploymentId.test(id) || values.isCanaryRequest === 'true') return null;
  const apiId = place.apiId ?? fallbackPlace?.apiId ?? null;
  const stage = place.stage ?? fallbackPlace?.stage ?? null;
  if (apiId === null || stage === null) return null;
  return {
    account: place.account ?? fallbackPlace?.account ?? 'unknown',
    region: place.region ?? fallbackPlace?.region ?? 'unknown',
    apiId,
    stage,
    deploymentId: id,
    atMs: timeMs,
  };
}
