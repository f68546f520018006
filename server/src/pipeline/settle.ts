import { queueSettling } from './settle-queue.js';
import { settleSnapshots } from './settle-snapshots.js';
import { abandonedAfterMs, createSettleStep, type Settle, type SettlerDeps } from './settle-step.js';

export interface Settler {
  readonly settle: Settle;
  /**
   * Settles facts first seen since then that nobody finished with: after a crash, or under a new rule set; and what snapshots of the
   * configuration stored since then can change. Returns how many facts it settled.
   */
  sweep(sinceMs: number): Promise<number>;
}

const factsPerRead = 1_000;

export function createSettler(deps: SettlerDeps): Settler {
  const settle = queueSettling(createSettleStep(deps));

  async function sweepFacts(sinceMs: number): Promise<number> {
    for (let swept = 0; ; ) {
      const unsettled = await deps.store.readUnsettled({
        sinceMs,
        abandonedBeforeMs: deps.nowMs() - abandonedAfterMs,
        ruleSet: deps.engine.ruleSetVersion,
        limit: factsPerRead,
      });
      if (unsettled.length === 0) return swept;
      const { complete } = await settle(
        unsettled.map(({ fact }) => fact),
        new Map(unsettled.map(({ fact, abandoned }) => [fact.factId, abandoned])),
      );
      // What is not finished now would be read again at once: its own unit, or the next sweep, finishes it.
      if (!complete) return swept;
      swept += unsettled.length;
    }
  }

  return {
    settle,
    sweep: async (sinceMs) => (await sweepFacts(sinceMs)) + (await settleSnapshots(deps, settle, sinceMs)),
  };
}
