import { HuffmanCode } from './huffman-code.js';

/**
 * DEFLATE (RFC 1951), streaming. Written here and not taken from fflate because a reader of logs must know what fflate's
 * streams do not tell: where a stream ends (a checksum stands there, another member may follow), whether it ended at
 * all, and it must be able to stop in the middle of an expansion. Memory is constant, whatever comes.
 */
export type InflateState = 'more' | 'done' | 'damaged' | 'stopped';

const windowBytes = 32 * 1024;
const flushBytes = 64 * 1024;
/** No symbol writes more than this. */
const longestMatch = 258;
/** No block header is longer than this many bytes; none is begun with fewer at hand unless the input has ended. */
const longestHeader = 700;
/** The same for a symbol: 15 + 5 + 15 + 13 bits. */
const longestSymbol = 8;

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const cutOff = -1;
const noSuchCode = -2;

export class Inflater {
  /** Called with each piece of output; the array is reused afterwards. False stops the expansion. */
  private readonly onData: (bytes: Uint8Array) => boolean;
  private readonly out = new Uint8Array(windowBytes + flushBytes + longestMatch);
  private at = 0;
  private flushed = 0;
  private input: Uint8Array = new Uint8Array(0);
  private next = 0;
  private bits = 0;
  private bitCount = 0;
  private ended = false;
  private block: 'header' | 'stored' | 'coded' | 'done' = 'header';
  private last = false;
  private storedLeft = 0;
  private readonly lengths = new Uint8Array(320);
  private readonly fixedLiterals = new HuffmanCode();
  private readonly fixedDistances = new HuffmanCode();
  private fixedBuilt = false;
  private readonly ownLiterals = new HuffmanCode();
  private readonly ownDistances = new HuffmanCode();
  private literals = this.fixedLiterals;
  private distances = this.fixedDistances;

  constructor(onData: (bytes: Uint8Array) => boolean) {
    this.onData = onData;
  }

  /** Ready for the next stream; keeps its tables and buffers, so that a million tiny streams stay cheap. */
  reset(): void {
    this.at = 0;
    this.flushed = 0;
    this.input = new Uint8Array(0);
    this.next = 0;
    this.bits = 0;
    this.bitCount = 0;
    this.ended = false;
    this.block = 'header';
  }

  /** After `done`: the bytes behind the end of the stream. */
  rest(): Uint8Array {
    return this.input.subarray(this.next);
  }

  push(bytes: Uint8Array): InflateState {
    if (this.next === this.input.length) this.input = bytes;
    else {
      // Only what one header or symbol may still need is ever left over.
      const joined = new Uint8Array(this.input.length - this.next + bytes.length);
      joined.set(this.input.subarray(this.next));
      joined.set(bytes, this.input.length - this.next);
      this.input = joined;
    }
    this.next = 0;
    const state = this.run();
    if (state === 'more') {
      // A copy, because the caller may reuse its array (`slice` of Node's Buffer would be none).
      this.input = new Uint8Array(this.input.subarray(this.next));
      this.next = 0;
    }
    return state;
  }

  /** Reads what is left knowing that nothing follows; `more` means that the stream was cut off. */
  end(): InflateState {
    this.ended = true;
    return this.run();
  }

  private run(): InflateState {
    let state: InflateState = 'more';
    for (;;) {
      const before = this.block;
      if (before === 'done') state = 'done';
      else if (before === 'header') state = this.readHeader();
      else if (before === 'stored') state = this.copyStored();
      else state = this.readSymbols();
      if (state !== 'more' || before === this.block) break;
    }
    if (state === 'stopped') return state;
    this.unreadWholeBytes();
    return this.flush() ? state : 'stopped';
  }

  /** `decode` looks ahead; what it did not use goes back, so that `next` is where reading really stands. */
  private unreadWholeBytes(): void {
    this.next -= this.bitCount >> 3;
    this.bitCount &= 7;
    this.bits &= (1 << this.bitCount) - 1;
  }

  private available(): number {
    return this.input.length - this.next + (this.bitCount >> 3);
  }

  /** -1 when the input has ended. Only called with enough input at hand or at its end. */
  private take(count: number): number {
    while (this.bitCount < count) {
      if (this.next >= this.input.length) return -1;
      this.bits |= (this.input[this.next++] as number) << this.bitCount;
      this.bitCount += 8;
    }
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.bitCount -= count;
    return value;
  }

  private endBlock(): void {
    this.block = this.last ? 'done' : 'header';
  }

  private readHeader(): InflateState {
    if (!this.ended && this.available() < longestHeader && !this.shortHeader()) return 'more';
    const last = this.take(1);
    const type = this.take(2);
    if (type < 0) return 'more';
    this.last = last === 1;
    if (type === 3) return 'damaged';
    if (type === 0) {
      this.take(this.bitCount & 7);
      const length = this.take(16);
      const check = this.take(16);
      if (check < 0) return 'more';
      if ((length ^ check) !== 0xffff) return 'damaged';
      this.storedLeft = length;
      this.block = 'stored';
      return 'more';
    }
    if (type === 1) {
      this.useFixedCodes();
    } else {
      this.literals = this.ownLiterals;
      this.distances = this.ownDistances;
      const state = this.readDynamicCodes();
      if (state !== 'done') return state;
    }
    this.block = 'coded';
    return 'more';
  }

  /** Stored and fixed blocks have short headers: a small member must not wait for bytes that never come. */
  private shortHeader(): boolean {
    if (this.available() < longestSymbol) return false;
    while (this.bitCount < 3) {
      this.bits |= (this.input[this.next++] as number) << this.bitCount;
      this.bitCount += 8;
    }
    return ((this.bits >> 1) & 3) < 2;
  }

  private copyStored(): InflateState {
    while (this.storedLeft > 0) {
      if (this.at >= windowBytes + flushBytes && !this.slide()) return 'stopped';
      if (this.bitCount > 0) {
        this.out[this.at++] = this.take(8);
        this.storedLeft--;
        continue;
      }
      const room = windowBytes + flushBytes - this.at;
      const count = Math.min(this.storedLeft, room, this.input.length - this.next);
      if (count === 0) return 'more';
      this.out.set(this.input.subarray(this.next, this.next + count), this.at);
      this.at += count;
      this.next += count;
      this.storedLeft -= count;
    }
    this.endBlock();
    return 'more';
  }

  private readSymbols(): InflateState {
    const { out } = this;
    for (;;) {
      if (!this.ended && this.input.length - this.next < longestSymbol) return 'more';
      if (this.at >= windowBytes + flushBytes && !this.slide()) return 'stopped';
      const symbol = this.decode(this.literals);
      if (symbol < 0) return symbol === cutOff ? 'more' : 'damaged';
      if (symbol < 256) {
        out[this.at++] = symbol;
        continue;
      }
      if (symbol === 256) {
        this.endBlock();
        return 'more';
      }
      const state = this.copyMatch(symbol - 257);
      if (state !== 'done') return state;
    }
  }

  private copyMatch(lengthCode: number): InflateState {
    if (lengthCode > 28) return 'damaged';
    const moreLength = this.take(lengthExtra[lengthCode] as number);
    if (moreLength < 0) return 'more';
    const distanceCode = this.decode(this.distances);
    if (distanceCode < 0) return distanceCode === cutOff ? 'more' : 'damaged';
    if (distanceCode > 29) return 'damaged';
    const moreDistance = this.take(distanceExtra[distanceCode] as number);
    if (moreDistance < 0) return 'more';
    const length = (lengthBase[lengthCode] as number) + moreLength;
    const distance = (distanceBase[distanceCode] as number) + moreDistance;
    if (distance > this.at) return 'damaged';
    const { out } = this;
    const end = this.at + length;
    // Source and target may overlap: byte by byte.
    for (let to = this.at, from = to - distance; to < end; ) out[to++] = out[from++] as number;
    this.at = end;
    return 'done';
  }

  private decode(code: HuffmanCode): number {
    while (this.bitCount < 15 && this.next < this.input.length) {
      this.bits |= (this.input[this.next++] as number) << this.bitCount;
      this.bitCount += 8;
    }
    const found = code.lookup(this.bits);
    const length = found & 15;
    if (length === 0) return this.bitCount < 15 ? cutOff : noSuchCode;
    if (length > this.bitCount) return cutOff;
    this.bits >>>= length;
    this.bitCount -= length;
    return found >> 4;
  }

  private useFixedCodes(): void {
    this.literals = this.fixedLiterals;
    this.distances = this.fixedDistances;
    if (this.fixedBuilt) return;
    this.fixedBuilt = true;
    const { lengths } = this;
    lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288);
    this.fixedLiterals.build(lengths, 0, 288);
    lengths.fill(5, 0, 30);
    this.fixedDistances.build(lengths, 0, 30);
  }

  private readDynamicCodes(): InflateState {
    const { lengths } = this;
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const codeCount = this.take(4);
    if (codeCount < 0) return 'more';
    if (literalCount > 286 || distanceCount > 30) return 'damaged';
    lengths.fill(0, 0, 19);
    for (let i = 0; i < codeCount + 4; i++) {
      const length = this.take(3);
      if (length < 0) return 'more';
      lengths[codeLengthOrder[i] as number] = length;
    }
    if (!this.literals.build(lengths, 0, 19)) return 'damaged';
    const total = literalCount + distanceCount;
    for (let i = 0; i < total; ) {
      const symbol = this.decode(this.literals);
      if (symbol < 0) return symbol === cutOff ? 'more' : 'damaged';
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      if (symbol === 16 && i === 0) return 'damaged';
      const value = symbol === 16 ? (lengths[i - 1] as number) : 0;
      const extra = symbol === 16 ? this.take(2) : symbol === 17 ? this.take(3) : this.take(7);
      if (extra < 0) return 'more';
      const repeat = extra + (symbol === 18 ? 11 : 3);
      if (i + repeat > total) return 'damaged';
      lengths.fill(value, i, i + repeat);
      i += repeat;
    }
    if (lengths[256] === 0) return 'damaged'; // a block without an end
    if (!this.literals.build(lengths, 0, literalCount)) return 'damaged';
    return this.distances.build(lengths, literalCount, total) ? 'done' : 'damaged';
  }

  private flush(): boolean {
    if (this.flushed === this.at) return true;
    const piece = this.out.subarray(this.flushed, this.at);
    this.flushed = this.at;
    return this.onData(piece);
  }

  /** Hands out what was written and keeps the last 32 KiB, which matches may refer to. */
  private slide(): boolean {
    if (!this.flush()) return false;
    this.out.copyWithin(0, this.at - windowBytes, this.at);
    this.at = windowBytes;
    this.flushed = windowBytes;
    return true;
  }
}
