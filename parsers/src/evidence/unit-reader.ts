import type { AccessLogTemplate } from '../access-log/index.js';
import type { CountedRequests, Limits, Reject, RejectReason, RequestPlace, StoredFact } from '../model/index.js';

/** How the bytes of a source are to be read; part of what a reading is named by. */
export interface ReadingSettings {
  /** null: every line is auto-detected. */
  readonly template: AccessLogTemplate | null;
  /** Stands in for what no line and no envelope tells. */
  readonly fallbackPlace: RequestPlace;
  readonly limits: Limits;
}

/** A line that was not read: `shape` is its text with every letter as `a` and every digit as `9`, but for words of AWS. */
export interface UnreadLine extends Reject {
  readonly shape: string;
}

/** All that a counting unit says. A pure function of its bytes and the settings. */
export interface UnitContent {
  /** Lines seen, blank ones left out, rejected ones included. */
  readonly lines: number;
  readonly bytes: number;
  /** SHA-256 over bytes and settings, hex: equal readings have equal names. */
  readonly name: string;
  readonly counts: readonly CountedRequests[];
  readonly facts: readonly StoredFact[];
  /** At most 100 of each reason; `rejected` counts all. */
  readonly unread: readonly UnreadLine[];
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  /** Earliest and latest event time, ms; null when no line tells. */
  readonly firstMs: number | null;
  readonly newestMs: number | null;
}

/** Reads the bytes of one counting unit, cut anywhere, gzip or not. */
export interface UnitReader {
  push(bytes: Uint8Array): void;
  /** Once. */
  end(): UnitContent;
}

/** Raised by one whenever the same bytes are counted in another way. */
export const countingVersion = 1;

export declare function createUnitReader(settings: ReadingSettings): UnitReader;
