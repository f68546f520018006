import { DataDirectoryError } from '../store/embedded/data-directory.js';
import { StoreError } from '../store/store-error.js';

/** Why the service does not run. The words are also those of the exit-code table in docs/configuration.md. */
export const serviceFailures = {
  configuration: { exitCode: 2, meaning: 'wrong options or configuration' },
  data_directory: {
    exitCode: 3,
    meaning: 'the data directory is in use, belongs to another command, or cannot be written',
  },
  address: { exitCode: 4, meaning: 'the port is in use, or the address is none of this machine' },
  store: { exitCode: 5, meaning: 'the database cannot be started or reached, or its disk is full' },
} as const satisfies Record<string, { readonly exitCode: number; readonly meaning: string }>;
export type ServiceFailure = keyof typeof serviceFailures;

/** One clear sentence and, if there is one, a hint what to do. */
export class ServiceError extends Error {
  readonly failure: ServiceFailure;
  readonly hint: string;

  constructor(failure: ServiceFailure, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceError';
    this.failure = failure;
    this.hint = hint;
  }
}

/** Failures of the parts that a person can mend, in one form; anything else is a defect and stays what it is. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof DataDirectoryError) {
    const full = isCode(error.cause, 'ENOSPC') || isCode(error.cause, 'EDQUOT');
    return full
      ? new ServiceError('store', 'The disk of the data directory is full: free some space.', '', { cause: error })
      : new ServiceError('data_directory', error.message, '', { cause: error });
  }
  if (error instanceof StoreError) return new ServiceError('store', error.message, '', { cause: error });
  return error;
}

function isCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null | undefined)?.code === code;
}
