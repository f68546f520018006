import type { Finding } from '../model/verdict.js';
import type { Signals } from './signals.js';

/**
 * One way to recognise a cause. The rules of a cause stand in the file of its name, those that weigh several causes in
 * `outcome`, `policy-evaluation`, `forbidden` and `unknown`; the order of all stands in `rule-set.ts`.
 */
export interface Rule {
  /** Stable; served as `decidedBy`. */
  readonly id: string;
  match(signals: Signals): Finding | undefined;
}
