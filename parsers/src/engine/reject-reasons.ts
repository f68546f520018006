import type { RejectReason } from '../model/index.js';

/** A title for each reason, for people. The reject's own `detail` says what was expected, what came and what to do. */
export const rejectReasons = {
  unrecognised: 'No known kind of log line, record or response',
  malformed: 'A known kind, but not written as it should be',
  truncated: 'Cut off before the part that decides',
  template_mismatch: 'The access-log format given does not fit the line',
  line_too_long: 'The line is longer than the limit',
  record_too_large: 'The record is larger than the limit',
  payload_too_large: 'The payload is larger than the limit once unpacked',
  input_too_large: 'The input is larger than the limit',
  corrupt_gzip: 'The gzip data is damaged',
  corrupt_base64: 'The base64 data is damaged',
  invalid_utf8: 'The text is not valid UTF-8',
  nul_bytes: 'The text holds NUL bytes',
  nested_too_deep: 'Wrapped more often than the limit',
  too_many_requests_held: 'More requests than the limit: the others were counted only',
  no_event_time: 'Nothing tells when the request was made',
  expired: 'Older than what is kept',
} as const satisfies Record<RejectReason, string>;
