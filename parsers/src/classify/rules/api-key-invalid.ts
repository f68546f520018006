import { readApiKeyEvidence } from '../api-key-evidence.js';
import { refused } from '../finding.js';
import type { Rule } from '../rule.js';

export const apiKeyInvalid: Rule = {
  id: 'api-key-invalid',
  match(s) {
    if (s.refusal?.type !== 'INVALID_API_KEY') return undefined;
    const found = readApiKeyEvidence(s);
    if (found.sent !== true) return undefined;
    const { evidence } = found;
    if (found.key && !found.key.enabled) {
      return refused({
        cause: 'api_key_invalid',
        detail: 'disabled',
        confidence: 'certain',
        culprit: { kind: 'api_key', id: found.key.id, name: found.key.name },
        reason: `The API key ${found.key.name} is disabled.`,
        evidence,
      });
    }
    if (found.key === null) {
      return refused({
        cause: 'api_key_invalid',
        detail: 'unknown_key',
        confidence: 'certain',
        culprit: { kind: 'api_key', id: null, name: found.masked },
        reason:
          'No API key of this account and region has the last six characters and the length of the one that came.',
        evidence: [...evidence, { from: 'config', field: 'apiKeys', value: 'no key with this ending and length' }],
      });
    }
    // The execution log’s own reason, an id that AWS knows, or a key found in the configuration: the plan is at fault.
    if (
      found.reason === 'no_plan_for_key_and_stage' ||
      found.reason === 'stage_not_in_plan' ||
      found.keyId ||
      found.key
    )
      return undefined;
    return refused({
      cause: 'api_key_invalid',
      detail: null,
      confidence: 'likely',
      culprit: { kind: 'api_key', id: null, name: found.masked },
      reason:
        'The method requires an API key, one came, and it was not accepted: unknown here, disabled, or in no usage plan of this stage.',
      evidence,
      alternatives: ['usage_plan_mismatch'],
    });
  },
};
