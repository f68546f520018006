import type { DeliverySink, UnitSink } from '../pipeline/counting-unit.js';

/** A sink that knows when nothing is under way. */
export interface WatchedSink extends UnitSink, DeliverySink {
  /** Resolves when every unit that was accepted has been stored or given back. */
  idle(): Promise<void>;
}

export function watchUnits(sink: UnitSink & DeliverySink): WatchedSink {
  const underWay = new Set<Promise<unknown>>();
  async function watched<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }
  return {
    accept: (unit) => watched(sink.accept(unit)),
    acceptDelivery: (delivery) => watched(sink.acceptDelivery(delivery)),
    readUnitsOf: (prefix) => sink.readUnitsOf(prefix),
    readRefusalsOnly: (feed, range) => sink.readRefusalsOnly(feed, range),
    reportProgress: (feed, kind, completeUntilMs) => sink.reportProgress(feed, kind, completeUntilMs),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
