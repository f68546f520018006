import { type AccessLogTemplate, compileAccessLogFormat } from '../access-log/index.js';
import { createAssembler } from '../assemble/index.js';
import { classify } from '../classify/classify.js';
import { createLogReader } from '../envelope/index.js';
import {
  accept,
  type ConfigFacts,
  defaultLimits,
  type Facts,
  type Limits,
  type LogEntry,
  noPlace,
  type ParseResult,
  type Reject,
  type RequestRecord,
  type Verdict,
} from '../model/index.js';
import { createFormatRegistry } from './formats.js';
import { RejectList } from './reject-list.js';
import { saysNothing } from './says-nothing.js';

export interface ExplainOptions {
  /** The stage's `accessLogSettings.format`. Lines that it does not fit are read by auto-detection. */
  readonly accessLogFormat?: string;
  /** Where the requests went, if no line tells. */
  readonly apiId?: string;
  readonly stage?: string;
  readonly limits?: Limits;
  /** What the control plane says, if it was read. */
  readonly config?: ConfigFacts;
}

export interface ExplainedRequest {
  readonly record: RequestRecord;
  readonly verdict: Verdict;
}

export interface Explanation {
  /** In order of first appearance. */
  readonly requests: readonly ExplainedRequest[];
  readonly rejected: readonly Reject[];
  readonly warnings: readonly string[];
}

/** Bytes of any mixture of inputs in, cut anywhere; the explanation at the end. */
export interface Explainer {
  push(bytes: Uint8Array): void;
  /** `limits.totalBytes` is reached: further bytes change nothing, the source may be closed. */
  readonly full: boolean;
  /** Once; nothing may be pushed afterwards. */
  end(): Explanation;
}

/** Fails only if the access-log format given is none. */
export function createExplainer(options: ExplainOptions = {}): ParseResult<Explainer> {
  if (options.accessLogFormat === undefined) return accept(new DetectingExplainer(options, null));
  const template = compileAccessLogFormat(options.accessLogFormat);
  return template.ok ? accept(new DetectingExplainer(options, template.value)) : template;
}

/** For text at hand. A format that is none becomes a warning here, and everything is auto-detected. */
export function explainText(text: string, options: ExplainOptions = {}): Explanation {
  const bytes = new TextEncoder().encode(text);
  const created = createExplainer(options);
  const explainer = created.ok ? created.value : new DetectingExplainer(options, null);
  explainer.push(bytes);
  const explanation = explainer.end();
  if (created.ok) return explanation;
  return {
    ...explanation,
    warnings: [`The access-log format was not used: ${created.detail}`, ...explanation.warnings],
  };
}

interface Misfits {
  readonly line: number;
  readonly count: number;
}

const counted = (before: Misfits | null, line: number): Misfits => ({
  line: before?.line ?? line,
  count: (before?.count ?? 0) + 1,
});

class DetectingExplainer implements Explainer {
  full = false;
  private readonly config: ConfigFacts | null;
  private readonly registry: ReturnType<typeof createFormatRegistry>;
  private readonly reader: ReturnType<typeof createLogReader>;
  private readonly assembler: ReturnType<typeof createAssembler>;
  private readonly requests: ExplainedRequest[] = [];
  private readonly rejects = new RejectList();
  private readonly limits: Limits;
  /** Access-log lines that the given template does not fit. */
  private misfits: Misfits | null = null;
  /** Lines that nothing reads: they speak against the template only if it fits no line at all. */
  private unread: Misfits | null = null;
  private templateFits = false;
  private handedOnEarly = 0;

  constructor(options: ExplainOptions, template: AccessLogTemplate | null) {
    this.limits = options.limits ?? defaultLimits;
    this.config = options.config ?? null;
    this.registry = createFormatRegistry(template);
    this.assembler = createAssembler(this.limits, {
      fallbackPlace: { ...noPlace, apiId: options.apiId ?? null, stage: options.stage ?? null },
    });
    this.reader = createLogReader({
      limits: this.limits,
      isRecordStart: this.registry.isRecordStart,
      isJsonRecord: this.registry.isJsonRecord,
      onEntry: (entry) => this.read(entry),
      onReject: ({ line, reason, detail }) => {
        if (reason === 'input_too_large') this.full = true;
        this.rejects.add(line, reason, detail);
      },
    });
  }

  push(bytes: Uint8Array): void {
    if (!this.full) this.reader.push(bytes);
  }

  end(): Explanation {
    this.reader.end();
    for (const record of this.assembler.end()) this.explain(record);
    return { requests: this.requests, rejected: this.rejects.end(), warnings: this.warnings() };
  }

  private read(entry: LogEntry): void {
    const { formats, template } = this.registry;
    let failure: { readonly reason: Reject['reason']; readonly detail: string } | null = null;
    for (const format of formats) {
      if (!format.claims(entry)) continue;
      const parsed = format.parse(entry);
      if (parsed.ok && parsed.value.length > 0 && !parsed.value.every(saysNothing)) {
        if (format === template) this.templateFits = true;
        else if (parsed.value.some((facts) => facts.kind === 'access')) {
          this.misfits = counted(this.misfits, entry.line);
        } else if (!entry.text.includes('\n') && parsed.value.some((facts) => facts.kind === 'response')) {
          // One line that was read as somebody's error text may as well be an access line of another format.
          this.unread = counted(this.unread, entry.line);
        }
        this.gather(entry, parsed.value);
        return;
      }
      if (format !== template && !parsed.ok && parsed.reason !== 'unrecognised') failure ??= parsed;
    }
    if (entry.text.trim() === '') return;
    this.unread = counted(this.unread, entry.line);
    if (failure === null) this.rejects.addUnrecognised(entry.line, entry.text);
    else this.rejects.add(entry.line, failure.reason, failure.detail);
  }

  private gather(entry: LogEntry, all: readonly Facts[]): void {
    this.rejects.endRun();
    for (const facts of all) {
      this.assembler.add(entry, facts);
      const early = this.assembler.take(null);
      this.handedOnEarly += early.length;
      for (const record of early) this.explain(record);
    }
  }

  private explain(record: RequestRecord): void {
    this.requests.push({ record, verdict: classify(record, this.config) });
  }

  private warnings(): string[] {
    const warnings: string[] = [];
    const misfits = this.misfits ?? (this.templateFits ? null : this.unread);
    if (this.registry.template !== null && misfits !== null) {
      const { line, count } = misfits;
      warnings.push(
        `The access-log format given does not fit ${count === 1 ? `line ${line}` : `${count} records, the first at line ${line}`}; what could be was read by auto-detection. Compare the format with accessLogSettings.format of the stage.`,
      );
    }
    if (this.handedOnEarly > 0) {
      warnings.push(
        `More than ${this.limits.openRequests} requests or ${this.limits.openBytes} bytes were open at once: ${this.handedOnEarly} requests were explained before the end of the input, later lines of theirs stand alone.`,
      );
    }
    return warnings;
  }
}
