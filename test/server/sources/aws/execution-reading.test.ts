import { describe, expect, it } from 'vitest';
import { executionRefusals } from '../../../../parsers/src/index.js';
import type { chooseReading } from '../../../../server/src/sources/cloudwatch/choose-reading.js';
import { useTestDatabase } from '../../../support/test-database.js';
import {
  type AskedPage,
  collect,
  executionGroup,
  type Fate,
  idOf,
  minute,
  type Sent,
  second,
  startMs,
} from './execution-reading-bed.js';

const embedded = useTestDatabase();

/** A busy stage: of ten requests three are refused, and the access log does not say why of two. */
const fates: readonly Fate[] = [
  ...(['served', 'served', 'denied', 'served', 'served'] as const),
  ...(['served', 'no_key', 'served', 'served', 'no_route'] as const),
];
const everyMs = 750;
const perMinute = minute / everyMs;
const sent: readonly Sent[] = Array.from({ length: 4 * perMinute }, (_, n) => ({
  n,
  fate: fates[n % fates.length] as Fate,
  atMs: startMs + n * everyMs,
}));
const isUndecided = ({ fate }: Sent): boolean => fate === 'denied' || fate === 'no_key';
const undecided = new Set(sent.filter(isUndecided).map(({ n }) => idOf(n)));

const idsIn = (pattern: string | null): string[] => pattern?.match(/[0-9a-f-]{36}/g) ?? [];
/** What one window may take: those of the window and of 30 s on both sides, 24 a call. */
const callsAWindow = Math.ceil((perMinute * 2 * undecided.size) / sent.length / 24);

/** Pages asked for to know the ids of one window, which reaches 30 s to both sides. */
const isForIds = ({ filterPattern, fromMs, toMs }: AskedPage): boolean =>
  filterPattern === executionRefusals.pattern && (fromMs + 30 * second) % minute === 0 && toMs - fromMs === 2 * minute;
const minutesSent = [0, 1, 2, 3].map((n) => startMs + n * minute);

describe('an execution log that is read by ids', { timeout: 240_000 }, () => {
  it('decides what the access log leaves open, as if all of it had been read, in few calls', async () => {
    const whole = await collect(await embedded.freshDatabase(), { policy: 'never', sent, forMs: 8 * minute });
    const thrifty = await collect(await embedded.freshDatabase(), { policy: 'always', sent, forMs: 8 * minute });
    expect(thrifty.rows).toEqual(whole.rows);
    expect(thrifty.rows).toHaveLength(sent.filter(({ fate }) => fate !== 'served').length);
    expect(thrifty.rows).toContain(`${idOf(2)} authorizer_denied cached_policy likely`);
    expect(thrifty.rows).toContain(`${idOf(6)} api_key_missing no_key certain`);

    const asked = thrifty.executionCalls;
    expect(asked).not.toContain(null);
    // No request that was served, none that the access log decides.
    expect(new Set(asked.flatMap(idsIn))).toEqual(undecided);
    expect(asked.length).toBeLessThanOrEqual(6 * callsAWindow);
    expect(callsAWindow).toBe(2);
  });

  it('leaves the stage its denominator: it is counted from the access log', async () => {
    const { store } = await collect(await embedded.freshDatabase(), { policy: 'always', sent, forMs: 8 * minute });
    const { frame, basis } = await store.readSeries({
      ...{ metric: 'share', by: [], filter: {}, stepMs: minute, limit: 1 },
      ...{ fromMs: startMs, toMs: startMs + 4 * minute, nowMs: startMs + 8 * minute },
    });
    expect(frame.columns[1]?.values).toEqual([0.3, 0.3, 0.3, 0.3]);
    expect(basis).toBe('logs');
  });

  it('brings the lines of a request whose access line was late with the next sweep, though they are as long', async () => {
    const [first, second] = [
      { n: 1, fate: 'no_key', atMs: startMs + 5_000 },
      { n: 2, fate: 'no_key', atMs: startMs + 9_000, lateMs: 10 * minute },
    ] as const;
    const options = { policy: 'always', sent: [first, second], forMs: 45 * minute } as const;
    const { rows, executionCalls } = await collect(await embedded.freshDatabase(), options);
    expect(executionCalls.map(idsIn).slice(0, 1)).toEqual([[idOf(1)]]);
    expect(rows).toEqual([1, 2].map((n) => `${idOf(n)} api_key_missing no_key certain`));
  });

  it('finds the refusals of a stage without access log by the lines that tell of them, and loses none', async () => {
    const options = { sent, forMs: 8 * minute, withAccessLog: false };
    const whole = await collect(await embedded.freshDatabase(), { ...options, policy: 'never' });
    const thrifty = await collect(await embedded.freshDatabase(), { ...options, policy: 'always' });
    expect(thrifty.rows).toEqual(whole.rows);
    expect(thrifty.rows).toHaveLength(undecided.size);
    const asked = thrifty.executionCalls;
    expect(new Set(asked.flatMap(idsIn))).toEqual(undecided);
    expect(asked.filter((pattern) => idsIn(pattern).length === 0)).toEqual(
      expect.arrayContaining([executionRefusals.pattern]),
    );
    // Twice for the lines that tell of refusals: to know the ids, and to count.
    expect(asked.length).toBeLessThanOrEqual(8 * (callsAWindow + 3));
    expect(thrifty.source.states()[0]?.misses).toEqual(expect.arrayContaining([...executionRefusals.misses]));
  });

  it('asks for the ids of a window once each time it is read, and for a sweep with the calls of sweeps', async () => {
    const options = { policy: 'always', sent, forMs: 55 * minute, withAccessLog: false } as const;
    const { pages, rows } = await collect(await embedded.freshDatabase(), options);
    expect(rows).toHaveLength(undecided.size);
    const ofIds = pages.filter(isForIds);
    const readings = (fromMs: number) =>
      ofIds.filter((page) => page.fromMs === fromMs - 30 * second).map(({ priority }) => priority);
    expect(minutesSent.map(readings)).toEqual(minutesSent.map(() => ['live', 'sweep']));
    // What the quiet ones bring is alike.
    const all = [...new Set(ofIds.map(({ fromMs }) => fromMs + 30 * second))].map(readings);
    expect(all.length).toBeGreaterThan(40);
    for (const priorities of all) expect(['live', 'live,sweep']).toContain(priorities.join());
  });

  it('is known to take the calls for ids too when it is chosen how groups are read', async () => {
    const believed: number[] = [];
    const choose: typeof chooseReading = (before, groups) => {
      for (const { thriftyCalls } of groups) if (thriftyCalls !== null) believed.push(thriftyCalls * 60);
      return { ...before, thrifty: new Set(groups.map(({ feed }) => feed)) };
    };
    const { pages } = await collect(await embedded.freshDatabase(), {
      ...{ policy: 'auto', chooseReading: choose, sent, forMs: 8 * minute, withAccessLog: false, pageEvents: 40 },
    });
    const live = pages.filter(({ group }) => group.name === executionGroup);
    const taken = minutesSent.slice(1).map((fromMs) => {
      const ofWindow = live.filter((page) => page.fromMs === fromMs && page.toMs === fromMs + minute);
      const ofIds = live.filter((page) => isForIds(page) && page.fromMs === fromMs - 30 * second);
      expect(ofIds.length).toBeGreaterThan(1);
      return ofWindow.filter(({ filterPattern }) => filterPattern !== null).length + ofIds.length;
    });
    // Beside the first call of a window.
    expect(Math.max(...believed)).toBeGreaterThanOrEqual(Math.max(...taken) - 1);
    expect(Math.max(...believed)).toBeLessThan(1.5 * Math.max(...taken));
  });
});
