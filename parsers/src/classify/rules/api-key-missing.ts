import { readApiKeyEvidence } from '../api-key-evidence.js';
import { refused } from '../finding.js';
import type { Rule } from '../rule.js';

export const apiKeyMissing: Rule = {
  id: 'api-key-missing',
  match(s) {
    if (s.refusal?.type !== 'INVALID_API_KEY') return undefined;
    const key = readApiKeyEvidence(s);
    if (key.sent === true) return undefined;
    const proven = key.sent === false && key.evidence.some((e) => e.from === 'execution');
    const fromAuthorizer = s.config?.apiKeySource === 'AUTHORIZER' && key.sent === false;
    // `-` for key and id hints at "none sent"; what is logged for an unknown key is not documented.
    const noneLogged = s.value('identity.apiKey') === null && s.value('identity.apiKeyId') === null;
    return refused({
      cause: 'api_key_missing',
      detail: fromAuthorizer ? 'authorizer_supplied_none' : key.sent === false ? 'no_key' : null,
      confidence: proven ? 'certain' : key.sent === false || noneLogged ? 'likely' : 'possible',
      reason: fromAuthorizer
        ? 'The method requires an API key, which this API takes from the authorizer (usageIdentifierKey), and the authorizer gave none.'
        : key.sent === false
          ? 'The method requires an API key and the request carried none.'
          : 'The method requires an API key and what came was not accepted; the log does not show whether a key came at all.',
      evidence: key.evidence,
      alternatives: key.sent === false ? [] : ['api_key_invalid', 'usage_plan_mismatch'],
    });
  },
};
