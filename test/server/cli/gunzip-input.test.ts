import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipInput } from '../../../server/src/cli/gunzip-input.js';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size = 1000) {
  let damaged = 0;
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of gunzipInput(chunksOf(bytes, size), () => damaged++)) text += decoder.decode(chunk);
  return { text, damaged };
}

/** Text that gzip cannot make much smaller, so that it needs many chunks. */
const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${Math.imul(i, 0x9e3779b1) >>> 0}\n`).join('');

describe('gunzipInput', () => {
  it.each([
    ['plain text', Buffer.from('plain\n'), 'plain\n'],
    ['nothing', Buffer.alloc(0), ''],
    ['gzip', gzipSync(lines), lines],
    ['gzip of several members', Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]), 'one\ntwo\n'],
  ])('hands out %s', async (_name, bytes, text) => {
    expect(await read(bytes)).toEqual({ text, damaged: 0 });
  });

  it.each([
    ['cut off', gzipSync(lines).subarray(0, 20_000)],
    ['damaged in the middle', gzipSync(lines).fill(0xff, 20_000, 20_100)],
  ])('tells of gzip that is %s and hands out what stands before', async (_name, bytes) => {
    const { text, damaged } = await read(bytes);
    expect(damaged).toBe(1);
    expect(text.slice(0, 5000)).toBe(lines.slice(0, 5000));
  });

  it('passes on that the source cannot be read', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield gzipSync(lines).subarray(0, 2000);
      throw new RangeError('gone');
    }
    const reading = (async () => {
      for await (const _ of gunzipInput(broken(), () => {}));
    })();
    await expect(reading).rejects.toThrow(RangeError);
  });

  it('closes the source when its reader stops', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield gzipSync(lines);
      } finally {
        closed = true;
      }
    }
    for await (const _ of gunzipInput(endless(), () => {})) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });
});
