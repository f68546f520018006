import type { JsonValue } from '../text/lenient-json.js';
import { looksLikeBase64Gzip } from './base64.js';
import { CsvTable, csvLayoutOf } from './csv-table.js';
import { stringEnd } from './json-scanner.js';
import { beginsJson, JsonText, parseStrictJson } from './json-text.js';
import { splitPrefix, splitTime, stripColours } from './line-prefix.js';
import { type Origin, refineOrigin } from './origin.js';
import { Segmenter } from './segmenter.js';
import type { RecordStart, Session } from './session.js';
import { isTestInvokeLog, putTestInvokeLog } from './test-invoke-output.js';
import { Unwrapper } from './unwrapper.js';

const quote = 0x22;
const deepestRest = 32;

export interface TextReaderOptions {
  readonly session: Session;
  /** How many wrappings are around this text. */
  readonly level: number;
  readonly origin: Origin;
  /** True for the input's own lines, false for lines inside a payload, which count as the payload's line. */
  readonly countsLines: boolean;
  readBytes(bytes: Uint8Array, origin: Origin, level: number): void;
}

/** A blank or tab in front, `}`, `]`: the next line of a value that is printed over several. */
const mayContinue = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x7d || byte === 0x5d;

/** Base64 of gzip, possibly wrapped at a column by the tool that wrote it. */
interface Base64Blob {
  readonly parts: string[];
  readonly origin: Origin;
  length: number;
}

/**
 * Lines of text to records: decides of each line whether it is JSON, a row of a CSV export, base64, a line with a
 * prefix that a tool put before it, or plain. Plain lines go to the segmenter.
 */
export class TextReader {
  private readonly options: TextReaderOptions;
  private readonly session: Session;
  private readonly segmenter: Segmenter;
  private readonly unwrapper: Unwrapper;
  private readonly json: JsonText;
  private table: CsvTable | null = null;
  private blob: Base64Blob | null = null;
  private restDepth = 0;
  /** A record had a time before it: here every line with a time is an event, known or not. */
  private timestamped = false;
  /** A time on a line of its own: it belongs to the record after it, if one follows. */
  private pendingTime: { readonly timeMs: number; readonly text: string; readonly origin: Origin } | null = null;

  constructor(options: TextReaderOptions) {
    this.options = options;
    this.session = options.session;
    this.segmenter = new Segmenter(options.session);
    this.json = new JsonText(options.session, {
      unwrap: (value, text, origin) => this.unwrap(value, text, origin),
      text: (text, origin) => this.text(text, origin),
      route: (text, origin) => this.routeRest(text, origin),
      accessLine: (text, origin) => {
        if (this.startOf(text) !== 'access') return false;
        this.segmenter.whole(text, this.timed(origin));
        return true;
      },
      startsAnother: (text) => (splitTime(text)?.rest ?? '') !== '' || this.startOf(text) !== null,
    });
    this.unwrapper = new Unwrapper(options.session, {
      event: (text, origin) => {
        if (text.trim() !== '') this.segmenter.whole(text.endsWith('\n') ? text.slice(0, -1) : text, origin);
      },
      lines: (text, origin, level) => {
        this.segmenter.close();
        const inner = new TextReader({ ...options, level, origin, countsLines: false });
        for (const line of text.split('\n')) inner.line(line.endsWith('\r') ? line.slice(0, -1) : line, origin.line);
        inner.end();
      },
      bytes: (bytes, origin, level) => {
        this.segmenter.close();
        options.readBytes(bytes, origin, level);
      },
    });
  }

  /** Without its newline. */
  line(raw: string, number: number): void {
    const text = stripColours(raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw);
    const origin = this.options.countsLines ? { ...this.options.origin, line: number } : this.options.origin;
    if (this.table !== null && this.tableLine(this.table, text, origin)) return;
    if (this.blob !== null && this.blobLine(this.blob, text)) return;
    if (!this.json.line(text, origin)) this.route(text, origin);
  }

  /** True when a line that begins with this byte belongs, or may belong, to what the lines before began. */
  goesOn(firstByte: number): boolean {
    if (this.json.isOpen || this.table !== null || this.blob !== null || this.pendingTime !== null) return true;
    return mayContinue(firstByte) && this.segmenter.isOpen;
  }

  /** Something that is read elsewhere stands between the line before and the next. */
  interrupt(): void {
    this.flushPendingTime();
    this.segmenter.close();
  }

  end(): void {
    this.json.end();
    if (this.blob !== null) this.finishBlob(this.blob);
    if (this.table?.pending) this.rejectOpenRow(this.table, 'the input ended');
    this.table = null;
    this.flushPendingTime();
    this.segmenter.close();
  }

  private route(text: string, origin: Origin): void {
    const first = text.search(/\S/);
    if (first < 0) this.segmenter.blank();
    else if (this.segmenter.insideValue(text) && this.startOf(text) !== 'execution') this.segmenter.text(text, origin);
    else if (beginsJson(text, first)) this.json.begin(text, origin);
    else if (text.charCodeAt(first) === quote && this.quoted(text.slice(first), origin)) return;
    else if (looksLikeBase64Gzip(text)) {
      this.segmenter.close();
      this.blob = { parts: [text.trimEnd()], origin, length: text.length };
    } else if (!this.csvHeader(text) && !this.prefixed(text, origin)) this.plain(text, origin);
  }

  /** What follows a record on its line may be another with a prefix, and so on: bounded, since each stands on the stack. */
  private routeRest(text: string, origin: Origin): void {
    if (this.restDepth === deepestRest) {
      this.text(text, origin);
      return;
    }
    this.restDepth++;
    this.route(text, origin);
    this.restDepth--;
  }

  private csvHeader(text: string): boolean {
    const layout = csvLayoutOf(text);
    if (layout === null) return false;
    this.flushPendingTime();
    this.segmenter.close();
    this.table = new CsvTable(layout, this.session.limits.recordBytes);
    return true;
  }

  private startOf(text: string): RecordStart {
    return this.session.options.isRecordStart(text.trim());
  }

  private plain(text: string, origin: Origin): void {
    const start = this.startOf(text);
    if (start === 'execution') this.segmenter.execution(text, this.timed(origin));
    else if (start === 'access') this.segmenter.whole(text, this.timed(origin));
    else if (start === 'exchange') {
      this.flushPendingTime();
      this.segmenter.exchange(text, origin);
    } else if (!this.recordAtEnd(text, origin)) this.text(text, origin);
  }

  private text(text: string, origin: Origin): void {
    this.flushPendingTime();
    this.segmenter.text(text, origin);
  }

  /** `2026-06-15T05:12:46.233000+00:00 92c02ceb545bea4a4168cb5696970e73 {"requestId":…`: what tools put before a message. */
  private prefixed(text: string, origin: Origin): boolean {
    const found = splitPrefix(text.trim(), (rest) => this.begins(rest));
    if (found === null) return false;
    const { rest, told } = found;
    const refined = refineOrigin(origin, told);
    if (rest === '') {
      if (told.timeMs == null) return false;
      this.flushPendingTime();
      this.segmenter.closeExecution();
      this.pendingTime = { timeMs: told.timeMs, text, origin };
      return true;
    }
    if (!this.begins(rest)) {
      // Another event all the same: what stood open has ended.
      this.segmenter.closeExecution();
      if (!this.timestamped) return false;
      this.segmenter.execution(rest, refined);
      return true;
    }
    if (told.timeMs != null) this.timestamped = true;
    if (beginsJson(rest, 0)) this.json.begin(rest, refined);
    else this.plain(rest, refined);
    return true;
  }

  private begins(rest: string): boolean {
    return beginsJson(rest, 0) || this.startOf(rest) !== null;
  }

  /** A record behind a prefix that nobody knows, e.g. `web-1 | INFO {"requestId":"…","status":"403"}`. */
  private recordAtEnd(text: string, origin: Origin): boolean {
    const at = text.slice(0, 256).indexOf('{"');
    if (at <= 0 || !text.trimEnd().endsWith('}')) return false;
    const json = text.slice(at).trimEnd();
    const value = json.length <= this.session.limits.recordBytes ? parseStrictJson(json) : undefined;
    return value !== undefined && this.unwrap(value, json, origin);
  }

  private unwrap(value: JsonValue, text: string, origin: Origin): boolean {
    if (this.segmenter.isBody(text)) return false;
    const taken = this.unwrapper.unwrap(value, text, this.peekTimed(origin), this.options.level);
    if (taken) this.pendingTime = null;
    return taken;
  }

  /** `"Execution log for request …\n…"`: a whole log as one string, bare or as the member it was copied with. */
  private quoted(text: string, origin: Origin): boolean {
    const member = /^"(?:log|message|@message|msg|data)"\s{0,8}:\s{0,8}(?=")/.exec(text.slice(0, 64));
    const from = member ? member[0].length : 0;
    const end = stringEnd(text, from) + 1;
    if (end - from < 3 || text.charCodeAt(end - 1) !== quote || !/^[\s,}\]]{0,16}$/.test(text.slice(end, end + 17)))
      return false;
    const value = parseStrictJson(text.slice(from, end));
    const sink = this.unwrapper.sink(this.peekTimed(origin), this.options.level);
    if (typeof value !== 'string' || (!isTestInvokeLog(value) && !sink.isRecord(value))) return false;
    this.pendingTime = null;
    if (isTestInvokeLog(value)) putTestInvokeLog(value, null, sink);
    else if (looksLikeBase64Gzip(value)) sink.base64(value.trim(), {});
    else sink.lines(value, {});
    return true;
  }

  private tableLine(table: CsvTable, text: string, origin: Origin): boolean {
    const open = table.pending;
    if (table.add(text, origin.line, this.unwrapper.sink(origin, this.options.level))) return true;
    // This line closed a field of a row before it and fits no row: it is a line of its own, and that row never ended.
    if (open) this.rejectOpenRow(table, 'other lines came');
    this.table = null;
    return false;
  }

  private rejectOpenRow(table: CsvTable, came: string): void {
    const detail = `Expected the closing quote of a CSV field, ${came}; the row was left out: export it again.`;
    this.session.reject(table.rowLine, 'truncated', detail);
  }

  private blobLine(blob: Base64Blob, text: string): boolean {
    const line = text.trim();
    const width = (blob.parts[0] as string).length;
    const previous = blob.parts[blob.parts.length - 1] as string;
    const goesOn = previous.length === width && line.length <= width && !line.startsWith('H4sI');
    if (goesOn && /^[\w+/-]+={0,2}$/.test(line) && blob.length <= this.session.limits.payloadBytes * 2) {
      blob.parts.push(line);
      blob.length += line.length;
      return true;
    }
    this.finishBlob(blob);
    return false;
  }

  private finishBlob(blob: Base64Blob): void {
    this.blob = null;
    this.unwrapper.sink(this.timed(blob.origin), this.options.level).base64(blob.parts.join(''), {});
  }

  /** The origin with the time of the line before, which is used up by it. */
  private timed(origin: Origin): Origin {
    const timed = this.peekTimed(origin);
    this.pendingTime = null;
    return timed;
  }

  private peekTimed(origin: Origin): Origin {
    const { pendingTime } = this;
    return pendingTime === null || origin.timeMs !== null ? origin : { ...origin, timeMs: pendingTime.timeMs };
  }

  private flushPendingTime(): void {
    const { pendingTime } = this;
    if (pendingTime === null) return;
    this.pendingTime = null;
    this.segmenter.text(pendingTime.text, pendingTime.origin);
  }
}
