import type { ExecutionFacts, LogEntry, RequestIds } from '../model/index.js';
import { acceptsIdless, appendLine, beginsAnother, createStrand, type ExecutionStrand } from './execution-strand.js';

interface OpenLog {
  /** The latest opening of each request id. */
  readonly byRequestId: Map<string, ExecutionStrand>;
  /** The strand of the line before: lines without an id go on with it. */
  last: ExecutionStrand | null;
  strands: number;
}

export interface PlacedLine {
  readonly strand: ExecutionStrand;
  readonly isNew: boolean;
}

/** Sorts the lines of each execution log (group and stream) into strands, one for each request. */
export class ExecutionLogs {
  private readonly logs = new Map<string, OpenLog>();

  place(
    entry: LogEntry,
    facts: ExecutionFacts,
    ids: RequestIds,
    timeMs: number | null,
    opening: { readonly sequence: number; readonly lineEventId: () => string | null },
  ): PlacedLine {
    const logKey = `${entry.logGroup ?? ''}\n${entry.logStream ?? ''}`;
    const log = this.logs.get(logKey) ?? { byRequestId: new Map(), last: null, strands: 0 };
    this.logs.set(logKey, log);

    const found = find(log, facts, ids, timeMs);
    const strand =
      found ?? createStrand(entry, facts, { logKey, sequence: opening.sequence, lineEventId: opening.lineEventId() });
    if (found === null) log.strands++;
    strand.requestId ??= ids.requestId;
    strand.extendedRequestId ??= ids.extendedRequestId;
    strand.traceId ??= ids.traceId;
    appendLine(strand, facts, timeMs);
    if (strand.requestId !== null) log.byRequestId.set(strand.requestId, strand);
    log.last = strand;
    return { strand, isNew: found === null };
  }

  /** The strand was handed on: what comes later opens another one. */
  forget(strand: ExecutionStrand): void {
    const log = this.logs.get(strand.logKey);
    if (log === undefined) return;
    if (strand.requestId !== null && log.byRequestId.get(strand.requestId) === strand) {
      log.byRequestId.delete(strand.requestId);
    }
    if (log.last === strand) log.last = null;
    log.strands--;
    if (log.strands === 0) this.logs.delete(strand.logKey);
  }
}

function find(log: OpenLog, facts: ExecutionFacts, ids: RequestIds, timeMs: number | null): ExecutionStrand | null {
  const { line } = facts;
  const { last } = log;
  if (ids.requestId === null && ids.extendedRequestId === null) {
    return last !== null && acceptsIdless(last, line, timeMs) ? last : null;
  }
  const named = ids.requestId === null ? null : (log.byRequestId.get(ids.requestId) ?? null);
  if (named !== null) {
    const otherIds = ids.extendedRequestId !== null && differ(named.extendedRequestId, ids.extendedRequestId);
    return otherIds || beginsAnother(named, line, timeMs) ? null : named;
  }
  // Lines before had no id (`Incoming identity: …`, a masked first line); this one names it: `Starting execution for request: <id>`
  const adopts = last !== null && last.requestId === null && !differ(last.extendedRequestId, ids.extendedRequestId);
  return adopts && acceptsIdless(last, line, timeMs) ? last : null;
}

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
