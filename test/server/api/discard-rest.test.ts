import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { discardRest } from '../../../server/src/api/body.js';

const forever = 2_000_000_000;

describe('the rest of a body after an early answer', () => {
  it('is read to its end', async () => {
    const body = new PassThrough();
    discardRest(body, 100, forever);
    body.end('x'.repeat(100));
    await once(body, 'end');
    expect(body.readableAborted).toBe(false);
  });

  it.each([
    ['larger than allowed', 100, forever, 'x'.repeat(101)],
    ['slower than allowed', 100, 1, 'x'],
  ])('is cut off when it is %s', async (_name, maxBytes, maxMs, text) => {
    const body = new PassThrough();
    discardRest(body, maxBytes, maxMs);
    body.write(text);
    await once(body, 'close');
    expect(body.readableAborted).toBe(true);
  });
});
