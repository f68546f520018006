import { createAssembler } from '../assemble/index.js';
import { LineOrdinals } from '../assemble/line-ordinals.js';
import { identityOf } from '../assemble/request-identity.js';
import type {
  ExecutionFacts,
  ExecutionLine,
  ExecutionLineKind,
  Limits,
  LogEntry,
  RequestPlace,
  RequestRecord,
  StoredFact,
} from '../model/index.js';
import { factIdOf } from './fact-id.js';
import { toldFallback } from './fact-place.js';
import { linkOfEvent, linksOfIds } from './links.js';

/** What a line's fact needs of the entry that it came from. */
interface HeldLine {
  readonly facts: ExecutionFacts;
  readonly entry: Pick<LogEntry, 'line' | 'logGroup' | 'logStream'>;
  readonly textLength: number;
  /** The line, or where several records stand in one line, a number behind it. */
  readonly order: number;
  /** Sets it apart from equal lines; null when it names its extended id. */
  readonly lineId: string | null;
}

/** One request of an execution log, as far as this unit has it. */
export interface ExecutionRequest {
  readonly record: RequestRecord;
  /** A part whose other part, in another unit, is counted there is not. */
  readonly isCounted: boolean;
  readonly facts: readonly { readonly fact: StoredFact; readonly textLength: number }[];
  /** Lines of which nothing tells the time; the text is AWS's, redacted. */
  readonly timeless: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Puts the lines of a unit's execution logs together, since only together they tell which lines without an id belong to
 * which request, what its status was and whether it is worth keeping.
 */
export class ExecutionEvidence {
  private readonly held = new Map<ExecutionLine, HeldLine>();
  private readonly assembler: ReturnType<typeof createAssembler>;
  private readonly lineIds: LineOrdinals;
  private readonly fallbackPlace: RequestPlace;
  private order = 0;

  constructor(limits: Limits, fallbackPlace: RequestPlace, ordinals: number) {
    this.fallbackPlace = fallbackPlace;
    this.assembler = createAssembler(limits, { fallbackPlace });
    this.lineIds = new LineOrdinals(ordinals);
  }

  /** Requests that have to make room. */
  add(entry: LogEntry, read: ExecutionFacts): ExecutionRequest[] {
    // The line stands for its entry from here on, so it must be one of its own.
    const facts = { ...read, line: { ...read.line } };
    const { line, logGroup, logStream } = entry;
    this.lineIds.isRepeated(entry);
    this.order = Math.max(this.order + 1, line);
    this.held.set(facts.line, {
      facts,
      entry: { line, logGroup, logStream },
      textLength: entry.text.length,
      order: this.order,
      lineId: identityOf(facts).extendedRequestId === null ? this.lineIds.eventIdFor(entry) : null,
    });
    this.assembler.add(entry, facts);
    return this.assembler.take(null).map((record) => this.conclude(record));
  }

  end(): ExecutionRequest[] {
    return this.assembler.end().map((record) => this.conclude(record));
  }

  private conclude(record: RequestRecord): ExecutionRequest {
    const lines: HeldLine[] = [];
    for (const line of record.execution) {
      const held = this.held.get(line);
      this.held.delete(line);
      if (held !== undefined) lines.push(held);
    }
    const isCounted = counts(record.execution);
    if (record.timeMs === null) {
      return {
        record,
        isCounted,
        facts: [],
        timeless: lines.map(({ entry, facts }) => ({ line: entry.line, text: facts.line.text })),
      };
    }
    const facts = wasServed(record.execution) ? [] : this.factsOf(record, record.timeMs, lines);
    return { record, isCounted, facts, timeless: [] };
  }

  private factsOf(record: RequestRecord, timeMs: number, lines: readonly HeldLine[]): ExecutionRequest['facts'] {
    // Listings show the newest line first or last: numbered in the order of the log, both are the same.
    const numbers = lines.map(({ order }) => order).sort((a, b) => a - b);
    const made: { fact: StoredFact; textLength: number }[] = [];
    let latestMs = timeMs;
    for (const [index, held] of lines.entries()) {
      latestMs = held.facts.timeMs ?? latestMs;
      if (held.facts.line.kind === 'other') continue;
      const isFirst = made.length === 0;
      const fact = this.factOf(record, held, { line: numbers[index] as number, timeMs: latestMs, isFirst });
      made.push({ fact, textLength: held.textLength });
    }
    return made;
  }

  private factOf(
    record: RequestRecord,
    { facts: read, entry, lineId }: HeldLine,
    { line, timeMs, isFirst }: { readonly line: number; readonly timeMs: number; readonly isFirst: boolean },
  ): StoredFact {
    const facts = withIdOf(record, read);
    const ids = identityOf(facts);
    const named = ids.extendedRequestId !== null;
    // A log of which no line names the extended id is known by the line that it begins with.
    const eventId =
      named || (isFirst && record.extendedRequestId === null) ? record.eventId : isFirst ? (lineId ?? '') : '';
    const links = linksOfIds(ids);
    if (links.length === 0) links.push(linkOfEvent(record.eventId));
    if (eventId !== '' && !named && !links.includes(linkOfEvent(eventId))) links.push(linkOfEvent(eventId));
    return {
      factId: factIdOf(facts, timeMs, lineId),
      kind: 'execution',
      timeMs,
      links,
      eventId,
      body: {
        facts,
        line,
        logGroup: entry.logGroup,
        logStream: entry.logStream,
        lineEventId: lineId,
        ...toldFallback(this.fallbackPlace),
      },
    };
  }
}

/** A line without any id takes that of its request. */
function withIdOf(record: RequestRecord, facts: ExecutionFacts): ExecutionFacts {
  const own = identityOf(facts);
  if (own.requestId !== null || own.extendedRequestId !== null) return facts;
  const { requestId, extendedRequestId } = record;
  if (requestId === null && extendedRequestId === null) return facts;
  return {
    ...facts,
    ids: { ...facts.ids, requestId, extendedRequestId: requestId === null ? extendedRequestId : null },
  };
}

const refusals: ReadonlySet<ExecutionLineKind> = new Set([
  'unauthorized_request',
  'client_not_authorized',
  'api_key_refused',
  'limit_exceeded',
  'mtls_denied',
  'message',
]);
const ends: ReadonlySet<ExecutionLineKind> = new Set(['method_completed', 'gateway_response']);
const failures: ReadonlySet<ExecutionLineKind> = new Set(['configuration_error', 'lambda_failed']);

/**
 * A request whose lines two units share is counted where its status stands. A log that shows no status (level ERROR) is
 * counted by what it shows of a failure; only a unit that ends between the two counts such a request twice.
 */
const counts = (lines: readonly ExecutionLine[]): boolean =>
  lines.some(({ kind }) => ends.has(kind) || refusals.has(kind) || failures.has(kind));

/** It completed with a status under 400, and no line speaks of a refusal. */
function wasServed(lines: readonly ExecutionLine[]): boolean {
  const completed = lines.some((line) => line.kind === 'method_completed' && line.status < 400);
  return completed && !lines.some(({ kind }) => refusals.has(kind) || kind === 'gateway_response');
}
