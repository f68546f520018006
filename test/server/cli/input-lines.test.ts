import { describe, expect, it } from 'vitest';
import { InputLines } from '../../../server/src/cli/input-lines.js';

function read(files: Readonly<Record<string, readonly string[]>>): InputLines {
  const lines = new InputLines();
  for (const [name, chunks] of Object.entries(files)) {
    lines.begin(name);
    for (const chunk of chunks) lines.count(new TextEncoder().encode(chunk));
  }
  return lines;
}

describe('InputLines', () => {
  it('names no file when there is one', () => {
    expect(read({ 'a.log': ['1\n2\n'] }).locate(2)).toBeNull();
  });

  it.each([
    ['the first line of all', 1, { name: 'a.log', line: 1 }],
    ['the last of the first file', 3, { name: 'a.log', line: 3 }],
    ['the first of the second file', 4, { name: 'b.log', line: 1 }],
    ['behind the end', 9, { name: 'b.log', line: 6 }],
  ])('finds %s', (_name, line, place) => {
    expect(read({ 'a.log': ['1\n2', '\n3\n'], 'b.log': ['4\n5\n'] }).locate(line)).toEqual(place);
  });

  it('puts a newline where a file does not end its last line', () => {
    const lines = read({ 'a.log': ['1\n2'] });
    expect(lines.begin('b.log')).toBe(true);
    lines.count(new TextEncoder().encode('3\n'));
    expect(lines.locate(2)).toEqual({ name: 'a.log', line: 2 });
    expect(lines.locate(3)).toEqual({ name: 'b.log', line: 1 });
  });

  it('puts none after a newline or an empty file', () => {
    expect(read({ 'a.log': ['1\n'] }).begin('b.log')).toBe(false);
    expect(read({ 'a.log': [] }).begin('b.log')).toBe(false);
  });

  it('passes over empty files', () => {
    expect(read({ 'a.log': ['1\n'], 'empty.log': [], 'b.log': ['2\n'] }).locate(2)).toEqual({ name: 'b.log', line: 1 });
  });
});
