import { describe, expect, it } from 'vitest';
import { closest } from '../../../server/src/text/closest.js';

const commands = ['explain', 'causes', 'welcome', 'help'];

describe('closest', () => {
  it.each([
    ['a letter too few', 'explan', 'explain'],
    ['two letters swapped', 'cuases', 'causes'],
    ['a beginning', 'wel', 'welcome'],
    ['another word', 'serve', null],
    ['two letters that could be anything', 'xy', null],
    ['nothing', '', null],
    ['a text of any length', 'e'.repeat(100_000), null],
  ])('%s', (_name, word, meant) => {
    expect(closest(word, commands)).toBe(meant);
  });
});
