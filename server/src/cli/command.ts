import type { Arguments, OptionTable } from './arguments.js';
import type { Host } from './host.js';

/**
 * 0: done, something was understood · 1: a check found that something is wrong (failed output and defects, too, which are main.ts's) ·
 * 2: wrong usage · 3: nothing recognised; of a service, the data directory · 4: the address · 5: the database.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5;

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
