import type { Adviser } from './advice.js';
import { command, compose, extendCommand, placeholder } from './command.js';
import { authorizers, curl, deployedRoutes, executionLog, notInHttpApis } from './lookups.js';

export const apiKeyMissing: Adviser<'api_key_missing'> = (detail, context) => {
  const { apiId, isV2, inRegion, url } = context;
  const keySource = isV2
    ? inRegion(command`aws apigatewayv2 get-api --api-id ${apiId} --query ApiKeySelectionExpression`)
    : inRegion(command`aws apigateway get-rest-api --rest-api-id ${apiId} --query apiKeySource`);
  const aside = notInHttpApis(context, 'API keys');
  switch (detail) {
    case 'authorizer_supplied_none':
      return {
        summary: 'Let the authorizer return the API key in usageIdentifierKey.',
        steps: [
          ...aside,
          'The API takes its keys from the authorizer (apiKeySource AUTHORIZER): a header x-api-key is ignored.',
          'Return usageIdentifierKey with the value (not the id) of an enabled key of a plan that has this stage; changing the function needs no deployment.',
          'Or set apiKeySource to HEADER and deploy. Authorizer answers are cached: wait or flush, then call again.',
        ],
        commands: [keySource, authorizers(context), ...executionLog(context)],
      };
    case 'no_key':
    case null:
      return {
        summary: 'Send the API key in the header x-api-key.',
        steps: [
          ...aside,
          'Only that header counts: not the query string, not the body, not Authorization. See that no proxy or CDN on the way drops it.',
          'A browser sends none with a CORS preflight: OPTIONS must not require a key.',
          'If the method should need no key, set apiKeyRequired to false on it and deploy; keys and plans themselves need no deployment.',
          'Call again with the key to verify. If it is still refused, the key or its usage plan is the next thing to look at.',
        ],
        commands: [
          ...deployedRoutes(context),
          keySource,
          ...executionLog(context),
          extendCommand(curl(context), command`-H ${compose`x-api-key: ${placeholder('secret')}`} ${url}`),
        ],
      };
  }
};
