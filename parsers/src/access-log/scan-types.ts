import type { EntryFormat } from '../model/entry-format.js';
import type { AccessFacts } from '../model/facts.js';
import type { Limits } from '../model/limits.js';
import type { Reject } from '../model/result.js';
import type { AccessLabels } from './access-labels.js';

/** How many requests had these labels, refused ones included. */
export interface AccessCount extends AccessLabels {
  readonly count: number;
}

/** A line with its own copy of its bytes (newline left out), for hashing and for other parsers. */
export interface ScannedLine {
  /** 1-based, counted from the scanner's first byte. */
  readonly line: number;
  /** Bytes before the line since the scanner's first byte. */
  readonly offset: number;
  readonly raw: Uint8Array;
}

/** A line that may be a refusal; the classifier decides. */
export interface RefusedLine extends ScannedLine {
  readonly facts: AccessFacts;
}

/** What one call of `scan` or `end` found. */
export interface AccessBatch {
  /** Lines that ended in this call, blank ones included. */
  readonly lines: number;
  /** One entry for each set of labels. */
  readonly counts: readonly AccessCount[];
  readonly refused: readonly RefusedLine[];
  /** Lines that the template (or, without one, every format) does not fit: not counted. */
  readonly unread: readonly ScannedLine[];
  readonly rejects: readonly Reject[];
  /** Earliest and latest time of the lines in `counts`, ms since the epoch; null when no line had one. */
  readonly firstMs: number | null;
  readonly newestMs: number | null;
}

/**
 * Takes lines one by one, in order, instead of in batches: for feeds in which access lines stand among other things. The
 * scanner then takes only what it reads for certain (lines that the template's plan fits as a whole) and
 * leaves everything else, blank lines and lines of any length included. Counts come at the end, or when many have gathered.
 */
export interface LineReceiver {
  /** Lines without a time are left too. */
  readonly needsTime: boolean;
  /** Asked before each line, with its first byte: does what stood before go on with it? Then it is left. */
  goesOn(firstByte: number): boolean;
  onRefused(line: RefusedLine): void;
  /** A line, or a part of one that is longer than `limits.lineBytes` (`ends` tells the last part). The bytes are lent. */
  onLeft(bytes: Uint8Array, line: number, ends: boolean): void;
}

/** Takes bytes in chunks of any size. A line that goes on in the next chunk is kept, up to `limits.lineBytes`. */
export interface AccessLogScanner {
  scan(bytes: Uint8Array): AccessBatch;
  /** The last line, when it has no newline. The scanner can be used for another input afterwards. */
  end(): AccessBatch;
}

export interface AccessScannerOptions {
  readonly limits?: Pick<Limits, 'lineBytes'>;
  /** Without a template: what lines are tried as, in this order. */
  readonly formats?: readonly EntryFormat[];
  readonly receiver?: LineReceiver;
}
