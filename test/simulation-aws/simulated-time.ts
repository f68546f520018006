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
  goOn(nowMs: number, death: Death | null): void;
  /** Calls it when nothing is under way; until `goOn` the clock stands still. */
  whenQuiet(told: () => void): void;
}

/** So many turns of the event loop in which nothing begins: then all waits for the clock, or for the database. */
const quietTurns = 4;
/** What a day's statements may make the clock go wrong at a time: so that groups go side by side, as they do in the service. */
export const statementsMs = 5_000;

/**
 * The clock of a process, moved by another: whenever nothing is under way and somebody waits, `onIdle` is called with the moment that is
 * waited for, once; then the other process says what time it is. A day passes as fast as its work is done.
 */
export function createSimulatedTime(startMs: number, onIdle: (dueMs: number) => void, die: () => void): SimulatedTime {
  const clock = createFakeClock(startMs);
  const underWay = { calls: 0, statements: 0, others: 0 };
  let held: (() => void)[] = [];
  let begun = 0;
  /** Nothing was under way then. */
  let quietMs = startMs;
  /** `told`: the other process has been told, and says when to go on. */
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
        state = 'told';
        if (isQuiet) quietMs = dueMs ?? clock.nowMs();
        if (asked === null) onIdle(dueMs as number);
        else asked();
        asked = null;
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
    goOn(nowMs, death) {
      if (death !== null) {
        toLive = death.afterSteps;
        when = death.when;
      }
      clock.set(nowMs);
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
