import { createRandom } from '../e2e/exactly-once/random.js';
import type { Fault, FaultEffect } from '../fake-aws/faults.js';
import type { Death } from './messages.js';
import { isBusy, streams } from './traffic.js';

export interface Kill {
  readonly atMs: number;
  readonly death: Death;
  /** Until it is started again. */
  readonly downMs: number;
}

/** What goes wrong, and when. */
export interface Schedule {
  readonly kills: readonly Kill[];
  readonly faults: readonly Fault[];
  /** Nothing goes wrong, and the last that did is long enough ago. */
  isCalm(atMs: number): boolean;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Four hours with faults, two without. */
const stormMs = 4 * hour;
const roundMs = 6 * hour;
/** What a fault leaves behind is made up for by then. */
export const recoveryMs = 15 * minute;
/** Kills in these hours. */
const killsAStorm = 2;

/** Shares of the calls that are hit in a storm. */
const shares: readonly (readonly [share: number, effect: FaultEffect])[] = [
  [0.015, { kind: 'throttled' }],
  [0.02, { kind: 'reject_token' }],
  [0.04, { kind: 'empty_page' }],
  [0.03, { kind: 'repeat_token' }],
  [0.02, { kind: 'empty_last_token' }],
  [0.005, { kind: 'cut', when: 'before' }],
  [0.005, { kind: 'cut', when: 'half' }],
  [0.005, { kind: 'error', name: 'ServiceUnavailableException', status: 503 }],
];

/** The busy group's pages are short, so that a window of it has many. */
const shortPages: Fault = {
  operation: 'logs:FilterLogEvents',
  key: streams.busy.group,
  effect: { kind: 'short_page', events: 24 },
};

export function createSchedule(seed: number, fromMs: number, untilMs: number): Schedule {
  const random = createRandom(seed ^ 0x5eed);
  const kills: Kill[] = [];
  const faults: Fault[] = [];
  for (let startMs = fromMs; startMs < untilMs; startMs += roundMs) {
    // A fault is drawn by one number for each call: the second is hit by what lies above the first.
    let rate = 0;
    for (const [share, effect] of shares) {
      rate += share;
      const untilMs = startMs + stormMs;
      faults.push({ operation: 'logs:FilterLogEvents', fromMs: startMs, untilMs, rate, effect });
    }
    for (let kill = 0; kill < killsAStorm; kill++) {
      const partMs = (stormMs - 30 * minute) / killsAStorm;
      const draw = (): number => startMs + kill * partMs + random.integer(partMs);
      let atMs = draw();
      // Every other one where much is under way.
      while (kill % 2 === 1 && !isBusy(atMs)) atMs = draw();
      kills.push({
        atMs,
        death: { afterSteps: random.integer(80), when: random.pick(['before', 'during', 'after']) },
        downMs: random.next() < 0.5 ? 2 * second + random.integer(30 * second) : random.integer(40 * minute),
      });
    }
  }
  return {
    kills,
    faults: [...faults, shortPages],
    isCalm: (atMs) => (atMs - fromMs) % roundMs >= stormMs + recoveryMs,
  };
}
