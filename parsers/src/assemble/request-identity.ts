import type { Facts, RequestIds } from '../model/index.js';
import { isShortId, traceRoot, usableId } from '../text/request-id.js';

/** The ids of a fact that can tell one request from another; masked ones and placeholders are left out. */
export function identityOf(facts: Facts): RequestIds {
  const requestId = usableId(facts.ids.requestId);
  let extendedRequestId = usableId(facts.ids.extendedRequestId);
  if (extendedRequestId === null && facts.kind === 'execution' && facts.line.kind === 'extended_request_id') {
    extendedRequestId = usableId(facts.line.extendedRequestId);
  }
  if (extendedRequestId === null && requestId !== null) {
    // A WAF record names the extended id; HTTP and WebSocket APIs may log only requestId, where both are the same.
    if (isShortId(requestId) || facts.kind === 'waf') extendedRequestId = requestId;
  }
  return {
    requestId: facts.kind === 'waf' ? null : requestId,
    extendedRequestId,
    traceId: traceRoot(facts.ids.traceId),
  };
}
