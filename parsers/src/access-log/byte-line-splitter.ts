const newline = 0x0a;
const carriageReturn = 0x0d;

/** What happens with the lines that a splitter finds. `to` is without the newline; offset counts from the first byte. */
export interface LineSink {
  onLine(bytes: Uint8Array, from: number, to: number, line: number, offset: number): void;
  /** Said once of a line that is too long; unless `onPart` takes it. */
  onTooLong(line: number): void;
  /** Gets a line that is too long in parts; `ends` with the last one. */
  onPart?(bytes: Uint8Array, line: number, ends: boolean): void;
}

/** Cuts chunks of bytes into lines; copies only a line that two chunks share. */
export class ByteLineSplitter {
  private line = 1;
  private offset = 0;
  /** The unfinished line: its first `heldBytes` bytes (fewer once it grew too long). */
  private held = new Uint8Array(0);
  private heldBytes = 0;
  private skipping = false;
  private readonly maxBytes: number;
  private readonly sink: LineSink;

  constructor(maxBytes: number, sink: LineSink) {
    this.maxBytes = maxBytes;
    this.sink = sink;
  }

  /** Number of lines that ended in these bytes. */
  push(bytes: Uint8Array): number {
    const first = this.line;
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      this.endLine(bytes, from, end);
      this.offset += this.heldBytes + end - from + 1;
      this.forget();
      this.line++;
      from = end + 1;
    }
    this.hold(bytes, from);
    return this.line - first;
  }

  /** Ends the last line; then begins anew. */
  finish(): number {
    const open = this.heldBytes > 0;
    if (open) this.endLine(new Uint8Array(0), 0, 0);
    this.forget();
    this.line = 1;
    this.offset = 0;
    return open ? 1 : 0;
  }

  private endLine(bytes: Uint8Array, from: number, end: number): void {
    if (this.skipping) {
      this.sink.onPart?.(bytes.subarray(from, end), this.line, true);
      return;
    }
    const length = this.heldBytes + end - from;
    if (length > this.maxBytes) {
      if (this.sink.onPart === undefined) this.sink.onTooLong(this.line);
      else {
        if (this.heldBytes > 0) this.sink.onPart(this.held.subarray(0, this.heldBytes), this.line, false);
        this.sink.onPart(bytes.subarray(from, end), this.line, true);
      }
      return;
    }
    if (this.heldBytes === 0) {
      this.hand(bytes, from, end);
      return;
    }
    this.append(bytes, from, end);
    this.hand(this.held, 0, length);
  }

  private hand(bytes: Uint8Array, from: number, end: number): void {
    let to = end;
    while (to > from && bytes[to - 1] === carriageReturn) to--;
    this.sink.onLine(bytes, from, to, this.line, this.offset);
  }

  /** Keeps the unfinished line; one that grows too long is reported at once and its bytes are let go. */
  private hold(bytes: Uint8Array, from: number): void {
    const length = bytes.length - from;
    if (length === 0) return;
    if (!this.skipping && this.heldBytes + length > this.maxBytes) {
      if (this.sink.onPart === undefined) this.sink.onTooLong(this.line);
      else if (this.heldBytes > 0) this.sink.onPart(this.held.subarray(0, this.heldBytes), this.line, false);
      this.skipping = true;
    }
    if (this.skipping) this.sink.onPart?.(bytes.subarray(from), this.line, false);
    else this.append(bytes, from, bytes.length);
    this.heldBytes += length;
  }

  private append(bytes: Uint8Array, from: number, to: number): void {
    const needed = this.heldBytes + to - from;
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.min(this.maxBytes, Math.max(needed, this.held.length * 2)));
      larger.set(this.held.subarray(0, this.heldBytes));
      this.held = larger;
    }
    this.held.set(bytes.subarray(from, to), this.heldBytes);
  }

  private forget(): void {
    this.heldBytes = 0;
    this.skipping = false;
  }
}
