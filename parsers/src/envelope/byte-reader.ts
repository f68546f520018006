import { createGunzip, type Gunzip, isGzip } from './gzip.js';
import type { Origin } from './origin.js';
import { ScannedText } from './scanned-text.js';
import type { Session } from './session.js';
import { TextLineSplitter } from './text-line-splitter.js';
import { TextReader } from './text-reader.js';

interface Decoder {
  push(bytes: Uint8Array): void;
  end(): void;
}

/** Where bytes stand: how many wrappings are around them, and whether they are the input itself or a payload in one of its lines. */
interface Place {
  readonly level: number;
  readonly isPayload: boolean;
  readonly origin: Origin;
}

/** Bytes of any level: looks at the first three and goes on as gzip, UTF-16 or text. */
export class ByteReader implements Decoder {
  private readonly session: Session;
  private readonly place: Place;
  private decoder: Decoder | null = null;
  private readonly head = new Uint8Array(3);
  private headLength = 0;

  constructor(session: Session, place: Place) {
    this.session = session;
    this.place = place;
  }

  push(bytes: Uint8Array): void {
    if (this.session.exhausted) return;
    let rest = bytes;
    if (this.decoder === null) {
      const count = Math.min(3 - this.headLength, bytes.length);
      this.head.set(bytes.subarray(0, count), this.headLength);
      this.headLength += count;
      if (this.headLength < 3) return;
      this.decoder = decoderFor(this.head, this.session, this.place);
      this.decoder.push(this.head);
      rest = bytes.subarray(count);
    }
    if (rest.length > 0) this.decoder.push(rest);
  }

  /** Is gzip inside? Its bytes are no text and would be counted by nobody. */
  get unpacks(): boolean {
    return this.decoder instanceof GzipDecoder;
  }

  end(): void {
    if (this.decoder === null) {
      const head = this.head.subarray(0, this.headLength);
      this.decoder = decoderFor(head, this.session, this.place);
      this.decoder.push(head);
    }
    this.decoder.end();
  }
}

function decoderFor(head: Uint8Array, session: Session, place: Place): Decoder {
  if (isGzip(head)) return new GzipDecoder(session, place);
  // What PowerShell writes when output is redirected into a file.
  if (head[0] === 0xff && head[1] === 0xfe) return transcode('utf-16le', textDecoder(session, place));
  if (head[0] === 0xfe && head[1] === 0xff) return transcode('utf-16be', textDecoder(session, place));
  return textDecoder(session, place);
}

function textDecoder(session: Session, place: Place): Decoder {
  const reader = new TextReader({
    session,
    level: place.level,
    origin: place.origin,
    countsLines: !place.isPayload,
    readBytes(bytes, origin, level) {
      const payload = new ByteReader(session, { level, origin, isPayload: true });
      payload.push(bytes);
      payload.end();
    },
  });
  const fixedLine = place.isPayload ? place.origin.line : null;
  const splitter = new TextLineSplitter(session, fixedLine, (text, line) => reader.line(text, line));
  const { openScanner } = session.options;
  if (openScanner !== undefined && !place.isPayload) {
    return new ScannedText(session, splitter, reader, (left) => openScanner(left));
  }
  return {
    push: (bytes) => splitter.push(bytes),
    end() {
      splitter.end();
      reader.end();
    },
  };
}

function transcode(label: string, next: Decoder): Decoder {
  const decoder = new TextDecoder(label);
  const encoder = new TextEncoder();
  return {
    push: (bytes) => next.push(encoder.encode(decoder.decode(bytes, { stream: true }))),
    end() {
      next.push(encoder.encode(decoder.decode()));
      next.end();
    },
  };
}

/** Unpacks into a reader of the next level, which may find gzip again. */
class GzipDecoder implements Decoder {
  private readonly session: Session;
  private readonly place: Place;
  private readonly gunzip: Gunzip;
  private readonly inner: ByteReader | null;
  private unpacked = 0;

  constructor(session: Session, place: Place) {
    this.session = session;
    this.place = place;
    const level = place.level + 1;
    this.inner = level > session.limits.nesting ? null : new ByteReader(session, { ...place, level });
    this.gunzip = createGunzip({
      onData: (bytes) => this.take(bytes),
      onDamage: (detail) => session.reject(place.isPayload ? place.origin.line : session.line, 'corrupt_gzip', detail),
    });
    if (this.inner === null) {
      const detail = `Expected at most ${session.limits.nesting} wrappings inside each other, more came; what they hold was left out.`;
      session.rejectOnce(place.origin.line, 'nested_too_deep', detail);
    }
  }

  push(bytes: Uint8Array): void {
    if (this.inner !== null && !this.session.exhausted) this.gunzip.push(bytes);
  }

  end(): void {
    if (this.inner === null) return;
    if (!this.session.exhausted) this.gunzip.end();
    this.inner.end();
  }

  private take(bytes: Uint8Array): boolean {
    const { session, place } = this;
    const { payloadBytes } = session.limits;
    this.unpacked += bytes.length;
    if (place.isPayload && this.unpacked > payloadBytes) {
      const detail = `Expected a payload of at most ${payloadBytes} bytes after unpacking, more came; what lies behind was not read.`;
      session.reject(place.origin.line, 'payload_too_large', detail);
      return false;
    }
    if (this.inner?.unpacks && !session.take(bytes.length, place.origin.line)) return false;
    this.inner?.push(bytes);
    return !session.exhausted;
  }
}
