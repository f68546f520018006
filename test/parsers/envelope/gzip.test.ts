import { constants, crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGunzip, isGzip } from '../../../parsers/src/envelope/gzip.js';

function unpack(bytes: Uint8Array, chunk = bytes.length): { text: string; damage: string[] } {
  const pieces: Buffer[] = [];
  const damage: string[] = [];
  const gunzip = createGunzip({
    onData: (piece) => pieces.push(Buffer.from(piece)) > 0,
    onDamage: (detail) => damage.push(detail),
  });
  for (let at = 0; at < bytes.length; at += chunk) gunzip.push(bytes.subarray(at, at + chunk));
  gunzip.end();
  return { text: Buffer.concat(pieces).toString('latin1'), damage };
}

const lines = Array.from({ length: 3000 }, (_, i) => `203.0.113.${i % 256} GET /pets/${i * 7919} 403`).join('\n');
const noise = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 2654435761) >>> 13)).toString('latin1');
const zeros = '\0'.repeat(400_000);

/** A header with every optional part, then the deflate data and trailer of an ordinary member. */
function withFullHeader(text: string): Buffer {
  const plain = gzipSync(text);
  const header = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]);
  const extra = Buffer.from([5, 0, 1, 2, 3, 4, 5]);
  const names = Buffer.concat([Buffer.from('log.txt\0'), Buffer.from('a comment\0')]);
  const whole = Buffer.concat([header, extra, names]);
  const check = crc32(whole);
  return Buffer.concat([whole, Buffer.from([check & 255, (check >> 8) & 255]), plain.subarray(10)]);
}

describe('gunzip', () => {
  const strategies = ['Z_DEFAULT_STRATEGY', 'Z_FILTERED', 'Z_HUFFMAN_ONLY', 'Z_RLE', 'Z_FIXED'] as const;
  it.each(strategies)('reads all levels of %s', (strategy) => {
    for (const [text, level] of [lines, noise, zeros, 'a', ''].flatMap((t) =>
      [0, 1, 6, 9].map((l) => [t, l] as const),
    )) {
      const packed = gzipSync(Buffer.from(text, 'latin1'), { level, strategy: constants[strategy] });
      for (const chunk of [packed.length, 1000, 17]) expect(unpack(packed, chunk)).toEqual({ text, damage: [] });
    }
  });

  it.each([
    ['every optional header part', withFullHeader(lines), lines],
    ['two members', Buffer.concat([gzipSync('a'), gzipSync('b')]), 'ab'],
    ['an empty member between others', Buffer.concat([gzipSync('a'), gzipSync(''), gzipSync('b')]), 'ab'],
    ['a member with a full header behind another', Buffer.concat([gzipSync('a'), withFullHeader('b')]), 'ab'],
    ['zero padding at the end', Buffer.concat([gzipSync(lines), Buffer.alloc(1000)]), lines],
  ])('reads %s', (_name, packed, text) => {
    for (const chunk of [packed.length, 1]) expect(unpack(packed, chunk)).toEqual({ text, damage: [] });
  });

  it('stays fast and right with very many tiny members', () => {
    const member = gzipSync('x');
    expect(unpack(Buffer.concat(Array.from({ length: 20_000 }, () => member))).text).toBe('x'.repeat(20_000));
  });

  it('hands out what stands before a cut, wherever it is, and says so once', () => {
    const packed = gzipSync(lines);
    for (let cut = 3; cut < packed.length; cut += 101) {
      const { text, damage } = unpack(packed.subarray(0, cut), 64);
      expect(lines.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThanOrEqual(Math.max(0, cut - 2000));
      expect(damage).toHaveLength(1);
      expect(damage[0]).toContain('cut off');
    }
    expect(unpack(packed.subarray(0, -8)).text).toBe(lines);
  });

  it('notices a wrong checksum or length and reads the members behind it', () => {
    for (const back of [8, 1]) {
      const first = Buffer.from(gzipSync('first\n'));
      first.writeUInt8((first.readUInt8(first.length - back) + 1) % 256, first.length - back);
      const { text, damage } = unpack(Buffer.concat([first, gzipSync('second')]));
      expect(text).toBe('first\nsecond');
      expect(damage).toHaveLength(1);
      expect(damage[0]).toContain('checksum');
    }
  });

  it('notices every flipped bit of the data', () => {
    const packed = gzipSync(lines.slice(0, 4000));
    fc.assert(
      fc.property(fc.integer({ min: 10 * 8, max: packed.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(packed);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(unpack(flipped).damage).toHaveLength(1);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  it.each([
    ['bytes behind the end', Buffer.concat([gzipSync('text'), Buffer.from('PK\x03\x04 and more')])],
    ['bytes behind zero padding', Buffer.concat([gzipSync('text'), Buffer.alloc(20), Buffer.from('tail')])],
    ['a second header that is cut off', Buffer.concat([gzipSync('text'), gzipSync('more').subarray(0, 5)])],
  ])('reads the text before %s', (_name, packed) => {
    const { text, damage } = unpack(packed, 7);
    expect(text).toBe('text');
    expect(damage).toHaveLength(1);
  });

  it.each([
    ['a reserved block type', [0x07]],
    ['a stored block whose length check is wrong', [0x01, 5, 0, 0, 0, 1, 2, 3, 4, 5]],
    ['a reference before the beginning', [0x03, 0x02]],
    ['codes that overlap', [0x05, 0xe0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('refuses %s', (_name, deflated) => {
    const header = gzipSync('').subarray(0, 10);
    const padding = Buffer.alloc(1000, 0x55);
    expect(unpack(Buffer.concat([header, Buffer.from(deflated), padding])).damage).toHaveLength(1);
  });

  it('never throws and always ends, whatever the bytes', () => {
    const input = fc.record({ bytes: fc.uint8Array({ maxLength: 400 }), chunk: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(input, ({ bytes, chunk }) => {
        const packed = Buffer.concat([gzipSync('').subarray(0, 10), bytes]);
        const damaged = unpack(packed, chunk);
        expect(damaged.damage.length).toBeLessThanOrEqual(1);
        expect(unpack(packed)).toEqual(damaged);
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('stops as soon as its reader has had enough', () => {
    let received = 0;
    const gunzip = createGunzip({
      onData: (piece) => {
        received += piece.length;
        return received < 100_000;
      },
      onDamage: (detail) => expect.fail(detail),
    });
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    gunzip.push(bomb);
    gunzip.push(bomb);
    gunzip.end();
    expect(received).toBeLessThan(300_000);
  });

  it('knows gzip by its first bytes', () => {
    expect(isGzip(gzipSync(''))).toBe(true);
    expect(isGzip(Buffer.from('plain'))).toBe(false);
    expect(isGzip(Buffer.from([0x1f, 0x8b]))).toBe(false);
  });
});
