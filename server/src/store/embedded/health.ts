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
    const deadline = setTimeout(() => {
      if (!signal.aborted) watch.onHung();
      request.destroy();
    }, hungAfterMs);
    const giveUp = () => request.destroy();
    const done = () => {
      clearTimeout(deadline);
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
