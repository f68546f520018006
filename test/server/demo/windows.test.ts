import { describe, expect, it } from 'vitest';
import { daysOf, missingWindows, readWindowName, windowName } from '../../../server/src/demo/windows.js';

const at = (time: string): number => Date.parse(`2026-06-17T${time}Z`);
const window = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) });
const shown = (windows: readonly { fromMs: number; toMs: number }[]): string[] =>
  windows.map(({ fromMs, toMs }) => `${new Date(fromMs).toISOString().slice(11, 19)} ${(toMs - fromMs) / 1000}`);

describe('what is left to read', () => {
  it('is cut into few windows, large ones first where they fit', () => {
    expect(shown(missingWindows([], at('05:00:00'), at('10:33:50')))).toEqual([
      '05:00:00 3600',
      '06:00:00 10800',
      '09:00:00 3600',
      '10:00:00 1200',
      '10:20:00 600',
      '10:30:00 120',
      '10:32:00 60',
      '10:33:00 20',
      '10:33:20 20',
      '10:33:40 10',
    ]);
  });

  it.each([
    ['nothing, when all is stored', [window('08:00:00', '10:00:00')], []],
    ['nothing, when a larger window covers it', [window('06:00:00', '12:00:00')], []],
    ['what comes after the stored', [window('08:00:00', '09:59:40')], ['09:59:40 20']],
    ['what comes before the stored', [window('08:00:20', '10:00:00')], ['08:00:00 20']],
    [
      'a hole between two, whatever the order they are told in',
      [window('09:00:10', '10:00:00'), window('08:00:00', '08:59:50')],
      ['08:59:50 10', '09:00:00 10'],
    ],
    [
      'what two windows that overlap leave',
      [window('08:00:00', '09:40:00'), window('09:00:00', '09:59:00')],
      ['09:59:00 60'],
    ],
    [
      'everything, when what is stored lies elsewhere',
      [window('02:00:00', '04:00:00'), window('12:00:00', '14:00:00')],
      ['08:00:00 3600', '09:00:00 3600'],
    ],
  ])('%s', (_, stored, expected) => {
    expect(shown(missingWindows(stored, at('08:00:00'), at('10:00:00')))).toEqual(expected);
  });

  it('is nothing when the clock was put back', () => {
    expect(missingWindows([], at('10:00:00'), at('09:00:00'))).toEqual([]);
  });
});

describe('the name of a window', () => {
  it('begins with its day and can be read back, with whatever stands before it', () => {
    const name = windowName(window('06:00:00', '08:00:00'));
    expect(name).toBe('2026-06-17T06:00:00Z+7200');
    expect(readWindowName(`demo:7:demo-rest:${name}`)).toEqual(window('06:00:00', '08:00:00'));
  });

  it.each([
    ['another kind of unit', 'file:123:0-65536'],
    ['no length', 'demo:7:demo-rest:2026-06-17T06:00:00Z'],
    ['a day that is none', 'demo:7:demo-rest:2026-19-17T06:00:00Z+10'],
    ['more behind it', 'demo:7:demo-rest:2026-06-17T06:00:00Z+10:2'],
  ])('%s is none', (_, name) => {
    expect(readWindowName(name)).toBeNull();
  });
});

it('names every day that a time touches', () => {
  expect(daysOf(Date.parse('2026-06-16T23:59:50Z'), Date.parse('2026-06-18T00:00:00Z'))).toEqual([
    '2026-06-16',
    '2026-06-17',
  ]);
});
