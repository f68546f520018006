import type { Cause } from '../../model/index.js';
import type { DetailOf } from '../causes.js';
import type { Command } from './command.js';
import type { RemedyContext } from './context.js';

/** A remedy before it is handed out: `commands` can only come from the builder in command.ts. */
export interface Advice {
  /** One imperative sentence. */
  readonly summary: string;
  /** 2 to 5: what to check, what to change, whether to deploy, how to verify. */
  readonly steps: readonly string[];
  /** Reading commands first; a command that changes something stands last and a step says what it does. */
  readonly commands: readonly Command[];
}

/** Writes the advice of one cause. `detail` is null when the rule could not say more than the cause. */
export type Adviser<C extends Cause> = (detail: DetailOf<C> | null, context: RemedyContext) => Advice;
