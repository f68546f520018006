import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { AccessBatch, AccessLogTemplate } from '../access-log/index.js';
import { mayBeRefused } from '../access-log/refusal.js';
import { LineOrdinals } from '../assemble/line-ordinals.js';
import type {
  AccessFacts,
  CountedRequests,
  ExecutionFacts,
  Limits,
  LogEntry,
  RejectReason,
  RequestPlace,
  StoredFact,
  WafFacts,
} from '../model/index.js';
import { ExecutionEvidence, type ExecutionRequest } from './execution-evidence.js';
import { FactList } from './fact-list.js';
import { type Failure, FeedReader } from './feed-reader.js';
import { labelsOfAccess, labelsOfCount, labelsOfExecution, labelsOfWaf, terminates } from './labels.js';
import { readingName } from './reading-name.js';
import { RequestCounts } from './request-counts.js';
import { factOfSingle } from './single-evidence.js';
import { type UnreadLine, UnreadLines } from './unread-lines.js';
import { withdrawalsOf } from './withdraw.js';

/** The formats that lines have. */
export interface ReadingFormats {
  /** null: every line is auto-detected. */
  readonly template: AccessLogTemplate | null;
  /** Lines that do not have the template to the letter may have one of these: while one takes the place of another. */
  readonly otherTemplates?: readonly AccessLogTemplate[];
}

/** How the bytes of a source are to be read; part of what a reading is named by. */
export interface ReadingSettings extends ReadingFormats {
  /** Since when the formats are known to count, whole ms; of readings that saw the same, the one that knows more stands. Missing: since ever. */
  readonly knownSinceMs?: number;
  /** The same bytes may have been read so by who did not know better: what only such a reading says is taken back. */
  readonly misreadings?: readonly ReadingFormats[];
  /** Stands in for what no line and no envelope tells. */
  readonly fallbackPlace: RequestPlace;
  readonly limits: Limits;
}

/** All that a counting unit says. A pure function of its bytes and the settings. */
export interface UnitContent {
  /** Lines seen, blank ones left out, rejected ones included. Several records inside one line count each. */
  readonly lines: number;
  readonly bytes: number;
  /** Made from a SHA-256 over bytes and settings: equal readings have equal names; see `readingName`. */
  readonly name: string;
  readonly counts: readonly CountedRequests[];
  readonly facts: readonly StoredFact[];
  /** At most 100 of each reason; `rejected` counts all. */
  readonly unread: readonly UnreadLine[];
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  /** Earliest and latest event time, ms; null when no line tells. */
  readonly firstMs: number | null;
  readonly newestMs: number | null;
}

/** Reads the bytes of one counting unit, cut anywhere, gzip or not. */
export interface UnitReader {
  push(bytes: Uint8Array): void;
  /** Once. */
  end(): UnitContent;
}

/** Raised by one whenever the same bytes are counted in another way. */
export const countingVersion = 1;

/** A SHA-256 that is fed piece by piece. */
export interface Sha256 {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/**
 * Never throws, whatever the bytes are; what is over the limits becomes a reject. `createSha256`: the platform's own, which
 * makes reading twice as fast (Node: `() => createHash('sha256')`); the names are the same.
 */
export function createUnitReader(settings: ReadingSettings, createSha256: () => Sha256 = sha256.create): UnitReader {
  const { misreadings = [], fallbackPlace, limits } = settings;
  const reader = new FeedUnitReader(settings, createSha256());
  if (misreadings.length === 0) return reader;
  const misread = misreadings.map(
    (formats) => new FeedUnitReader({ ...formats, fallbackPlace, limits }, createSha256()),
  );
  return {
    push(bytes) {
      for (const each of [reader, ...misread]) each.push(bytes);
    },
    end() {
      const content = reader.end();
      // What found no place would look as if it had been read by mistake.
      if (content.rejected.too_many_requests_held) return content;
      const withdrawn = withdrawalsOf(
        misread.map((each) => each.end().facts),
        content.facts,
      );
      return { ...content, facts: [...content.facts, ...withdrawn] };
    },
  };
}

const noEventTime: Failure = {
  reason: 'no_event_time',
  detail:
    'Expected a line that tells when the request was made, it has no time and nothing around it has: add $context.requestTimeEpoch to the access-log format, or send the lines in the form in which CloudWatch gives them.',
};

function namedBy({ fallbackPlace, misreadings = [], ...formats }: ReadingSettings): readonly unknown[] {
  const { account, region, apiId, stage } = fallbackPlace;
  const sourcesOf = ({ template, otherTemplates = [] }: ReadingFormats) =>
    [template, ...otherTemplates].map((each) => each?.source ?? null);
  const [template, ...others] = sourcesOf(formats);
  const rest = others.length + misreadings.length === 0 ? [] : [others, misreadings.map(sourcesOf)];
  return [template, account, region, apiId, stage, ...rest];
}

class FeedUnitReader implements UnitReader {
  private readonly settings: ReadingSettings;
  private readonly reader: FeedReader;
  private readonly hash: Sha256;
  private readonly ordinals: LineOrdinals;
  private readonly counts: RequestCounts;
  private readonly facts: FactList;
  private readonly execution: ExecutionEvidence;
  private readonly unread = new UnreadLines();
  private bytes = 0;
  private firstMs = Number.POSITIVE_INFINITY;
  private newestMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ReadingSettings, hash: Sha256) {
    const { template, otherTemplates = [], fallbackPlace, limits } = settings;
    this.settings = settings;
    this.hash = hash;
    hash.update(new TextEncoder().encode(`${JSON.stringify(namedBy(settings))}\n`));
    const ordinals = Math.max(1024, Math.min(limits.openRequests * 2, 1_000_000));
    this.ordinals = new LineOrdinals(ordinals);
    this.counts = new RequestCounts(fallbackPlace);
    this.facts = new FactList(limits.openBytes);
    this.execution = new ExecutionEvidence(limits, fallbackPlace, ordinals);
    this.reader = new FeedReader({
      template,
      otherTemplates,
      limits,
      needsTime: true,
      ordinals: this.ordinals,
      sink: {
        onCounts: (batch) => this.takeCounts(batch),
        onFacts: (entry, facts) => this.take(entry, facts),
        onUnread: (entry, failure) => this.reject(entry, failure),
        onReject: (reject) => this.unread.add(reject),
      },
    });
  }

  push(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.bytes += bytes.length;
    this.reader.push(bytes);
  }

  end(): UnitContent {
    this.reader.end();
    for (const request of this.execution.end()) this.takeExecution(request);
    return {
      lines: this.reader.lines,
      bytes: this.bytes,
      name: readingName(bytesToHex(this.hash.digest()), this.settings.knownSinceMs ?? 0),
      counts: this.counts.list(),
      facts: this.facts.list(),
      unread: this.unread.list,
      rejected: this.unread.rejected,
      firstMs: Number.isFinite(this.firstMs) ? this.firstMs : null,
      newestMs: Number.isFinite(this.newestMs) ? this.newestMs : null,
    };
  }

  private takeCounts({ counts, firstMs, newestMs }: Pick<AccessBatch, 'counts' | 'firstMs' | 'newestMs'>): void {
    for (const labels of counts) {
      // Without a time they would not have been counted.
      if (labels.minuteMs !== null)
        this.counts.add({ ...labelsOfCount(labels), timeMs: labels.minuteMs }, labels.count);
    }
    if (firstMs !== null) this.saw(firstMs);
    if (newestMs !== null) this.saw(newestMs);
  }

  private take(entry: LogEntry, facts: AccessFacts | WafFacts | ExecutionFacts): void {
    const { timeMs } = facts;
    if (facts.kind === 'execution') {
      // The lines around it may tell the time.
      for (const request of this.execution.add(entry, facts)) this.takeExecution(request);
    } else if (timeMs === null) this.reject(entry, noEventTime);
    else if (facts.kind === 'access') {
      this.saw(timeMs);
      this.counts.add({ ...labelsOfAccess(facts), timeMs }, 1);
      if (mayBeRefused((variable) => facts.values[variable])) this.keepSingle(entry, facts, timeMs);
    } else {
      this.saw(timeMs);
      this.counts.add({ ...labelsOfWaf(facts), timeMs }, 1);
      if (terminates(facts)) this.keepSingle(entry, facts, timeMs);
    }
  }

  private takeExecution({ record, isCounted, facts, timeless }: ExecutionRequest): void {
    for (const { line, text } of timeless) this.unread.add({ line, ...noEventTime }, text);
    const { timeMs } = record;
    if (timeMs === null) return;
    this.saw(timeMs);
    for (const { fact, textLength } of facts) {
      this.saw(fact.timeMs);
      this.keep(fact, textLength);
    }
    if (isCounted) this.counts.add({ ...labelsOfExecution(record), timeMs }, 1);
  }

  private keepSingle(entry: LogEntry, facts: AccessFacts | WafFacts, timeMs: number): void {
    const { fallbackPlace } = this.settings;
    this.keep(factOfSingle(entry, facts, timeMs, { ordinals: this.ordinals, fallbackPlace }), entry.text.length);
  }

  private keep(fact: StoredFact, textLength: number): void {
    if (this.facts.add(fact, textLength)) return;
    const detail = `Expected evidence of refusals within ${this.settings.limits.openBytes} bytes, more came; this line was counted and its request is not explained: cut the input into smaller units.`;
    this.unread.add({ line: fact.body.line, reason: 'too_many_requests_held', detail });
  }

  private reject(entry: LogEntry, { reason, detail }: Failure): void {
    const isPlain = entry.eventId === null && entry.timeMs === null;
    this.unread.addLines({ line: entry.line, reason, detail }, entry.text, isPlain);
  }

  private saw(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.newestMs) this.newestMs = timeMs;
  }
}
