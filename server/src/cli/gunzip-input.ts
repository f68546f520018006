import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * The plain bytes of one of several inputs. The engine unpacks an input that is gzip from its first byte on; behind
 * another input it could not see where gzip begins, so each is unpacked here, which also makes its lines countable.
 * `onDamage`: the gzip stream is broken or cut off; what was readable before has been handed out.
 */
export async function* gunzipInput(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: () => void,
): AsyncGenerator<Uint8Array> {
  const { first, rest } = await takeFirst(chunks);
  if (first === null) return;
  const all = prepend(first, rest);
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  // Errors of the source arrive in `gunzip` as well.
  pipeline(Readable.from(all, { objectMode: false }), gunzip).catch(() => {});
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    onDamage();
  }
}

async function takeFirst(chunks: AsyncIterable<Uint8Array>) {
  const rest = chunks[Symbol.asyncIterator]();
  const { done, value } = await rest.next();
  return { first: done === true ? null : value, rest };
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
