import type { Response } from 'express';
import { jsonText } from '../../text/json-text.js';
import type { ApiError, RequestFault } from './api-error.js';
import { type ErrorCode, errorCatalogue } from './catalogue.js';

/** RFC 9457, with our code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors?: readonly RequestFault[];
}

export function toProblem(error: ApiError): Problem {
  const { status, title, retryable } = errorCatalogue[error.code];
  return {
    type: `/docs#error-${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    retryable,
    ...(error.faults.length === 0 ? {} : { errors: error.faults }),
  };
}

export function sendProblem(res: Response, error: ApiError): void {
  const problem = toProblem(error);
  res.status(problem.status).set(error.headers).type('application/problem+json').send(jsonText(problem));
}
