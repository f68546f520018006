import { AwsError, type AwsErrorKind } from '../../aws/aws-error.js';
import { StoreError } from '../../store/store-error.js';
import type { ReadingMode } from './cloudwatch-group.js';
import type { LogGroup } from './log-events-client.js';
import type { Window } from './windows.js';

/** `deleted`: there is no such group (any more, or yet). `failing`: anything that passes or that has to be mended elsewhere. */
export type GroupCondition = 'reading' | 'denied' | 'deleted' | 'infrequent_access' | 'throttled' | 'failing';

/** How the reading of one group stands. */
export interface GroupState {
  readonly group: LogGroup;
  readonly state: GroupCondition;
  /** Since when it has been so. */
  readonly sinceMs: number;
  /** What is wrong and what to do; empty while reading. */
  readonly message: string;
  /** Thriftily: AWS is asked for what can be a refusal only, because its calls do not suffice for all. */
  readonly reading: ReadingMode;
  readonly readingSinceMs: number;
  /** Refusals that reading thriftily leaves out, a sentence each; none while it is read whole. */
  readonly misses: readonly string[];
  /** Why it is read whole, however busy it is; null: it need not be. */
  readonly wholeBecause: string | null;
  /** From the watermark until now; null before the group was looked at. */
  readonly lagMs: number | null;
  /** All windows before were read once; null as long as none was. */
  readonly watermarkMs: number | null;
  /** Windows that have ended, and settled, and are not read. */
  readonly windowsBehind: number;
  /** All windows before were read again by the last sweep: what they count is final. null as long as none was. */
  readonly sweptUntilMs: number | null;
  /** Events that live reading brought since the start. */
  readonly events: number;
  /** Events that only a sweep found. */
  readonly lateEvents: number;
  /** Calls that AWS refused because of their rate. */
  readonly throttles: number;
  /** What is not read any more, because it is too long ago that the service was up: a backfill can read it. */
  readonly gaps: readonly Window[];
}

interface Failure {
  readonly state: GroupCondition;
  readonly message: string;
  /** Nothing but the passing of time mends it: not asked again before. null: the usual growing pause. */
  readonly pauseMs: number | null;
  /** It should not have come to this. */
  readonly isDefect: boolean;
}

const conditions: Readonly<Record<AwsErrorKind, { readonly state: GroupCondition; readonly pauseMs: number | null }>> =
  {
    throttled: { state: 'throttled', pauseMs: null },
    token_rejected: { state: 'failing', pauseMs: null },
    denied: { state: 'denied', pauseMs: 60_000 },
    group_missing: { state: 'deleted', pauseMs: 60_000 },
    group_unreadable: { state: 'infrequent_access', pauseMs: 600_000 },
    credentials: { state: 'failing', pauseMs: null },
    unreachable: { state: 'failing', pauseMs: null },
    broken: { state: 'failing', pauseMs: null },
  };

/** What a failed turn says of the group. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AwsError) return { ...conditions[error.kind], message: error.message, isDefect: false };
  const isDefect = !(error instanceof StoreError);
  const message = isDefect ? 'A defect of why403 keeps it from being read; it is tried again.' : error.message;
  return { state: 'failing', message, pauseMs: null, isDefect };
}
