import { FairQueue } from './fair-queue.js';
import { TokenBucket } from './token-bucket.js';

/** Ends when the time is over or the signal comes, whichever is first; on the signal it may reject. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Who goes first: what people are waiting for, then what is read again, then the past. */
export type Priority = 'live' | 'sweep' | 'backfill';

/** The calls of one operation that may be made in one account and region, shared by all who make them. */
export interface RateBudget {
  /**
   * Resolves when one call may be made, rejects with the signal's reason. Turns go round among the keys of a priority: between a key's
   * asking and its turn no other key has two.
   */
  take(key: string, signal: AbortSignal, priority?: Priority): Promise<void>;
  /** AWS refused a call. The rate is halved and grows back to the cap within a minute; nothing is granted for `retryAfterMs`. */
  throttled(retryAfterMs?: number | null): void;
  /** At this moment. */
  readonly perSecond: number;
}

export interface RateBudgetOptions {
  readonly perSecond: number;
  readonly burst: number;
  /** Sweeps take at most this part, also when nobody else asks. */
  readonly sweepShare?: number;
  readonly nowMs: () => number;
  readonly wait: Wait;
}

interface Waiter {
  readonly grant: () => void;
}

export const defaultSweepShare = 0.3;

export function createRateBudget({
  perSecond,
  burst,
  sweepShare = defaultSweepShare,
  nowMs,
  wait,
}: RateBudgetOptions): RateBudget {
  const all = new TokenBucket({ perSecond, burst }, nowMs());
  const sweeps = new TokenBucket({ perSecond: perSecond * sweepShare, burst: 1 }, nowMs());
  const queues = {
    live: new FairQueue<Waiter>(),
    sweep: new FairQueue<Waiter>(),
    backfill: new FairQueue<Waiter>(),
  } satisfies Record<Priority, FairQueue<Waiter>>;
  let granting = false;
  let resting: AbortController | null = null;

  /** Whose turn it is, or in how many ms somebody's is; null when nobody waits. */
  function next(now: number): Priority | number | null {
    const isAnyone = !queues.live.isEmpty || !queues.sweep.isEmpty || !queues.backfill.isEmpty;
    if (!isAnyone) return null;
    const readyInMs = all.readyInMs(now);
    if (readyInMs > 0) return readyInMs;
    if (!queues.live.isEmpty) return 'live';
    const sweepInMs = queues.sweep.isEmpty ? Number.POSITIVE_INFINITY : sweeps.readyInMs(now);
    if (sweepInMs === 0) return 'sweep';
    return queues.backfill.isEmpty ? sweepInMs : 'backfill';
  }

  async function grantTurns(): Promise<void> {
    if (granting) return;
    granting = true;
    for (;;) {
      const now = nowMs();
      const turn = next(now);
      if (turn === null) break;
      if (typeof turn === 'number') {
        resting = new AbortController();
        await wait(turn, resting.signal).catch(() => {});
        resting = null;
        continue;
      }
      all.take(now);
      if (turn === 'sweep') sweeps.take(now);
      queues[turn].take()?.grant();
    }
    granting = false;
  }

  return {
    take(key, signal, priority = 'live') {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const queue = queues[priority];
        const onAbort = (): void => {
          queue.remove(key, waiter);
          reject(signal.reason);
        };
        const waiter: Waiter = {
          grant: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal.addEventListener('abort', onAbort, { once: true });
        queue.add(key, waiter);
        // Whoever came may go before the one that is being waited for.
        resting?.abort();
        void grantTurns();
      });
    },
    throttled(retryAfterMs = null) {
      const now = nowMs();
      all.slowDown(now, retryAfterMs ?? 0);
      sweeps.slowDown(now, retryAfterMs ?? 0);
    },
    get perSecond() {
      all.readyInMs(nowMs());
      return all.perSecond;
    },
  };
}
