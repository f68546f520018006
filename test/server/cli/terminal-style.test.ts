import { describe, expect, it } from 'vitest';
import { terminalStyle } from '../../../server/src/cli/terminal-style.js';

const noEnv = { NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm-256color' };
const terminal = { isTerminal: true, columns: 80, env: noEnv };

describe('colours', () => {
  it.each([
    ['a terminal', terminal, true],
    ['a pipe', { ...terminal, isTerminal: false }, false],
    ['TERM=dumb', { ...terminal, env: { ...noEnv, TERM: 'dumb' } }, false],
    ['NO_COLOR on a terminal', { ...terminal, env: { ...noEnv, NO_COLOR: '1' } }, false],
    ['an empty NO_COLOR counts as unset', { ...terminal, env: { ...noEnv, NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { ...terminal, isTerminal: false, env: { ...noEnv, FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0 on a terminal', { ...terminal, env: { ...noEnv, FORCE_COLOR: '0' } }, false],
    ['NO_COLOR against FORCE_COLOR', { ...terminal, env: { ...noEnv, NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
  ])('%s', (_name, facts, colors) => {
    expect(terminalStyle(facts).colors).toBe(colors);
  });
});

describe('width', () => {
  it.each([
    ['of the window', 80, 80],
    ['not known', undefined, 100],
    ['reported as 0', 0, 100],
    ['too narrow to read', 20, 60],
    ['wider than prose should be', 400, 120],
  ])('%s', (_name, columns, width) => {
    expect(terminalStyle({ ...terminal, columns }).width).toBe(width);
  });
});
