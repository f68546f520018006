/** One log group of one account and region. */
export interface LogGroup {
  readonly account: string;
  readonly region: string;
  /** Its name, not its ARN. */
  readonly name: string;
}

export interface LogEvent {
  readonly eventId: string;
  readonly logStreamName: string;
  /** Event time, ms. */
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

export interface EventsPage {
  readonly events: readonly LogEvent[];
  /** null or empty on the last page, and only there: an empty page is none. */
  readonly nextToken: string | null;
}

export interface EventsRequest {
  readonly group: LogGroup;
  /** Event time, ms; inclusive. */
  readonly fromMs: number;
  /** EXCLUSIVE: the client turns it into AWS's inclusive end. */
  readonly toMs: number;
  readonly filterPattern: string | null;
  readonly token: string | null;
}

/** Reads a group by time, never by stream: there may be thousands, and what AWS says of their newest event is late by hours. */
export interface LogEventsClient {
  /** One call. Throws `AwsError`, or the signal's reason. */
  readPage(request: EventsRequest, signal: AbortSignal): Promise<EventsPage>;
}

/**
 * How many events a group has in [fromMs, toMs), without reading them (CloudWatch Logs Insights: paid by the bytes scanned). Saves
 * sweeps the reading of what has not changed.
 */
export type CountEvents = (group: LogGroup, fromMs: number, toMs: number, signal: AbortSignal) => Promise<number>;
