import type { RequestPlace } from '../model/index.js';
import { type ExecutionStrand, mergePlaces, startOf } from './execution-strand.js';
import { type HeldRequest, requestIdsOf } from './held-request.js';
import {
  accessFitKey,
  accessPlace,
  accessValue,
  contradictsPlace,
  fitsWaf,
  wafFitKey,
  wafToleranceMs,
} from './waf-fit.js';

/** Pieces of evidence that are one request. */
export interface JoinedRequest {
  readonly parts: HeldRequest[];
  approximateWaf: boolean;
  /** Only a request id joins the parts: callers may choose it. */
  readonly byRequestId: boolean;
}

/** A request and its execution log may be written this far apart; a request id that comes back later is another request. */
const sameRequestMs = 15 * 60 * 1000;

/**
 * Joins what no extended id joins, in order of first appearance. It looks at everything that is held, never at the order
 * in which it came: the same evidence gives the same requests.
 */
export function joinRequests(held: readonly HeldRequest[]): JoinedRequest[] {
  const joined = joinByRequestId(held);
  joinWafApproximately(joined);
  return joined
    .filter((request) => request.parts.length > 0)
    .map((request) => {
      request.parts.sort(bySequence);
      return request;
    })
    .sort((a, b) => bySequence(a.parts[0] as HeldRequest, b.parts[0] as HeldRequest));
}

const bySequence = (a: HeldRequest, b: HeldRequest): number => a.sequence - b.sequence;

/**
 * Callers choose requestId. It joins an access line, an execution log and a response only if it is held exactly once on
 * each side; as soon as two access lines (or two logs, or two responses) show it, nothing tells whose is whose.
 */
function joinByRequestId(held: readonly HeldRequest[]): JoinedRequest[] {
  // Nearly every id has one holder, and all that is held comes through here each time: a list is made for the second.
  const holders = new Map<string, HeldRequest>();
  const shared = new Map<string, HeldRequest[]>();
  for (const request of held) {
    for (const id of requestIdsOf(request)) {
      const first = holders.get(id);
      if (first === undefined) holders.set(id, request);
      else if (shared.has(id)) shared.get(id)?.push(request);
      else shared.set(id, [first, request]);
    }
  }
  const joinedOf = new Map<HeldRequest, JoinedRequest>();
  for (const id of [...shared.keys()].sort()) {
    const list = shared.get(id) as HeldRequest[];
    // One request may have shown two request ids and have been joined by the other one already.
    const parts = [...new Set(list.flatMap((request) => joinedOf.get(request)?.parts ?? [request]))];
    if (!areOneRequest(parts)) continue;
    const target: JoinedRequest = { parts, approximateWaf: false, byRequestId: parts.length > 1 };
    for (const part of parts) joinedOf.set(part, target);
  }
  const alone: JoinedRequest[] = [];
  for (const request of held) {
    if (!joinedOf.has(request)) alone.push({ parts: [request], approximateWaf: false, byRequestId: false });
  }
  return [...new Set(joinedOf.values()), ...alone];
}

function areOneRequest(list: readonly HeldRequest[]): boolean {
  if (list.filter((request) => request.access !== null).length > 1) return false;
  if (list.filter((request) => request.response !== null).length > 1) return false;
  if (list.filter((request) => request.waf !== null).length > 1) return false;
  if (new Set(list.map((request) => request.extendedRequestId).filter((id) => id !== null)).size > 1) return false;
  const logs = list.filter((request) => request.strands.length > 0);
  if (logs.length > 1 && !areOneLog(logs.flatMap((request) => request.strands))) return false;
  for (const [index, a] of list.entries()) {
    // What is left is short: an access line, a response, a WAF record and the streams of one log.
    for (const b of list.slice(index + 1)) if (contradict(a, b)) return false;
  }
  return true;
}

/** Strands of one request id out of several streams of one log group that complete each other. */
function areOneLog(strands: readonly ExecutionStrand[]): boolean {
  if (strands.length > 8) return false;
  const keys = new Set(strands.map((strand) => strand.logKey));
  if (keys.size !== strands.length || new Set(strands.map((strand) => strand.logGroup)).size !== 1) return false;
  const once = new Set(['extended_request_id', 'usage_plan_check', 'execution_started', 'method_completed']);
  const seen = new Set<string>();
  for (const strand of strands) {
    for (const { kind } of strand.lines) {
      if (!once.has(kind)) continue;
      if (seen.has(kind)) return false;
      seen.add(kind);
    }
  }
  return true;
}

function contradict(a: HeldRequest, b: HeldRequest): boolean {
  const timeA = timeOf(a);
  const timeB = timeOf(b);
  if (timeA !== null && timeB !== null && Math.abs(timeA - timeB) > sameRequestMs) return true;
  if (contradictsPlace(placeOf(a), placeOf(b))) return true;
  const methodA = methodOf(a);
  const methodB = methodOf(b);
  return methodA !== null && methodB !== null && methodA !== methodB;
}

const timeOf = (held: HeldRequest): number | null => {
  const strand = held.strands[0];
  return (
    held.access?.timeMs ??
    held.waf?.timeMs ??
    (strand === undefined ? null : startOf(strand)) ??
    held.response?.timeMs ??
    null
  );
};

function placeOf(held: HeldRequest): RequestPlace {
  let place: RequestPlace = { account: null, region: null, apiId: null, stage: null };
  if (held.access !== null) place = mergePlaces(place, accessPlace(held.access.facts));
  for (const strand of held.strands) place = mergePlaces(place, strand.place);
  if (held.waf !== null) place = mergePlaces(place, held.waf.facts.place);
  if (held.response !== null) place = mergePlaces(place, held.response.facts.place);
  return place;
}

function methodOf(held: HeldRequest): string | null {
  if (held.access !== null) return accessValue(held.access.facts, 'httpMethod');
  for (const strand of held.strands) {
    const line = strand.lines.find((candidate) => candidate.kind === 'method_and_path');
    if (line?.kind === 'method_and_path') return line.method;
  }
  return held.waf?.facts.method ?? held.response?.facts.request.method ?? null;
}

/** More candidates than this in one cell of client, method and time: not decidable, and not worth the comparisons. */
const maxCellCandidates = 64;

/** A WAF record that no id links joins the access line that it fits, if each of the two fits nothing else. */
function joinWafApproximately(joined: readonly JoinedRequest[]): void {
  const records = joined.filter(({ parts }) => parts.length === 1 && isLoneWaf(parts[0] as HeldRequest));
  if (records.length === 0) return;
  const cells = new Map<string, JoinedRequest[]>();
  for (const request of joined) {
    const access = partWith(request, 'access');
    const key = access !== null && partWith(request, 'waf') === null ? accessFitKey(access) : null;
    if (key === null) continue;
    const name = cellName(key, cellOf(key.timeMs));
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, [request]);
    else cell.push(request);
  }
  if (cells.size === 0) return;

  const fitOfRecord = new Map<JoinedRequest, JoinedRequest>();
  const fitsOfRequest = new Map<JoinedRequest, number>();
  for (const record of records) {
    const waf = partWith(record, 'waf');
    const key = waf === null ? null : wafFitKey(waf);
    if (waf === null || key === null) continue;
    const middle = cellOf(key.timeMs);
    const candidates = [middle - 1, middle, middle + 1].map((cell) => cells.get(cellName(key, cell)) ?? []);
    const crowded = candidates.reduce((sum, cell) => sum + cell.length, 0) > maxCellCandidates;
    if (crowded) {
      for (const cell of candidates) markCrowded(cell, fitsOfRequest);
      continue;
    }
    let fits = 0;
    for (const request of candidates.flat()) {
      const access = partWith(request, 'access');
      if (access === null || bothNameIds(request, record) || !fitsWaf(access, waf)) continue;
      fits++;
      fitOfRecord.set(record, request);
      fitsOfRequest.set(request, (fitsOfRequest.get(request) ?? 0) + 1);
    }
    if (fits > 1) fitOfRecord.delete(record);
  }
  for (const [record, request] of fitOfRecord) {
    if (fitsOfRequest.get(request) !== 1) continue;
    request.parts.push(...record.parts);
    record.parts.length = 0;
    request.approximateWaf = true;
  }
}

/** Marks every request of a crowded cell as one that several records may fit; a cell is marked once. */
function markCrowded(cell: readonly JoinedRequest[], fits: Map<JoinedRequest, number>): void {
  const last = cell.at(-1);
  if (last === undefined || fits.get(last) === Number.POSITIVE_INFINITY) return;
  for (const request of cell) fits.set(request, Number.POSITIVE_INFINITY);
}

const cellOf = (timeMs: number): number => Math.floor(timeMs / wafToleranceMs);
const cellName = (key: { clientIp: string; method: string }, cell: number): string =>
  `${key.clientIp} ${key.method} ${cell}`;

const isLoneWaf = (held: HeldRequest): boolean =>
  held.waf !== null && held.access === null && held.response === null && held.strands.length === 0;

/** Both know an extended id and still were not joined by it: the ids say that they are two requests. */
const bothNameIds = (request: JoinedRequest, record: JoinedRequest): boolean =>
  request.parts.some((part) => part.extendedRequestId !== null) &&
  record.parts.some((part) => part.extendedRequestId !== null);

function partWith<K extends 'access' | 'waf' | 'response'>(request: JoinedRequest, kind: K): HeldRequest[K] | null {
  for (const part of request.parts) if (part[kind] !== null) return part[kind];
  return null;
}
