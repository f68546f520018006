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

/** What the engine knows of formats, handed in so that no envelope has to know them. */
export interface LogReaderOptions {
  readonly limits: Limits;
  /** Looks at one line, without a prefix that a tool put before it (time, log stream). */
  isRecordStart(line: string): RecordStart;
  /** Is this object a log record of its own (access log, WAF record), and not a response body or part of one? */
  isJsonRecord(value: JsonObject): boolean;
  onEntry(entry: LogEntry): void;
  onReject(reject: Reject): void;
}

/** What all inputs and their levels share: limits, the line, the way out, and what is said only once an input. */
export class Session {
  readonly limits: Limits;
  readonly options: LogReaderOptions;
  /** Line of the text that is being read, counted on over all inputs. */
  line = 1;
  private totalBytes = 0;
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
