import type { RejectReason } from '../model/result.js';
import { isJsonObject, type JsonValue } from '../text/lenient-json.js';
import { decodeBase64, looksLikeBase64Gzip } from './base64.js';
import { parseStrictJson } from './json-text.js';
import { splitTime } from './line-prefix.js';
import { type Origin, refineOrigin } from './origin.js';
import { looseWrappings, shapedWrappings } from './registry.js';
import type { Session } from './session.js';
import type { JsonWrapping, WrappingSink } from './wrapping.js';

/** Where unwrapped things go: the reader of the level that found them. */
export interface UnwrapperOutput {
  event(text: string, origin: Origin): void;
  /** Text or bytes of the next level. */
  lines(text: string, origin: Origin, level: number): void;
  bytes(bytes: Uint8Array, origin: Origin, level: number): void;
}

/** Takes JSON values apart until log records are left, at most `limits.nesting` wrappings deep. */
export class Unwrapper {
  private readonly session: Session;
  private readonly output: UnwrapperOutput;

  constructor(session: Session, output: UnwrapperOutput) {
    this.session = session;
    this.output = output;
  }

  /** False, and nothing handed out, when the value is neither a record nor a wrapping of one. `text` is its spelling. */
  unwrap(value: JsonValue, text: string, origin: Origin, level: number): boolean {
    if (level > this.session.limits.nesting) {
      this.tooDeep(origin);
      return true;
    }
    const sink = this.sink(origin, level);
    for (const wrapping of shapedWrappings) if (wrapping.unwrap(value, sink)) return true;
    if (isJsonObject(value) && this.session.options.isJsonRecord(value)) {
      this.output.event(text, origin);
      return true;
    }
    for (const wrapping of looseWrappings) if (wrapping.unwrap(value, sink)) return true;
    return false;
  }

  sink(origin: Origin, level: number): WrappingSink {
    return new LevelSink(this, origin, level);
  }

  event(text: string, origin: Origin): void {
    this.output.event(text, origin);
  }

  lines(text: string, origin: Origin, level: number): void {
    if (level > this.session.limits.nesting) this.tooDeep(origin);
    else this.output.lines(text, origin, level);
  }

  reject(origin: Origin, reason: RejectReason, detail: string): void {
    this.session.reject(origin.line, reason, detail);
  }

  json(value: JsonValue, origin: Origin, level: number): void {
    const text = spell(value);
    if (text === null) this.tooDeep(origin);
    else if (!this.unwrap(value, text, origin, level)) this.output.event(text, origin);
  }

  base64(data: string, origin: Origin, level: number): void {
    if (data === '') return; // Firehose may send empty records
    const { payloadBytes } = this.session.limits;
    if (data.length > Math.ceil((payloadBytes * 4) / 3) + 4) {
      const detail = `Expected a payload of at most ${payloadBytes} bytes, a larger one came; it was left out.`;
      this.session.reject(origin.line, 'payload_too_large', detail);
      return;
    }
    const bytes = decodeBase64(data);
    if (bytes === null) {
      const detail =
        'Expected base64, other characters or a cut-off end came; the payload was left out: copy it whole.';
      this.session.reject(origin.line, 'corrupt_base64', detail);
    } else if (level > this.session.limits.nesting) this.tooDeep(origin);
    else this.output.bytes(bytes, origin, level);
  }

  /** Does a text begin as a log record, or is it a wrapping of one? Nothing is handed out. */
  isRecord(text: string, level: number): boolean {
    const end = text.indexOf('\n');
    const line = (end < 0 ? text : text.slice(0, end)).trim();
    if (line.startsWith('{') || line.startsWith('[{')) {
      const value = parseStrictJson(text);
      if (value !== undefined) return this.isJsonRecord(value, level);
    }
    if (looksLikeBase64Gzip(line)) return true;
    const start = this.session.options.isRecordStart(splitTime(line)?.rest || line);
    return start === 'execution' || start === 'access';
  }

  isJsonRecord(value: JsonValue, level: number): boolean {
    if (level >= this.session.limits.nesting) return false;
    if (isJsonObject(value) && this.session.options.isJsonRecord(value)) return true;
    const probe = new Probe(this, level + 1);
    const claims = (wrapping: JsonWrapping) => wrapping.unwrap(value, probe);
    return shapedWrappings.some(claims) || looseWrappings.some(claims);
  }

  private tooDeep(origin: Origin): void {
    this.session.rejectOnce(
      origin.line,
      'nested_too_deep',
      `Expected at most ${this.session.limits.nesting} wrappings inside each other, more came; what they hold was left out.`,
    );
  }
}

/** A sink that takes nothing: asks a wrapping only whether it claims a value. */
class Probe implements WrappingSink {
  protected readonly unwrapper: Unwrapper;
  protected readonly level: number;

  constructor(unwrapper: Unwrapper, level: number) {
    this.unwrapper = unwrapper;
    this.level = level;
  }

  event(_text: string, _told: Partial<Origin>): void {}
  lines(_text: string, _told: Partial<Origin>): void {}
  json(_value: JsonValue, _told: Partial<Origin>): void {}
  base64(_data: string, _told: Partial<Origin>): void {}
  reject(_reason: RejectReason, _detail: string): void {}

  isRecord(text: string): boolean {
    return this.unwrapper.isRecord(text, this.level);
  }

  isJsonRecord(value: JsonValue): boolean {
    return this.unwrapper.isJsonRecord(value, this.level);
  }
}

/** The sink of one value on one level: adds what the wrappings around it told. */
class LevelSink extends Probe {
  private readonly origin: Origin;

  constructor(unwrapper: Unwrapper, origin: Origin, level: number) {
    super(unwrapper, level);
    this.origin = origin;
  }

  override event(text: string, told: Partial<Origin>): void {
    this.unwrapper.event(text, refineOrigin(this.origin, told));
  }

  override lines(text: string, told: Partial<Origin>): void {
    this.unwrapper.lines(text, refineOrigin(this.origin, told), this.level + 1);
  }

  override json(value: JsonValue, told: Partial<Origin>): void {
    this.unwrapper.json(value, refineOrigin(this.origin, told), this.level + 1);
  }

  override base64(data: string, told: Partial<Origin>): void {
    this.unwrapper.base64(data, refineOrigin(this.origin, told), this.level + 1);
  }

  override reject(reason: RejectReason, detail: string): void {
    this.unwrapper.reject(this.origin, reason, detail);
  }
}

/** null when the value is nested so deeply that it cannot be written. */
function spell(value: JsonValue): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}
