import type { GroupState } from '../../server/src/sources/cloudwatch/group-state.js';
import type { ReadingRules } from '../../server/src/sources/cloudwatch/reading-rules.js';

/** What the simulation tells a collector. */
export type ToCollector =
  | StartMessage
  /** Goes on: until when, and perhaps the end of its life. */
  | { readonly kind: 'goOn'; readonly untilMs: number; readonly death: Death | null }
  /** The time that it told is AWS's too. */
  | { readonly kind: 'heard' }
  | { readonly kind: 'tell' };

export interface StartMessage {
  readonly kind: 'start';
  readonly nowMs: number;
  readonly directory: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly account: string;
  readonly region: string;
  readonly groups: readonly GroupToRead[];
  readonly rules: Partial<ReadingRules>;
}

export interface GroupToRead {
  readonly group: string;
  readonly format: string | null;
  readonly apiId: string;
  readonly stage: string;
}

/** kill -9, at a statement to the database or a call to AWS. */
export interface Death {
  /** So many are left alone. */
  readonly afterSteps: number;
  /** Before it is sent, while it is under way, or when its answer has come and nobody has looked at it. */
  readonly when: 'before' | 'during' | 'after';
}

/** What a collector tells the simulation. */
export type FromCollector =
  | { readonly kind: 'ready'; readonly database: DatabaseAccess }
  /** Before a call to AWS: what time it is. */
  | { readonly kind: 'time'; readonly nowMs: number }
  /** It stands where it may go on to no further. */
  | { readonly kind: 'reached'; readonly nowMs: number }
  /** Said to the store, and stored. */
  | { readonly kind: 'progress'; readonly nowMs: number; readonly feed: string; readonly untilMs: number }
  | { readonly kind: 'problem'; readonly text: string }
  | ({ readonly kind: 'told' } & Told);

export interface Told {
  readonly states: readonly GroupState[];
  /** The most that the process has had, bytes. */
  readonly peakBytes: number;
}

export interface DatabaseAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}
