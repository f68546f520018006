/** Value of each character, 255 for none; both alphabets (`+/` and `-_`). */
const values = new Uint8Array(128).fill(255);
for (const [i, c] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  values[c.charCodeAt(0)] = i;
}
values[0x2d] = 62;
values[0x5f] = 63;

/** Bytes of a base64 text without blanks, padded or not; null when it is none. */
export function decodeBase64(text: string): Uint8Array | null {
  let length = text.length;
  while (length > 0 && length > text.length - 2 && text.charCodeAt(length - 1) === 0x3d) length--;
  if (length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let bits = 0;
  let bitCount = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    const value = c < 128 ? (values[c] as number) : 255;
    if (value === 255) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[at++] = (bits >> bitCount) & 255;
    }
  }
  return bytes;
}

/**
 * Does this line look like (the first line of) base64 of gzip, whole or damaged? The magic bytes 1f 8b 08 read `H4sI`.
 * e.g. `H4sIAAAAAAAAA42OwQrCMBBEf6XkbDBpk6bxVlC8eFFvImXTLhJom5Bs`
 */
export function looksLikeBase64Gzip(line: string): boolean {
  return line.startsWith('H4sI') && line.length >= 24 && !/\s/.test(line.slice(0, 76).trimEnd());
}
