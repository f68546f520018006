import type { Origin } from './origin.js';
import type { Session } from './session.js';

interface AwaitedBody {
  length: number | null;
  isJson: boolean;
}

interface OpenRecord {
  readonly kind: 'execution' | 'block';
  readonly origin: Origin;
  readonly parts: string[];
  length: number;
  /** Blank lines seen since the last part; they count only if more follows. */
  blanks: number;
  /** Parts whose braces are already in `depth`. */
  measured: number;
  depth: number;
  overflowed: boolean;
  /** What the headers of the last exchange say of its body; null when none is awaited. */
  awaited: AwaitedBody | null;
}

/**
 * Plain lines to entries. An execution line takes the lines after it that start nothing new (a pretty-printed body);
 * an access line stands alone; everything else gathers into a block: a pasted exchange with its headers, blank line
 * and body, or prose. The caller decides what a line is; here it is decided where a record ends.
 */
export class Segmenter {
  private readonly session: Session;
  private open: OpenRecord | null = null;

  constructor(session: Session) {
    this.session = session;
  }

  get isOpen(): boolean {
    return this.open !== null;
  }

  execution(text: string, origin: Origin): void {
    this.close();
    this.begin('execution', text, origin);
  }

  /** A record that is complete with this text. */
  whole(text: string, origin: Origin): void {
    this.close();
    this.session.entry(text, origin);
  }

  /** A further exchange stays in the block: its headers may belong to the same transcript. */
  exchange(text: string, origin: Origin): void {
    const { open } = this;
    const goesOn = open?.kind === 'block';
    if (goesOn && open.awaited !== null && open.blanks === 0 && !statusLine.test(text.slice(0, 40))) {
      this.append(open, text, origin); // every line of a transcript has its mark
      return;
    }
    if (goesOn) this.append(open, text, origin);
    else {
      this.close();
      this.begin('block', text, origin);
    }
    if (this.open !== null) this.open.awaited = { length: null, isJson: false };
  }

  /** Lines that start nothing. */
  text(text: string, origin: Origin): void {
    const { open } = this;
    if (open !== null && open.blanks > 0) open.awaited = null; // this is the body
    if (open && (open.kind === 'block' || open.blanks === 0 || this.insideValue(text))) this.append(open, text, origin);
    else {
      this.close();
      this.begin('block', text, origin);
    }
  }

  /**
   * Is this JSON the body of the exchange that stands before it? Its length tells, or else, behind the blank line after
   * the headers, a header that announces JSON. A backend's error body may look like an access-log line.
   */
  isBody(json: string): boolean {
    const { open } = this;
    if (!open?.awaited) return false;
    const { length, isJson } = open.awaited;
    return length === null ? isJson && open.blanks > 0 : Math.abs(utf8Length(json) - length) <= 1;
  }

  blank(): void {
    if (this.open) this.open.blanks++;
  }

  /** Does this line belong to the pretty-printed value of the open execution line? Its braces are open and it is indented or closes one. */
  insideValue(text: string): boolean {
    const { open } = this;
    if (open?.kind !== 'execution') return false;
    const first = text.charCodeAt(0);
    if (first !== 0x20 && first !== 0x09 && first !== 0x7d && first !== 0x5d) return false;
    while (open.measured < open.parts.length) {
      const part = open.parts[open.measured++] as string;
      // AWS cuts values at 1024 characters; a cut value is over, its braces never close.
      open.depth = part.trimEnd().endsWith('[TRUNCATED]') ? 0 : Math.max(0, open.depth + braceBalance(part));
    }
    return open.depth > 0;
  }

  closeExecution(): void {
    if (this.open?.kind === 'execution') this.close();
  }

  close(): void {
    const { open } = this;
    if (!open) return;
    this.open = null;
    this.session.entry(open.parts.join('\n'), open.origin);
  }

  private begin(kind: OpenRecord['kind'], text: string, origin: Origin): void {
    this.open = {
      kind,
      origin,
      parts: [],
      length: 0,
      blanks: 0,
      measured: 0,
      depth: 0,
      overflowed: false,
      awaited: null,
    };
    this.append(this.open, text, origin);
  }

  private append(open: OpenRecord, text: string, origin: Origin): void {
    const { recordBytes } = this.session.limits;
    const length = open.length + open.blanks + text.length + 1;
    if (length > recordBytes && open.parts.length > 0) {
      this.overflow(open, text, origin);
      return;
    }
    for (; open.blanks > 0; open.blanks--) open.parts.push('');
    open.parts.push(text);
    open.length = length;
    if (open.awaited !== null) readHeader(text, open.awaited);
  }

  private overflow(open: OpenRecord, text: string, origin: Origin): void {
    if (open.kind === 'block') {
      // Nobody said that a block is one thing: what comes next is a block of its own.
      this.close();
      this.begin('block', text, origin);
      return;
    }
    if (open.overflowed) return;
    open.overflowed = true;
    this.session.reject(
      open.origin.line,
      'record_too_large',
      `Expected an execution-log value of at most ${this.session.limits.recordBytes} bytes, more came; the rest of this record was left out.`,
    );
  }
}

// `HTTP/2 403`, `< HTTP/1.1 403 Forbidden`
const statusLine = /^[<\s]{0,8}HTTP\//;
// `content-length: 42`, `< Content-Length: 42`
const contentLength = /^[<\s]{0,8}content-length:[ \t]{0,8}(\d{1,9})/i;
// `content-type: application/problem+json`
const jsonType = /^[<\s]{0,8}content-type:[ \t]{0,8}[\w.+/-]{0,40}json/i;

function readHeader(line: string, awaited: AwaitedBody): void {
  const head = line.slice(0, 96);
  const length = contentLength.exec(head)?.[1];
  if (length !== undefined) awaited.length = Number(length);
  if (jsonType.test(head)) awaited.isJson = true;
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Opened minus closed braces and brackets outside strings; a string never goes over a line's end. */
function braceBalance(text: string): number {
  let balance = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x7b || c === 0x5b) balance++;
    else if (c === 0x7d || c === 0x5d) balance--;
  }
  return balance;
}
