import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { EngineError } from './engine-error.js';

const unzip = promisify(gunzip);
export const zip = promisify(gzip);

/** The whole body, inflated. Larger than `maxBytes` (before or after) is QUERY_IS_TOO_LARGE. */
export async function readRequestBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end all the same: leaving now would cut the connection before the answer.
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) throw tooLarge(maxBytes);
  const body = Buffer.concat(chunks, size);
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new EngineError(36, 'BAD_ARGUMENTS', 'Of the body encodings only gzip is understood.');
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new EngineError(36, 'BAD_ARGUMENTS', 'The gzip body of the request is damaged.');
  }
}

const tooLarge = (maxBytes: number) =>
  new EngineError(307, 'TOO_MANY_BYTES', `The body of a request may have ${maxBytes} bytes at most.`);
