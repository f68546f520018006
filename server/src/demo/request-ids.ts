import type { Random } from './random.js';

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const pairs = Array.from({ length: 4096 }, (_, i) => `${letters[i >> 6]}${letters[i & 63]}`);

const byteOf = (word: number, shift: number): string => hex[(word >>> shift) & 255] as string;
const word = (w: number): string => byteOf(w, 24) + byteOf(w, 16) + byteOf(w, 8) + byteOf(w, 0);

/** `48752d0f-c99d-4cfa-a5a7-f3c6834d19e5` */
export function uuid(random: Random): string {
  const b = (random.uint32() & 0xffff0fff) | 0x4000;
  const c = (random.uint32() & 0x3fffffff) | 0x80000000;
  return `${word(random.uint32())}-${byteOf(b, 24)}${byteOf(b, 16)}-${byteOf(b, 8)}${byteOf(b, 0)}-${byteOf(c, 24)}${byteOf(c, 16)}-${byteOf(c, 8)}${byteOf(c, 0)}${word(random.uint32())}`;
}

/** `Qm4TzHPxoAMFr1w=`: the short form; `region` is the part that all ids of a region and kind share. */
export function shortId(random: Random, region: string): string {
  const a = random.uint32();
  const b = random.uint32();
  const c = random.uint32();
  return `${pairs[a & 4095]}${pairs[(a >>> 12) & 4095]}${pairs[b & 4095]}${letters[(a >>> 24) & 63]}${letters[c & 63]}${region}${pairs[(b >>> 12) & 4095]}${letters[(c >>> 6) & 63]}=`;
}
