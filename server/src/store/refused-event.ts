import type { Cause, CauseGroup, Confidence, CountedFrom } from '@why403/parsers';

/** The key of a refused row: nothing in it may be changed by a later verdict. */
export interface RefusedKey {
  readonly tsMs: number;
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly eventId: string;
}

export interface RefusedRow extends RefusedKey {
  /** Facts it was judged from, then rule set: the higher one stands. */
  readonly facts: number;
  readonly ruleSet: number;
  /** There is no such request under this key (any more). */
  readonly cancelled: boolean;
  readonly countedFrom: CountedFrom;
  readonly route: string;
  readonly method: string;
  readonly cause: Cause;
  readonly group: CauseGroup;
  readonly detail: string;
  readonly confidence: Confidence;
  readonly culpritKind: string;
  /** Name, else id of the object that refused. */
  readonly culprit: string;
  /** 0 when no source shows it. */
  readonly status: number;
  readonly sourceIp: string;
  readonly principal: string;
  readonly apiKeyId: string;
  readonly userAgent: string;
  readonly path: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly reason: string;
  readonly decidedBy: string;
}
