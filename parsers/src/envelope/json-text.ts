import { type JsonObject, type JsonValue, type LenientJson, parseLenientJson } from '../text/lenient-json.js';
import { JsonDocument } from './json-document.js';
import { deepest, JsonScanner } from './json-scanner.js';
import type { Origin } from './origin.js';
import type { Session } from './session.js';

const openBrace = 0x7b;
const openBracket = 0x5b;
const quote = 0x22;
/** Values of one line that are no strict JSON before the line is taken for something else. */
const mostBroken = 8;

/** What the reader of lines does with what was found to be JSON or not. */
export interface JsonTextOutput {
  /** False when the value is neither a record nor a wrapping. `text` is its spelling. */
  unwrap(value: JsonValue, text: string, origin: Origin): boolean;
  /** Lines that are no record: part of what people pasted. */
  text(text: string, origin: Origin): void;
  /** False when the line, which may look like JSON, is no access-log line either. */
  accessLine(text: string, origin: Origin): boolean;
  /** What follows a record on its line. */
  route(text: string, origin: Origin): void;
  /** Does this line begin a record that is no JSON? */
  startsAnother(text: string): boolean;
}

/** JSON in the lines of a text: one value a line, several (`{…}{…}`), or one over many lines. */
export class JsonText {
  private readonly session: Session;
  private readonly output: JsonTextOutput;
  private document: JsonDocument | null = null;

  constructor(session: Session, output: JsonTextOutput) {
    this.session = session;
    this.output = output;
  }

  /** A value goes on over the next lines. */
  get isOpen(): boolean {
    return this.document !== null;
  }

  /** Reads the values that begin with this text; the last may go on over the next lines. */
  begin(text: string, origin: Origin): void {
    // Nearly every line of JSON is one whole value.
    const trimmed = text.trim();
    const last = trimmed.charCodeAt(trimmed.length - 1);
    const closed = last === 0x7d || last === 0x5d;
    if (closed && !isVastAndDeep(trimmed)) {
      const value = parseStrictJson(trimmed);
      if (value !== undefined && !(trimmed.length >= shallowBelow && nestsTooDeep(value))) {
        if (this.output.unwrap(value, trimmed, origin) || this.output.accessLine(trimmed, origin)) return;
        this.output.text(text, origin);
        return;
      }
    }
    if (closed && !areSeveral(trimmed)) {
      if (this.unescaped(trimmed, origin) || this.output.accessLine(trimmed, origin)) return;
    }
    this.values(text, origin, closed ? trimmed.length : 0);
  }

  /** False when no value is open or this line cannot belong to it; the value is then handed out as it is. */
  line(text: string, origin: Origin): boolean {
    const { document } = this;
    if (document === null) return false;
    const first = text.search(/\S/);
    const c = first < 0 ? 0 : text.charCodeAt(first);
    const isBrace = c === openBrace || c === openBracket;
    const inJson = first < 0 || c === quote || c === 0x7d || c === 0x5d;
    if (isBrace ? !document.admits(c) : !inJson && this.output.startsAnother(text.slice(first))) {
      this.end();
      return false;
    }
    const end = document.add(text);
    if (document.tooDeep) {
      this.document = null;
      this.tooDeep(document.text(), document.origin);
    } else if (end >= 0) {
      const taken = this.end();
      const after = afterValue(text.slice(end));
      if (after !== '' && taken) this.output.route(after, origin);
      else if (after !== '') this.output.text(after, origin);
    }
    return true;
  }

  /** Hands out the open value, whole or cut off. True when it was a record or a wrapping. */
  end(): boolean {
    const { document } = this;
    if (document === null) return false;
    this.document = null;
    if (document.overflow !== null) {
      const { recordBytes, payloadBytes } = this.session.limits;
      const limit = document.overflow === 'payload_too_large' ? payloadBytes : recordBytes;
      const detail = `Expected a JSON value of at most ${limit} bytes, a larger one came; it was left out: split it into lines.`;
      this.session.reject(document.origin.line, document.overflow, detail);
      return true;
    }
    const text = document.text();
    const value = (document.complete ? parseStrictJson(text) : undefined) ?? parseTolerantly(text)?.value;
    if (value !== undefined && this.output.unwrap(value, text.trim(), document.origin)) return true;
    this.output.text(text, document.origin);
    return false;
  }

  /** `notStrict`: length of a text that has already been tried in vain. */
  private values(text: string, origin: Origin, notStrict: number): void {
    let rest = text;
    let broken = 0;
    for (;;) {
      const scanner = new JsonScanner();
      const end = scanner.feed(rest);
      if (scanner.tooDeep) {
        this.tooDeep(rest, origin);
        return;
      }
      if (end < 0) {
        this.document = new JsonDocument(scanner, rest, origin, this.session.limits);
        return;
      }
      const piece = rest.slice(0, end);
      const after = afterValue(rest.slice(end));
      const strict = end === notStrict ? undefined : parseStrictJson(piece);
      if (strict === undefined) broken++;
      const value = strict ?? parseTolerantly(piece)?.value;
      const taken = value !== undefined && this.output.unwrap(value, piece.trimStart(), origin);
      if (!beginsJson(after, 0) || (!taken && broken > mostBroken)) {
        if (!taken) this.output.text(rest, origin);
        else if (after !== '') this.output.route(after, origin);
        return;
      }
      if (!taken) this.output.text(piece, origin);
      rest = after;
    }
  }

  /** Quotes that a logger did not escape: `{"message":"no "key" sent","status":"403"}`. */
  private unescaped(text: string, origin: Origin): boolean {
    const found = parseTolerantly(text);
    if (found === null || !found.complete || found.end <= text.length) return false;
    return this.output.unwrap(found.value, text, origin);
  }

  private tooDeep(text: string, origin: Origin): void {
    const detail = 'Expected JSON as logs have it, deeper nesting came; it was read as plain text.';
    this.session.rejectOnce(origin.line, 'nested_too_deep', detail);
    this.output.text(text, origin);
  }
}

/** `{"…`, `{}`, `{` at a line's end, `[{`, `["`: but not `{id=hello}` and `[INFO]`. */
export function beginsJson(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (c !== openBrace && c !== openBracket) return false;
  const next = text
    .slice(at + 1, at + 257)
    .trimStart()
    .charCodeAt(0);
  if (Number.isNaN(next) || next === quote) return true;
  if (c === openBrace) return next === 0x7d;
  return next === openBrace || next === openBracket || next === 0x5d;
}

/** `{…}{…}`: a strict object and the next; a template of free text would take all of them for one line. */
function areSeveral(text: string): boolean {
  const end = new JsonScanner().feed(text);
  if (end < 0 || end === text.length || !beginsJson(afterValue(text.slice(end, end + 320)), 0)) return false;
  return parseStrictJson(text.slice(0, end)) !== undefined;
}

/** Strict JSON, undefined when it is none. */
export function parseStrictJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** JSON that is known not to be strict. Without a quote there is no member to read. */
const parseTolerantly = (text: string): LenientJson | null =>
  text.includes('"') ? parseLenientJson(` ${text}`, 1) : null;

/** Commas stand between the elements of an array whose brackets were not copied. */
const afterValue = (text: string): string => text.replace(/^[\s,]{1,64}/, '');

/** Only a longer line can nest so deeply that walking its value would overflow a stack. */
const shallowBelow = 4096;
/** What is nested deeply takes many times its text as a value: of longer lines the text is looked at first. */
const vastFrom = 2 * 1024 * 1024;

function isVastAndDeep(text: string): boolean {
  if (text.length < vastFrom) return false;
  const scanner = new JsonScanner();
  scanner.feed(text);
  return scanner.tooDeep;
}

/** As JsonScanner has it. */
function nestsTooDeep(value: JsonValue): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    const inside: JsonValue[] = [];
    for (const each of level) {
      for (const child of Array.isArray(each) ? each : Object.values(each as JsonObject)) {
        if (typeof child === 'object' && child !== null) inside.push(child);
      }
    }
    level = inside;
  }
  return false;
}
