import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../server/src/aws/aws-error.js';
import type { Priority } from '../../../../server/src/aws/rate-budget.js';
import type { PatternsAsked } from '../../../../server/src/sources/cloudwatch/cloudwatch-group.js';
import { createWindowReader } from '../../../../server/src/sources/cloudwatch/read-windows.js';
import type { Window } from '../../../../server/src/sources/cloudwatch/windows.js';
import { logGroup, minute, startMs } from './bed.js';

const window = (n: number): Window => ({ fromMs: startMs + n * minute, toMs: startMs + (n + 1) * minute });
const numberOf = ({ fromMs }: Window): number => (fromMs - startMs) / minute;
const windows = (...ns: readonly number[]): Window[] => ns.map(window);

interface Asked extends PatternsAsked {
  readonly n: number;
}

/** Reads a group in which there is nothing; its windows are asked for alike where `patternOf` says the same of them. */
function reader(patternOf = (n: number): string => `"${n}"`, pagesOf = (_: number): number => 0) {
  const granted: Priority[] = [];
  const asked: Asked[] = [];
  const failures: Error[] = [];
  const made = createWindowReader(logGroup('/aws/apigateway/shop'), {
    client: {
      readPage: async () => {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        return { events: [], nextToken: null };
      },
    },
    budget: { take: async (_key, _signal, of = 'live') => void granted.push(of), throttled: () => {}, perSecond: 1 },
    wait: async () => {},
    onThrottled: () => {},
  });
  const patternsOf = async (of: Window, by: PatternsAsked): Promise<readonly string[]> => {
    const n = numberOf(of);
    asked.push({ ...by, n });
    by.onPages(pagesOf(n));
    return [patternOf(n)];
  };
  const read = (next: readonly Window[], priority: Priority = 'live', isWhole = false): Promise<number> =>
    made.read({
      windows: next,
      patternsOf: isWhole ? null : patternsOf,
      priority,
      signal: new AbortController().signal,
      handIn: async () => {},
    });
  /** Which readings are of one chain: the place of its first one. */
  const chains = (): number[] => asked.map(({ chain }) => asked.findIndex((each) => each.chain === chain));
  const thriftyCalls = (): number | null => made.callsOf(window(0), 'thrifty');
  return { read, asked, granted, failures, chains, thriftyCalls };
}

describe('patterns of windows', () => {
  it.each<Priority>(['live', 'sweep', 'backfill'])('are asked for with the priority of the reading: %s', async (of) => {
    const { read, asked, granted } = reader();
    await read(windows(0), of);
    expect(asked.map(({ priority }) => priority)).toEqual([of]);
    expect(granted).toEqual([of]);
  });

  it('are of one chain as long as each reading goes on where the one before ended', async () => {
    const { read, asked, chains } = reader();
    await read(windows(0, 1, 2, 3));
    await read(windows(1, 2, 3));
    await read(windows(2, 3));
    // The first reads one, the others look ahead.
    expect(asked.map(({ n }) => n)).toEqual([0, 1, 2, 2, 3]);
    expect(new Set(chains())).toEqual(new Set([0]));
  });

  it.each<[string, (on: ReturnType<typeof reader>) => Promise<unknown>]>([
    ['one begins elsewhere', (on) => on.read(windows(5, 6, 7))],
    ['one reads all', (on) => on.read(windows(1, 2), 'live', true)],
    ['one had no window left', (on) => on.read(windows(1))],
  ])('are of another chain when %s', async (_, breakIt) => {
    const on = reader();
    await on.read(windows(0, 1, 2));
    await breakIt(on);
    const before = on.asked.length;
    await on.read(windows(1, 2));
    expect(on.chains()[before]).toBe(before);
  });

  it('are of another chain when one fails', async () => {
    const { read, asked, chains, failures } = reader();
    await read(windows(0, 1, 2));
    failures.push(new AwsError('denied', 'not allowed'));
    await expect(read(windows(1, 2))).rejects.toThrow('not allowed');
    const before = asked.length;
    await read(windows(1, 2));
    expect(chains()[before]).toBe(before);
  });
});

describe('pages that tell the patterns', () => {
  it('are calls of the window that they were read for', async () => {
    const { read, thriftyCalls } = reader(undefined, () => 7);
    await read(windows(0, 1));
    expect(thriftyCalls()).toBe(7);
  });

  it('count for the reading that takes the window, not for the one that looked ahead', async () => {
    const { read, thriftyCalls } = reader(undefined, (n) => (n === 2 ? 20 : 4));
    await read(windows(0, 1));
    await read(windows(1, 2));
    expect(thriftyCalls()).toBe(4);
    await read(windows(2, 3));
    expect(thriftyCalls()).toBe(20);
  });

  it('are those of each window, also where several come in one call', async () => {
    const { read, thriftyCalls, granted } = reader(
      () => '"403"',
      () => 3,
    );
    await read(windows(0));
    expect(await read(windows(1, 2, 3, 4))).toBe(4);
    expect(granted).toHaveLength(2);
    expect(thriftyCalls()).toBe(3);
  });
});
