import type { RateBudget } from '../../aws/rate-budget.js';
import { allWhole, chooseReading, type GroupDemand, type ReadingChoice } from './choose-reading.js';
import type { GroupReader } from './group-reader.js';
import { minuteMs } from './windows.js';

/** `auto`: where the calls do not suffice. */
export type ThriftyPolicy = 'auto' | 'never' | 'always';

const lookEveryMs = 5_000;

/** Says how the groups of one account and region are read, by what they take and what AWS grants. */
export class ReadingModes {
  private readonly policy: ThriftyPolicy;
  private readonly budget: Pick<RateBudget, 'perSecond'>;
  private readonly choose: typeof chooseReading;
  private choice: ReadingChoice = allWhole;
  /** What AWS grants, evened out: it drops for moments. */
  private perSecond: number;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private readonly known = new Set<string>();

  constructor(policy: ThriftyPolicy, budget: Pick<RateBudget, 'perSecond'>, choose = chooseReading) {
    this.policy = policy;
    this.budget = budget;
    this.choose = choose;
    this.perSecond = budget.perSecond;
  }

  look(readers: readonly GroupReader[], nowMs: number): void {
    if (this.policy !== 'auto') {
      for (const reader of readers) reader.setMode(this.policy === 'always' ? 'thrifty' : 'whole');
      return;
    }
    const passedMs = nowMs - this.lookedMs;
    if (passedMs < lookEveryMs) return;
    this.lookedMs = nowMs;
    this.perSecond += (this.budget.perSecond - this.perSecond) * Math.min(1, passedMs / minuteMs);
    this.goOnAsBefore(readers);
    const demands = readers.map((reader): GroupDemand => reader.demand(nowMs));
    this.choice = this.choose(this.choice, demands, this.perSecond, nowMs);
    for (const reader of readers) reader.setMode(this.choice.thrifty.has(reader.feed) ? 'thrifty' : 'whole');
  }

  /** A restart is no reason to try once more what did not fit. */
  private goOnAsBefore(readers: readonly GroupReader[]): void {
    const thrifty = new Set(this.choice.thrifty);
    for (const { feed, wasThrifty } of readers) {
      if (wasThrifty === null || this.known.has(feed)) continue;
      this.known.add(feed);
      if (wasThrifty) thrifty.add(feed);
    }
    this.choice = { ...this.choice, thrifty };
  }
}
