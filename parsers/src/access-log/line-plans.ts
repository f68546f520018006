import type { AccessLabels } from './access-labels.js';
import { FastCounter, type FastReading } from './fast-counter.js';
import { learnPlan } from './learned-plan.js';
import { compileLinePlan } from './line-plan.js';
import type { AccessLogTemplate } from './template.js';

const openBrace = 0x7b;
/** Layouts that are learned of one feed; lines that are looked at for one, then one of so many. */
const maxLearned = 4;
const maxLessons = 64;

/** The layouts by which lines are counted as bytes: the template's, or without one those that are learned from the first lines of each. */
export class LinePlans {
  private readonly template: AccessLogTemplate | null;
  private readonly needsTime: boolean;
  private readonly decoder = new TextDecoder();
  private readonly counters: FastCounter[];
  private lessons = 0;

  /** `needsTime`: lines without a time of their own are `odd`. */
  constructor(template: AccessLogTemplate | null, needsTime = false) {
    const plan = template === null ? null : compileLinePlan(template);
    this.template = template;
    this.needsTime = needsTime;
    this.counters = plan === null ? [] : [new FastCounter(plan, needsTime)];
  }

  count(bytes: Uint8Array, from: number, to: number): FastReading {
    for (const counter of this.counters) {
      const reading = counter.count(bytes, from, to);
      if (reading !== 'odd') return reading;
    }
    return 'odd';
  }

  /** A line that fitted none; nothing is learned beside a template. */
  learn(line: Uint8Array): void {
    if (this.template !== null || line[0] !== openBrace || this.counters.length === maxLearned) return;
    // Records of another kind may come first: later on some lines are looked at still.
    if (this.lessons++ >= maxLessons && this.lessons % maxLessons !== 0) return;
    const learned = learnPlan(this.decoder.decode(line));
    if (learned !== null) this.counters.push(new FastCounter(learned.steps, this.needsTime, learned));
  }

  /** Sets of labels that were counted since they were drained. */
  get size(): number {
    return this.counters.reduce((sum, { size }) => sum + size, 0);
  }

  /** Hands out what was counted; earliest and latest time of it, Infinity and -Infinity when no line had one. */
  drain(visit: (labels: AccessLabels, count: number) => void): { readonly firstMs: number; readonly newestMs: number } {
    const firstMs = Math.min(...this.counters.map((counter) => counter.firstMs));
    const newestMs = Math.max(...this.counters.map((counter) => counter.newestMs));
    for (const counter of this.counters) counter.drain(visit);
    return { firstMs, newestMs };
  }
}
