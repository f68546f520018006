import type { EntryFormat } from '../model/entry-format.js';
import type { AccessFacts } from '../model/facts.js';
import { defaultLimits } from '../model/limits.js';
import { plainEntry } from '../model/log-entry.js';
import type { Reject } from '../model/result.js';
import { timeOf, toAccessFacts } from './access-facts.js';
import { type AccessLabels, labelsKey, labelsOf, labelsOfValues, loggedTimeOf } from './access-labels.js';
import { ByteLineSplitter, type LineSink } from './byte-line-splitter.js';
import { consoleFormats } from './console-formats.js';
import { jsonKeysFormat } from './json-keys.js';
import { LinePlans } from './line-plans.js';
import { mayBeRefused } from './refusal.js';
import type {
  AccessBatch,
  AccessLogScanner,
  AccessScannerOptions,
  LineReceiver,
  RefusedLine,
  ScannedLine,
} from './scan-types.js';
import type { AccessLogTemplate } from './template.js';

/**
 * Counts access-log lines and picks out those that may be refusals. With a template whose value ends are certain, a
 * line that is no refusal is walked as bytes and makes no string and no object; any other line is parsed as text, with
 * the same result. Without a template each line goes through the formats that need none.
 */
export function createAccessLogScanner(
  template: AccessLogTemplate | null,
  options: AccessScannerOptions = {},
): AccessLogScanner {
  return new Scanner(template, options);
}

/** With a receiver counts gather until there are so many. */
const maxGathered = 50_000;

class Scanner implements AccessLogScanner, LineSink {
  private readonly template: AccessLogTemplate | null;
  private readonly formats: readonly EntryFormat[];
  private readonly maxLineBytes: number;
  private readonly plans: LinePlans;
  private readonly receiver: LineReceiver | null;
  private readonly splitter: ByteLineSplitter;
  private readonly decoder = new TextDecoder();
  private counts = new Map<string, { labels: AccessLabels; count: number }>();
  private refused: RefusedLine[] = [];
  private unread: ScannedLine[] = [];
  private rejects: Reject[] = [];
  private firstMs = Number.POSITIVE_INFINITY;
  private newestMs = Number.NEGATIVE_INFINITY;

  constructor(template: AccessLogTemplate | null, options: AccessScannerOptions) {
    this.template = template;
    this.formats = options.formats ?? [...consoleFormats, jsonKeysFormat];
    this.maxLineBytes = (options.limits ?? defaultLimits).lineBytes;
    this.receiver = options.receiver ?? null;
    this.plans = new LinePlans(template, this.receiver?.needsTime);
    this.splitter = new ByteLineSplitter(
      this.maxLineBytes,
      this.receiver === null ? this : new ReceivingSink(this.receiver, this.template, this.plans),
    );
  }

  scan(bytes: Uint8Array): AccessBatch {
    return this.batch(this.splitter.push(bytes), this.receiver === null);
  }

  end(): AccessBatch {
    return this.batch(this.splitter.finish(), true);
  }

  onLine(bytes: Uint8Array, from: number, to: number, line: number, offset: number): void {
    if (this.plans.count(bytes, from, to) === 'counted') return;
    const raw = bytes.subarray(from, to);
    const text = this.decoder.decode(raw);
    if (text.trim() === '') return;
    const read =
      this.template === null ? this.readByFormats(text, line) : this.readByTemplate(this.template, text, line);
    if (read === null) {
      this.unread.push({ line, offset, raw: raw.slice() });
      return;
    }
    this.addCount(read.labels, 1);
    this.sawTime(read.timeMs);
    if (read.facts !== null) this.refused.push({ facts: read.facts, line, offset, raw: raw.slice() });
  }

  onTooLong(line: number): void {
    this.rejects.push({
      line,
      reason: 'line_too_long',
      detail: `expected lines of at most ${this.maxLineBytes} bytes, got a longer one; it was skipped, reading goes on at the next line`,
    });
  }

  /** Labels of a line, and its facts when it may be a refusal. */
  private readByTemplate(template: AccessLogTemplate, text: string, line: number): Read | null {
    const values = template.parse(text);
    if (values === null) return null;
    const isRefusal = mayBeRefused((variable) => values.get(variable));
    return {
      labels: labelsOfValues(values),
      timeMs: loggedTimeOf(values),
      facts: isRefusal ? toAccessFacts(values, plainEntry(text, line), 'template') : null,
    };
  }

  private readByFormats(text: string, line: number): Read | null {
    const entry = plainEntry(text, line);
    for (const format of this.formats) {
      if (!format.claims(entry)) continue;
      const result = format.parse(entry);
      const facts = result.ok ? result.value.find((fact) => fact.kind === 'access') : undefined;
      if (facts === undefined) continue;
      const isRefusal = mayBeRefused((variable) => facts.values[variable]);
      return { labels: labelsOf(facts.values), timeMs: timeOf(facts.values), facts: isRefusal ? facts : null };
    }
    return null;
  }

  private addCount(labels: AccessLabels, count: number): void {
    const key = labelsKey(labels);
    const known = this.counts.get(key);
    if (known === undefined) this.counts.set(key, { labels, count });
    else known.count += count;
  }

  private sawTime(timeMs: number | null): void {
    if (timeMs === null) return;
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.newestMs) this.newestMs = timeMs;
  }

  private batch(lines: number, isDue: boolean): AccessBatch {
    if (!isDue && this.plans.size < maxGathered) return { ...nothing, lines };
    const drained = this.plans.drain((labels, count) => this.addCount(labels, count));
    const earliestMs = Math.min(drained.firstMs, this.firstMs);
    const latestMs = Math.max(drained.newestMs, this.newestMs);
    const firstMs = Number.isFinite(earliestMs) ? earliestMs : null;
    const newestMs = Number.isFinite(latestMs) ? latestMs : null;
    this.firstMs = Number.POSITIVE_INFINITY;
    this.newestMs = Number.NEGATIVE_INFINITY;
    const { refused, unread, rejects } = this;
    const counts = [...this.counts.values()].map(({ labels, count }) => ({ ...labels, count }));
    this.counts = new Map();
    this.refused = [];
    this.unread = [];
    this.rejects = [];
    return { lines, counts, refused, unread, rejects, firstMs, newestMs };
  }
}

const nothing: AccessBatch = {
  lines: 0,
  counts: [],
  refused: [],
  unread: [],
  rejects: [],
  firstMs: null,
  newestMs: null,
};

/**
 * Hands lines on at once. What a plan fits as a whole needs no second look at where the record ends. Without a template,
 * plans are learned from the first lines of each layout.
 */
class ReceivingSink implements LineSink {
  private readonly receiver: LineReceiver;
  private readonly template: AccessLogTemplate | null;
  private readonly plans: LinePlans;
  private readonly decoder = new TextDecoder();

  constructor(receiver: LineReceiver, template: AccessLogTemplate | null, plans: LinePlans) {
    this.receiver = receiver;
    this.template = template;
    this.plans = plans;
  }

  onLine(bytes: Uint8Array, from: number, to: number, line: number, offset: number): void {
    const { receiver } = this;
    const isFree = from < to && !receiver.goesOn(bytes[from] as number);
    const reading = isFree ? this.plans.count(bytes, from, to) : 'odd';
    if (reading === 'counted') return;
    const raw = bytes.subarray(from, to);
    if (reading === 'refused' && this.template !== null) {
      const text = this.decoder.decode(raw);
      const values = this.template.parse(text);
      if (values !== null) {
        const facts = toAccessFacts(values, plainEntry(text, line), 'template');
        if (facts.timeMs !== null || !receiver.needsTime) {
          receiver.onRefused({ facts, line, offset, raw });
          return;
        }
      }
    }
    if (isFree && reading === 'odd') this.plans.learn(raw);
    receiver.onLeft(raw, line, true);
  }

  /** Never said: long lines come in parts. */
  onTooLong(): void {}

  onPart(bytes: Uint8Array, line: number, ends: boolean): void {
    this.receiver.onLeft(bytes, line, ends);
  }
}

interface Read {
  readonly labels: AccessLabels;
  readonly timeMs: number | null;
  readonly facts: AccessFacts | null;
}
