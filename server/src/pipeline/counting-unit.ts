import type { ReadingSettings, UnreadLine } from '@why403/parsers';
import type { StageLabels } from '../query/completeness.js';
import type { TimeRange } from '../query/query.js';
import type { FeedKind, StoredUnit } from '../store/event-store.js';

/** An interval of input whose limits do not depend on how reading went (docs/decisions/0005-counting-scheme.md). */
export interface CountingUnit {
  /** Unique among all feeds, e.g. `file:<identity>:<range>`, `http:<feed>:<Batch-Id>`. */
  readonly id: string;
  /** Who delivers: watermark and lag are told per feed. */
  readonly feed: string;
  readonly kind: FeedKind;
  readonly settings: ReadingSettings;
  /** Its bytes, at most once. */
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** They come as fast as somebody else sends them: whoever takes such in bounds how many, and no other unit waits for them. */
  readonly isArriving?: boolean;
  /**
   * The content is refusals only: requests of these stages that were let through in these minutes are not in it, nor of any other stage
   * that it counts (docs/decisions/0014-thrifty-reading.md).
   */
  readonly refusalsOnly?: RefusalsOnly;
}

export interface RefusalsOnly extends TimeRange {
  /** Those that are counted from this feed. Others that it shows have no denominator only as far as they are counted from its kind of log. */
  readonly stages: readonly StageLabels[];
}

/** Takes units in; resolves when all of a unit is stored, rejects when it is not (send it again then). */
export interface UnitSink {
  /** Waits while too many bytes are under way: that is the backpressure. */
  accept(unit: CountingUnit): Promise<UnitReceipt>;
  /** What was stored under these names before. */
  readUnitsOf(prefix: string): Promise<readonly StoredUnit[]>;
  /** Minutes of the range (their beginnings, ms, in order) that units of this feed brought refusals only of, whether they were stored to the end or not. */
  readRefusalsOnly(feed: string, range: TimeRange): Promise<readonly number[]>;
  /** All events of this feed up to then have been accepted. */
  reportProgress(feed: string, kind: FeedKind, completeUntilMs: number): Promise<void>;
}

export interface UnitReceipt {
  readonly unit: StoredUnit;
  /** False when the same content, or more under the same name, was stored before: it stands, `unit` tells of it. */
  readonly isNew: boolean;
  readonly refused: number;
}

/**
 * One stream with several units in it: some have names of their own, wherever they are sent, all else is the unit `id`.
 * Nothing of it is written if it holds nothing.
 */
export interface Delivery extends Omit<CountingUnit, 'content' | 'refusalsOnly'> {
  /** Read at most once. */
  readonly parts: AsyncIterable<DeliveryPart>;
}

export type DeliveryPart =
  /** More of the unit `id`. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Something in the unit `id` that could not be opened; `line` says which. */
  | { readonly kind: 'unread'; readonly unread: UnreadLine }
  /** A whole unit. `evidenceOnly`: its requests are counted elsewhere. */
  | { readonly kind: 'unit'; readonly id: string; readonly bytes: Uint8Array; readonly evidenceOnly?: boolean };

export interface DeliverySink {
  /**
   * Resolves when every unit of it is stored. When it rejects, some may be: that does no harm, since each counts by its own name; send
   * all again.
   */
  acceptDelivery(delivery: Delivery): Promise<readonly UnitReceipt[]>;
}
