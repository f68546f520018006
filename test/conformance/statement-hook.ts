import type { Database } from '../../server/src/store/database.js';

/** Gets the number of the writing statement since it was set, and the statement to be run. */
export type WriteHook = (statement: number, run: () => Promise<void>) => Promise<void>;

export interface HookedDatabase extends Database {
  hook(hook: WriteHook): void;
}

/** A database whose writer can be stopped, or overtaken, at any statement. */
export function hookWrites(database: Database): HookedDatabase {
  let statements = 0;
  let current: WriteHook = (_, run) => run();
  const through = (run: () => Promise<void>) => {
    statements += 1;
    return current(statements, run);
  };
  return {
    ...database,
    insert: (table, rows) => through(() => database.insert(table, rows)),
    command: (sql, params) => through(() => database.command(sql, params)),
    hook(hook) {
      statements = 0;
      current = hook;
    },
  };
}

export class Killed extends Error {}

/** The process dies at that statement: before it, or after it with its answer unheard. */
export const killAt =
  (last: number, when: 'before' | 'after'): WriteHook =>
  async (statement, run) => {
    if (statement > last || (statement === last && when === 'before')) throw new Killed();
    await run();
    if (statement === last) throw new Killed();
  };

/** Somebody else does something just before that statement. */
export const overtakeAt =
  (at: number, somebody: () => Promise<void>): WriteHook =>
  async (statement, run) => {
    if (statement === at) await somebody();
    await run();
  };
