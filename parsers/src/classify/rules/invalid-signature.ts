import type { GatewayMessageKind } from '../../model/gateway-message.js';
import { confidenceOf, maybeEdge, refused, statusEvidence } from '../finding.js';
import type { Rule } from '../rule.js';

const meaning: Readonly<Partial<Record<GatewayMessageKind, readonly [detail: string, reason: string]>>> = {
  signature_mismatch: [
    'mismatch',
    'API Gateway computed another signature than the one sent: wrong secret, or something signed was changed on the way (path, query, headers, body, Host).',
  ],
  signature_expired: [
    'clock_skew',
    'The signature is older than five minutes: the caller’s clock is slow, or a signed request was sent again.',
  ],
  signature_not_yet_current: ['clock_skew', 'The signature lies in the future: the caller’s clock is fast.'],
  credential_scope: [
    'wrong_scope',
    'The request was signed for another region or service than execute-api in this API’s region.',
  ],
  security_token_invalid: [
    'unknown_credentials',
    'AWS does not know the credentials that signed the request: access key unknown, disabled or deleted, or a session token that does not belong to it.',
  ],
};

export const invalidSignature: Rule = {
  id: 'invalid-signature',
  match(s) {
    if (s.refusal?.type !== 'INVALID_SIGNATURE') return undefined;
    const known = s.message ? meaning[s.message.kind] : undefined;
    return refused({
      cause: 'invalid_signature',
      detail: known?.[0] ?? null,
      confidence: confidenceOf(s.refusal.strength),
      reason: known?.[1] ?? 'The request was signed, and API Gateway did not accept the signature.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives:
        s.refusal.strength === 'length'
          ? ['backend_refused']
          : [...maybeEdge(s), ...(known ? [] : (['expired_token'] as const)), 'vpc_endpoint_denied', 'backend_refused'],
    });
  },
};

/** The Authorization header was meant as SigV4 and is broken: named twice, cut, a newline in the key id. */
export const malformedSignature: Rule = {
  id: 'malformed-signature',
  match(s) {
    if (s.refusal?.type !== 'INCOMPLETE_SIGNATURE') return undefined;
    const meant = s.message?.authorizationScheme === 'sigv4' || s.record.response?.request.authorization === 'sigv4';
    if (!meant) return undefined;
    return refused({
      cause: 'invalid_signature',
      detail: 'malformed',
      confidence: 'likely',
      reason:
        'The client meant to sign the request (AWS4-HMAC-SHA256), but the Authorization header it sent cannot be read as a signature.',
      evidence: [...s.refusal.evidence, ...statusEvidence(s)],
      alternatives: ['route_not_found', 'unsigned_request', 'vpc_endpoint_denied'],
    });
  },
};

/** IAM authentication is logged as failed and nothing says why. */
export const authenticationFailed: Rule = {
  id: 'authentication-failed',
  match(s) {
    if (s.value('authenticate.status') !== '403' || s.refusal?.strength === 'gateway') return undefined;
    return refused({
      cause: 'invalid_signature',
      confidence: 'possible',
      reason: 'IAM authentication of the request failed: the signature was wrong, missing or expired.',
      evidence: [
        { from: 'access', field: 'authenticate.status', value: '403' },
        ...(s.value('authenticate.error')
          ? [{ from: 'access', field: 'authenticate.error', value: s.value('authenticate.error') as string } as const]
          : []),
        ...statusEvidence(s),
      ],
      alternatives: ['unsigned_request', 'expired_token'],
    });
  },
};
