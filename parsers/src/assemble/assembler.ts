import type {
  AccessFacts,
  ExecutionFacts,
  Facts,
  Limits,
  LogEntry,
  RequestIds,
  RequestPlace,
  RequestRecord,
  ResponseFacts,
  WafFacts,
} from '../model/index.js';
import { noPlace } from '../model/index.js';
import { ExecutionLogs } from './execution-logs.js';
import { mergePlaces, nameStrand, startOf } from './execution-strand.js';
import { createHeldRequest, eventIdsOf, type HeldFact, type HeldRequest } from './held-request.js';
import { type JoinedRequest, joinRequests } from './join-requests.js';
import { LineOrdinals } from './line-ordinals.js';
import { identityOf } from './request-identity.js';
import { buildRequestRecord } from './request-record.js';

/** Gathers the facts of each request. Time is an argument: nothing here reads a clock. */
export interface Assembler {
  /**
   * The facts of one entry are added one after the other, with the same entry object. With `known` the entry's text is not
   * looked at, and repetitions are the caller's business.
   */
  add(entry: LogEntry, facts: Facts, known?: KnownEvidence): void;
  /**
   * Requests that are complete by age (their latest event time is older than now − openAgeMs) or that the bounds on count
   * and bytes push out; oldest first. Cheap while nothing is due with `nowMs` null; call it after each `add`, or the
   * requests that were pushed out gather here.
   */
  take(nowMs: number | null): RequestRecord[];
  /** All that is held, in order of first appearance. */
  end(): RequestRecord[];
  /** As `end`, with the event ids that the parts of each request have alone. */
  endWithEventIds(): AssembledRequest[];
  /** Requests held at the moment, at most `limits.openRequests`. */
  readonly openRequests: number;
  /** Estimate of the bytes they take, at most `limits.openBytes` (but for a single request that is larger). */
  readonly openBytes: number;
}

/** What was found out of an entry when its text was at hand. */
export interface KnownEvidence {
  /** Event id of a request that begins with it and has no extended id; null when the fact names one or only goes on with a log. */
  readonly lineEventId: string | null;
  /** Stands in for what no evidence of the request tells. */
  readonly fallbackPlace: RequestPlace;
}

export interface AssembledRequest {
  readonly record: RequestRecord;
  readonly eventIds: readonly string[];
}

export interface AssemblerOptions {
  /** Stands in for place parts that no source tells (`--api`, `--stage`). */
  readonly fallbackPlace?: RequestPlace;
}

export function createAssembler(limits: Limits, options: AssemblerOptions = {}): Assembler {
  return new BoundedAssembler(limits, options.fallbackPlace ?? noPlace);
}

/** Objects around a fact's text, roughly. */
const factOverheadBytes = 384;

class BoundedAssembler implements Assembler {
  openBytes = 0;
  private readonly limits: Limits;
  private readonly fallbackPlace: RequestPlace;
  private readonly held = new Set<HeldRequest>();
  private readonly byExtendedId = new Map<string, HeldRequest>();
  private readonly logs = new ExecutionLogs();
  private readonly ordinals: LineOrdinals;
  private readonly heldOfStrand = new WeakMap<object, HeldRequest>();
  private pushedOut: RequestRecord[] = [];
  private sequence = 0;
  private known: KnownEvidence | null = null;
  private lastEntry: LogEntry | null = null;
  /** What the entry's text adds to `openBytes`: with its first fact only, the others share it. */
  private textBytes = 0;

  constructor(limits: Limits, fallbackPlace: RequestPlace) {
    this.limits = limits;
    this.fallbackPlace = fallbackPlace;
    this.ordinals = new LineOrdinals(Math.max(1024, Math.min(limits.openRequests * 2, 1_000_000)));
  }

  get openRequests(): number {
    return this.held.size;
  }

  add(entry: LogEntry, facts: Facts, known?: KnownEvidence): void {
    if (known === undefined && this.ordinals.isRepeated(entry)) return;
    this.known = known ?? null;
    this.textBytes = entry === this.lastEntry ? 0 : entry.text.length * 2;
    this.lastEntry = entry;
    this.sequence++;
    const ids = identityOf(facts);
    const timeMs = facts.timeMs ?? entry.timeMs;
    if (facts.kind === 'execution') this.addExecution(entry, facts, ids, timeMs);
    else this.addSingle(entry, facts, ids, timeMs);
    if (this.held.size > this.limits.openRequests || this.openBytes > this.limits.openBytes) this.pushOut();
  }

  take(nowMs: number | null): RequestRecord[] {
    const records = this.pushedOut;
    this.pushedOut = [];
    if (nowMs === null) return records;
    const dueBefore = nowMs - this.limits.openAgeMs;
    const due = this.joined().filter((request) => isOlder(request, dueBefore));
    for (const request of due) records.push(this.handOn(request));
    return records;
  }

  end(): RequestRecord[] {
    const records = this.pushedOut;
    this.pushedOut = [];
    for (const request of this.joined()) records.push(this.handOn(request));
    return records;
  }

  endWithEventIds(): AssembledRequest[] {
    return this.joined().map((request) => ({ eventIds: eventIdsOf(request.parts), record: this.handOn(request) }));
  }

  private lineEventIdOf(entry: LogEntry): string | null {
    return this.known === null ? this.ordinals.eventIdFor(entry) : this.known.lineEventId;
  }

  private addExecution(entry: LogEntry, facts: ExecutionFacts, ids: RequestIds, timeMs: number | null): void {
    const lineEventId = () => (ids.extendedRequestId === null ? this.lineEventIdOf(entry) : null);
    const opening = { sequence: this.sequence, lineEventId };
    const { strand, isNew } = this.logs.place(entry, facts, ids, timeMs, opening);
    if (this.known !== null && this.known.lineEventId !== null) nameStrand(strand, this.known.lineEventId);
    let request = isNew ? undefined : this.heldOfStrand.get(strand);
    if (request === undefined) {
      request = this.heldFor(strand.extendedRequestId);
      request.strands.push(strand);
    } else if (request.extendedRequestId !== strand.extendedRequestId) {
      request = this.moveStrand(request, strand);
    }
    this.heldOfStrand.set(strand, request);
    this.placeByFallback(request);
    this.grow(request, this.textBytes + factOverheadBytes);
  }

  /** The strand learned its extended id only now. */
  private moveStrand(from: HeldRequest, strand: HeldRequest['strands'][number]): HeldRequest {
    from.strands.splice(from.strands.indexOf(strand), 1);
    this.held.delete(from);
    const { bytes, fallbackPlace } = from;
    this.openBytes -= bytes;
    const to = this.heldFor(strand.extendedRequestId, from.sequence);
    to.strands.push(strand);
    to.fallbackPlace = mergePlaces(to.fallbackPlace, fallbackPlace);
    this.grow(to, bytes);
    return to;
  }

  private addSingle(
    entry: LogEntry,
    facts: AccessFacts | WafFacts | ResponseFacts,
    ids: RequestIds,
    timeMs: number | null,
  ): void {
    const lineEventId = ids.extendedRequestId === null ? this.lineEventIdOf(entry) : null;
    const request = this.heldFor(ids.extendedRequestId);
    this.placeByFallback(request);
    const fact = <F>(of: F): HeldFact<F> => ({
      facts: of,
      requestId: ids.requestId,
      traceId: ids.traceId,
      timeMs,
      sequence: this.sequence,
      line: entry.line,
      lineEventId,
    });
    // An extended id identifies: a second line of one kind repeats the first.
    if (facts.kind === 'waf') {
      if (request.waf !== null && (terminates(request.waf.facts) || !terminates(facts))) return;
      request.waf = fact(facts);
    } else if (facts.kind === 'access') {
      if (request.access !== null) return;
      request.access = fact(facts);
    } else {
      if (request.response !== null) return;
      request.response = fact(facts);
    }
    this.grow(request, this.textBytes + factOverheadBytes);
  }

  private heldFor(extendedRequestId: string | null, sequence = this.sequence): HeldRequest {
    const known = extendedRequestId === null ? undefined : this.byExtendedId.get(extendedRequestId);
    if (known !== undefined) {
      known.sequence = Math.min(known.sequence, sequence);
      return known;
    }
    const request = createHeldRequest(extendedRequestId, sequence);
    this.held.add(request);
    if (extendedRequestId !== null) this.byExtendedId.set(extendedRequestId, request);
    return request;
  }

  private placeByFallback(request: HeldRequest): void {
    if (this.known === null) return;
    request.fallbackPlace = mergePlaces(request.fallbackPlace, this.known.fallbackPlace);
  }

  private grow(request: HeldRequest, bytes: number): void {
    request.bytes += bytes;
    this.openBytes += bytes;
  }

  private joined(): JoinedRequest[] {
    return joinRequests([...this.held]);
  }

  /**
   * Makes room for a tenth of the bounds at once: joining looks at all that is held, so that one request at a time would
   * cost the square of the bound.
   */
  private pushOut(): void {
    const { openRequests, openBytes } = this.limits;
    const targetCount = Math.max(0, openRequests - Math.floor(openRequests / 10));
    const targetBytes = openBytes * 0.9;
    for (const request of this.joined()) {
      if (this.held.size <= targetCount && this.openBytes <= targetBytes) return;
      this.pushedOut.push(this.handOn(request));
    }
  }

  private handOn(request: JoinedRequest): RequestRecord {
    for (const part of request.parts) {
      this.held.delete(part);
      if (part.extendedRequestId !== null) this.byExtendedId.delete(part.extendedRequestId);
      for (const strand of part.strands) this.logs.forget(strand);
      this.openBytes -= part.bytes;
    }
    // An access line counts its request, under labels that its own feed completes.
    const parts = request.parts.toSorted((a, b) => Number(b.access !== null) - Number(a.access !== null));
    const told = parts.reduce((place, part) => mergePlaces(place, part.fallbackPlace), noPlace);
    return buildRequestRecord(request, mergePlaces(told, this.fallbackPlace));
  }
}

/** Counting rules let the request go on; only a terminating record says what became of it. */
const terminates = (waf: WafFacts): boolean =>
  waf.action === 'BLOCK' || waf.action === 'CAPTCHA' || waf.action === 'CHALLENGE';

function isOlder({ parts }: JoinedRequest, dueBefore: number): boolean {
  let latest: number | null = null;
  for (const part of parts) {
    const times = [part.access?.timeMs, part.waf?.timeMs, part.response?.timeMs];
    for (const strand of part.strands) times.push(strand.lastMs, startOf(strand));
    for (const time of times) if (time != null && (latest === null || time > latest)) latest = time;
  }
  return latest !== null && latest < dueBefore;
}
