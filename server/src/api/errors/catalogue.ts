export interface ErrorKind {
  readonly status: number;
  /** The same request may succeed later, unchanged. Answers then carry `Retry-After`. */
  readonly retryable: boolean;
  readonly title: string;
  /** What to do about it; for docs/errors.md. */
  readonly remedy: string;
}

/**
 * Every error that the API answers. Programs decide by `code`.
 * To add one: a line here, then `UPDATE_GOLDEN=1 npx vitest run test/server/api/errors` writes docs/errors.md.
 */
export const errorCatalogue = {
  parameter_unknown: {
    status: 400,
    retryable: false,
    title: 'There is no such parameter',
    remedy: 'Correct its name. Nothing is ignored, so that a misspelt filter does not answer for everything.',
  },
  parameter_invalid: {
    status: 400,
    retryable: false,
    title: 'A parameter or header has a value that cannot be used',
    remedy: '`errors` names each one and what was expected.',
  },
  range_invalid: {
    status: 400,
    retryable: false,
    title: 'The time range is empty or reversed',
    remedy: 'Ranges are [from, to): `from` must be before `to`.',
  },
  range_too_long: {
    status: 400,
    retryable: false,
    title: 'The time range is longer than allowed',
    remedy: 'Ask for several shorter ranges, or raise the limit in the configuration.',
  },
  too_many_points: {
    status: 400,
    retryable: false,
    title: 'The series would have more points than allowed',
    remedy: 'Use a larger `step`, a shorter range or `step=auto`.',
  },
  cursor_invalid: {
    status: 400,
    retryable: false,
    title: 'The cursor was not made by this service',
    remedy:
      'Take `cursor` from `next` of the page before (or `Last-Event-ID` from `id`), unchanged; without it the newest come.',
  },
  body_invalid: {
    status: 400,
    retryable: false,
    title: 'The body cannot be read',
    remedy: 'Send what `/docs` describes for the content type.',
  },
  body_corrupt: {
    status: 400,
    retryable: false,
    title: 'The body is not what its Content-Encoding says, or it ends early',
    remedy: 'Nothing of it was stored. Compress again and send the whole batch again.',
  },
  delivery_too_large: {
    status: 400,
    retryable: true,
    title: 'The Firehose request is larger than allowed',
    remedy:
      'Raise `limits.firehoseBodyBytes`, or lower the buffer size of the stream. It is never answered with 413, which would make Firehose drop the batch.',
  },
  access_log_format_invalid: {
    status: 400,
    retryable: false,
    title: 'The access log format given is none',
    remedy: "Give the stage's `accessLogSettings.format` with its `$context` variables.",
  },
  feed_limit_reached: {
    status: 400,
    retryable: false,
    title: 'Too many names of feeds were used',
    remedy:
      'A feed that falls silent holds back what counts as complete. Use few, stable names; configure those that you need.',
  },
  token_missing: {
    status: 401,
    retryable: false,
    title: 'A token is needed',
    remedy: 'Send `Authorization: Bearer w403_…`. `why403 token create` makes one.',
  },
  token_invalid: {
    status: 401,
    retryable: false,
    title: 'The token is not known',
    remedy: 'Check that it was copied whole and that its SHA-256 stands in the configuration.',
  },
  role_insufficient: {
    status: 403,
    retryable: false,
    title: 'The token does not allow this',
    remedy:
      'Reading needs the role read, sending logs the role ingest, starting a backfill the role admin, which may do everything.',
  },
  token_bound: {
    status: 403,
    retryable: false,
    title: 'The token is bound to other Firehose streams',
    remedy:
      'A token with `sourceArns` opens the Firehose address for these streams and nothing else. Add the ARN of the stream, or use another token.',
  },
  host_refused: {
    status: 403,
    retryable: false,
    title: 'Without tokens only this machine is answered',
    remedy: 'Use http://127.0.0.1, http://[::1] or http://localhost, or configure tokens.',
  },
  origin_refused: {
    status: 403,
    retryable: false,
    title: 'Without tokens pages of other origins are not answered',
    remedy: 'Call from a program on this machine, or configure tokens.',
  },
  route_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such address here',
    remedy: '`/docs` lists all addresses.',
  },
  event_not_found: {
    status: 404,
    retryable: false,
    title: 'No refused request with this id is stored',
    remedy: 'Ids are event ids, request ids or extended request ids of refused requests, as long as rows are kept.',
  },
  cause_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such cause',
    remedy: '`/api/v1/causes` lists all causes.',
  },
  backfill_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such backfill',
    remedy:
      '`/api/v1/backfills` lists the last ones since the service started. Begin the range again: it goes on where it ended.',
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    title: 'This address does not take this method',
    remedy: '`Allow` names those that it takes.',
  },
  backfill_running: {
    status: 409,
    retryable: true,
    title: 'Another backfill is under way',
    remedy: 'Wait until it has ended (`/api/v1/backfills`), or stop it. What it read stays.',
  },
  body_too_large: {
    status: 413,
    retryable: false,
    title: 'The body is larger than allowed',
    remedy: 'Nothing of it was stored. Send smaller batches; the limit is on decompressed bytes.',
  },
  content_type_unsupported: {
    status: 415,
    retryable: false,
    title: 'The body has a content type that is not taken here',
    remedy: '`/docs` names the content types of each address.',
  },
  content_encoding_unsupported: {
    status: 415,
    retryable: false,
    title: 'The body has a Content-Encoding that is not taken here',
    remedy: 'Send it as it is or with `Content-Encoding: gzip`.',
  },
  nothing_to_read: {
    status: 422,
    retryable: false,
    title: 'There is no log group that could be read',
    remedy: 'It takes a source of kind aws. `/api/v1/sources` lists its log groups.',
  },
  query_too_heavy: {
    status: 422,
    retryable: false,
    title: 'The query needs more time or memory than one query may use',
    remedy: 'Ask for a shorter range, fewer labels in `by` or more filters.',
  },
  rate_limited: {
    status: 429,
    retryable: true,
    title: 'Too many requests in this minute',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  internal_error: {
    status: 500,
    retryable: false,
    title: 'A defect of this service',
    remedy: 'The log of the service has the details.',
  },
  store_unavailable: {
    status: 503,
    retryable: true,
    title: 'The event store did not answer',
    remedy: 'Send the same request again later. An ingest batch with the same `Batch-Id` is counted once.',
  },
  sources_starting: {
    status: 503,
    retryable: true,
    title: 'It is not known yet which log groups there are',
    remedy: 'Send the same request again in a minute; the first look at an account with many APIs takes a few.',
  },
  store_full: {
    status: 503,
    retryable: true,
    title: 'The disk of the event store is full',
    remedy: 'Free space or shorten the retention. What was stored before is safe; send the batch again afterwards.',
  },
  ingest_busy: {
    status: 503,
    retryable: true,
    title: 'Too many batches are under way',
    remedy: 'Send the same batch again later, with the same `Batch-Id`.',
  },
  explain_busy: {
    status: 503,
    retryable: true,
    title: 'Too many texts are being explained',
    remedy: 'Send the same text again in a moment, or use `why403 explain`.',
  },
  streams_busy: {
    status: 503,
    retryable: true,
    title: 'Too many live streams are open',
    remedy: 'Close one, or read `/api/v1/events` instead.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorCatalogue;
export const errorCodes = Object.keys(errorCatalogue) as readonly ErrorCode[];
