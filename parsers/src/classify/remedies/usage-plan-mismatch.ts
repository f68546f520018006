import type { Adviser } from './advice.js';
import { call, executionLog, notInHttpApis } from './lookups.js';
import { addKeyToPlan, addStageToPlan, apiKey, plansOfKey, plansOfStage } from './usage-plans.js';

const live =
  'Usage plans need no deployment; a change may take some minutes to reach every host. Then call again to verify.';

export const usagePlanMismatch: Adviser<'usage_plan_mismatch'> = (detail, context) => {
  const aside = notInHttpApis(context, 'API keys and usage plans');
  switch (detail) {
    case 'stage_not_in_plan':
      return {
        summary: 'Add this stage to a usage plan of the key.',
        steps: [
          ...aside,
          'The key works; its plans have other stages. A new or renamed stage, or a new API behind the same domain, joins no plan by itself.',
          'The last command adds the stage to the plan.',
          live,
        ],
        commands: [apiKey(context), plansOfKey(context), plansOfStage(context), addStageToPlan(context)],
      };
    case 'key_not_in_plan':
      return {
        summary: 'Add the key to a usage plan that has this stage.',
        steps: [
          ...aside,
          'A key alone opens nothing: it must be in a plan, and the plan must have the stage. A key can be in one plan per stage.',
          'Take the id of a plan of the stage from the second command; the last command adds the key to it.',
          live,
        ],
        commands: [plansOfKey(context), plansOfStage(context), addKeyToPlan(context)],
      };
    case 'propagating':
      return {
        summary: 'Wait a few minutes and try again: the new plan key is not known on every host yet.',
        steps: [
          ...aside,
          'Sign of it: refusals and successes alternate, and key or plan were changed minutes ago. Up to a quarter of an hour has been seen.',
          'Change nothing meanwhile: every change starts the wait again. In tests, retry until several calls in a row succeed.',
          'If it is still refused after half an hour, check that key and stage really are in the same plan.',
        ],
        commands: [plansOfKey(context), call(context)],
      };
    case null:
      return {
        summary: 'Bring key and stage together in one usage plan.',
        steps: [
          ...aside,
          'Compare the plans of the key with the plans of the stage: they must have one in common.',
          'Add the stage to the plan of the key, or the key to a plan of the stage (the last two commands; one of them suffices).',
          live,
        ],
        commands: [
          apiKey(context),
          plansOfKey(context),
          plansOfStage(context),
          ...executionLog(context),
          addStageToPlan(context),
          addKeyToPlan(context),
        ],
      };
  }
};
