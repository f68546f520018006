/**
 * One logical record of text: a CloudWatch event, a line of a file, a pretty-printed JSON object over several lines,
 * or a pasted HTTP response with its headers.
 */
export interface LogEntry {
  /** Without its final newline; may contain newlines. */
  readonly text: string;
  /** 1-based line of the whole input where it begins. */
  readonly line: number;
  /** Event time in ms since the epoch as the envelope told it; null when only the text can tell. */
  readonly timeMs: number | null;
  /** CloudWatch event id (`eventId` of FilterLogEvents, `id` of a subscription payload). */
  readonly eventId: string | null;
  readonly logGroup: string | null;
  readonly logStream: string | null;
  /** AWS account that owns the log group. */
  readonly account: string | null;
  readonly region: string | null;
}

export const plainEntry = (text: string, line: number): LogEntry => ({
  text,
  line,
  timeMs: null,
  eventId: null,
  logGroup: null,
  logStream: null,
  account: null,
  region: null,
});
