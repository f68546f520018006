import { setImmediate } from 'node:timers/promises';

/** So many statements of one node while the other stands still. */
export interface Burst {
  readonly node: number;
  readonly statements: number;
}

/** Lets statements of several nodes through one at a time, in the order that a script says, then in turn. */
export function createTurnstile(script: readonly Burst[]) {
  const waiting: { node: number; go: () => void }[] = [];
  let next = 0;
  let left = script[0]?.statements ?? 0;

  async function pick(): Promise<{ go: () => void } | undefined> {
    while (next < script.length) {
      const burst = script[next] as Burst;
      // Work between two statements takes some turns of the event loop.
      for (let turn = 0; turn < 6 && left > 0; turn++) {
        const at = waiting.findIndex(({ node }) => node === burst.node);
        if (at >= 0) {
          left--;
          return waiting.splice(at, 1)[0];
        }
        await setImmediate();
      }
      next++;
      left = script[next]?.statements ?? 0;
    }
    return waiting.shift();
  }

  return {
    pass: (node: number): Promise<void> =>
      new Promise((resolve) => {
        waiting.push({ node, go: resolve });
      }),
    async runUntil(done: Promise<unknown>): Promise<void> {
      let running = true;
      void done.finally(() => {
        running = false;
      });
      while (running) {
        (await pick())?.go();
        await setImmediate();
      }
    },
  };
}
