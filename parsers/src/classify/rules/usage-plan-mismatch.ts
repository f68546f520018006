import { readApiKeyEvidence } from '../api-key-evidence.js';
import { refused } from '../finding.js';
import type { Rule } from '../rule.js';

/** A key or plan may take some minutes to be known everywhere; a quarter of an hour was seen. */
const propagationMs = 30 * 60 * 1000;

export const usagePlanMismatch: Rule = {
  id: 'usage-plan-mismatch',
  match(s) {
    if (s.refusal?.type !== 'INVALID_API_KEY') return undefined;
    const found = readApiKeyEvidence(s);
    if (found.sent !== true) return undefined;
    const { apiId, stage } = s.record;
    const { evidence } = found;
    const keyName = found.key?.name ?? (found.keyId ? `key ${found.keyId}` : 'the key that came');
    const culprit = {
      kind: 'api_key' as const,
      id: found.key?.id ?? found.keyId,
      name: found.key?.name ?? found.masked,
    };

    if (found.key && found.plans && apiId && stage) {
      const fitting = found.plans.find((p) => p.stages.some((x) => x.apiId === apiId && x.stage === stage));
      if (fitting) {
        const { changedMs } = found.key;
        const recent = changedMs !== null && s.record.timeMs !== null && s.record.timeMs - changedMs < propagationMs;
        return refused({
          cause: 'usage_plan_mismatch',
          detail: recent ? 'propagating' : null,
          confidence: recent ? 'likely' : 'possible',
          culprit: { kind: 'usage_plan', id: fitting.id, name: fitting.name },
          reason: recent
            ? `${keyName} is enabled and its plan ${fitting.name} has this stage: the recent change of the key has not reached every host yet (this takes up to about a quarter of an hour).`
            : `${keyName} is enabled and its plan ${fitting.name} has this stage now: it was not so yet at the time, or a change of the plan was still spreading.`,
          evidence: [...evidence, { from: 'config', field: 'usagePlan', value: fitting.id }],
          alternatives: ['api_key_invalid'],
        });
      }
      const none = found.plans.length === 0;
      const plan = found.plans[0];
      return refused({
        cause: 'usage_plan_mismatch',
        detail: none ? 'key_not_in_plan' : 'stage_not_in_plan',
        confidence: 'certain',
        culprit: plan ? { kind: 'usage_plan', id: plan.id, name: plan.name } : culprit,
        reason: none
          ? `${keyName} is enabled, but is in no usage plan.`
          : `${keyName} is enabled, but no usage plan it is in has the stage ${stage} of API ${apiId}.`,
        evidence: [
          ...evidence,
          {
            from: 'config',
            field: 'usagePlans',
            value: none ? 'none' : found.plans.map((p) => p.id).join(', '),
          },
        ],
      });
    }
    if (found.reason === 'stage_not_in_plan') {
      return refused({
        cause: 'usage_plan_mismatch',
        detail: 'stage_not_in_plan',
        confidence: 'certain',
        culprit,
        reason: 'The method requires an API key, and this API stage is in no usage plan: no key can be good for it.',
        evidence,
      });
    }
    return refused({
      cause: 'usage_plan_mismatch',
      detail: null,
      confidence: 'likely',
      culprit,
      reason:
        'No usage plan has both this key and this API stage: the key is in no plan, its plan lacks the stage, or a recent change is still spreading.',
      evidence,
      alternatives: ['api_key_invalid'],
    });
  },
};
