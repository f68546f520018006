import { setTimeout } from 'node:timers/promises';

/** What the fake asks for the time. */
export interface Clock {
  nowMs(): number;
  /** Resolves when `ms` have passed on this clock; rejects with the signal's reason when it is aborted first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface FakeClock extends Clock {
  /** Moves forward; whoever waits for a moment up to the new one goes on, in order of time. */
  advance(ms: number): void;
  /** Moves to a moment, never back. */
  set(nowMs: number): void;
  /** The next moment that someone waits for, so that a test can leap to it; null when nobody waits. */
  nextDueMs(): number | null;
}

interface Waiter {
  readonly dueMs: number;
  readonly resume: () => void;
}

/** The machine's own clock, for tests that run the built program; the fake itself never makes one. */
export const createWallClock = (): Clock => ({
  nowMs: () => Date.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
});

/** A clock that stands still until it is told to move. */
export function createFakeClock(startMs: number): FakeClock {
  let now = startMs;
  const waiters = new Set<Waiter>();

  const inOrder = (): Waiter[] => [...waiters].sort((a, b) => a.dueMs - b.dueMs);

  const set = (nowMs: number): void => {
    if (nowMs < now) throw new Error(`the clock stands at ${now} and cannot go back to ${nowMs}`);
    for (const waiter of inOrder()) {
      if (waiter.dueMs > nowMs) break;
      now = waiter.dueMs;
      waiters.delete(waiter);
      waiter.resume();
    }
    now = nowMs;
  };

  return {
    nowMs: () => now,
    set,
    advance: (ms) => set(now + ms),
    nextDueMs: () => inOrder()[0]?.dueMs ?? null,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (ms <= 0) return resolve();
        const aborted = (): void => {
          waiters.delete(waiter);
          reject(signal?.reason);
        };
        const waiter: Waiter = {
          dueMs: now + ms,
          resume: () => {
            signal?.removeEventListener('abort', aborted);
            resolve();
          },
        };
        waiters.add(waiter);
        signal?.addEventListener('abort', aborted, { once: true });
      }),
  };
}
