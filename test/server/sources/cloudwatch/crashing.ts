import type { Wait } from '../../../../server/src/aws/rate-budget.js';
import type { UnitSink } from '../../../../server/src/pipeline/counting-unit.js';
import type { LogEventsClient } from '../../../../server/src/sources/cloudwatch/log-events-client.js';

/** Everything that a process does outside of itself. */
export interface World {
  readonly client: LogEventsClient;
  readonly sink: UnitSink;
  readonly wait: Wait;
}

export interface Mortal {
  isDead(): boolean;
  kill(): void;
}

/**
 * The same, for a process that dies at the given step: each thing it does is two steps, one before and one after it is done. From
 * then on nothing that it waits for ever ends.
 */
export function dyingAt(step: number, { client, sink, wait }: World): World & Mortal {
  let steps = 0;
  const isDead = (): boolean => steps >= step;
  const pass = (): Promise<void> => {
    if (!isDead()) steps++;
    return isDead() ? new Promise(() => {}) : Promise.resolve();
  };
  const mortal = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await pass();
    try {
      return await work();
    } finally {
      await pass();
    }
  };
  return {
    isDead,
    kill: () => {
      steps = step;
    },
    client: { readPage: (request, signal) => mortal(() => client.readPage(request, signal)) },
    sink: {
      // Its content is read through the other doors.
      accept: (unit) => mortal(() => sink.accept(unit)),
      readUnitsOf: (prefix) => mortal(() => sink.readUnitsOf(prefix)),
      readRefusalsOnly: (feed, range) => mortal(() => sink.readRefusalsOnly(feed, range)),
      reportProgress: (feed, kind, untilMs) => mortal(() => sink.reportProgress(feed, kind, untilMs)),
    },
    wait: async (ms, signal) => {
      await wait(ms, signal).catch(() => {});
      // Time alone is no step, or most would die in a pause.
      if (isDead()) await new Promise(() => {});
    },
  };
}
