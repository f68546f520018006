import { get } from 'node:http';

export interface HealthWatch {
  readonly port: number;
  readonly authorization: string;
  readonly everyMs: number;
  readonly hungAfterMs: number;
  readonly signal: AbortSignal;
  /** Called once. */
  readonly onHung: () => void;
}

/** While this process stands still itself, one part passes at most: an answer that waits to be read is no sign of a hung database. */
const parts = 10;

/**
 * Asks for a statement's answer again and again until the signal. Any answer counts, also an error: what matters is that the process and the
 * engine in it still react. After a fatal signal the engine keeps its process alive, deaf, for minutes.
 */
export function watchHealth(watch: HealthWatch): void {
  const { signal, hungAfterMs } = watch;
  let timer: NodeJS.Timeout;

  function ask(): void {
    const request = get({
      host: '127.0.0.1',
      port: watch.port,
      path: '/alive',
      agent: false,
      headers: { Authorization: watch.authorization },
    });
    let lived = 0;
    const deadline = setInterval(() => {
      lived += 1;
      if (lived < parts) return;
      if (!signal.aborted) watch.onHung();
      request.destroy();
    }, hungAfterMs / parts);
    const giveUp = () => request.destroy();
    const done = () => {
      clearInterval(deadline);
      signal.removeEventListener('abort', giveUp);
      if (!signal.aborted) timer = setTimeout(ask, watch.everyMs);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    request.once('response', (response) => {
      response.on('error', () => {});
      response.resume();
    });
    // Refused or cut off: the process is going away, which its supervisor sees.
    request.once('error', () => {});
    request.once('close', done);
  }

  timer = setTimeout(ask, watch.everyMs);
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}
