import type { Evidence } from '../../model/verdict.js';
import { confidenceOf, refused, statusEvidence } from '../finding.js';
import { httpRouteGuard } from '../http-route-guard.js';
import type { Rule } from '../rule.js';

/** Missing token or unreadable Authorization header on a method that is known to want a signature. */
export const unsignedRequest: Rule = {
  id: 'unsigned-request',
  match(s) {
    const type = s.refusal?.type;
    if (!s.refusal || (type !== 'MISSING_AUTHENTICATION_TOKEN' && type !== 'INCOMPLETE_SIGNATURE')) return undefined;
    const bearer = type === 'INCOMPLETE_SIGNATURE';
    const evidence: Evidence[] = [...s.refusal.evidence, ...statusEvidence(s)];
    const reason = bearer
      ? 'The method wants an AWS signature (AWS_IAM), and the Authorization header carries something else, such as a bearer token.'
      : 'The method exists and wants an AWS signature (AWS_IAM), and the request is not signed.';
    const detail = bearer ? 'bearer_token' : 'no_signature';
    if (s.deployedRoute?.authorizationType === 'AWS_IAM') {
      evidence.push({ from: 'config', field: 'authorizationType', value: 'AWS_IAM' });
      return refused({
        cause: 'unsigned_request',
        detail,
        confidence: confidenceOf(s.refusal.strength),
        reason,
        evidence,
        alternatives: ['route_not_found'],
      });
    }
    // IAM authentication was tried: it is not tried on a path that does not exist. Seen as likely only.
    if (!bearer && s.value('authenticate.status') === '403' && s.deployedRoute !== null) {
      evidence.push({ from: 'access', field: 'authenticate.status', value: '403' });
      return refused({
        cause: 'unsigned_request',
        detail,
        confidence: 'likely',
        reason,
        evidence,
        alternatives: ['route_not_found'],
      });
    }
    return undefined;
  },
};

/** An HTTP API says only "Forbidden" to whoever it does not know: its log names no caller. */
export const unsignedHttpRequest: Rule = {
  id: 'unsigned-http-request',
  match(s) {
    const guard = httpRouteGuard(s);
    if (guard === null || s.deployedRoute?.authorizationType !== 'AWS_IAM') return undefined;
    if (s.value('identity.userArn') ?? s.value('identity.caller')) return undefined;
    const silent = s.value('identity.userArn') === null || s.value('identity.caller') === null;
    return refused({
      cause: 'unsigned_request',
      detail: 'no_signature',
      confidence: silent ? 'likely' : 'possible',
      reason: silent
        ? 'The route wants an AWS signature (AWS_IAM), and the log names no caller: the request was not signed, or the signature was not accepted.'
        : 'The route wants an AWS signature (AWS_IAM); whether the request carried one that was accepted is not logged.',
      evidence: [...(s.refusal?.evidence ?? []), guard, ...statusEvidence(s)],
      alternatives: silent
        ? ['invalid_signature', 'expired_token', 'iam_denied']
        : ['iam_denied', 'invalid_signature', 'expired_token'],
    });
  },
};
