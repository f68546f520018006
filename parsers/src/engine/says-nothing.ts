import type { Facts, ResponseFacts } from '../model/index.js';

/** True for facts that hold nothing which could be explained: the text around them was not understood. */
export function saysNothing(facts: Facts): boolean {
  switch (facts.kind) {
    case 'access':
      return Object.keys(facts.values).length === 0 && facts.message === null;
    case 'execution':
      return facts.line.kind === 'other' && facts.ids.requestId === null && facts.ids.extendedRequestId === null;
    case 'waf':
      return false;
    case 'response':
      return isEmptyResponse(facts);
  }
}

function isEmptyResponse(facts: ResponseFacts): boolean {
  const { status, errorType, message, edge, browserCors, headers, bodyShape } = facts;
  if (status !== null || errorType !== null || edge !== null || browserCors !== null) return false;
  // The response format hands on a body of somebody else only when its words speak of an error.
  if (bodyShape === 'foreign') return false;
  if (message !== null && message.kind !== 'other') return false;
  const answered = headers.amznRequestId || headers.apigwId || headers.httpApiRequestId || headers.viaCloudFront;
  return !answered && headers.wwwAuthenticateError === null;
}
