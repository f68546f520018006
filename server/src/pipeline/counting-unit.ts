import type { ReadingSettings } from '@why403/parsers';
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
}

/** Takes units in; resolves when all of a unit is stored, rejects when it is not (send it again then). */
export interface UnitSink {
  /** Waits while too many bytes are under way: that is the backpressure. */
  accept(unit: CountingUnit): Promise<UnitReceipt>;
  /** What was stored under these names before. */
  readUnitsOf(prefix: string): Promise<readonly StoredUnit[]>;
  /** All events of this feed up to then have been accepted. */
  reportProgress(feed: string, kind: FeedKind, completeUntilMs: number): Promise<void>;
}

export interface UnitReceipt {
  readonly unit: StoredUnit;
  /** False when the same content, or more under the same name, was stored before: it stands, `unit` tells of it. */
  readonly isNew: boolean;
  readonly refused: number;
}
