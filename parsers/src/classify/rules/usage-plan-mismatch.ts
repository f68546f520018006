import { readApiKeyEvidence } from '../api-key-evidence.js';
import { refused } from '../finding.js';
import type { Rule } from '../rule.js';

export const usagePlanMismatch: Rule = {
  id: 'usage-plan-mismatch',
  match(s) {
    if (s.refusal?.type !== 'INVALID_API_KEY') return undefined;
    const found = readApiKeyEvidence(s);
    if (found.sent !== true) return undefined;
    const { apiId, stage } = s.record;
    const evidence = [
      ...s.refusal.evidence,
      ...found.evidence.filter((e) => !s.refusal?.evidence.some((r) => r.value === e.value)),
    ];
    const keyName = found.key?.name ?? (found.keyId ? `key ${found.keyId}` : 'the key that came');
    const culprit = {
      kind: 'api_key' as const,
      id: found.key?.id ?? found.keyId,
      name: found.key?.name ?? found.masked,
    };

    if (found.key && found.plans && apiId && stage) {
      const fitting = found.plans.find((p) => p.stages.some((x) => x.apiId === apiId && x.stage === stage));
      if (fitting) {
        return refused({
          cause: 'usage_plan_mismatch',
          detail: 'propagating',
          confidence: 'likely',
          culprit: { kind: 'usage_plan', id: fitting.id, name: fitting.name },
          reason: `${keyName} is enabled and its plan ${fitting.name} has this stage: a recent change of key or plan has not reached every host yet (this takes up to about a quarter of an hour).`,
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
            field: 'usagePlans of the key',
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
