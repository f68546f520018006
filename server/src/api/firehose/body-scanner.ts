import { Buffer } from 'node:buffer';
import { ApiError } from '../errors/api-error.js';

/** A record of the body: its base64 as it stands there, or why there is none. */
export type ScannedRecord = Uint8Array | 'no data' | 'too large';

export interface BodyScanner {
  /** Any piece of the body; where it is cut does not matter. Records come in order, and are their own bytes. */
  push(chunk: Uint8Array): Generator<ScannedRecord>;
  /** The body has ended: throws unless it was whole. */
  end(): void;
}

const quote = 0x22;
const backslash = 0x5c;
const [openBrace, closeBrace, openBracket, closeBracket, comma, colon] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a];
/** What Firehose sends has three levels. */
const deepest = 32;
/** A name or text other than data: its beginning is enough to know it. */
const maxTextBytes = 1024;

type Awaited = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing';

/**
 * `{"requestId":…,"timestamp":…,"records":[{"data":…},…]}` byte by byte, but for the data, which the platform looks through: holds one
 * record at a time, however large the body is. Throws an ApiError when the body is something else.
 */
export function createBodyScanner(requestId: string, maxDataBytes: number): BodyScanner {
  return new FirehoseBody(requestId, maxDataBytes);
}

class FirehoseBody implements BodyScanner {
  private readonly requestId: string;
  private readonly maxDataBytes: number;
  private awaited: Awaited = 'value';
  /** Open braces and brackets. */
  private readonly open: number[] = [];
  /** Of the object at this depth, the name whose value is read. */
  private readonly names: string[] = [];
  private inText = false;
  private escaped = false;
  private hasEscapes = false;
  private parts: Uint8Array[] = [];
  private textBytes = 0;
  /** Of a number, `true`, `false` or `null`. */
  private word = '';
  private data: ScannedRecord = 'no data';
  private sawId = false;
  private sawRecords = false;

  constructor(requestId: string, maxDataBytes: number) {
    this.requestId = requestId;
    this.maxDataBytes = maxDataBytes;
  }

  *push(chunk: Uint8Array): Generator<ScannedRecord> {
    let at = 0;
    while (at < chunk.length) {
      if (this.inText) {
        at = this.text(chunk, at);
        continue;
      }
      const byte = chunk[at++] as number;
      if (isWordByte(byte)) {
        this.addToWord(byte);
        continue;
      }
      this.endWord();
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      if (this.symbol(byte)) yield this.data;
    }
  }

  end(): void {
    this.endWord();
    if (this.awaited !== 'nothing' || this.inText) throw unreadable('the body ended early');
    if (!this.sawId) throw unreadable('came no `requestId`');
    if (!this.sawRecords) throw unreadable('came no `records`');
  }

  private get depth(): number {
    return this.open.length;
  }

  /** Is the value that begins now the list of records, one of them, or the data of one? */
  private get isRecords(): boolean {
    return this.depth === 1 && this.names[1] === 'records';
  }
  private get isRecord(): boolean {
    return this.depth === 2 && this.names[1] === 'records';
  }
  private get isData(): boolean {
    return this.depth === 3 && this.names[1] === 'records' && this.names[3] === 'data';
  }

  /** True when a record ends with it. */
  private symbol(byte: number): boolean {
    if (byte === quote) this.beginText();
    else if (byte === openBrace || byte === openBracket) this.begin(byte);
    else if (byte === closeBrace || byte === closeBracket) return this.close(byte);
    else if (byte === colon && this.awaited === ':') this.awaited = 'value';
    else if (byte === comma && this.awaited === ', or end') {
      this.awaited = this.open[this.depth - 1] === openBrace ? 'name' : 'value';
    } else throw unreadable('came something else');
    return false;
  }

  private begin(byte: number): void {
    this.beginValue(byte);
    if (this.isRecord) this.data = 'no data';
    if (this.depth === deepest) throw unreadable('came deeper nesting');
    this.open.push(byte);
    this.awaited = byte === openBrace ? 'name or }' : 'value or ]';
  }

  /** A value stands where one may stand, and of the kind that is read there. */
  private beginValue(byte: number): void {
    if (this.awaited !== 'value' && this.awaited !== 'value or ]') throw unreadable('came something else');
    if (this.depth === 0 && byte !== openBrace) throw unreadable('came another value');
    if (this.isRecords) {
      if (byte !== openBracket) throw unreadable('`records` is no list');
      this.sawRecords = true;
    }
    if (this.isRecord && byte !== openBrace) throw unreadable('one of `records` is no object');
  }

  private close(byte: number): boolean {
    const isObject = byte === closeBrace;
    const fits = this.awaited === ', or end' || this.awaited === (isObject ? 'name or }' : 'value or ]');
    if (!fits || this.open.pop() !== (isObject ? openBrace : openBracket)) throw unreadable('came something else');
    this.names.length = Math.min(this.names.length, this.depth + 1);
    this.awaited = this.depth === 0 ? 'nothing' : ', or end';
    return isObject && this.isRecord;
  }

  private beginText(): void {
    if (this.awaited !== 'name' && this.awaited !== 'name or }') this.beginValue(quote);
    this.inText = true;
    this.hasEscapes = false;
    this.parts = [];
    this.textBytes = 0;
  }

  /** Reads on in a text; the offset behind what it took. */
  private text(chunk: Uint8Array, from: number): number {
    let at = from;
    if (this.escaped) {
      at++;
      this.escaped = false;
    }
    const close = chunk.indexOf(quote, at);
    let end = close < 0 ? chunk.length : close;
    for (let slash = chunk.subarray(at, end).indexOf(backslash); slash >= 0; ) {
      this.hasEscapes = true;
      at += slash + 2;
      if (at > end) {
        // The quote was escaped, or the chunk ends behind the backslash.
        this.escaped = at > chunk.length;
        at = Math.min(at, chunk.length);
        const next = chunk.indexOf(quote, at);
        end = next < 0 ? chunk.length : next;
      }
      slash = chunk.subarray(at, end).indexOf(backslash);
    }
    this.hold(chunk.subarray(from, end));
    if (end === chunk.length) return end;
    this.endText();
    return end + 1;
  }

  private hold(bytes: Uint8Array): void {
    this.textBytes += bytes.length;
    if (this.textBytes > (this.isData ? this.maxDataBytes : maxTextBytes)) this.parts = [];
    // The chunk may be used again before the text ends.
    else this.parts.push(bytes.slice());
  }

  private endText(): void {
    this.inText = false;
    const { isData, depth } = this;
    const tooLarge = this.textBytes > (isData ? this.maxDataBytes : maxTextBytes);
    const bytes = this.parts.length === 1 ? (this.parts[0] as Uint8Array) : Buffer.concat(this.parts);
    this.parts = [];
    if (this.awaited === 'name' || this.awaited === 'name or }') {
      this.names[depth] = tooLarge ? '' : this.plain(bytes).toString('utf8');
      this.awaited = ':';
      return;
    }
    this.awaited = ', or end';
    if (isData) this.data = tooLarge ? 'too large' : this.plain(bytes);
    if (depth === 1 && this.names[1] === 'requestId') {
      this.sawId = true;
      if (tooLarge || this.plain(bytes).toString('utf8') !== this.requestId) {
        throw unreadable('`requestId` differs from the header X-Amz-Firehose-Request-Id');
      }
    }
  }

  /** Without escapes: JSON may write `/` as `\/`. */
  private plain(bytes: Uint8Array): Buffer {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (!this.hasEscapes) return buffer;
    try {
      return Buffer.from(JSON.parse(`"${buffer.toString('utf8')}"`) as string, 'utf8');
    } catch {
      throw unreadable('came a text with an unknown escape');
    }
  }

  private addToWord(byte: number): void {
    if (this.word === '') this.beginValue(byte);
    this.word += String.fromCharCode(byte);
    if (this.word.length > 64) throw unreadable('came a number of many digits');
  }

  private endWord(): void {
    const { word } = this;
    if (word === '') return;
    this.word = '';
    if (!/^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(word)) throw unreadable('came another word');
    this.awaited = ', or end';
  }
}

/** Letters, digits and `+`, `-`, `.`: what numbers and the words of JSON are made of. */
const isWordByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x2b ||
  byte === 0x45;

const unreadable = (came: string): ApiError =>
  new ApiError('body_invalid', `Expected {"requestId":…,"timestamp":…,"records":[{"data":…},…]} as JSON, ${came}.`);
