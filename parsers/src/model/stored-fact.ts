import type { Facts, RequestPlace } from './facts.js';
import type { StatusClass } from './status-class.js';

/** What a request was counted from; per stage and hour a query takes the first kind present, in this order. */
export const countedFromKinds = ['access', 'execution', 'waf'] as const;
export type CountedFrom = (typeof countedFromKinds)[number];

/**
 * One distinct fact as the store keeps it. Two readings of the same evidence give the same `factId`, whatever the order,
 * unit or node they were read in.
 */
export interface StoredFact {
  /** Hash of what the fact says and of the identity of its line, 32 hex digits. */
  readonly factId: string;
  readonly kind: 'access' | 'execution' | 'waf';
  /** Event time, ms since the epoch. */
  readonly timeMs: number;
  /**
   * What its request is found by: `x:<extended request id>`, `r:<request id>`, `e:<event id>` (of the fact alone, for those
   * without an extended id), `a:<client ip> <method> <2 s cell>` (for WAF records and access lines that no id links).
   */
  readonly links: readonly string[];
  /** The event id that a request known from this fact alone has; '' for an execution line that only continues a log. */
  readonly eventId: string;
  readonly body: FactBody;
}

/** JSON of its own: what `judge` needs to put the request together again. */
export interface FactBody {
  readonly facts: Facts;
  /** Orders execution lines of one millisecond: the line of its unit. Not part of `factId`. */
  readonly line: number;
  readonly logGroup: string | null;
  readonly logStream: string | null;
  /** Event id by the line itself, for facts without an extended id. */
  readonly lineEventId: string | null;
  /** Stands in for what no line and no envelope of the request tells; missing when nothing does. */
  readonly fallbackPlace?: RequestPlace;
  /** Id of a fact that was misread: `facts` is what it said, and neither of the two says anything any more. */
  readonly withdraws?: string;
}

/** Requests of a counting unit that had these labels. Labels that no line tells are `unknown`. */
export interface CountedRequests {
  /** Start of the minute, ms since the epoch. */
  readonly minuteMs: number;
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  /** Route template; `(other)` over the cap of a unit. */
  readonly route: string;
  readonly method: string;
  readonly statusClass: StatusClass;
  readonly countedFrom: CountedFrom;
  readonly requests: number;
}
