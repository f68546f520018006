import { type Command, command, compose, placeholder } from './command.js';
import type { RemedyContext } from './context.js';

const keyFields = compose`{id:id,name:name,enabled:enabled,changed:lastUpdatedDate}`;

/** Keys with the ending that the log shows; values are compared and not printed. */
export const findApiKey = ({ apiKeyEnding, inRegion }: RemedyContext): Command => {
  const ending = apiKeyEnding ?? placeholder('apiKeyEnding');
  return inRegion(
    command`aws apigateway get-api-keys --include-values --query ${compose`items[?ends_with(value, \`"${ending}"\`)].${keyFields}`}`,
  );
};

/** The key by its id, else by its ending. */
export const apiKey = (context: RemedyContext): Command =>
  context.apiKeyId === null
    ? findApiKey(context)
    : context.inRegion(command`aws apigateway get-api-key --api-key ${context.apiKeyId} --query ${keyFields}`);

/** The plans of the key with their stages. */
export const plansOfKey = ({ apiKeyId, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigateway get-usage-plans --key-id ${apiKeyId ?? placeholder('apiKeyId')} --query ${compose`items[].{id:id,name:name,stages:apiStages}`}`,
  );

/** The plans that have the stage. */
export const plansOfStage = ({ apiId, stage, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigateway get-usage-plans --query ${compose`items[?apiStages[?apiId==\`"${apiId}"\` && stage==\`"${stage}"\`]].{id:id,name:name}`}`,
  );

/** Changes the plan. */
export const addStageToPlan = ({ usagePlanId, apiId, stage, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigateway update-usage-plan --usage-plan-id ${usagePlanId ?? placeholder('usagePlanId')} --patch-operations ${compose`op=add,path=/apiStages,value=${apiId}:${stage}`}`,
  );

/** Changes the plan. */
export const addKeyToPlan = ({ usagePlanId, apiKeyId, inRegion }: RemedyContext): Command =>
  inRegion(
    command`aws apigateway create-usage-plan-key --usage-plan-id ${usagePlanId ?? placeholder('usagePlanId')} --key-id ${apiKeyId ?? placeholder('apiKeyId')} --key-type API_KEY`,
  );
