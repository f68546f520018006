/** What one unit holds of the budget. */
export interface BudgetShare {
  /** Resolves when these bytes may be taken in. */
  take(bytes: number): Promise<void>;
  /** So many of those taken are stored. */
  giveBack(bytes: number): void;
  release(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}
interface Holder {
  bytes: number;
  waiting: Waiting | null;
}

/**
 * Bounds the bytes that are read and not yet stored. Whoever came first never waits, so units that are all half read
 * cannot block each other; everyone else waits while the budget is used up.
 */
export function createByteBudget(limit: number): { open(): BudgetShare; used(): number } {
  // In order of arrival: a Set keeps it.
  const holders = new Set<Holder>();
  let used = 0;

  const mayTake = (holder: Holder, bytes: number): boolean =>
    used + bytes <= limit || holders.values().next().value === holder;

  function wake(): void {
    for (const holder of holders) {
      const { waiting } = holder;
      if (waiting === null || !mayTake(holder, waiting.bytes)) continue;
      holder.waiting = null;
      holder.bytes += waiting.bytes;
      used += waiting.bytes;
      waiting.go();
    }
  }

  return {
    used: () => used,
    open() {
      const holder: Holder = { bytes: 0, waiting: null };
      holders.add(holder);
      return {
        take(bytes) {
          if (!mayTake(holder, bytes)) {
            return new Promise((resolve) => {
              holder.waiting = { bytes, go: resolve };
            });
          }
          holder.bytes += bytes;
          used += bytes;
          return Promise.resolve();
        },
        giveBack(bytes) {
          holder.bytes -= bytes;
          used -= bytes;
          wake();
        },
        release() {
          holders.delete(holder);
          used -= holder.bytes;
          holder.bytes = 0;
          wake();
        },
      };
    },
  };
}
