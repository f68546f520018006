import { createFakeClock, type FakeClock } from '../fake-aws/clock.js';
import type { Death } from './messages.js';

export interface SimulatedTime {
  readonly clock: FakeClock;
  /** A call to AWS: it takes no time of the clock, which stands still meanwhile. */
  call<Result>(work: () => Promise<Result>): Promise<Result>;
  /** A statement to the database: the clock runs on meanwhile, but not far; those that wait for it begin together. */
  statement<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Something that takes its time outside has begun; the clock stands still until it is called. */
  hold(): () => void;
  /** Those who hold something in their hands until nothing else comes begin together: so that the store makes few statements of it. */
  together<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The clock may go on until then. */
  goOn(untilMs: number, death: Death | null): void;
  /** Calls it when nothing is under way; until `goOn` the clock stands still. */
  whenQuiet(told: () => void): void;
}

/** So many turns of the event loop in which nothing begins: then all waits for the clock, or for the database. */
const quietTurns = 4;
/** Of the clock in a simulated minute; calls and looking for work make some hundreds. */
const mostLeaps = 10_000;
/** What a day's statements may make the clock go wrong at a time: so that groups go side by side, as they do in the service. */
export const statementsMs = 5_000;

export interface SimulatedTimeEvents {
  /** The clock stands where it may go on to no further. */
  readonly onReached: () => void;
  /** Somebody waits for the next moment again and again. */
  readonly onSpinning: () => void;
  readonly die: () => void;
}

/**
 * The clock of a process, as far as another one lets it go: whenever nothing is under way it leaps to the next moment that somebody waits
 * for. A day passes as fast as its work is done.
 */
export function createSimulatedTime(
  startMs: number,
  { onReached, onSpinning, die }: SimulatedTimeEvents,
): SimulatedTime {
  const clock = createFakeClock(startMs);
  const underWay = { calls: 0, statements: 0, others: 0 };
  let held: (() => void)[] = [];
  let begun = 0;
  /** Nothing was under way then. */
  let quietMs = startMs;
  let untilMs = startMs;
  const leaps = { minute: 0, count: 0 };
  /** `told`: the other process has been told, and says how to go on. */
  let state: 'working' | 'looking' | 'told' = 'working';
  let asked: (() => void) | null = null;
  let toLive = Number.POSITIVE_INFINITY;
  let when: Death['when'] = 'before';

  function look(): void {
    if (state !== 'working') return;
    state = 'looking';
    let turns = 0;
    let seen = begun;
    const turn = (): void => {
      turns = begun === seen ? turns + 1 : 0;
      seen = begun;
      const dueMs = clock.nextDueMs();
      const isQuiet = underWay.statements + underWay.others === 0;
      const isNear = dueMs !== null && dueMs <= quietMs + statementsMs && asked === null && underWay.others === 0;
      if (underWay.calls > 0) state = 'working';
      else if (turns < quietTurns) setImmediate(turn);
      else if (isNear || (isQuiet && (dueMs !== null || asked !== null))) {
        const nextMs = Math.max(clock.nowMs(), asked === null ? Math.min(dueMs as number, untilMs) : 0);
        if (isQuiet) quietMs = nextMs;
        clock.set(nextMs);
        countLeap(nextMs);
        const tell = asked ?? ((dueMs as number) > untilMs ? onReached : null);
        asked = null;
        state = tell === null ? 'working' : 'told';
        if (tell === null) look();
        else tell();
      } else if (isQuiet) setImmediate(turn);
      else {
        // Looks again when something has ended, or begun.
        state = 'working';
        for (const start of held) start();
        held = [];
      }
    };
    setImmediate(turn);
  }

  function countLeap(nowMs: number): void {
    const minute = Math.floor(nowMs / 60_000);
    leaps.count = leaps.minute === minute ? leaps.count + 1 : 0;
    leaps.minute = minute;
    if (leaps.count === mostLeaps) onSpinning();
  }

  function begin(kind: keyof typeof underWay): () => void {
    underWay[kind]++;
    begun++;
    look();
    return () => {
      underWay[kind]--;
      look();
    };
  }

  async function step<Result>(kind: keyof typeof underWay, work: () => Promise<Result>): Promise<Result> {
    const end = begin(kind);
    if (kind === 'statements') await new Promise<void>((resolve) => held.push(resolve));
    const isLast = toLive-- === 0;
    if (isLast && when === 'before') die();
    try {
      const result = work();
      if (isLast && when === 'during') setTimeout(die, begun % 5);
      return await result;
    } finally {
      if (isLast && when === 'after') die();
      end();
    }
  }

  return {
    clock,
    call: (work) => step('calls', work),
    statement: (work) => step('statements', work),
    hold: () => begin('others'),
    async together(work) {
      const end = begin('statements');
      await new Promise<void>((resolve) => held.push(resolve));
      const done = work();
      end();
      return await done;
    },
    goOn(until, death) {
      if (death !== null) {
        toLive = death.afterSteps;
        when = death.when;
      }
      untilMs = until;
      state = 'working';
      look();
    },
    whenQuiet(told) {
      asked = told;
      state = 'working';
      look();
    },
  };
}
