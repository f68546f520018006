import type { StoredFact } from '@why403/parsers';
import type { ConfigHistory, VerdictStore } from '../store/event-store.js';
import * as regions from './fact-region.js';
import { loadStageConfigs, type StageConfigs } from './stage-configs.js';

/** All that was stored, at one look, about some facts. */
export interface Evidence {
  readonly region: regions.FactRegion;
  readonly configs: StageConfigs;
}

type EvidenceStore = Pick<VerdictStore, 'readFacts'> & Pick<ConfigHistory, 'readConfigSnapshots' | 'readConfigs'>;

/** null when it would be more than `maxFacts`: see `loadRegion`. */
export async function loadEvidence(
  store: EvidenceStore,
  own: readonly StoredFact[],
  maxFacts: number,
  earlier?: Evidence,
): Promise<Evidence | null> {
  const region = await regions.loadRegion(store, own, maxFacts, earlier?.region);
  if (region === null) return null;
  return { region, configs: await loadStageConfigs(store, region.facts.values()) };
}

/** True when the later look shows more than the earlier. */
export function hasGrown(before: Evidence, after: Evidence): boolean {
  if (regions.hasGrown(before.region, after.region)) return true;
  for (const id of after.configs.snapshotIds) if (!before.configs.snapshotIds.has(id)) return true;
  return false;
}
