import { randomUUID } from 'node:crypto';
import { causesFromConfig, linksOfRequest, type StoredFact } from '@why403/parsers';
import type { SnapshotName } from '../store/control-plane-store.js';
import type { RefusedRow } from '../store/event-store.js';
import { changedBy, tellsBackMs, usedForMs } from './config-at.js';
import { maxFactsPerLink } from './fact-region.js';
import type { Abandoned, Settle, SettlerDeps } from './settle-step.js';

/** Snapshots that are settled together: those of one look at an account, mostly. */
const snapshotsPerStep = 500;
/** Refusals that one such group may have settled again, the newest ones: a flood of them is not judged twice. */
const mostRefusals = 10_000;
const refusalsPerStep = 1_000;

const nothingAbandoned: Abandoned = new Map();

interface Changed {
  readonly snapshot: SnapshotName;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Settles the refusals again that snapshots stored since then can change: they were judged by the configuration before, or by none.
 * Nothing of this is kept in memory: a snapshot that no step is noted as done with is left to do, whoever stored it. Returns the
 * number of facts.
 */
export async function settleSnapshots(
  { store, engine, nowMs }: SettlerDeps,
  settle: Settle,
  sinceMs: number,
): Promise<number> {
  const attempt = randomUUID();
  for (let settled = 0; ; ) {
    const arrived = await store.readUnsettledSnapshots({ sinceMs, limit: snapshotsPerStep });
    if (arrived.length === 0) return settled;
    const changed = await readChanged(arrived);
    const refusals = await readRefusals(changed);
    for (let at = 0; at < refusals.length; at += refusalsPerStep) {
      const facts = await readFactsOf(refusals.slice(at, at + refusalsPerStep));
      const { complete } = await settle(facts, nothingAbandoned);
      // The next sweep finds the snapshots again.
      if (!complete) return settled;
      settled += facts.length;
    }
    const ruleSet = engine.ruleSetVersion;
    await store.markSettled(
      arrived.map(({ snapshotId }) => ({ attempt, factId: snapshotId, ruleSet })),
      nowMs(),
    );
  }

  async function readChanged(arrived: readonly SnapshotName[]): Promise<Changed[]> {
    const times = arrived.map(({ takenMs }) => takenMs);
    const around = await store.readConfigSnapshots([...new Set(arrived.map(({ apiId }) => apiId))], {
      fromMs: Math.max(0, Math.min(...times) - usedForMs - tellsBackMs),
      toMs: Math.max(...times) + usedForMs + 1,
    });
    const wanted = new Set(arrived.map(({ snapshotId }) => snapshotId));
    const changed: Changed[] = [];
    for (const [index, snapshot] of around.entries()) {
      if (!wanted.has(snapshot.snapshotId)) continue;
      const next = (at: number) => {
        const other = around[at];
        return other !== undefined && isSameStage(other, snapshot) ? other : undefined;
      };
      const range = changedBy(snapshot, next(index - 1), next(index + 1));
      if (range !== null && range.fromMs <= nowMs()) changed.push({ snapshot, ...range });
    }
    return changed;
  }

  async function readRefusals(changed: readonly Changed[]): Promise<RefusedRow[]> {
    if (changed.length === 0) return [];
    const byStage = new Map<string, Changed[]>();
    for (const each of changed) {
      const name = JSON.stringify([each.snapshot.apiId, each.snapshot.stage]);
      const ofStage = byStage.get(name);
      if (ofStage === undefined) byStage.set(name, [each]);
      else ofStage.push(each);
    }
    const rows = await store.readDoubtful({
      apiIds: [...new Set(changed.map(({ snapshot }) => snapshot.apiId))],
      fromMs: Math.max(0, Math.min(...changed.map(({ fromMs }) => fromMs))),
      toMs: Math.max(...changed.map(({ toMs }) => toMs)),
      causes: causesFromConfig,
      limit: mostRefusals,
    });
    return rows.filter(({ apiId, stage, tsMs }) =>
      byStage.get(JSON.stringify([apiId, stage]))?.some(({ fromMs, toMs }) => tsMs >= fromMs && tsMs < toMs),
    );
  }

  async function readFactsOf(refusals: readonly RefusedRow[]): Promise<StoredFact[]> {
    const links = refusals.flatMap(({ eventId, requestId, extendedRequestId }) =>
      linksOfRequest({ eventId, requestId: requestId || null, extendedRequestId: extendedRequestId || null }),
    );
    const facts = new Map<string, StoredFact>();
    for (const found of (await store.readFacts([...new Set(links)], maxFactsPerLink)).values()) {
      // Of more facts than that nothing is said by the link; its requests are found by others.
      if (found.length <= maxFactsPerLink) for (const fact of found) facts.set(fact.factId, fact);
    }
    return [...facts.values()];
  }
}

const isSameStage = (a: SnapshotName, b: SnapshotName): boolean =>
  a.apiId === b.apiId && a.stage === b.stage && a.account === b.account && a.region === b.region;
