import type { Arguments, OptionTable } from './arguments.js';
import type { Host } from './host.js';

/**
 * 0: done, something was understood · 2: wrong usage · 3: nothing recognised; of a service, the data directory · 4: the address ·
 * 5: the database. (1, for failed output and defects, is main.ts's.)
 */
export type ExitCode = 0 | 2 | 3 | 4 | 5;

export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  readonly options: OptionTable;
  /** Throws `UsageError` for wrong usage. */
  run(args: Arguments, host: Host): Promise<ExitCode>;
}

/** A command's line in the overview; its module is loaded only when it runs, so that starting stays quick. */
export interface CommandEntry {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  load(): Promise<Command>;
}
