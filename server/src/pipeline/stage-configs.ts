import type { ConfigOf, StoredFact } from '@why403/parsers';
import type { ConfigHistory, SnapshotName } from '../store/control-plane-store.js';
import { configAt, configFactsAt, tellsBackMs, usedForMs } from './config-at.js';

/** What was configured around the times of some facts. */
export interface StageConfigs {
  /** Of all snapshots that were looked at. */
  readonly snapshotIds: ReadonlySet<string>;
  readonly configOf: ConfigOf;
  /**
   * Adds the snapshots that requests of these facts may be judged by. More facts, or more snapshots, never make it fewer: so they
   * count as facts.
   */
  addAround(facts: readonly StoredFact[], snapshotIds: Set<string>): void;
}

type SnapshotReader = Pick<ConfigHistory, 'readConfigSnapshots' | 'readConfigs'>;

export async function loadStageConfigs(store: SnapshotReader, facts: Iterable<StoredFact>): Promise<StageConfigs> {
  const { apiIds, fromMs, toMs } = extentOf(facts);
  const found =
    apiIds.size === 0
      ? []
      : await store.readConfigSnapshots([...apiIds], {
          fromMs: Math.max(0, fromMs - usedForMs),
          toMs: toMs + tellsBackMs + 1,
        });
  const configs = found.length === 0 ? new Map() : await store.readConfigs(found.map(({ content }) => content));
  const byStage = groupByStage(found);
  return {
    snapshotIds: new Set(found.map(({ snapshotId }) => snapshotId)),

    configOf({ account, region, apiId, stage, timeMs }) {
      if (apiId === null || stage === null || timeMs === null) return null;
      const named = (byStage.get(stageName(apiId, stage)) ?? []).filter(
        ([one]) => (account ?? one?.account) === one?.account && (region ?? one?.region) === one?.region,
      );
      // An id that two accounts or regions have, and nothing tells whose the request is.
      const [snapshots] = named;
      if (snapshots === undefined || named.length > 1) return null;
      const at = configAt(snapshots, timeMs);
      return at === null ? null : configFactsAt(at, configs);
    },

    addAround(own, snapshotIds) {
      if (found.length === 0) return;
      const extent = extentOf(own);
      for (const apiId of extent.apiIds) {
        for (const stage of extent.stages) {
          for (const { takenMs, snapshotId } of (byStage.get(stageName(apiId, stage)) ?? []).flat()) {
            if (takenMs >= extent.fromMs - usedForMs && takenMs <= extent.toMs + tellsBackMs)
              snapshotIds.add(snapshotId);
          }
        }
      }
    },
  };
}

/** By API and stage, for each account and region apart; in the order of time. */
function groupByStage(snapshots: readonly SnapshotName[]): ReadonlyMap<string, readonly (readonly SnapshotName[])[]> {
  const byStage = new Map<string, Map<string, SnapshotName[]>>();
  for (const snapshot of snapshots) {
    const name = stageName(snapshot.apiId, snapshot.stage);
    const byPlace = byStage.get(name) ?? new Map<string, SnapshotName[]>();
    byStage.set(name, byPlace);
    const place = JSON.stringify([snapshot.account, snapshot.region]);
    const ofPlace = byPlace.get(place);
    if (ofPlace === undefined) byPlace.set(place, [snapshot]);
    else ofPlace.push(snapshot);
  }
  return new Map([...byStage].map(([name, byPlace]) => [name, [...byPlace.values()]]));
}

const stageName = (apiId: string, stage: string): string => JSON.stringify([apiId, stage]);

/** Every API and stage that facts name, and the time that they span: a request of theirs has its API, stage and time among these. */
function extentOf(facts: Iterable<StoredFact>) {
  const apiIds = new Set<string>();
  const stages = new Set<string>();
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = 0;
  for (const { timeMs, body } of facts) {
    fromMs = Math.min(fromMs, timeMs);
    toMs = Math.max(toMs, timeMs);
    for (const place of [body.facts.place, body.fallbackPlace]) {
      if (place?.apiId) apiIds.add(place.apiId);
      if (place?.stage) stages.add(place.stage);
    }
  }
  return { apiIds, stages, fromMs, toMs };
}
