import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Request } from 'express';
import { ApiError } from './errors/api-error.js';
import { excerpt } from './errors/excerpt.js';

/** Media type of the body, lower case, without parameters; '' when none is named. */
export function mediaType(req: Request): string {
  return ((req.headers['content-type'] ?? '').split(';', 1)[0] as string).trim().toLowerCase();
}

/** A body that is read once, as it comes. */
export interface Body {
  /** Decompressed bytes; throws an ApiError when they are too many, corrupt or end early. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What `bytes` threw: whoever read them may have wrapped it. */
  readonly failure: () => ApiError | null;
}

/** Bounded by what comes out of the decompression, so that a small body cannot become a large one; `code` says that it was too large. */
export function openBody(req: Request, maxBytes: number, code: TooLarge = 'body_too_large'): Body {
  const encoding = (req.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new ApiError(
      'content_encoding_unsupported',
      `header Content-Encoding: expected gzip or none, came ${excerpt(encoding)}.`,
    );
  }
  // A compressed body that is larger than the limit only grows.
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, code);
  let failed: ApiError | null = null;
  const fail = (error: ApiError): ApiError => {
    failed = error;
    return error;
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for await (const chunk of encoding === 'gzip' ? gunzip(req) : plain(req)) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes, code);
        yield chunk;
      }
    } catch (error) {
      throw fail(error instanceof ApiError ? error : corrupt(error));
    }
  }
  return { bytes: read(), failure: () => failed };
}

/** All of a body that is small by its limit. */
export async function readBody(req: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openBody(req, maxBytes).bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * An answer that comes before the body has ended: the rest is read and dropped, so that the caller gets to read the answer,
 * but not without end: who is slow on purpose is cut off.
 */
export function discardRest(req: Readable, maxBytes: number, maxMs: number): void {
  if (req.readableEnded || req.destroyed) return;
  const timer = setTimeout(() => req.destroy(), maxMs);
  const done = () => clearTimeout(timer);
  req.once('end', done);
  req.once('close', done);
  let bytes = 0;
  req.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > maxBytes) req.destroy();
  });
  req.on('error', () => {});
  req.resume();
}

/** The request's own chunks; leaving early does not destroy the connection, on which the answer still has to go. */
function plain(req: Request): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => req.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array> };
}

function gunzip(req: Request): AsyncIterable<Uint8Array> {
  const unzip = createGunzip({ chunkSize: 64 * 1024 });
  const gone = () => {
    if (!req.complete) unzip.destroy(new Error('the caller is gone'));
  };
  req.once('close', gone);
  req.once('error', gone);
  unzip.on('close', () => req.unpipe(unzip));
  return req.pipe(unzip);
}

type TooLarge = 'body_too_large' | 'delivery_too_large';

const tooLarge = (maxBytes: number, code: TooLarge) =>
  new ApiError(code, `Expected at most ${maxBytes} bytes (decompressed), came more; send smaller bodies.`);

/** Neither the words nor the bytes: only what kind of failure it was. */
function corrupt(error: unknown): ApiError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const what = code.startsWith('Z_') ? 'came bytes that gzip cannot read, or an early end' : 'the body ended early';
  return new ApiError('body_corrupt', `Expected the whole body, ${what}; nothing of it was stored.`, { cause: error });
}
