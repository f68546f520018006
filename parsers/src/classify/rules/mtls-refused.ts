import { confidenceOf, refused } from '../finding.js';
import type { Rule } from '../rule.js';

/** Reasons as the REST execution log words them. */
const details: readonly (readonly [RegExp, string, string])[] = [
  [/could not find issuer/i, 'untrusted_issuer', 'its issuer is not in the domain’s truststore'],
  [/insecure signature/i, 'weak_signature', 'it is signed with an algorithm that is too weak'],
  [/self.?signed/i, 'self_signed', 'it is self-signed'],
  [/expired|not (?:yet )?valid|notafter/i, 'expired', 'it is outside its validity'],
];

export const mtlsRefused: Rule = {
  id: 'mtls-denied',
  match(s) {
    if (s.refusal?.type !== 'MTLS') return undefined;
    const reason = s.line('mtls_denied')?.reason ?? s.message?.subject ?? '';
    const known = details.find(([pattern]) => pattern.test(reason));
    return refused({
      cause: 'mtls_refused',
      detail: known?.[1] ?? 'other_certificate',
      confidence: confidenceOf(s.refusal.strength),
      culprit: {
        kind: 'certificate',
        id: s.value('identity.clientCert.serialNumber') ?? null,
        name: s.value('identity.clientCert.subjectDN') ?? null,
      },
      reason: `Mutual TLS: the client certificate was refused${known ? `, because ${known[2]}` : ''}.`,
      evidence: s.refusal.evidence,
      alternatives: ['api_key_missing', 'waf_blocked'],
    });
  },
};
