import { StoreError, type StoreErrorKind } from '../../store/store-error.js';
import { ApiError } from './api-error.js';
import type { ErrorCode } from './catalogue.js';

const codeOfStoreError: Readonly<Record<StoreErrorKind, ErrorCode>> = {
  unavailable: 'store_unavailable',
  busy: 'store_unavailable',
  timeout: 'query_too_heavy',
  too_large: 'query_too_heavy',
  full: 'store_full',
  broken: 'internal_error',
};

/** Whatever a handler threw, as an answer. Messages of our own defects stay inside: they may quote anything. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof StoreError) {
    const code = codeOfStoreError[error.kind];
    const detail = code === 'internal_error' ? 'The event store refused what this service asked of it.' : error.message;
    return new ApiError(code, detail, { cause: error });
  }
  if (isDecodeError(error)) {
    return new ApiError('parameter_invalid', 'The path has a % that is not followed by two hex digits of UTF-8 text.');
  }
  return new ApiError('internal_error', 'The request could not be answered.', { cause: error });
}

/** While a batch is written, a statement that took too long has stored nothing that would count: the sender repeats. */
export function toIngestError(error: unknown): ApiError {
  if (error instanceof StoreError && (error.kind === 'timeout' || error.kind === 'too_large')) {
    return new ApiError('store_unavailable', error.message, { cause: error });
  }
  return toApiError(error);
}

/** The router's own error for `/api/v1/causes/%zz`. */
function isDecodeError(error: unknown): boolean {
  return error instanceof URIError;
}
