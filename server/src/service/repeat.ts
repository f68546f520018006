import { pause } from '../time/pause.js';

/** Does `task` every so often until the signal, never twice at once. The task tells its failures itself. */
export function repeat(everyMs: number, signal: AbortSignal, task: () => Promise<void>): Promise<void> {
  return (async () => {
    while (!signal.aborted) {
      await pause(everyMs, signal);
      if (!signal.aborted) await task();
    }
  })();
}

/** True when `work` has ended by then, well or not. */
export async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}
