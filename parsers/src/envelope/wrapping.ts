import type { RejectReason } from '../model/result.js';
import type { JsonValue } from '../text/lenient-json.js';
import type { Origin } from './origin.js';

/** Where a wrapping puts what it holds. Everything given refines what the outer wrappings told. */
export interface WrappingSink {
  /** One log event, whole; its text may have several lines. */
  event(text: string, told: Partial<Origin>): void;
  /** Lines that may again be anything. */
  lines(text: string, told: Partial<Origin>): void;
  /** A JSON value that may again be anything. */
  json(value: JsonValue, told: Partial<Origin>): void;
  /** Base64 of gzip or of text. */
  base64(data: string, told: Partial<Origin>): void;
  reject(reason: RejectReason, detail: string): void;
  /** Is this text the beginning of a log record, or itself a wrapping of one? */
  isRecord(text: string): boolean;
  isJsonRecord(value: JsonValue): boolean;
}

/**
 * A way in which AWS, its tools and log shippers wrap log records in JSON. To add one: its file, a line in
 * `registry.ts`, a row in the envelope tests.
 */
export interface JsonWrapping {
  readonly name: string;
  /** False, and nothing put into the sink, when the value is something else. */
  unwrap(value: JsonValue, sink: WrappingSink): boolean;
}
