import type { EntryFormat } from '../model/entry-format.js';
import type { AccessFacts } from '../model/facts.js';
import { defaultLimits } from '../model/limits.js';
import { plainEntry } from '../model/log-entry.js';
import type { Reject } from '../model/result.js';
import { toAccessFacts } from './access-facts.js';
import { type AccessLabels, labelsKey, labelsOf, labelsOfValues } from './access-labels.js';
import { ByteLineSplitter, type LineSink } from './byte-line-splitter.js';
import { consoleFormats } from './console-formats.js';
import { FastCounter } from './fast-counter.js';
import { jsonKeysFormat } from './json-keys.js';
import { compileLinePlan } from './line-plan.js';
import { mayBeRefused } from './refusal.js';
import type { AccessBatch, AccessLogScanner, AccessScannerOptions, RefusedLine, ScannedLine } from './scan-types.js';
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

class Scanner implements AccessLogScanner, LineSink {
  private readonly template: AccessLogTemplate | null;
  private readonly formats: readonly EntryFormat[];
  private readonly maxLineBytes: number;
  private readonly fast: FastCounter | null;
  private readonly splitter: ByteLineSplitter;
  private readonly decoder = new TextDecoder();
  private counts = new Map<string, { labels: AccessLabels; count: number }>();
  private refused: RefusedLine[] = [];
  private unread: ScannedLine[] = [];
  private rejects: Reject[] = [];

  constructor(template: AccessLogTemplate | null, options: AccessScannerOptions) {
    this.template = template;
    this.formats = options.formats ?? [...consoleFormats, jsonKeysFormat];
    this.maxLineBytes = (options.limits ?? defaultLimits).lineBytes;
    const plan = template === null ? null : compileLinePlan(template);
    this.fast = plan === null ? null : new FastCounter(plan);
    this.splitter = new ByteLineSplitter(this.maxLineBytes, this);
  }

  scan(bytes: Uint8Array): AccessBatch {
    return this.batch(this.splitter.push(bytes));
  }

  end(): AccessBatch {
    return this.batch(this.splitter.finish());
  }

  onLine(bytes: Uint8Array, from: number, to: number, line: number, offset: number): void {
    if (this.fast?.count(bytes, from, to)) return;
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
      return { labels: labelsOf(facts.values), facts: isRefusal ? facts : null };
    }
    return null;
  }

  private addCount(labels: AccessLabels, count: number): void {
    const key = labelsKey(labels);
    const known = this.counts.get(key);
    if (known === undefined) this.counts.set(key, { labels, count });
    else known.count += count;
  }

  private batch(lines: number): AccessBatch {
    this.fast?.drain((labels, count) => this.addCount(labels, count));
    const { refused, unread, rejects } = this;
    const counts = [...this.counts.values()].map(({ labels, count }) => ({ ...labels, count }));
    this.counts = new Map();
    this.refused = [];
    this.unread = [];
    this.rejects = [];
    return { lines, counts, refused, unread, rejects };
  }
}

interface Read {
  readonly labels: AccessLabels;
  readonly facts: AccessFacts | null;
}
