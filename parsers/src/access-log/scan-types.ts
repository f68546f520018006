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
}
