import type { Session } from './session.js';

const newline = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const quote = 0x22;
/** Longer lines that begin with a brace may be many records without newlines between them (Firehose objects in S3). */
const concatenatedFrom = 64 * 1024;
const sliceBytes = 64 * 1024;
const endOfLine = Uint8Array.of(newline);

/**
 * Bytes to lines of text, in bounded memory. A line that begins as JSON or base64 may be a whole payload and be as long
 * as `payloadBytes`; any other ends at `lineBytes`, and what is longer is skipped to its newline.
 */
export class TextLineSplitter {
  private readonly session: Session;
  private readonly onLine: (text: string, line: number) => void;
  /** null: the input itself, whose lines the session counts. A payload inside a line counts as that line throughout. */
  private readonly fixedLine: number | null;
  private readonly strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly tolerant = new TextDecoder('utf-8', { ignoreBOM: true });
  private held = new Uint8Array(0);
  private length = 0;
  private skipping = false;
  /** How far `held` has been looked through for `}{`; no value ends before one. */
  private looked = 0;
  private mayBeSeveral = false;
  /** How far `held` has been looked through for the ends of concatenated JSON values, and the state there. */
  private scanned = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private valueEnded = false;
  private unsplittable = false;

  constructor(session: Session, fixedLine: number | null, onLine: (text: string, line: number) => void) {
    this.session = session;
    this.fixedLine = fixedLine;
    this.onLine = onLine;
  }

  get line(): number {
    return this.fixedLine ?? this.session.line;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += sliceBytes) this.pushSlice(bytes.subarray(at, at + sliceBytes));
  }

  /** A line without its newline, or a part of one; `ends` with its last part. */
  pushPart(bytes: Uint8Array, ends: boolean): void {
    if (ends && this.length === 0 && !this.skipping && bytes.length <= concatenatedFrom) {
      this.emit(bytes);
      if (this.fixedLine === null) this.session.line++;
      return;
    }
    if (bytes.length > 0) this.push(bytes);
    if (ends) this.push(endOfLine);
  }

  end(): void {
    if (!this.skipping && this.length > 0) this.finish();
  }

  private pushSlice(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const at = bytes.indexOf(newline, from);
      const to = at < 0 ? bytes.length : at;
      if (this.session.exhausted) return;
      if (this.skipping) this.session.take(to - from, this.line);
      else {
        if (at >= 0 && this.length === 0 && to - from <= concatenatedFrom) this.emit(bytes.subarray(from, to));
        else this.hold(bytes.subarray(from, to));
      }
      if (at < 0) return;
      if (!this.skipping && this.length > 0) this.finish();
      this.skipping = false;
      if (this.fixedLine === null) this.session.line++;
      from = at + 1;
    }
  }

  private hold(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.held.length) {
      const larger = new Uint8Array(Math.max(4096, this.held.length * 2, this.length + bytes.length));
      larger.set(this.held.subarray(0, this.length));
      this.held = larger;
    }
    this.held.set(bytes, this.length);
    this.length += bytes.length;
    if (this.length > concatenatedFrom) this.splitConcatenated();
    if (this.length > this.limitOf(this.held.subarray(0, this.length))) {
      this.tooLong();
      this.skipping = true;
      this.session.take(this.length, this.line);
      this.drop();
    }
  }

  private finish(): void {
    this.emit(this.held.subarray(0, this.length));
    this.drop();
  }

  private drop(): void {
    this.length = 0;
    this.resetScan();
    if (this.held.length > 1024 * 1024) this.held = new Uint8Array(0);
  }

  private resetScan(): void {
    this.looked = 0;
    this.mayBeSeveral = false;
    this.scanned = 0;
    this.depth = 0;
    this.inString = false;
    this.escaped = false;
    this.valueEnded = false;
    this.unsplittable = false;
  }

  private limitOf(bytes: Uint8Array): number {
    const { lineBytes, payloadBytes } = this.session.limits;
    let i = 0;
    while (i < bytes.length && i < 64 && isBlank(bytes[i] as number)) i++;
    const first = bytes[i];
    const json = first === openBrace || first === openBracket || first === quote;
    const base64OfGzip = first === 0x48 && bytes[i + 1] === 0x34 && bytes[i + 2] === 0x73; // H4s
    return json || base64OfGzip ? Math.max(lineBytes, payloadBytes) : lineBytes;
  }

  private tooLong(): void {
    const limit = this.session.limits.lineBytes;
    this.session.reject(
      this.line,
      'line_too_long',
      `Expected a line of at most ${limit} bytes, a longer one came; it was skipped: check that the input is text with newlines.`,
    );
  }

  /** Hands out each `{…}` of `{…}{…}{…` and keeps only the last, unfinished one. */
  private splitConcatenated(): void {
    this.mayBeSeveral ||= this.showsSeveral();
    if (!this.mayBeSeveral || this.unsplittable) return;
    if (this.scanned === 0) {
      let i = 0;
      while (i < this.length && isBlank(this.held[i] as number)) i++;
      if (this.held[i] !== openBrace) {
        this.unsplittable = true;
        return;
      }
    }
    const { held } = this;
    let start = 0;
    for (; this.scanned < this.length; this.scanned++) {
      const byte = held[this.scanned] as number;
      if (this.valueEnded) {
        if (isBlank(byte)) continue;
        if (byte !== openBrace) {
          this.unsplittable = true;
          break;
        }
        this.emit(held.subarray(start, this.scanned));
        start = this.scanned;
        this.valueEnded = false;
        this.depth = 1;
      } else if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === 0x5c) this.escaped = true;
        else if (byte === quote) this.inString = false;
      } else if (byte === quote) this.inString = true;
      else if (byte === openBrace || byte === openBracket) this.depth++;
      else if (byte === closeBrace || byte === 0x5d) this.valueEnded = --this.depth <= 0;
    }
    if (start === 0) return;
    held.copyWithin(0, start, this.length);
    this.length -= start;
    this.scanned -= start;
  }

  /** A brace that opens behind one that closes, in a string or not: seldom there in a line that is one value. */
  private showsSeveral(): boolean {
    const text = this.held.subarray(0, this.length);
    for (let at = text.indexOf(openBrace, this.looked); at >= 0; at = text.indexOf(openBrace, at + 1)) {
      let before = at - 1;
      while (before >= 0 && isBlank(text[before] as number)) before--;
      if (text[before] === closeBrace) return true;
    }
    this.looked = this.length;
    return false;
  }

  private emit(bytes: Uint8Array): void {
    if (!this.session.take(bytes.length, this.line)) return;
    if (bytes.length > this.session.limits.lineBytes && bytes.length > this.limitOf(bytes)) {
      this.tooLong();
      return;
    }
    const end = bytes.length > 0 && bytes[bytes.length - 1] === 0x0d ? bytes.length - 1 : bytes.length;
    let text = this.decode(end === bytes.length ? bytes : bytes.subarray(0, end));
    if (text.includes('\0')) {
      this.session.rejectOnce(
        this.line,
        'nul_bytes',
        'Expected text, NUL bytes came; they were dropped and the rest was read: check that the input is a text log.',
      );
      text = text.replaceAll('\0', '');
    }
    this.onLine(text, this.line);
  }

  private decode(bytes: Uint8Array): string {
    try {
      return this.strict.decode(bytes);
    } catch {
      this.session.rejectOnce(
        this.line,
        'invalid_utf8',
        'Expected UTF-8 text, other bytes came first on this line; they were read as U+FFFD: check the encoding of the input.',
      );
      return this.tolerant.decode(bytes);
    }
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
