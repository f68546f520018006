import type { Host } from './host.js';

/** What commands that run on need of the process besides. main.ts fills it in. */
export interface ServiceHost extends Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Standard output is a terminal. */
  readonly outputIsTerminal: boolean;
  /** Aborts when the process is asked to end (SIGINT, SIGTERM). From the first call on it no longer ends by itself; asked twice, it does. */
  stopSignal(): AbortSignal;
}
