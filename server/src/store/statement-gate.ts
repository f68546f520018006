/** Thrown by `enter` when nobody let go in time, or too many wait already. */
export class GateFullError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GateFullError';
  }
}

export interface StatementGate {
  /** Resolves with the function that gives the place back (calling it twice does nothing more). Rejects with GateFullError or the signal's reason. */
  enter(signal?: AbortSignal): Promise<() => void>;
  /** Everyone who waits is turned away with this error, and who comes later too. */
  close(reason: Error): void;
}

export interface GateLimits {
  readonly atOnce: number;
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly admit: (leave: () => void) => void;
  readonly refuse: (reason: unknown) => void;
}

/** So many at once, so many waiting, so long: the rest is told at once instead of piling up. */
export function createStatementGate(limits: GateLimits): StatementGate {
  let inside = 0;
  let closed: Error | null = null;
  const waiters = new Set<Waiter>();

  function leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      admitNext();
    };
  }

  function admitNext(): void {
    const [next] = waiters;
    if (next === undefined || inside >= limits.atOnce) return;
    waiters.delete(next);
    inside += 1;
    next.admit(leaveOnce());
  }

  return {
    enter(signal) {
      if (closed !== null) return Promise.reject(closed);
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (inside < limits.atOnce) {
        inside += 1;
        return Promise.resolve(leaveOnce());
      }
      if (waiters.size >= limits.waiting) {
        return Promise.reject(new GateFullError(`${limits.atOnce} statements run and ${limits.waiting} wait already`));
      }
      return new Promise((resolve, reject) => {
        const stopWaiting = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          waiters.delete(waiter);
        };
        const waiter: Waiter = {
          admit: (leave) => {
            stopWaiting();
            resolve(leave);
          },
          refuse: (reason) => {
            stopWaiting();
            reject(reason);
          },
        };
        const giveUp = () => waiter.refuse(signal?.reason);
        const timer = setTimeout(
          () => waiter.refuse(new GateFullError(`no place became free within ${limits.waitMs} ms`)),
          limits.waitMs,
        );
        signal?.addEventListener('abort', giveUp, { once: true });
        waiters.add(waiter);
      });
    },
    close(reason) {
      closed = reason;
      for (const waiter of [...waiters]) waiter.refuse(reason);
    },
  };
}
