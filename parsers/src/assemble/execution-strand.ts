import type { ExecutionFacts, ExecutionLine, ExecutionLineKind, LogEntry, RequestPlace } from '../model/index.js';

/**
 * The lines of one request in one execution log, in the order in which they appeared. A log without ids has nothing but
 * position: which line may follow which is known from the phases of a request.
 */
export interface ExecutionStrand {
  readonly logKey: string;
  readonly logGroup: string | null;
  requestId: string | null;
  extendedRequestId: string | null;
  traceId: string | null;
  readonly lines: ExecutionLine[];
  place: RequestPlace;
  firstMs: number | null;
  lastMs: number | null;
  /** Furthest phase seen, -1 before the first line that tells one. */
  phase: number;
  completed: boolean;
  /** A line that opens something was seen. */
  opened: boolean;
  /** The log is listed oldest line first, as far as this strand shows. */
  ascending: boolean;
  /** Order of arrival and input line of the first line. */
  readonly sequence: number;
  readonly line: number;
  /** Event id that the first line gives; null when that line names the extended id. */
  lineEventId: string | null;
  /** Of lines that were the first of a part of this log, as other readings of it saw it. */
  readonly furtherEventIds: string[];
}

/** Lines that open a request, or a later part of it, with the phase they stand in. */
const openingPhase: Partial<Record<ExecutionLineKind, number>> = {
  test_invoke: 0,
  extended_request_id: 0,
  authorizer_started: 1,
  usage_plan_check: 2,
  execution_started: 3,
};

const refusedPhase = 8;
const completedPhase = 9;

/** Lines that end the phases: what opens afterwards is another request. Of these a request has one. */
const refusalKinds: ReadonlySet<ExecutionLineKind> = new Set([
  'unauthorized_request',
  'client_not_authorized',
  'api_key_refused',
  'limit_exceeded',
  'mtls_denied',
]);

/** What API Gateway still writes after `Method completed with status: <code>`, and lines that tell nothing. */
const trailingKinds: ReadonlySet<ExecutionLineKind> = new Set([
  'integration_request_id',
  'trace_id',
  'gateway_response',
  'gateway_response_body',
  'gateway_response_headers',
  'other',
]);

function phaseOf(kind: ExecutionLineKind): number {
  if (kind === 'method_completed') return completedPhase;
  if (refusalKinds.has(kind) || kind === 'gateway_response') return refusedPhase;
  return openingPhase[kind] ?? -1;
}

/**
 * True when the line, which names the strand's own request id or none, must belong to another request: an opening that
 * would go back in the phases, or a second end.
 */
export function beginsAnother(strand: ExecutionStrand, line: ExecutionLine, timeMs: number | null): boolean {
  if (line.kind === 'method_completed') return strand.completed;
  const phase = openingPhase[line.kind];
  if (phase === undefined) return false;
  // Query results and the console list the newest line first: there an opening is older than what was seen.
  if (isOlder(strand, timeMs)) return false;
  // Lines of one millisecond may change places: an id that comes second is still this request's.
  if (line.kind === 'extended_request_id' && strand.extendedRequestId === null && !strand.completed) {
    return timeMs === null || timeMs !== strand.firstMs;
  }
  return phase <= strand.phase;
}

/** True when a line without any id may go on with the strand it follows. */
export function acceptsIdless(strand: ExecutionStrand, line: ExecutionLine, timeMs: number | null): boolean {
  if (beginsAnother(strand, line, timeMs)) return false;
  if (isOlder(strand, timeMs)) return true;
  if (strand.completed) return trailingKinds.has(line.kind);
  if (refusalKinds.has(line.kind)) return strand.phase < refusedPhase;
  if (line.kind === 'message') return !strand.lines.some((held) => held.kind === 'message');
  return true;
}

const isOlder = (strand: ExecutionStrand, timeMs: number | null): boolean =>
  !strand.ascending && timeMs !== null && strand.firstMs !== null && timeMs < strand.firstMs;

export function createStrand(
  entry: LogEntry,
  facts: ExecutionFacts,
  origin: { readonly logKey: string; readonly sequence: number; readonly lineEventId: string | null },
): ExecutionStrand {
  return {
    ...origin,
    logGroup: entry.logGroup,
    requestId: null,
    extendedRequestId: null,
    traceId: null,
    lines: [],
    place: facts.place,
    firstMs: null,
    lastMs: null,
    phase: -1,
    completed: false,
    opened: false,
    ascending: false,
    line: entry.line,
    furtherEventIds: [],
  };
}

/** A line that begins the strand, or a part of it, told the event id that it gives. */
export function nameStrand(strand: ExecutionStrand, lineEventId: string): void {
  if (strand.lineEventId === null) strand.lineEventId = lineEventId;
  else if (strand.lineEventId !== lineEventId) strand.furtherEventIds.push(lineEventId);
}

export function appendLine(strand: ExecutionStrand, facts: ExecutionFacts, timeMs: number | null): void {
  const { line, place } = facts;
  const isLater = timeMs !== null && strand.firstMs !== null && timeMs > strand.firstMs;
  if (isLater || (line.kind === 'method_completed' && strand.opened)) strand.ascending = true;
  if (openingPhase[line.kind] !== undefined) strand.opened = true;
  strand.lines.push(line);
  strand.firstMs ??= timeMs;
  strand.lastMs = timeMs ?? strand.lastMs;
  strand.phase = Math.max(strand.phase, phaseOf(line.kind));
  if (line.kind === 'method_completed') strand.completed = true;
  strand.place = mergePlaces(strand.place, place);
}

/** The first that knows wins, part by part. */
export function mergePlaces(first: RequestPlace, second: RequestPlace): RequestPlace {
  if (first.account !== null && first.region !== null && first.apiId !== null && first.stage !== null) return first;
  return {
    account: first.account ?? second.account,
    region: first.region ?? second.region,
    apiId: first.apiId ?? second.apiId,
    stage: first.stage ?? second.stage,
  };
}

export const byStart = (a: ExecutionStrand, b: ExecutionStrand): number =>
  (startOf(a) ?? 0) - (startOf(b) ?? 0) || a.line - b.line || a.sequence - b.sequence;

/** Lines of several strands of one request, sorted `byStart`, in log order; a strand that was listed twice counts once. */
export function linesInOrder(sorted: readonly ExecutionStrand[]): ExecutionLine[] {
  const lines: ExecutionLine[] = [];
  const seen = new Set<string>();
  for (const strand of sorted) {
    const text = strand.lines.map((line) => line.text).join('\n');
    if (seen.has(text)) continue;
    seen.add(text);
    const listedBackwards = strand.firstMs !== null && strand.lastMs !== null && strand.lastMs < strand.firstMs;
    // not push(...): a strand can hold more lines than a call takes arguments
    for (const line of listedBackwards ? strand.lines.toReversed() : strand.lines) lines.push(line);
  }
  return lines;
}

export const startOf = (strand: ExecutionStrand): number | null =>
  strand.firstMs === null || strand.lastMs === null ? strand.firstMs : Math.min(strand.firstMs, strand.lastMs);
