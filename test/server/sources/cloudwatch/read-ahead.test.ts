import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAhead } from '../../../../server/src/sources/cloudwatch/read-ahead.js';

const never = new AbortController().signal;

/** Parts that note what was read of them; each has three items. */
function parts(count: number, fails: (part: number, item: number) => boolean = () => false) {
  const read: string[] = [];
  const stopped: number[] = [];
  const made = Array.from(
    { length: count },
    (_, part) =>
      async function* (signal: AbortSignal) {
        signal.addEventListener('abort', () => stopped.push(part));
        for (let item = 0; item < 3; item++) {
          await setImmediate();
          if (fails(part, item)) throw new Error(`part ${part}`);
          read.push(`${part}.${item}`);
          yield `${part}.${item}`;
        }
      },
  );
  return { made, read, stopped };
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await setImmediate();
};

test('items come in the order of the parts, whichever was read first', async () => {
  const { made } = parts(5);
  const items: string[] = [];
  for await (const item of readAhead(made, { atOnce: 3, ahead: 2 }, never)) items.push(item);
  expect(items).toEqual([0, 1, 2, 3, 4].flatMap((part) => [0, 1, 2].map((item) => `${part}.${item}`)));
});

test('while nobody takes an item, only so many parts are read, and each only so far', async () => {
  const { made, read } = parts(5);
  const reading = readAhead(made, { atOnce: 3, ahead: 2 }, never);
  await reading.next();
  await turns();
  expect([...read].sort()).toEqual(['0.0', '0.1', '0.2', '1.0', '1.1', '2.0', '2.1']);
  await reading.return();
});

test('a part that fails does so when its turn comes, and the others are stopped', async () => {
  const { made, stopped } = parts(4, (part, item) => part === 1 && item === 1);
  const items: string[] = [];
  const reading = (async () => {
    for await (const item of readAhead(made, { atOnce: 3, ahead: 2 }, never)) items.push(item);
  })();
  await expect(reading).rejects.toThrow('part 1');
  expect(items).toEqual(['0.0', '0.1', '0.2', '1.0']);
  expect(stopped).toContain(2);
});

test('whoever stops reading stops the parts', async () => {
  const { made, read, stopped } = parts(4);
  for await (const _ of readAhead(made, { atOnce: 2, ahead: 1 }, never)) break;
  const before = read.length;
  await turns();
  expect(read.length).toBeLessThanOrEqual(before + 2);
  expect(stopped.sort()).toEqual([0, 1]);
});
