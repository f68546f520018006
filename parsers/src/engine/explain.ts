import { type AccessLogTemplate, compileAccessLogFormat } from '../access-log/index.js';
import { createAssembler } from '../assemble/index.js';
import { decide, toVerdict } from '../classify/classify.js';
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
import { Inputs } from './inputs.js';
import { RejectList } from './reject-list.js';
import { RequestList, type UnlistedRequests } from './request-list.js';
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
  /** Name of the input that has the record's `line`; null when there was a single input. */
  readonly input: string | null;
  readonly record: RequestRecord;
  readonly verdict: Verdict;
}

export interface Explanation {
  /** In order of first appearance; at most `limits.explainedRequests`, what was refused before anything else. */
  readonly requests: readonly ExplainedRequest[];
  /** What the limit kept out of `requests`, counted; usually empty. A reject says so too. */
  readonly unlisted: readonly UnlistedRequests[];
  readonly rejected: readonly Reject[];
  readonly warnings: readonly string[];
}

/** Bytes of any mixture of inputs in, cut anywhere; the explanation at the end. */
export interface Explainer {
  /**
   * What is pushed from here on is another input (the first needs no call): the one before has ended, with whatever was
   * open in it, and this one begins anew, gzip or not. Requests are put together out of all inputs. Lines count from 1 in
   * each, and where there are several, rejects begin with the name and requests have it.
   */
  nextInput(name?: string): void;
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
  private readonly requests: RequestList;
  private readonly rejects = new RejectList();
  private readonly inputs = new Inputs();
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
    this.requests = new RequestList(this.limits.explainedRequests);
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

  nextInput(name?: string): void {
    if (this.inputs.none) {
      this.inputs.begin(name, 1);
      return;
    }
    const firstLine = this.reader.nextInput();
    this.rejects.endRun();
    this.inputs.begin(name, firstLine);
  }

  push(bytes: Uint8Array): void {
    if (this.inputs.none) this.inputs.begin(undefined, 1);
    if (!this.full) this.reader.push(bytes);
  }

  end(): Explanation {
    this.reader.end();
    for (const record of this.assembler.end()) this.explain(record);
    const overflow = this.requests.overflow();
    if (overflow !== null) this.rejects.addAlways(overflow.line, 'too_many_requests_held', overflow.detail);
    return {
      requests: this.requests.listed().map(({ record, decision }) => {
        const { input, line } = this.inputs.locate(record.line);
        return { input, record: input === null ? record : { ...record, line }, verdict: toVerdict(decision, record) };
      }),
      unlisted: this.requests.unlisted(),
      rejected: this.rejects.end(this.inputs),
      warnings: this.warnings(),
    };
  }

  private read(entry: LogEntry): void {
    const { formats, templates } = this.registry;
    let failure: { readonly reason: Reject['reason']; readonly detail: string } | null = null;
    for (const format of formats) {
      if (!format.claims(entry)) continue;
      const parsed = format.parse(entry);
      if (parsed.ok && parsed.value.length > 0 && !parsed.value.every(saysNothing)) {
        if (templates.has(format)) this.templateFits = true;
        else if (parsed.value.some((facts) => facts.kind === 'access')) {
          this.misfits = counted(this.misfits, entry.line);
        } else if (!entry.text.includes('\n') && parsed.value.some((facts) => facts.kind === 'response')) {
          // One line that was read as somebody's error text may as well be an access line of another format.
          this.unread = counted(this.unread, entry.line);
        }
        this.gather(entry, parsed.value);
        return;
      }
      if (!templates.has(format) && !parsed.ok && parsed.reason !== 'unrecognised') failure ??= parsed;
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
    this.requests.add(record, decide(record, this.config));
  }

  private warnings(): string[] {
    const warnings: string[] = [];
    const misfits = this.misfits ?? (this.templateFits ? null : this.unread);
    if (this.registry.templates.size > 0 && misfits !== null) {
      const { line, count } = misfits;
      const first = this.inputs.describe(line);
      warnings.push(
        `The access-log format given does not fit ${count === 1 ? first : `${count} records, the first at ${first}`}; what could be was read by auto-detection. Compare the format with accessLogSettings.format of the stage.`,
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
