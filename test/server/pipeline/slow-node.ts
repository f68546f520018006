import type { StatementHook } from './memory-store.js';

/** Stops a node before its statement of that number, and kills it before another one. */
export function slowNode(stopsAt: number, diesAt: number) {
  let statement = -1;
  let stopped: () => void = () => {};
  let goOn: () => void = () => {};
  const atStop = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const hook: StatementHook = async (_name, when) => {
    if (when === 'before' && ++statement === stopsAt) {
      stopped();
      await gate;
    }
    if (statement >= diesAt) throw new Error('dead');
  };
  return { hook, atStop, goOn, statements: () => statement + 1 };
}
