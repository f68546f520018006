const fastBits = 9;

/** Canonical Huffman code: short codes by table, longer ones bit by bit. Building costs about 512 steps, so that hostile headers stay cheap. */
export class HuffmanCode {
  private readonly fast = new Uint16Array(1 << fastBits);
  private readonly counts = new Uint16Array(16);
  private readonly offsets = new Uint16Array(16);
  private readonly symbols = new Uint16Array(288);

  /** False when the lengths describe no code (more codes than bits allow). */
  build(lengths: Uint8Array, from: number, to: number): boolean {
    const { fast, counts, offsets, symbols } = this;
    counts.fill(0);
    for (let i = from; i < to; i++) (counts[lengths[i] as number] as number)++;
    counts[0] = 0;
    let left = 1;
    for (let length = 1; length < 16; length++) {
      left = left * 2 - (counts[length] as number);
      if (left < 0) return false;
    }
    offsets[1] = 0;
    for (let length = 1; length < 15; length++) {
      offsets[length + 1] = (offsets[length] as number) + (counts[length] as number);
    }
    for (let i = from; i < to; i++) {
      const length = lengths[i] as number;
      if (length > 0) symbols[(offsets[length] as number)++] = i - from;
    }
    fast.fill(0);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= fastBits; length++) {
      for (let n = counts[length] as number; n > 0; n--, code++, index++) {
        const entry = ((symbols[index] as number) << 4) | length;
        for (let at = reversed(code, length); at < 1 << fastBits; at += 1 << length) fast[at] = entry;
      }
      code <<= 1;
    }
    return true;
  }

  /** `symbol << 4 | length` of the code at the low end of `bits`; 0 when there is none within 15 bits. */
  lookup(bits: number): number {
    const entry = this.fast[bits & ((1 << fastBits) - 1)] as number;
    return entry !== 0 ? entry : this.lookupLong(bits);
  }

  private lookupLong(bits: number): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= bits & 1;
      bits >>>= 1;
      const count = this.counts[length] as number;
      if (code - count < first) return ((this.symbols[index + code - first] as number) << 4) | length;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return 0;
  }
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}
