import type { ContextVariable } from '../model/context-variable.js';

/** The kinds of API differ in what their logs can show. */
export type LoggedApiKind = 'rest' | 'http' | 'websocket';

/** What an access log must show so that its refusals can be told apart, most telling first; any one of a row will do. */
const causeVariables: readonly (readonly [ContextVariable, ...ContextVariable[]])[] = [
  ['error.responseType'],
  ['error.message', 'error.messageString'],
  ['wafResponseCode'],
  ['authorize.error'],
  ['authenticate.error'],
  ['authorizer.error'],
  ['integration.status'],
  ['integrationStatus', 'integration.integrationStatus'],
  ['path'],
  ['domainName'],
  ['customDomain.basePathMatched'],
  ['identity.apiKeyId'],
  ['identity.userArn'],
  ['extendedRequestId'],
];

/**
 * Of those, what a kind of API never has a value for. Source: "http-api-logging-variables" and "websocket-api-logging" of the API Gateway
 * developer guide.
 */
const neverLogged: Readonly<Record<LoggedApiKind, readonly ContextVariable[]>> = {
  rest: [],
  // No web ACL, no API keys, and no phases of their own for signatures and policies.
  http: ['wafResponseCode', 'authorize.error', 'authenticate.error', 'identity.apiKeyId'],
  websocket: ['wafResponseCode', 'path', 'customDomain.basePathMatched'],
};

/** Variables that a format should get so that verdicts become certain; of a REST API unless another kind is known. */
export function missingCauseVariables(
  variables: readonly ContextVariable[],
  apiKind: LoggedApiKind = 'rest',
): ContextVariable[] {
  const present = new Set(variables);
  return causeVariables
    .filter((row) => !row.some((variable) => present.has(variable)))
    .map(([variable]) => variable)
    .filter((variable) => !neverLogged[apiKind].includes(variable));
}
