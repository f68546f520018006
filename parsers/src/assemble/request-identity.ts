import type { Facts, RequestIds } from '../model/index.js';

// 26b1fe7b-8b5a-4c3e-a8a2-0d2f0f3a9b61
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// JKJaXmPLvHcESHA= : eleven bytes in URL-safe base64. API Gateway replaces a caller's id that is no UUID, so nobody can
// choose one of these.
const shortId = /^[A-Za-z0-9_-]{8,64}={1,2}$/;

// Words that stand in the place of an id and are the same for many requests.
const placeholderIds: ReadonlySet<string> = new Set([
  'UUID_REPLACED_INVALID_REQUEST_ID',
  'test-invoke-request',
  'test-request',
]);

// ****, <id>, xxxxxxxx-xxxx, XXXXXX-XXXXXXXX=, …, ... : what people write over an id before they publish a log
const maskedId = /[*<>…\s]|\.\.\.|^[xX_=-]+$/;

const maxIdLength = 128;

export const isUuid = (id: string): boolean => uuid.test(id);

/** HTTP and WebSocket APIs: `requestId` is the extended id itself. */
export const isShortId = (id: string): boolean => shortId.test(id);

function usable(id: string | null): string | null {
  if (id === null || id === '' || id === '-' || id.length > maxIdLength) return null;
  return placeholderIds.has(id) || maskedId.test(id) ? null : id;
}

/** The ids of a fact that can tell one request from another; masked ones and placeholders are left out. */
export function identityOf(facts: Facts): RequestIds {
  const requestId = usable(facts.ids.requestId);
  let extendedRequestId = usable(facts.ids.extendedRequestId);
  if (extendedRequestId === null && facts.kind === 'execution' && facts.line.kind === 'extended_request_id') {
    extendedRequestId = usable(facts.line.extendedRequestId);
  }
  if (extendedRequestId === null && requestId !== null) {
    // A WAF record names the extended id; the others may log only requestId where both are the same.
    if (isShortId(requestId) || facts.kind === 'waf') extendedRequestId = requestId;
  }
  return {
    requestId: facts.kind === 'waf' ? null : requestId,
    extendedRequestId,
    traceId: traceRoot(facts.ids.traceId),
  };
}

// Root=1-645566cf-7cb058b04d9bb3ee01dc4036;Parent=…  →  1-645566cf-7cb058b04d9bb3ee01dc4036
const traceIdPattern = /1-[0-9a-f]{8}-[0-9a-f]{24}/;

export function traceRoot(text: string | null): string | null {
  return text === null ? null : (traceIdPattern.exec(text.slice(0, 512))?.[0] ?? null);
}
