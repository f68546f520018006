import type { Adviser } from './advice.js';
import { command, placeholder } from './command.js';
import { executionLog, notInHttpApis } from './lookups.js';
import { apiKey, findApiKey } from './usage-plans.js';

export const apiKeyInvalid: Adviser<'api_key_invalid'> = (detail, context) => {
  const aside = notInHttpApis(context, 'API keys');
  const enable = context.inRegion(
    command`aws apigateway update-api-key --api-key ${context.apiKeyId ?? placeholder('apiKeyId')} --patch-operations op=replace,path=/enabled,value=true`,
  );
  switch (detail) {
    case 'unknown_key':
      return {
        summary: 'Send a key that exists in this account and region.',
        steps: [
          ...aside,
          'The first command looks for a key that ends like the one sent, without printing values: no hit means mistyped, deleted, rotated away, or a key of another account or region.',
          'Send the value of the key, not its id or name, and look for blanks or a line end behind it.',
          'Give the client a current key. A new key must be put into a usage plan of this stage; no deployment is needed, a few minutes may pass.',
        ],
        commands: [findApiKey(context), ...executionLog(context)],
      };
    case 'disabled':
      return {
        summary: 'Enable the API key again, or give the client a new one.',
        steps: [
          ...aside,
          'Find out who disabled it and why before you enable it: it may have leaked.',
          'The last command enables it; no deployment is needed. Then call again to verify.',
        ],
        commands: [apiKey(context), enable],
      };
    case null:
      return {
        summary: 'Check whether the key sent exists in this account and region and is enabled.',
        steps: [
          ...aside,
          'The first command looks for a key that ends like the one sent and shows whether it is enabled, without printing values.',
          'No hit: the client has a wrong, deleted or rotated key. Not enabled: enable it or issue a new one. Enabled: look at its usage plans.',
          'None of this needs a deployment. Call again to verify.',
        ],
        commands: [findApiKey(context), ...executionLog(context)],
      };
  }
};
