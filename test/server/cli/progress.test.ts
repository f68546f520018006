import { describe, expect, it } from 'vitest';
import { formatBytes, formatSeconds, ProgressLine, progressText } from '../../../server/src/cli/progress.js';
import { sparkline } from '../../../server/src/cli/sparkline.js';

describe('what the progress line says', () => {
  it.each([
    [
      'bytes of a known size',
      { name: 'access.log', bytes: 500_000_000, totalBytes: 2_000_000_000, elapsedMs: 2000 },
      'access.log  [#####---------------]   25 %  500 MB of 2.0 GB  250 MB/s  6 s left',
    ],
    [
      'bytes of a pipe',
      { name: 'standard input', bytes: 1500, totalBytes: null, elapsedMs: 1000 },
      'standard input  1.5 kB  1.5 kB/s',
    ],
    [
      'the end',
      { name: 'a', bytes: 10, totalBytes: 10, elapsedMs: 1000 },
      'a  [####################]  100 %  10 B of 10 B  10 B/s',
    ],
    [
      'a file that grew',
      { name: 'a', bytes: 20, totalBytes: 10, elapsedMs: 1000 },
      'a  [####################]  100 %  20 B of 10 B  20 B/s',
    ],
    ['an empty file', { name: 'a', bytes: 0, totalBytes: 0, elapsedMs: 0 }, 'a  0 B  0 B/s'],
    ['a hostile name', { name: '\x1b[2J', bytes: 0, totalBytes: null, elapsedMs: 0 }, '\\x1b[2J  0 B  0 B/s'],
  ])('%s', (_name, state, text) => {
    expect(progressText(state).replace(/ +(\d+ %)/, '   $1')).toBe(text.replace(/ +(\d+ %)/, '   $1'));
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [123_456, '123 kB'],
    [999_600, '1.0 MB'],
    [5.5e12, '5.5 TB'],
    [7e15, '7000 TB'],
  ])('%d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.2, '1 s'],
    [59, '59 s'],
    [185, '3 min 05 s'],
    [7800, '2 h 10 min'],
  ])('%d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('the progress line', () => {
  function line(isTerminal: boolean) {
    const written: string[] = [];
    const clock = { ms: 0 };
    const write = async (text: string) => {
      written.push(text);
    };
    const progress = new ProgressLine({ write: isTerminal ? write : null, nowMs: () => clock.ms, width: 60 });
    const at = (ms: number) => {
      clock.ms = ms;
      return progress.show({ name: 'access.log', bytes: ms * 1000, totalBytes: 10_000_000 });
    };
    return { written, at, progress };
  }

  it('is shown on a terminal only, not at once, and not more often than eyes can follow', async () => {
    const { written, at } = line(true);
    for (const ms of [10, 299, 300, 350, 399, 400]) await at(ms);
    expect(written).toHaveLength(2);
    expect(written[0]?.startsWith('\raccess.log ')).toBe(true);
    expect(written[0]?.endsWith('\x1b[K')).toBe(true);
    expect((written[0] as string).length).toBeLessThanOrEqual(60 + 4);
    const piped = line(false);
    await piped.at(5000);
    await piped.progress.clear();
    expect(piped.written).toEqual([]);
  });

  it('is taken away at the end, if it was there', async () => {
    const { written, at, progress } = line(true);
    await progress.clear();
    expect(written).toEqual([]);
    await at(500);
    await progress.clear();
    expect(written.at(-1)).toBe('\r\x1b[K');
  });
});

describe('a sparkline', () => {
  it.each([
    ['nothing', [], ''],
    ['zeros', [0, 0], '  '],
    ['one value', [5], '█'],
    ['a rise', [1, 2, 3, 4, 5, 6, 7, 8], '▂▃▄▅▆▇██'],
    ['a peak, and little beside it', [1, 0, 1000, 1], '▁ █▁'],
    ['more values than columns', [1, 1, 0, 0, 4, 4, 0, 1, 1, 1], '▃ █▂▃'],
  ])('of %s', (_name, values, line) => {
    expect(sparkline(values, 8).length).toBeLessThanOrEqual(8);
    expect(sparkline(values, 8)).toBe(line);
  });
});
