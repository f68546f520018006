import { link, mkdir, open as openFile, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { UnitSink } from '../../../server/src/pipeline/counting-unit.js';
import { type Follow, follow, line, lines, until } from './follow.js';

vi.setConfig({ testTimeout: 60_000 });

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Each case writes lines and says how many requests they are; then nothing more may be counted, also by a service started anew. */
const cases: readonly [string, (on: Follow) => Promise<number>][] = [
  [
    'a file that is there before the service',
    async (on) => {
      await on.append('access.log', lines(1, 30));
      on.start();
      return 30;
    },
  ],
  [
    'a file that grows by pieces of lines',
    async (on) => {
      on.start();
      const text = lines(1, 12);
      for (let at = 0; at < text.length; at += 157) {
        await on.append('access.log', text.slice(at, at + 157));
        if (at % 3 === 0) await on.looked();
      }
      return 12;
    },
  ],
  [
    'lines that end with a carriage return too',
    async (on) => {
      await on.append('access.log', lines(1, 20).replaceAll('\n', '\r\n'));
      on.start();
      return 20;
    },
  ],
  [
    'a line longer than several units',
    async (on) => {
      await on.append('access.log', `${lines(1, 2)}${'x'.repeat(5000)}\n${lines(3, 9)}`);
      on.start();
      return 9;
    },
  ],
  [
    'empty lines only at the border of two units',
    async (on) => {
      await on.append('access.log', `${lines(1, 2)}${'\n'.repeat(1500)}${lines(3, 5)}`);
      on.start();
      return 5;
    },
  ],
  [
    'rotation by renaming, lines still written to the old file',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 7));
      await on.counted(7);
      const old = await openFile(on.path('access.log'), 'a');
      await rename(on.path('access.log'), on.path('access.log.1'));
      await on.append('access.log', lines(8, 12));
      await old.appendFile(lines(13, 20));
      await old.close();
      return 20;
    },
  ],
  [
    'rotation to a name that is not looked for',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 7));
      await on.counted(7);
      const old = await openFile(on.path('access.log'), 'a');
      await rename(on.path('access.log'), on.path('archived'));
      await on.append('access.log', lines(8, 12));
      await old.appendFile(lines(13, 20));
      await old.close();
      return 20;
    },
  ],
  [
    'a file that is deleted while it is written',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 4));
      await on.counted(4);
      const old = await openFile(on.path('access.log'), 'a');
      await rm(on.path('access.log'));
      await old.appendFile(lines(5, 9));
      await old.close();
      return 9;
    },
  ],
  [
    'rotation while the service is down',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 7));
      await on.counted(7);
      await on.stop();
      await on.append('access.log', lines(8, 11));
      await rename(on.path('access.log'), on.path('access.log.1'));
      await on.append('access.log', lines(12, 20));
      on.start();
      return 20;
    },
  ],
  [
    'copytruncate',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 7));
      await on.counted(7);
      await truncate(on.path('access.log'), 0);
      await on.looked();
      await on.append('access.log', lines(8, 10));
      return 10;
    },
  ],
  [
    'copytruncate, and longer than before at the next look',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 3));
      await on.counted(3);
      await on.stop();
      await writeFile(on.path('access.log'), lines(4, 20));
      on.start();
      return 20;
    },
  ],
  [
    'a link to a file, then to another one',
    async (on) => {
      await writeFile(on.path('first'), lines(1, 5));
      await writeFile(on.path('second'), lines(6, 11));
      await symlink(on.path('first'), on.path('current.log'));
      on.start();
      await on.counted(5);
      await rm(on.path('current.log'));
      await symlink(on.path('second'), on.path('current.log'));
      return 11;
    },
  ],
  [
    'one file under two names',
    async (on) => {
      await on.append('a.log', lines(1, 9));
      await link(on.path('a.log'), on.path('b.log'));
      on.start();
      return 9;
    },
  ],
  [
    'many files',
    async (on) => {
      for (let file = 0; file < 40; file++) await on.append(`${file}.log`, lines(file * 10 + 1, file * 10 + 10));
      on.start();
      return 400;
    },
  ],
  [
    'an empty file and one with no whole line yet',
    async (on) => {
      await writeFile(on.path('empty.log'), '');
      await writeFile(on.path('begun.log'), line(1).slice(0, 90));
      await on.append('access.log', lines(2, 4));
      on.start();
      return 3;
    },
  ],
  [
    'a last line that nobody ends, after rotation',
    async (on) => {
      await on.append('access.log', `${lines(1, 3)}${line(4)}`);
      on.start();
      await on.counted(3);
      await on.looked();
      expect(on.requests()).toBe(3);
      await rename(on.path('access.log'), on.path('archived'));
      await on.looked();
      expect(on.requests()).toBe(3);
      on.pass(minuteMs);
      return 4;
    },
  ],
  [
    'a last line that nobody ends, of a file that stays as it is',
    async (on) => {
      await on.append('access.log', `${lines(1, 3)}${line(4)}`);
      on.pass(2 * hourMs);
      on.start();
      return 4;
    },
  ],
  [
    'a compressed file',
    async (on) => {
      await writeFile(on.path('access.log.gz'), gzipSync(lines(1, 30)));
      on.pass(minuteMs);
      on.start();
      return 30;
    },
  ],
  [
    'a file that was read and then compressed',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 20));
      await on.counted(20);
      await writeFile(on.path('access.log.gz'), gzipSync(await readFile(on.path('access.log'))));
      await rm(on.path('access.log'));
      on.pass(minuteMs);
      await on.append('access.log', lines(21, 23));
      return 23;
    },
  ],
  [
    'a file that was read in part, written to and compressed while the service was down',
    async (on) => {
      on.start();
      await on.append('access.log', lines(1, 8));
      await on.counted(8);
      await on.stop();
      await on.append('access.log', lines(9, 25));
      await writeFile(on.path('access.log.gz'), gzipSync(await readFile(on.path('access.log'))));
      await rm(on.path('access.log'));
      on.pass(minuteMs);
      on.start();
      return 25;
    },
  ],
  [
    'a compressed file that is not whole yet',
    async (on) => {
      const compressed = gzipSync(lines(1, 30));
      await writeFile(on.path('access.log.gz'), compressed.subarray(0, compressed.length / 2));
      on.pass(minuteMs);
      on.start();
      await until(() => on.problems.length > 0);
      expect(on.requests()).toBe(0);
      await writeFile(on.path('access.log.gz'), compressed);
      on.pass(minuteMs);
      return 30;
    },
  ],
  [
    'a compressed file that was seen while it was still empty, and when only its first byte was there',
    async (on) => {
      const compressed = gzipSync(lines(1, 30));
      await on.append('access.log.gz', '');
      on.start();
      await on.looked();
      await writeFile(on.path('access.log.gz'), compressed.subarray(0, 1));
      await on.looked();
      await writeFile(on.path('access.log.gz'), compressed);
      on.pass(minuteMs);
      return 30;
    },
  ],
  [
    'a file that was seen while it was still empty',
    async (on) => {
      await on.append('access.log', '');
      on.start();
      await on.looked();
      await on.append('access.log', lines(1, 30));
      return 30;
    },
  ],
];

describe('every line is counted once', () => {
  it.each(cases)('%s', async (_name, act) => {
    const on = await follow();
    const requests = await act(on);
    await on.counted(requests);
    await on.looked();
    expect(on.requests()).toBe(requests);
    await on.stop();
    on.start();
    await on.looked();
    expect(on.requests()).toBe(requests);
  });
});

describe('where reading goes on', () => {
  it('is what the store says: units that are full are not read again', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 30));
    on.start();
    await on.counted(30);
    await on.stop();
    const units = new Set(on.accepted.map((unit) => unit.id));
    expect(units.size).toBeGreaterThan(5);
    on.accepted.length = 0;
    on.start();
    await on.append('access.log', lines(31, 31));
    await on.counted(31);
    expect(on.accepted.every((unit) => !units.has(unit.id) || unit.id === [...units].sort().at(-1))).toBe(true);
  });

  it('keeps the grid that a file was begun with', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 10));
    on.start({ unitBytes: 1024 });
    await on.counted(10);
    await on.stop();
    await on.append('access.log', lines(11, 40));
    on.start({ unitBytes: 4096 });
    await on.counted(40);
    await on.looked();
    expect(on.requests()).toBe(40);
  });

  it('cannot be told when a file becomes shorter and begins as before: the problem is told', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 9));
    on.start();
    await on.counted(9);
    await truncate(on.path('access.log'), line(1).length + 1);
    await until(() => on.problems.length > 0);
    expect(on.problems).toEqual([expect.stringContaining('it became shorter but begins with the same line')]);
  });

  it('waits for a compressed copy beside the file itself, counts nothing twice and tells why it waits', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 9));
    on.start();
    await on.counted(9);
    await writeFile(on.path('access.log.gz'), gzipSync(lines(1, 9)));
    on.pass(minuteMs);
    await until(() => on.problems.length > 0);
    expect(on.problems).toEqual([expect.stringContaining('begins with the same line and is still there')]);
    expect(on.requests()).toBe(9);
  });
});

describe('the store', () => {
  it('that does not answer stops the reading', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 300));
    let taken = 0;
    const stalls = (sink: UnitSink): UnitSink => ({
      ...sink,
      accept: () => {
        taken++;
        return new Promise((_, reject) => {
          release.push(() => reject(new Error('stopped')));
        });
      },
    });
    const release: (() => void)[] = [];
    on.start({ sink: stalls });
    await until(() => taken === 4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBe(4);
    const stopped = on.stop();
    for (const each of release) each();
    await stopped;
  });

  it('that fails is asked again', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 10));
    let failures = 3;
    on.start({
      sink: (sink) => ({
        ...sink,
        async accept(unit) {
          if (failures-- > 0) throw new Error('not now');
          on.pass(minuteMs);
          return sink.accept(unit);
        },
      }),
      nowMs: (() => {
        // Pauses between attempts are over at once.
        let ms = Date.now();
        return () => (ms += 1000);
      })(),
    });
    await on.counted(10);
    expect(on.problems).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('is told once, and read when it can be', async () => {
    const on = await follow();
    await symlink(on.path('access.log'), on.path('access.log'));
    on.start();
    await until(() => on.problems.length > 0);
    await on.looked();
    expect(on.problems).toEqual([`${on.path('access.log')}: its links lead back to themselves`]);
    await rm(on.path('access.log'));
    await on.append('access.log', lines(1, 2));
    await on.counted(2);
  });

  it.each([
    ['a name that nothing has', 'missing.log', 'there is no such file yet'],
    ['a pattern that nothing fits', '*.txt', 'there is no such file yet'],
    ['a directory that is not there', 'missing/*.log', 'there is no such file yet'],
  ])('%s', async (_name, path, sentence) => {
    const on = await follow();
    on.start({ paths: [on.path(path)] });
    await until(() => on.problems.length > 0);
    expect(on.problems).toEqual([`${on.path(path)}: ${sentence}`]);
    await mkdir(on.path('missing'), { recursive: true });
    await on.append(path.replace('*', 'access'), lines(1, 2));
    await on.counted(2);
  });
});

describe('the watermark', () => {
  it('follows the clock at half a minute once all is stored', async () => {
    const on = await follow();
    await on.append('access.log', lines(1, 5));
    on.start();
    await until(() => on.tables.progress.length > 0);
    expect(on.requests()).toBe(5);
    const [first] = on.tables.progress;
    expect(first).toMatchObject({ feed: 'files', kind: 'file' });
    expect(on.nowMs() - (first?.completeUntilMs ?? 0)).toBeGreaterThanOrEqual(30_000);
    on.pass(minuteMs);
    await until(() => (on.tables.progress.at(-1)?.completeUntilMs ?? 0) > (first?.completeUntilMs ?? 0) + 50_000);
  });

  it('does not move while a file waits for the store', async () => {
    const on = await follow();
    await on.append('a.log', lines(1, 5));
    await on.append('b.log', lines(6, 9));
    const identity: string[] = [];
    on.start({
      sink: (sink) => ({
        ...sink,
        async accept(unit) {
          identity.push(unit.id.split(':')[1] ?? '');
          if (unit.id.includes(identity[0] ?? '')) throw new Error('not now');
          return sink.accept(unit);
        },
      }),
    });
    await until(() => on.requests() === 4 || on.requests() === 5);
    on.pass(minuteMs);
    await on.looked();
    expect(on.tables.progress).toEqual([]);
  });

  it('stands still while there is no file', async () => {
    const on = await follow();
    on.start();
    await until(() => on.problems.length > 0);
    await on.looked();
    expect(on.tables.progress).toEqual([]);
  });
});
