import type { Window } from './windows.js';

/** What a window holds, for the sink. */
export interface WindowContent {
  readonly window: Window;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** null when it is still being read: too much to be held. */
  readonly bytes: number | null;
}
