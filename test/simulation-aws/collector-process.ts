import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Death, FromCollector, StartMessage, ToCollector } from './messages.js';

/** A collector that runs. */
export interface CollectorProcess {
  /** What it tells, in order, until it is dead. */
  readonly messages: AsyncIterable<FromCollector>;
  goOn(untilMs: number, death: Death | null): void;
  heard(): void;
  /** It answers with `told`. */
  ask(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** How it ended; '' as long as it lives, and after a kill -9. */
  readonly failure: string;
}

/** Of real time; however slow the machine, a collector that works says something by then. */
const silentMs = 5 * 60_000;

export function startCollector(entry: string, start: StartMessage): CollectorProcess {
  const child = fork(entry, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const waiting: FromCollector[] = [];
  let wake = (): void => {};
  let isGone = false;
  let failure = '';
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  child.on('message', (message: FromCollector) => {
    waiting.push(message);
    wake();
  });
  const gone = once(child, 'close').then(([code, signal]) => {
    isGone = true;
    if (signal !== 'SIGKILL') failure = `the collector ended with ${signal ?? code}: ${errors}`;
    wake();
  });
  const send = (message: ToCollector): void => {
    // It may be gone, and says so itself.
    if (child.connected) child.send(message, () => {});
  };
  send(start);

  async function* messages(): AsyncGenerator<FromCollector, void, undefined> {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) yield message;
      else if (isGone) return;
      else {
        const isSilent = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(resolve, silentMs, true);
          wake = () => {
            clearTimeout(timer);
            resolve(false);
          };
        });
        if (isSilent) yield { kind: 'problem', text: 'the collector says nothing any more' };
      }
    }
  }

  return {
    messages: messages(),
    goOn: (untilMs, death) => send({ kind: 'goOn', untilMs, death }),
    heard: () => send({ kind: 'heard' }),
    ask: () => send({ kind: 'tell' }),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    get failure() {
      return failure;
    },
  };
}
