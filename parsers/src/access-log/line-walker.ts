import type { PlanStep } from './line-plan.js';
import { scannedVariables } from './line-plan.js';

const quote = 0x22;
const backslash = 0x5c;
const hyphen = 0x2d;

/** Walks lines by a plan and notes where the scanned values stand; makes nothing per line. */
export class LineWalker {
  /** Where the value of `scannedVariables[i]` begins and ends; begin is -1 when the template lacks it. */
  readonly begins = new Int32Array(scannedVariables.length).fill(-1);
  readonly ends = new Int32Array(scannedVariables.length).fill(-1);
  private readonly steps: readonly PlanStep[];

  constructor(steps: readonly PlanStep[]) {
    this.steps = steps;
  }

  /** True when the whole line from…to fits; else the line must be parsed as text. */
  walk(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from;
    for (const step of this.steps) {
      const { literal } = step;
      if (literal !== null) {
        if (at + literal.length > to) return false;
        for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
        at += literal.length;
        continue;
      }
      let begin = at;
      let end = at;
      if (step.until === 'string' || (step.until === 'bare' && at < to && bytes[at] === quote)) {
        const inner = step.until === 'string' ? at : at + 1;
        begin = inner;
        end = inner;
        while (end < to && bytes[end] !== quote) {
          if (bytes[end] === backslash) return false;
          end++;
        }
        if (end === to) return false;
        at = step.until === 'string' ? end : end + 1;
      } else {
        const stops = step.ends;
        while (end < to && stops[bytes[end] as number] === 0) end++;
        const length = end - begin;
        if (length < step.min || length > step.max) {
          // `-` stands for an absent value whatever the variable
          if (length !== 0 || end === to || bytes[end] !== hyphen) return false;
          end++;
        }
        at = end;
      }
      if (step.place >= 0) {
        this.begins[step.place] = begin;
        this.ends[step.place] = end;
      }
    }
    return at === to;
  }
}
