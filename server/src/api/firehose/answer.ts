import { Buffer } from 'node:buffer';
import type { Request, Response } from 'express';
import { jsonText } from '../../text/json-text.js';
import type { ApiError } from '../errors/api-error.js';
import { errorCatalogue } from '../errors/catalogue.js';

/** The only form that Firehose takes; `errorMessage` shows up in the error log of the stream. */
export interface FirehoseAnswer {
  readonly requestId: string;
  /** ms since the epoch */
  readonly timestamp: number;
  readonly errorMessage?: string;
}

export const requestIdHeader = 'X-Amz-Firehose-Request-Id';
export const accessKeyHeader = 'X-Amz-Firehose-Access-Key';
export const requestIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;

const maxMessageLength = 8192;

/** As Firehose wants it: the bare media type, the length, no encoding. `res.send` would add a charset. */
export function sendFirehoseAnswer(res: Response, status: number, answer: FirehoseAnswer): void {
  const body = Buffer.from(jsonText(answer));
  res.status(status);
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', body.length);
  res.end(body);
}

/** Firehose sends the same batch again after any status but 200 and 413, which loses it for good. */
export function sendFirehoseError(req: Request, res: Response, error: ApiError, nowMs: number): void {
  const { status } = errorCatalogue[error.code];
  res.set(error.headers);
  sendFirehoseAnswer(res, retriedStatus(status), {
    requestId: requestIdOf(req),
    timestamp: Math.floor(nowMs),
    errorMessage: `${error.code}: ${error.message}`.slice(0, maxMessageLength),
  });
}

export const retriedStatus = (status: number): number => (status >= 400 && status !== 413 ? status : 400);

/** '' when the request brought none that can be said again. */
function requestIdOf(req: Request): string {
  const id = req.get(requestIdHeader) ?? '';
  return requestIdPattern.test(id) ? id : '';
}
