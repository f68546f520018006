/** What the engine holds at once; bytes unless named. Whoever runs the engine may set every figure. */
export interface Limits {
  /** One decompressed payload: a CloudWatch subscription message, a Firehose record, a base64 blob. */
  readonly payloadBytes: number;
  /** One logical record (a pretty-printed JSON object, a multi-line body). */
  readonly recordBytes: number;
  readonly lineBytes: number;
  /** All decompressed text of one `explain` or one HTTP body. Streams (`analyze`, file sources) set Infinity. */
  readonly totalBytes: number;
  /** Wrappings inside wrappings: base64 of gzip of JSON of … */
  readonly nesting: number;
  /** Requests held open while their lines are gathered. */
  readonly openRequests: number;
  readonly openBytes: number;
  /** Requests that one `explain` lists; those beyond are classified and counted only. */
  readonly explainedRequests: number;
  /** Age in event time after which an open request is handed on, ms. */
  readonly openAgeMs: number;
}

export const defaultLimits: Limits = {
  payloadBytes: 64 * 1024 * 1024,
  recordBytes: 4 * 1024 * 1024,
  lineBytes: 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  nesting: 6,
  openRequests: 100_000,
  openBytes: 256 * 1024 * 1024,
  explainedRequests: 20_000,
  openAgeMs: 10 * 60 * 1000,
};
