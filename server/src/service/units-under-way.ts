import type { UnitSink } from '../pipeline/counting-unit.js';

/** A sink that knows when nothing is under way. */
export interface WatchedSink extends UnitSink {
  /** Resolves when every unit that was accepted has been stored or given back. */
  idle(): Promise<void>;
}

export function watchUnits(sink: UnitSink): WatchedSink {
  const underWay = new Set<Promise<unknown>>();
  return {
    async accept(unit) {
      const work = sink.accept(unit);
      underWay.add(work);
      try {
        return await work;
      } finally {
        underWay.delete(work);
      }
    },
    readUnitsOf: (prefix) => sink.readUnitsOf(prefix),
    reportProgress: (feed, kind, completeUntilMs) => sink.reportProgress(feed, kind, completeUntilMs),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
