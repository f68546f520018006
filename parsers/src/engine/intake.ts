import type { AccessBatch, AccessLogTemplate } from '../access-log/index.js';
import { mayBeRefused } from '../access-log/refusal.js';
import { createAssembler } from '../assemble/index.js';
import { LineOrdinals } from '../assemble/line-ordinals.js';
import { type Decision, decide } from '../classify/classify.js';
import { FeedReader } from '../evidence/feed-reader.js';
import { labelsOfAccess, labelsOfCount, labelsOfExecution, labelsOfWaf, terminates } from '../evidence/labels.js';
import type { RequestLabels } from '../evidence/request-counts.js';
import type { AccessFacts, ContextVariable, Facts, Limits, LogEntry, Reject, RequestRecord } from '../model/index.js';
import { countLines } from './reject-list.js';

/** A request as one kind of log tells it; a request that two kinds tell is told twice. */
export interface CountedLabels extends Omit<RequestLabels, 'timeMs'> {
  /** null when no line tells; else the request's time, or the start of its minute. */
  readonly timeMs: number | null;
}

/** What becomes of the requests of a stream of logs. */
export interface IntakeSink {
  onCounted(labels: CountedLabels, requests: number): void;
  /** Every request that may have been refused, put together out of all logs that are still at hand, and what was decided. */
  onRequest(record: RequestRecord, decision: Decision): void;
  /** `lines`: how many from there on it stands for. */
  onReject(reject: Reject, lines: number): void;
}

export interface IntakeOptions {
  /** null: every line is auto-detected. */
  readonly template: AccessLogTemplate | null;
  readonly limits: Limits;
  readonly sink: IntakeSink;
}

/** Logs of any length, in memory that does not grow with them: nothing is kept but what is open within the limits. */
export interface Intake {
  push(bytes: Uint8Array): void;
  /** What is pushed from here on is another input; returns the number of its first line, which are counted on. */
  nextInput(): number;
  /** Once. */
  end(): void;
  /** Lines seen, blank ones left out. */
  readonly lines: number;
  /** Requests that had to make room before the end: what came later of them stands alone. */
  readonly handedOnEarly: number;
  /** Variables that access lines have shown; with a template, all of it. */
  readonly variables: ReadonlySet<ContextVariable>;
}

export function createIntake(options: IntakeOptions): Intake {
  return new StreamIntake(options);
}

class StreamIntake implements Intake {
  handedOnEarly = 0;
  readonly variables: Set<ContextVariable>;
  private readonly sink: IntakeSink;
  private readonly reader: FeedReader;
  private readonly assembler: ReturnType<typeof createAssembler>;

  constructor({ template, limits, sink }: IntakeOptions) {
    this.sink = sink;
    this.variables = new Set(template?.variables);
    this.assembler = createAssembler(limits);
    this.reader = new FeedReader({
      template,
      limits,
      needsTime: false,
      ordinals: new LineOrdinals(Math.max(1024, Math.min(limits.openRequests * 2, 1_000_000))),
      sink: {
        onCounts: (batch) => this.count(batch),
        onFacts: (entry, facts) => this.take(entry, facts),
        onUnread: ({ text, line }, failure) => sink.onReject({ line, ...failure }, countLines(text)),
        onReject: (reject) => sink.onReject(reject, 1),
      },
    });
  }

  get lines(): number {
    return this.reader.lines;
  }

  push(bytes: Uint8Array): void {
    this.reader.push(bytes);
  }

  nextInput(): number {
    return this.reader.nextInput();
  }

  end(): void {
    this.reader.end();
    for (const record of this.assembler.end()) this.handOn(record);
  }

  private count({ counts }: Pick<AccessBatch, 'counts'>): void {
    for (const labels of counts) {
      this.sink.onCounted({ ...labelsOfCount(labels), timeMs: labels.minuteMs }, labels.count);
    }
  }

  private take(entry: LogEntry, facts: Exclude<Facts, { kind: 'response' }>): void {
    const { timeMs } = facts;
    if (facts.kind === 'access') {
      this.learn(facts);
      this.sink.onCounted({ ...labelsOfAccess(facts), timeMs }, 1);
      if (!mayBeRefused((variable) => facts.values[variable])) return;
    } else if (facts.kind === 'waf') {
      this.sink.onCounted({ ...labelsOfWaf(facts), timeMs }, 1);
      if (!terminates(facts)) return;
    }
    this.assembler.add(entry, facts);
    const early = this.assembler.take(null);
    this.handedOnEarly += early.length;
    for (const record of early) this.handOn(record);
  }

  private learn({ values }: AccessFacts): void {
    for (const name in values) this.variables.add(name as ContextVariable);
  }

  private handOn(record: RequestRecord): void {
    if (record.execution.length > 0) {
      this.sink.onCounted({ ...labelsOfExecution(record), timeMs: record.timeMs }, 1);
    }
    this.sink.onRequest(record, decide(record));
  }
}
