import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { truthOf } from '../pipeline/bed.js';
import { follow, line } from './follow.js';

/** Some 330 bytes are a line, so a write ends anywhere in one. */
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('write' as const), bytes: fc.integer({ min: 1, max: 2500 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('rotate' as const, 'compress' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), unitBytes: fc.constantFrom(700, 1024, 5000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('stop' as const, 'start' as const) }) },
);

test('whatever happens to the files and to the service, every line is counted once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      const on = await follow();
      const written: string[] = [];
      let rest = '';
      let rotations = 0;
      let running = false;
      const start = (unitBytes?: number): void => {
        if (!running) on.start(unitBytes === undefined ? {} : { unitBytes });
        running = true;
      };
      const stop = async (): Promise<void> => {
        if (running) await on.stop();
        running = false;
      };
      const write = async (bytes: number): Promise<void> => {
        while (rest.length < bytes) {
          const next = line(written.length + 1);
          written.push(next);
          rest += `${next}\n`;
        }
        await on.append('access.log', rest.slice(0, bytes));
        rest = rest.slice(bytes);
      };
      // Whoever rotates ends the last line first: a writer is told to open its log anew.
      const rotate = async (): Promise<string | null> => {
        await write(rest.length);
        const name = `access.log.${++rotations}`;
        return rename(on.path('access.log'), on.path(name)).then(
          () => name,
          () => null,
        );
      };
      start();
      for (const each of acts) {
        if (each.kind === 'write') await write(each.bytes);
        else if (each.kind === 'look' && running) await on.looked();
        else if (each.kind === 'rotate') await rotate();
        else if (each.kind === 'compress') {
          const name = await rotate();
          if (name === null) continue;
          await writeFile(on.path(`${name}.gz`), gzipSync(await readFile(on.path(name))));
          await rm(on.path(name));
          on.pass(60_000);
        } else if (each.kind === 'restart') {
          await stop();
          start(each.unitBytes);
        } else if (each.kind === 'stop') await stop();
        else if (each.kind === 'start') start();
      }
      await write(rest.length);
      on.pass(60_000);
      start();
      const truth = truthOf([{ id: 'all', lines: written }]);
      await on.counted(written.length);
      await on.looked();
      expect(on.tables.countedRequests()).toEqual(truth.requests);
      expect(
        on.tables
          .standing()
          .filter((row) => !row.cancelled)
          .map(({ eventId }) => eventId)
          .sort(),
      ).toEqual(truth.rows.map((row) => row.split(' ')[0]).sort());
      await stop();
    }),
    { seed: 403, numRuns: 40 },
  );
});
