import type { Style } from './palette.js';

/** What the command line needs of the process around it. main.ts fills it in. */
export interface Host {
  readonly stdin: {
    readonly isTerminal: boolean;
    /** Begins to read when iterated, not before. */
    chunks(): AsyncIterable<Uint8Array>;
  };
  /** Resolves once the text is handed on, so that a slow reader slows us down. */
  writeOut(text: string): Promise<void>;
  writeError(text: string): Promise<void>;
  /** Standard error is a terminal: progress may be shown there. */
  readonly errorIsTerminal?: boolean;
  /** Of standard output. */
  readonly style: Style;
}
