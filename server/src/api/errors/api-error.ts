import { type ErrorCode, errorCatalogue } from './catalogue.js';

/** One thing that was wrong with a request. `where`: `query step`, `header Batch-Id`, `body text`. */
export interface RequestFault {
  readonly where: string;
  readonly message: string;
}

export interface ApiErrorOptions extends ErrorOptions {
  readonly faults?: readonly RequestFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Defaults to 5 s for errors that can be retried. */
  readonly retryAfterSeconds?: number;
}

/** Ends a request with an error of the catalogue. `detail`: expected, came, where, what to do; input only as `excerpt`. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly faults: readonly RequestFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, detail: string, options: ApiErrorOptions = {}) {
    super(detail, options);
    this.name = 'ApiError';
    this.code = code;
    this.faults = options.faults ?? [];
    const { retryable } = errorCatalogue[code];
    this.headers = {
      ...(retryable ? { 'Retry-After': String(options.retryAfterSeconds ?? 5) } : {}),
      ...options.headers,
    };
  }
}
