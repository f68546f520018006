import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allWhole,
  chooseReading,
  type GroupDemand,
  type ReadingChoice,
} from '../../../../server/src/sources/cloudwatch/choose-reading.js';
import { hour, minute, second } from './bed.js';

/** What a group really takes, calls a second. */
interface Group {
  readonly feed: string;
  readonly canBeThrifty: boolean;
  readonly isCounted: boolean;
  readonly whole: number;
  readonly thrifty: number;
}

const callsPerSecond = 3.5;
/** Live reading has what sweeps leave; choices aim a little lower. */
const allowed = callsPerSecond * 0.7;
const aimed = allowed * 0.8;
const lookMs = 5 * second;

/** An account and region: calls that are missing pile up as windows that wait. What was never tried is not known. */
class Lane {
  choice: ReadingChoice = allWhole;
  /** Every choice that was made, with its time. */
  readonly changes: { readonly atMs: number; readonly thrifty: readonly string[] }[] = [];
  groups: readonly Group[];
  private readonly tried = new Set<string>();
  private missing: number;
  private atMs = 0;

  constructor(groups: readonly Group[], missing = 0) {
    this.groups = groups;
    this.missing = missing;
  }

  get taken(): number {
    return this.groups.reduce((sum, each) => sum + (this.isThrifty(each) ? each.thrifty : each.whole), 0);
  }

  isThrifty = ({ feed }: Group): boolean => this.choice.thrifty.has(feed);

  run(forMs: number): void {
    for (const untilMs = this.atMs + forMs; this.atMs < untilMs; this.atMs += lookMs) {
      this.missing = Math.max(0, this.missing + ((this.taken - allowed) * lookMs) / second);
      const before = [...this.choice.thrifty].sort().join();
      this.choice = chooseReading(this.choice, this.groups.map(this.demandOf), callsPerSecond, this.atMs);
      for (const feed of this.choice.thrifty) this.tried.add(feed);
      const thrifty = [...this.choice.thrifty].sort();
      if (thrifty.join() !== before) this.changes.push({ atMs: this.atMs, thrifty });
    }
  }

  private demandOf = ({ feed, canBeThrifty, isCounted, whole, thrifty }: Group): GroupDemand => ({
    feed,
    canBeThrifty,
    isCounted,
    wholeCalls: whole,
    thriftyCalls: this.tried.has(feed) ? thrifty : null,
    windowsBehind: this.missing > 0 ? 5 : 1,
  });
}

const groupsOf = (most: number) =>
  fc
    .array(
      fc.record({
        canBeThrifty: fc.boolean(),
        isCounted: fc.boolean(),
        whole: fc.double({ min: 0, max: most, noNaN: true }),
        thrifty: fc.double({ min: 0, max: 0.2, noNaN: true }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    .map((groups): Group[] => groups.map((each, i) => ({ ...each, feed: `feed-${i}` })));

const sumOf = (groups: readonly Group[], of: (group: Group) => number): number =>
  groups.reduce((sum, each) => sum + of(each), 0);

describe('which groups are read thriftily', () => {
  it('none, however far behind they are, as long as the calls suffice for what comes in', () => {
    fc.assert(
      fc.property(groupsOf(0.6), fc.integer({ min: 0, max: 1_000_000 }), (groups, missing) => {
        fc.pre(sumOf(groups, ({ whole }) => whole) <= allowed);
        const lane = new Lane(groups, missing);
        lane.run(6 * hour);
        expect(lane.changes).toEqual([]);
      }),
      { seed: 403, numRuns: 100 },
    );
  });

  it('enough that reading keeps up, if that can be, none that could stay whole, and no hither and thither', () => {
    fc.assert(
      fc.property(groupsOf(4), (groups) => {
        fc.pre(sumOf(groups, ({ whole }) => whole) > allowed * 1.01);
        fc.pre(sumOf(groups, (each) => (each.canBeThrifty ? Math.min(each.whole, each.thrifty) : each.whole)) <= aimed);
        const lane = new Lane(groups);
        lane.run(6 * hour);
        expect(lane.taken).toBeLessThanOrEqual(allowed);
        const thrifty = groups.filter(lane.isThrifty);
        for (const { canBeThrifty, whole, thrifty: calls } of thrifty) {
          expect(canBeThrifty).toBe(true);
          expect(lane.taken - calls + whole, 'it could be read whole').toBeGreaterThan(aimed - 1e-9);
        }
        // Each choice only adds what the one before did not bring; at most once is something taken back.
        expect(lane.changes.filter(({ atMs }) => atMs > 2 * hour)).toEqual([]);
        expect(lane.changes.length).toBeLessThanOrEqual(groups.length + 2);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  it('all whole again half an hour after the calls suffice again, and not before', () => {
    fc.assert(
      fc.property(groupsOf(4), (groups) => {
        const lane = new Lane(groups);
        lane.run(2 * hour);
        fc.pre(lane.choice.thrifty.size > 0);
        const calm = { whole: aimed / groups.length / 1.01, thrifty: 0 };
        lane.groups = groups.map((each) => ({ ...each, ...calm }));
        lane.run(29 * minute);
        expect(groups.some(lane.isThrifty)).toBe(true);
        lane.run(2 * minute);
        expect(groups.some(lane.isThrifty)).toBe(false);
      }),
      { seed: 403, numRuns: 100 },
    );
  });

  const busy = { canBeThrifty: true, isCounted: true, thrifty: 0.1 };
  const names = (lane: Lane): string[] => [...lane.choice.thrifty].sort();

  it('first those that nothing is counted from, then those that cost most', () => {
    const lane = new Lane([
      { ...busy, feed: 'access', whole: 3 },
      { ...busy, feed: 'other access', whole: 1 },
      { ...busy, feed: 'execution', whole: 2.5, isCounted: false },
      { ...busy, feed: 'quiet', whole: 0.01, isCounted: false },
    ]);
    lane.run(4 * minute);
    expect(names(lane)).toEqual(['access', 'execution']);
    const lighter = new Lane([
      { ...busy, feed: 'access', whole: 1.7 },
      { ...busy, feed: 'execution', whole: 1.6, isCounted: false },
    ]);
    lighter.run(4 * minute);
    expect(names(lighter)).toEqual(['execution']);
  });

  it('a moment says nothing: calls that have not sufficed for two minutes, and windows that wait for one', () => {
    const lane = new Lane([{ ...busy, feed: 'access', whole: 3 }]);
    lane.run(2 * minute);
    expect(names(lane)).toEqual([]);
    lane.groups = [{ ...busy, feed: 'access', whole: 2 }];
    lane.run(2 * minute);
    lane.groups = [{ ...busy, feed: 'access', whole: 3 }];
    lane.run(2 * minute);
    expect(names(lane)).toEqual([]);
  });

  it('none while no window waits, whatever is believed of the calls', () => {
    const of = { feed: 'a', canBeThrifty: true, isCounted: true, wholeCalls: 9, thriftyCalls: 0, windowsBehind: 1 };
    let choice = allWhole;
    for (let at = 0; at < hour; at += minute) choice = chooseReading(choice, [of], callsPerSecond, at);
    expect([...choice.thrifty]).toEqual([]);
  });

  it('one that saves nothing that way is whole again, and is not tried once more', () => {
    const lane = new Lane([
      { ...busy, feed: 'access', whole: 3, thrifty: 5 },
      { ...busy, feed: 'other', whole: 2, thrifty: 0 },
    ]);
    lane.run(6 * hour);
    expect(names(lane)).toEqual(['other']);
    expect(lane.changes.length).toBeLessThanOrEqual(3);
  });

  it('what is read thriftily and was never measured whole stays so', () => {
    const before: ReadingChoice = { ...allWhole, thrifty: new Set(['a']) };
    const of = { feed: 'a', canBeThrifty: true, isCounted: true, wholeCalls: null, thriftyCalls: 0, windowsBehind: 0 };
    let choice = before;
    for (let at = 0; at < 2 * hour; at += minute) choice = chooseReading(choice, [of], callsPerSecond, at);
    expect([...choice.thrifty]).toEqual(['a']);
  });
});
