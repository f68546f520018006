import { wafToleranceMs } from '../assemble/waf-fit.js';
import type { AccessFacts, RequestIds, RequestRecord, WafFacts } from '../model/index.js';

/** By what facts of one request find each other: see `StoredFact.links`. */
export function linksOfIds({ requestId, extendedRequestId }: Omit<RequestIds, 'traceId'>): string[] {
  const links: string[] = [];
  if (extendedRequestId !== null) links.push(`x:${extendedRequestId}`);
  if (requestId !== null) links.push(`r:${requestId}`);
  return links;
}

/** By what facts of a judged request can be found. */
export const linksOfRequest = (ids: Pick<RequestRecord, 'requestId' | 'extendedRequestId' | 'eventId'>): string[] => [
  ...linksOfIds(ids),
  linkOfEvent(ids.eventId),
];

export const linkOfEvent = (eventId: string): string => `e:${eventId}`;

/** The cell of client, method and event time that an access line without an extended id stands in. */
export function cellOfAccess(access: AccessFacts, timeMs: number): string[] {
  const clientIp = access.values['identity.sourceIp'] ?? null;
  const method = access.values.httpMethod ?? null;
  return clientIp === null || method === null ? [] : [cellLink(clientIp, method, cellOf(timeMs))];
}

/** The cells that access lines which a record may belong to can stand in. */
export function cellsOfWaf(waf: WafFacts, timeMs: number): string[] {
  const { clientIp, method } = waf;
  if (clientIp === null || method === null) return [];
  const middle = cellOf(timeMs);
  return [middle - 1, middle, middle + 1].map((cell) => cellLink(clientIp, method, cell));
}

const cellOf = (timeMs: number): number => Math.floor(timeMs / wafToleranceMs);
const cellLink = (clientIp: string, method: string, cell: number): string => `a:${clientIp} ${method} ${cell}`;
