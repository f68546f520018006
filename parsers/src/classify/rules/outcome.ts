import type { Finding } from '../../model/verdict.js';
import { answerAlone, notRefused, statusEvidence, undetermined } from '../finding.js';
import type { Rule } from '../rule.js';
import type { OtherErrorKind } from '../signals/other-error.js';
import type { Signals } from '../signals.js';
import { wafBlockEvidence } from './waf-blocked.js';

const otherErrorMeaning: Readonly<Record<OtherErrorKind, string>> = {
  rate_limit: 'the request was throttled (429 by default)',
  quota: 'the usage plan’s quota was used up (429 by default)',
  unauthorized: 'the caller was not authenticated (401 by default), which is decided before any permission is asked',
  not_found: 'nothing was found there (404 by default)',
  bad_request: 'the request itself was not acceptable (4xx other than 403)',
  server_error: 'API Gateway or the backend failed (5xx by default)',
};

/** Seen as refused when a gate said no, whatever status a gateway response put on it. */
function refusedAtAll(s: Signals): 'yes' | 'no' | 'unknown' {
  const { status, refusal, otherError, record } = s;
  if (wafBlockEvidence(s).length > 0) return 'yes';
  if (refusal?.strength === 'gateway') return 'yes';
  if (status === 403) return 'yes';
  if (otherError) return 'no';
  if (status === null) {
    if (isSocketFrame(s)) return 'no';
    if (refusal || s.integration.status === 403 || s.integration.serviceStatus === 403) return 'yes';
    return record.response?.browserCors === 'preflight_failed' || isForeignDenial(s) ? 'yes' : 'unknown';
  }
  // An unmatched route is a 404 by itself; only a 403 of it is a refusal.
  if (!refusal || status >= 500 || refusal.type === 'NO_ROUTE') return 'no';
  if (refusal.type === 'FORBIDDEN')
    return refusal.strength === 'header' || refusal.strength === 'answer'
      ? forbiddenWith(status, record.response?.errorTypeFrom === 'header' && record.response.headers.apigwId)
      : 'no';
  if (refusal.strength === 'header' || refusal.strength === 'answer') return 'yes';
  return status >= 400 && status !== 429 ? 'yes' : 'no';
}

/** A body in somebody else's words, which the response format kept because they deny, without anything of API Gateway. */
export function isForeignDenial(s: Signals): boolean {
  const response = answerAlone(s);
  return (
    response?.status === null &&
    response.bodyShape === 'foreign' &&
    response.message?.kind === 'other' &&
    !response.hints.includes('backend')
  );
}

/** The word stays in the error-type header when a gateway response or a WAF custom response changes the status. */
const forbiddenWith = (status: number, signed: boolean) =>
  status === 429 ? 'unknown' : status >= 400 || signed ? 'yes' : 'no';

/** `{"message":"Forbidden","connectionId":…}` inside an open WebSocket is no HTTP answer. */
const isSocketFrame = (s: Signals) =>
  s.record.response?.hints.includes('websocket') === true &&
  s.message?.kind === 'forbidden' &&
  s.record.response.errorType === null;

/**
 * A status in prose may be one of several that the writer saw; a log line and a whole header block show the one. Without
 * a status a gateway response may still make a 403 of the error.
 */
const isShownByLog = ({ record, status }: Signals) =>
  record.access !== null ||
  (record.execution.length > 0 && status !== null) ||
  record.response?.headersComplete === true;

export const notRefusedRule: Rule = {
  id: 'not-refused',
  match(s): Finding | undefined {
    if (refusedAtAll(s) !== 'no') return undefined;
    const status = statusEvidence(s);
    const sure = isShownByLog(s) ? 'certain' : 'likely';
    if (s.otherError) {
      const evidence = [s.otherError.evidence, ...status];
      return notRefused(`This is no 403: ${otherErrorMeaning[s.otherError.kind]}.`, evidence, sure);
    }
    if (s.status === null) {
      const evidence = s.messageEvidence ? [s.messageEvidence] : [];
      return notRefused(
        'This is a message inside an open WebSocket, not an HTTP 403: no route matched it and the API has no $default route.',
        evidence,
        'likely',
      );
    }
    const seen = [...status, ...s.integration.evidence];
    if (s.status < 400) {
      const hides =
        s.message?.kind === 'forbidden' || s.integration.status === 403 || s.integration.serviceStatus === 403;
      return notRefused(
        hides
          ? `The client got status ${s.status}: whatever the body or the backend says of a refusal, API Gateway did not refuse the request.`
          : `The request was answered with status ${s.status}: it was not refused.`,
        seen,
        sure,
      );
    }
    return notRefused(
      `The request failed with status ${s.status}, which is no 403 and no refusal by a gate of API Gateway.`,
      seen,
      sure,
    );
  },
};

export const undeterminedRule: Rule = {
  id: 'outcome-not-shown',
  match(s): Finding | undefined {
    if (refusedAtAll(s) !== 'unknown') return undefined;
    const { waf, execution, response } = s.record;
    if (waf) {
      return undetermined('AWS WAF let the request pass; what API Gateway did with it afterwards is not shown.', [
        { from: 'waf', field: 'action', value: waf.action },
      ]);
    }
    if (execution.length > 0) {
      const last = execution[execution.length - 1];
      return undetermined(
        'The log stops before it says how the request ended: neither a refusal nor a final status is shown.',
        last ? [{ from: 'execution', field: 'message', value: last.text }] : [],
      );
    }
    if (response?.browserCors) {
      return undetermined(
        'The browser hides the status of an answer without CORS headers: it may be a 403, any other error, or a success. Look at the network tab or repeat the call with curl -i.',
        [{ from: 'response', field: 'browser', value: 'blocked by CORS policy' }],
      );
    }
    if (s.refusal?.type === 'FORBIDDEN') {
      return undetermined(
        `Status ${s.status} beside an error type of the 403 family: a rate limit, or a web ACL’s custom response. The answer alone does not tell.`,
        [...s.refusal.evidence, ...statusEvidence(s)],
      );
    }
    return undetermined(
      'Nothing in the input shows whether the request was refused: no status, no error type, no known message.',
      [...(s.messageEvidence ? [s.messageEvidence] : []), ...s.integration.evidence],
    );
  },
};
