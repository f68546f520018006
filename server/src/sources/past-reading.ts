import type { UnitSink } from '../pipeline/counting-unit.js';
import type { GroupCondition } from './cloudwatch/group-state.js';
import type { LogGroup } from './cloudwatch/log-events-client.js';
import type { Window } from './cloudwatch/windows.js';

/** What is to be read of the past. */
export interface PastRequest {
  /** Event time, ms. */
  readonly range: Window;
  /** Id or name, `*` stands for any characters; null: all. */
  readonly api: string | null;
  /** Likewise. */
  readonly stage: string | null;
}

/** A source's reading of a past range, beside its usual reading and with the same markers: neither counts what the other has counted. */
export interface PastReading {
  /** What keeps some of it from being found, and what to do. */
  readonly problems: readonly string[];
  /** A sentence: it is not known yet what there is to read, and will be soon. null: it is known. */
  readonly waitsFor: string | null;
  /** As they stand now; always the same ones in the same order. */
  groups(): readonly PastGroup[];
  /** Once. Rejects with the signal's reason only. */
  run(sink: UnitSink, signal: AbortSignal): Promise<void>;
}

/** How far a log group is. */
export interface PastGroup {
  readonly group: LogGroup;
  /** `absent`: AWS makes it when there is something to log. Any condition but `reading`: something of it is missing. */
  readonly state: 'waiting' | 'reading' | 'done' | 'absent' | Exclude<GroupCondition, 'reading'>;
  /** What is wrong and what to do; empty when nothing is. */
  readonly message: string;
  readonly windows: number;
  /** What was stored before counts as done. */
  readonly doneWindows: number;
  /** Read by this reading. */
  readonly events: number;
}

const whole: ReadonlySet<PastGroup['state']> = new Set(['done', 'absent']);

/** All that there is was read. */
export const isWhole = ({ state }: PastGroup): boolean => whole.has(state);
