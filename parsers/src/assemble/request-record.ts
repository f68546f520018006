import type { ExecutionLine, RequestPlace, RequestRecord } from '../model/index.js';
import { noPlace } from '../model/index.js';
import { traceRoot } from '../text/request-id.js';
import { inferApiKind } from './api-kind.js';
import { eventIdOf } from './event-id.js';
import { byStart, linesInOrder, mergePlaces, startOf } from './execution-strand.js';
import type { JoinedRequest } from './join-requests.js';
import type { RequestSources } from './request-sources.js';
import { accessPlace, accessValue } from './waf-fit.js';

/**
 * One record out of all evidence of a request. Where several sources tell the same thing the order is: access line
 * (API Gateway's own account, with the stage's variables), WAF record, execution log, response. `fallbackPlace` stands in
 * for what no source tells; it never takes part in joining.
 */
export function buildRequestRecord(joined: JoinedRequest, fallbackPlace: RequestPlace = noPlace): RequestRecord {
  const sources = sourcesOf(joined);
  const { access, waf, response, strands, execution } = sources;
  const place = mergePlaces(placeOf(sources), fallbackPlace);
  const firstStrand = strands[0] ?? null;
  const pieces = [access, waf, response, ...strands].filter((piece) => piece !== null);
  return {
    eventId: eventIdOfSources(sources),
    requestId:
      access?.requestId ??
      strands.find((strand) => strand.requestId !== null)?.requestId ??
      response?.requestId ??
      null,
    extendedRequestId: sources.extendedRequestId,
    traceId: traceIdOf(sources),
    timeMs:
      access?.timeMs ?? waf?.timeMs ?? (firstStrand === null ? null : startOf(firstStrand)) ?? response?.timeMs ?? null,
    status: statusOf(sources),
    apiKind: inferApiKind(sources),
    ...place,
    method: methodOf(sources),
    path: pathOf(sources),
    route: routeOf(sources),
    sourceIp: (access && accessValue(access.facts, 'identity.sourceIp')) ?? known(waf?.facts.clientIp),
    access: access?.facts ?? null,
    execution,
    waf: waf?.facts ?? null,
    wafJoin: waf === null ? null : joined.approximateWaf ? 'approximate' : 'id',
    response: response?.facts ?? null,
    joinedByRequestId: joined.byRequestId,
    line: pieces.reduce((least, piece) => Math.min(least, piece.line), Number.POSITIVE_INFINITY),
  };
}

function sourcesOf({ parts }: JoinedRequest): RequestSources {
  const strands = parts.flatMap((part) => part.strands).sort(byStart);
  return {
    extendedRequestId: parts.find((part) => part.extendedRequestId !== null)?.extendedRequestId ?? null,
    access: parts.find((part) => part.access !== null)?.access ?? null,
    strands,
    execution: linesInOrder(strands),
    waf: parts.find((part) => part.waf !== null)?.waf ?? null,
    response: parts.find((part) => part.response !== null)?.response ?? null,
  };
}

/**
 * The identity of the source that counts: access line, else execution log, WAF record, response. An access line keeps the
 * id it has by itself, whatever other sources add later.
 */
function eventIdOfSources({ extendedRequestId, access, strands, waf, response }: RequestSources): string {
  if (access?.lineEventId) return access.lineEventId;
  if (extendedRequestId !== null) return eventIdOf({ extendedRequestId });
  const begun = strands.find((strand) => strand.lineEventId !== null);
  const lineEventId = begun?.lineEventId ?? waf?.lineEventId ?? response?.lineEventId;
  return lineEventId ?? eventIdOf({ firstLine: '', cloudWatchEventId: null, ordinal: 0 });
}

function traceIdOf({ access, strands, waf, response }: RequestSources): string | null {
  const logged = access === null ? null : (access.traceId ?? traceRoot(accessValue(access.facts, 'xrayTraceId')));
  const fromLog = strands.find((strand) => strand.traceId !== null)?.traceId;
  return logged ?? fromLog ?? waf?.traceId ?? response?.traceId ?? null;
}

/**
 * The status that the client got: access line, else the gateway response (its status is the customised one), else
 * `Method completed`, else the response, else what WAF sent (a block without a custom response is 403).
 */
function statusOf({ access, execution, waf, response }: RequestSources): number | null {
  const logged = access === null ? null : parseStatus(accessValue(access.facts, 'status'));
  if (logged !== null) return logged;
  const gateway = execution.findLast((line) => line.kind === 'gateway_response');
  if (gateway?.kind === 'gateway_response') return gateway.status;
  const completed = execution.findLast((line) => line.kind === 'method_completed');
  if (completed?.kind === 'method_completed') return completed.status;
  if (response !== null && response.facts.status !== null) return response.facts.status;
  if (waf === null) return null;
  return waf.facts.responseCodeSent ?? (waf.facts.action === 'BLOCK' ? 403 : null);
}

const parseStatus = (text: string | null): number | null =>
  text !== null && /^[1-5]\d\d$/.test(text) ? Number(text) : null;

function placeOf({ access, strands, waf, response }: RequestSources): RequestPlace {
  let place = access === null ? noPlace : accessPlace(access.facts);
  if (waf !== null) place = mergePlaces(place, waf.facts.place);
  for (const strand of strands) place = mergePlaces(place, strand.place);
  return response === null ? place : mergePlaces(place, response.facts.place);
}

function methodOf({ access, execution, waf, response }: RequestSources): string | null {
  const logged = access && accessValue(access.facts, 'httpMethod');
  if (logged !== null) return logged;
  const routeKey = access && accessValue(access.facts, 'routeKey');
  const keyed = routeKey === null ? null : methodAndRoute(routeKey).method;
  const executed = methodLine(execution)?.method;
  const checked = methodAndRoute(checkedMethod(execution) ?? '').method;
  return keyed ?? known(waf?.facts.method) ?? executed ?? checked ?? response?.facts.request.method ?? null;
}

function pathOf({ access, execution, waf, response }: RequestSources): string | null {
  const logged = access && accessValue(access.facts, 'path');
  return logged ?? known(waf?.facts.uri) ?? response?.facts.request.path ?? methodLine(execution)?.path ?? null;
}

function routeOf({ access, execution }: RequestSources): string | null {
  if (access !== null) {
    const template = accessValue(access.facts, 'resourcePath');
    if (template !== null) return template;
    const routeKey = accessValue(access.facts, 'routeKey');
    if (routeKey !== null) return methodAndRoute(routeKey).route ?? routeKey;
  }
  return methodAndRoute(checkedMethod(execution) ?? '').route;
}

// WAF writes REDACTED in place of a field that the logging configuration hides.
const known = (text: string | null | undefined): string | null => (text == null || text === 'REDACTED' ? null : text);

function methodLine(execution: readonly ExecutionLine[]): { readonly method: string; readonly path: string } | null {
  const line = execution.find((candidate) => candidate.kind === 'method_and_path');
  return line?.kind === 'method_and_path' ? line : null;
}

/** Method of the deployed resource in the API key lines, e.g. `ANY /{proxy+}`. */
function checkedMethod(execution: readonly ExecutionLine[]): string | null {
  for (const line of execution) {
    if ((line.kind === 'api_key_not_required' || line.kind === 'api_key_refused') && line.method !== null) {
      return line.method;
    }
  }
  return null;
}

/** `POST /pets/{id}` → both parts; `ANY` names no method; `$default` is neither. */
function methodAndRoute(text: string): { readonly method: string | null; readonly route: string | null } {
  const match = /^([A-Z]{1,16}) (\/\S{0,2048})$/.exec(text);
  if (match === null) return { method: null, route: null };
  return { method: match[1] === 'ANY' ? null : (match[1] ?? null), route: match[2] ?? null };
}
