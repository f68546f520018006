import type { Style } from './palette.js';

const defaultColumns = 100;
const minColumns = 60;
/** Longer lines of prose are hard to read, however wide the window is. */
const maxColumns = 120;

export interface TerminalFacts {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  readonly env: {
    readonly NO_COLOR: string | undefined;
    readonly FORCE_COLOR: string | undefined;
    readonly TERM: string | undefined;
  };
}

/** NO_COLOR (no-color.org) wins over FORCE_COLOR, which wins over what the terminal is; empty variables count as unset. */
export function terminalStyle({ isTerminal, columns, env }: TerminalFacts): Style {
  return {
    colors: wantsColors(isTerminal, env),
    width: Math.max(minColumns, Math.min(columns || defaultColumns, maxColumns)),
  };
}

function wantsColors(isTerminal: boolean, env: TerminalFacts['env']): boolean {
  if (env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force) return force !== '0' && force !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
