import { type AccessFacts, noPlace, type RequestPlace, type ResponseFacts, type WafFacts } from '../model/index.js';
import { eventIdOf } from './event-id.js';
import type { ExecutionStrand } from './execution-strand.js';

/** One access line, WAF record or response with what an event id needs of its entry. */
export interface HeldFact<F> {
  readonly facts: F;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly timeMs: number | null;
  readonly sequence: number;
  readonly line: number;
  /** null when the fact has an extended id, which then makes the event id. */
  readonly lineEventId: string | null;
}

/**
 * What is known to be one request by its extended id, or a single piece of evidence that has none. Joins that need more
 * than an id (`join-requests.ts`) are made when requests are handed on, so that the order of arrival decides nothing.
 */
export interface HeldRequest {
  readonly extendedRequestId: string | null;
  /** Order of arrival of the first piece. */
  sequence: number;
  access: HeldFact<AccessFacts> | null;
  readonly strands: ExecutionStrand[];
  waf: HeldFact<WafFacts> | null;
  response: HeldFact<ResponseFacts> | null;
  bytes: number;
  /** What stands in for what no part tells. */
  fallbackPlace: RequestPlace;
}

export const createHeldRequest = (extendedRequestId: string | null, sequence: number): HeldRequest => ({
  extendedRequestId,
  sequence,
  access: null,
  strands: [],
  waf: null,
  response: null,
  bytes: 0,
  fallbackPlace: noPlace,
});

/** The event ids that a request known from one of these parts alone has. */
export function eventIdsOf(parts: readonly HeldRequest[]): string[] {
  const ids = new Set<string | null>();
  for (const { extendedRequestId, access, strands, waf, response } of parts) {
    if (extendedRequestId !== null) ids.add(eventIdOf({ extendedRequestId }));
    for (const fact of [access, waf, response]) ids.add(fact?.lineEventId ?? null);
    for (const strand of strands) {
      ids.add(strand.lineEventId);
      for (const id of strand.furtherEventIds) ids.add(id);
    }
  }
  return [...ids].filter((id) => id !== null);
}

export function requestIdsOf(held: HeldRequest): Iterable<string> {
  if (held.strands.length === 0 && held.response === null) {
    return held.access?.requestId ? [held.access.requestId] : [];
  }
  const ids = new Set<string>();
  for (const part of [held.access, ...held.strands, held.response]) {
    if (part?.requestId) ids.add(part.requestId);
  }
  return ids;
}
