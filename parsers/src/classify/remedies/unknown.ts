import { accessLogFormat, readLogSettings, setLogFormat } from './access-log-format.js';
import type { Adviser } from './advice.js';
import { call, executionLog } from './lookups.js';

const variables = (isHttp: boolean): string =>
  isHttp
    ? '$context.error.message, error.responseType, authorizer.error, identity.userArn, integration.status, integrationErrorMessage, routeKey'
    : '$context.error.responseType, error.message, wafResponseCode, authenticate.error, authorizer.error, authorize.error, integration.status, identity.apiKeyId, identity.userArn, path';

export const unknown: Adviser<'unknown'> = (detail, context) => {
  const format = accessLogFormat(context);
  const add = `Add the variables that tell causes apart to the access-log format: ${variables(context.apiKind === 'http')}. The last command sets such a format in place of the present one: keep the keys that other tools read.`;
  const live =
    'Log settings of a stage are live at once: no deployment is needed. The next refusal will name its cause.';
  const now =
    context.apiKind === 'http'
      ? 'For this request only the client’s view is left: capture the answer with its headers (curl -i).'
      : 'For this request: look for its lines in the execution log, and for its extended request id in the WAF log; capture the answer with its headers (curl -i).';
  const commands = [readLogSettings(context), ...executionLog(context), call(context), setLogFormat(context, format)];
  switch (detail) {
    case 'only_forbidden':
      return {
        summary: 'Log what API Gateway knows: “Forbidden” alone is said of keys, WAF, domains, certificates and more.',
        steps: [now, add, live],
        commands,
      };
    case 'no_cause_variables':
    case null:
      return {
        summary: 'Add the cause variables to the access-log format of the stage.',
        steps: [add, live, now],
        commands,
      };
  }
};
