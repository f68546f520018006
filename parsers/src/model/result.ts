/**
 * Why something was not read. Closed, fit for a metric label. To add one: add it here with its sentence in
 * `engine/reject-reasons.ts`.
 */
export type RejectReason =
  | 'unrecognised'
  | 'malformed'
  | 'truncated'
  | 'template_mismatch'
  | 'line_too_long'
  | 'record_too_large'
  | 'payload_too_large'
  | 'input_too_large'
  | 'corrupt_gzip'
  | 'corrupt_base64'
  | 'invalid_utf8'
  | 'nul_bytes'
  | 'nested_too_deep'
  | 'too_many_requests_held'
  | 'no_event_time'
  | 'expired';

/** Rejecting a line is ordinary, so it is a value; throwing is kept for bugs. */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: RejectReason; readonly detail: string };

/** `line`: 1-based line of the input. `detail`: expected, came, what to do; never the raw text, which may hold secrets. */
export interface Reject {
  readonly line: number;
  readonly reason: RejectReason;
  readonly detail: string;
}

export const accept = <T>(value: T): ParseResult<T> => ({ ok: true, value });
export const refuse = (reason: RejectReason, detail: string): ParseResult<never> => ({ ok: false, reason, detail });
