import type { Adviser } from './advice.js';
import { command, compose, extendCommand } from './command.js';
import { simulate } from './iam-denied.js';
import { curl, methodArn, notInHttpApis } from './lookups.js';

export const cacheInvalidationDenied: Adviser<'cache_invalidation_denied'> = (_detail, context) => {
  const { apiId, stage, inRegion } = context;
  return {
    summary: 'Let unpermitted cache invalidation be ignored instead of refused, or grant execute-api:InvalidateCache.',
    steps: [
      ...notInHttpApis(context, 'response cache'),
      'The request carries Cache-Control: max-age=0, which browsers send on reload and some clients always. Without it the same call passes.',
      'Best for public callers: the last command sets the stage to ignore the header (with a warning header in the answer). Stage settings are live at once, without a deployment.',
      'Callers that should be able to refresh the cache: allow execute-api:InvalidateCache on the method.',
      'Verify with a call that sends the header.',
    ],
    commands: [
      inRegion(command`aws apigateway get-stage --rest-api-id ${apiId} --stage-name ${stage} --query methodSettings`),
      simulate(context, compose`execute-api:InvalidateCache`, methodArn(context)),
      extendCommand(curl(context), command`-H ${compose`Cache-Control: max-age=0`} ${context.url}`),
      inRegion(
        command`aws apigateway update-stage --rest-api-id ${apiId} --stage-name ${stage} --patch-operations ${compose`op=replace,path=/*/*/caching/unauthorizedCacheControlHeaderStrategy,value=SUCCEED_WITH_RESPONSE_HEADER`}`,
      ),
    ],
  };
};
