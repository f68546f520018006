import { refused } from '../finding.js';
import { policyGates } from '../policy-gates.js';
import type { Rule } from '../rule.js';

/** The configuration leaves one policy that can have refused. */
export const onlyPolicyLeft: Rule = {
  id: 'only-policy-left',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.refusal.strength === 'length' || !s.config) return undefined;
    if (s.message?.denial) return undefined;
    const gates = policyGates(s);
    const [cause, ...others] = gates.possible.filter((c) => c !== 'vpc_endpoint_denied');
    if (cause === undefined || others.length > 0 || gates.evidence.length === 0) return undefined;
    const noPolicy = cause === 'resource_policy_denied' && s.config.resourcePolicy === false;
    return refused({
      cause,
      detail: noPolicy ? 'no_policy' : null,
      confidence: 'likely',
      reason: noPolicy
        ? 'A private API without a resource policy refuses every call.'
        : `A policy refused the call, and the configuration leaves only one that can have: ${policyNames.get(cause) ?? cause}.`,
      evidence: [...s.refusal.evidence, ...gates.evidence],
      alternatives: gates.possible.slice(1),
    });
  },
};

const policyNames: ReadonlyMap<string, string> = new Map([
  ['authorizer_denied', 'the one that the Lambda authorizer returns'],
  ['resource_policy_denied', 'the API’s resource policy'],
  ['iam_denied', 'the caller’s own IAM policies'],
]);

/** `The client is not authorized to perform this operation.` without a sign of an authorizer or of a signed caller. */
export const policyEvaluationDenied: Rule = {
  id: 'policy-evaluation-denied',
  match(s) {
    if (s.refusal?.type !== 'ACCESS_DENIED' || s.refusal.strength === 'header' || s.refusal.strength === 'length') {
      return undefined;
    }
    if (s.message ? s.message.kind !== 'client_not_authorized' : s.refusal.strength !== 'gateway') return undefined;
    const gates = policyGates(s);
    if (!gates.possible.includes('resource_policy_denied')) return undefined;
    // Other phases are logged and empty, or the log holds more than the one sentence: then their silence tells.
    const othersSilent = s.value('authorizer.status') === null && s.value('identity.userArn') === null;
    const policyKnown = s.config?.resourcePolicy === true;
    return refused({
      cause: 'resource_policy_denied',
      confidence: othersSilent || s.record.execution.length > 1 || policyKnown ? 'likely' : 'possible',
      culprit: { kind: 'policy', id: null, name: 'the API’s resource policy' },
      reason:
        'A policy refused the call, and nothing shows an authorizer or a signed caller at work: that leaves the API’s resource policy.',
      evidence: [
        ...s.refusal.evidence,
        ...(policyKnown ? [{ from: 'config', field: 'policy', value: 'present' } as const] : []),
      ],
      alternatives: gates.possible,
    });
  },
};
