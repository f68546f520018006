import type { Limits } from '../model/limits.js';
import type { LogEntry } from '../model/log-entry.js';
import type { Reject, RejectReason } from '../model/result.js';
import type { JsonObject } from '../text/lenient-json.js';
import type { Origin } from './origin.js';

/**
 * What begins with a line: an execution-log line, a whole access-log line, a pasted HTTP exchange; null when the line
 * starts none of them.
 */
export type RecordStart = 'execution' | 'access' | 'exchange' | null;

/** Looks at the input's own text (unpacked, cut anywhere) before its lines become text. */
export interface LineScanner {
  scan(bytes: Uint8Array): void;
  end(): void;
}

/** Where a `LineScanner` leaves, in order, the lines that it does not take. */
export interface LeftLines {
  /** Does a value, table or record that was left go on with a line that begins with this byte? Such a line is to be left too. */
  goesOn(firstByte: number): boolean;
  /** A line of the input, or a part of a long one; `ends` with its last part. The bytes are lent. */
  leave(bytes: Uint8Array, line: number, ends: boolean): void;
}

/** What the engine knows of formats, handed in so that no envelope has to know them. */
export interface LogReaderOptions {
  readonly limits: Limits;
  /** Looks at one line, without a prefix that a tool put before it (time, log stream). */
  isRecordStart(line: string): RecordStart;
  /** Is this object a log record of its own (access log, WAF record), and not a response body or part of one? */
  isJsonRecord(value: JsonObject): boolean;
  onEntry(entry: LogEntry): void;
  onReject(reject: Reject): void;
  /** For feeds: takes lines that need no envelope. Called for each text that is the input itself, not a payload in one of its lines. */
  openScanner?(left: LeftLines): LineScanner;
}

/** What all inputs and their levels share: limits, the line, the way out, and what is said only once an input. */
export class Session {
  readonly limits: Limits;
  readonly options: LogReaderOptions;
  /** Line of the text that is being read, counted on over all inputs. */
  line = 1;
  private totalBytes = 0;
  private scannedBytes = 0;
  private full = false;
  private readonly said = new Set<RejectReason>();

  constructor(options: LogReaderOptions) {
    this.options = options;
    this.limits = options.limits;
  }

  /** Even an empty input has a line, so that what is said of it is not taken for the next input's. */
  nextInput(): void {
    this.line++;
    this.said.clear();
  }

  /** True once `limits.totalBytes` have been read: nothing more is taken in. */
  get exhausted(): boolean {
    return this.full;
  }

  /** Counts a piece of text and its newline against the total; false when it goes over. */
  take(bytes: number, line: number): boolean {
    if (this.full) return false;
    const { totalBytes } = this.limits;
    if (this.totalBytes + bytes <= totalBytes) {
      this.totalBytes += bytes + 1;
      return true;
    }
    this.full = true;
    const detail = `Expected at most ${totalBytes} bytes of (decompressed) text, more came; what lies behind was not read: split the input.`;
    this.reject(line, 'input_too_large', detail);
    return false;
  }

  /** Counts bytes that a scanner takes as they are; how many of them are within the total. */
  takeUpTo(bytes: number): number {
    const { totalBytes } = this.limits;
    if (this.full) return 0;
    const count = Math.min(bytes, totalBytes - this.scannedBytes);
    this.scannedBytes += count;
    if (count < bytes) this.take(Number.POSITIVE_INFINITY, this.line);
    return count;
  }

  entry(text: string, origin: Origin): void {
    const { recordBytes } = this.limits;
    if (text.length > recordBytes) {
      this.reject(
        origin.line,
        'record_too_large',
        `Expected a record of at most ${recordBytes} bytes, got ${text.length}; it was left out: check that records are separated.`,
      );
      return;
    }
    this.options.onEntry({
      text,
      line: origin.line,
      timeMs: origin.timeMs,
      eventId: origin.eventId,
      logGroup: origin.logGroup,
      logStream: origin.logStream,
      account: origin.account,
      region: origin.region,
    });
  }

  reject(line: number, reason: RejectReason, detail: string): void {
    this.options.onReject({ line, reason, detail });
  }

  /** For what would repeat on every line: only the first of an input is reported. */
  rejectOnce(line: number, reason: RejectReason, detail: string): void {
    if (this.said.has(reason)) return;
    this.said.add(reason);
    this.reject(line, reason, detail);
  }
}
