import { type AccessBatch, type AccessLogTemplate, createAccessLogScanner } from '../access-log/index.js';
import type { LineOrdinals } from '../assemble/line-ordinals.js';
import { createLogReader, type LeftLines, type LineScanner } from '../envelope/index.js';
import { type Facts, type Limits, type LogEntry, plainEntry, type Reject, type RejectReason } from '../model/index.js';
import { EntryCounter } from './entry-counter.js';
import { createFeedFormats, type FeedFormats } from './feed-formats.js';

export interface Failure {
  readonly reason: RejectReason;
  readonly detail: string;
}

/** What becomes of a log feed. */
export interface FeedSink {
  /** Access lines that are no refusals, counted as bytes. */
  onCounts(batch: Pick<AccessBatch, 'counts' | 'firstMs' | 'newestMs'>): void;
  /** Access lines (refusals, and any that were read as text), WAF records, execution lines; several of one entry in a row. */
  onFacts(entry: LogEntry, facts: Exclude<Facts, { kind: 'response' }>): void;
  /** Text that no format reads. */
  onUnread(entry: LogEntry, failure: Failure): void;
  /** What the envelopes could not read. */
  onReject(reject: Reject): void;
}

export interface FeedReaderOptions {
  /** null: every line is auto-detected. */
  readonly template: AccessLogTemplate | null;
  /** Lines that do not have the template to the letter may have one of these. */
  readonly otherTemplates?: readonly AccessLogTemplate[];
  readonly limits: Limits;
  /** Lines without a time are not counted as bytes, but come as facts. */
  readonly needsTime: boolean;
  /** Passes over entries of a CloudWatch event that came before. */
  readonly ordinals: LineOrdinals;
  readonly sink: FeedSink;
}

const unrecognised: Failure = {
  reason: 'unrecognised',
  detail:
    "Expected an API Gateway access-log or execution-log line or a WAF record; this line is none of them. If it is an access log, give the stage's format.",
};

/**
 * Bytes of log feeds, cut anywhere, packed and wrapped in any way, to counts and facts. Lines that the template fits as a
 * whole are counted as bytes; only a possible refusal makes facts. All else goes through envelopes and formats.
 */
export class FeedReader {
  /** Lines seen, blank ones left out; several records inside one line count each. */
  lines = 0;
  private readonly options: FeedReaderOptions;
  private readonly feed: FeedFormats;
  private readonly counter: EntryCounter | null;
  private readonly reader: ReturnType<typeof createLogReader>;
  private readonly decoder = new TextDecoder();
  /** Does the line that is being left to the reader show anything but blanks so far? */
  private leftShows = false;
  private lineOfLastEntry = 0;
  /** Line numbers go on over all inputs. */
  private linesBefore = 0;
  private lastLine = 0;

  constructor(options: FeedReaderOptions) {
    this.options = options;
    const { template, otherTemplates = [] } = options;
    this.feed = createFeedFormats(template === null ? otherTemplates : [template, ...otherTemplates]);
    // A layout that is learned says nothing of a line that has one of these.
    const isCertain = template !== null || otherTemplates.length === 0;
    this.counter = isCertain ? new EntryCounter(template, options.sink) : null;
    this.reader = createLogReader({
      limits: options.limits,
      isRecordStart: this.feed.isRecordStart,
      isJsonRecord: this.feed.isJsonRecord,
      onEntry: (entry) => this.read(entry),
      onReject: (reject) => options.sink.onReject(reject),
      openScanner: (left) => this.openScanner(left),
    });
  }

  push(bytes: Uint8Array): void {
    this.reader.push(bytes);
  }

  /** What follows is another input; returns the number of its first line. */
  nextInput(): number {
    this.reader.nextInput();
    this.linesBefore = ++this.lastLine;
    return this.linesBefore + 1;
  }

  end(): void {
    this.reader.end();
    this.counter?.end();
  }

  private openScanner(left: LeftLines): LineScanner {
    const { template, limits, needsTime, ordinals, sink } = this.options;
    const before = this.linesBefore;
    const scanner = createAccessLogScanner(template, {
      limits,
      receiver: {
        needsTime,
        goesOn: (firstByte) => left.goesOn(firstByte),
        onRefused: ({ facts, line, raw }) => {
          this.lines++;
          const entry = plainEntry(this.decoder.decode(raw), before + line);
          if (!ordinals.isRepeated(entry)) sink.onFacts(entry, facts);
        },
        onLeft: (bytes, line, ends) => {
          this.leftShows ||= showsSomething(bytes);
          if (ends && this.leftShows) this.lines++;
          if (ends) this.leftShows = false;
          left.leave(bytes, before + line, ends);
        },
      },
    });
    const take = (batch: AccessBatch): void => {
      this.lastLine += batch.lines;
      for (const { count } of batch.counts) this.lines += count;
      if (batch.counts.length > 0) sink.onCounts(batch);
    };
    return { scan: (bytes) => take(scanner.scan(bytes)), end: () => take(scanner.end()) };
  }

  private read(entry: LogEntry): void {
    // Further records of one line (a payload with many events) are lines too.
    if (entry.line === this.lineOfLastEntry) this.lines++;
    this.lineOfLastEntry = entry.line;
    const { ordinals, sink } = this.options;
    if (ordinals.isRepeated(entry) || this.counter?.count(entry)) return;
    const { formats, templates } = this.feed;
    let failure: Failure | null = null;
    for (const format of formats) {
      if (!format.claims(entry)) continue;
      const parsed = format.parse(entry);
      if (parsed.ok && parsed.value.some(saysSomething)) {
        for (const facts of parsed.value) if (facts.kind !== 'response') sink.onFacts(entry, facts);
        return;
      }
      if (!templates.has(format) && !parsed.ok && parsed.reason !== 'unrecognised') failure ??= parsed;
    }
    sink.onUnread(entry, failure ?? unrecognised);
  }
}

function showsSomething(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x20) return true;
  return false;
}

/** False for facts that hold nothing: the text around them was not understood. */
function saysSomething(facts: Facts): boolean {
  if (facts.kind === 'access') return Object.keys(facts.values).length > 0 || facts.message !== null;
  if (facts.kind !== 'execution') return facts.kind === 'waf';
  return facts.line.kind !== 'other' || facts.ids.requestId !== null || facts.ids.extendedRequestId !== null;
}
