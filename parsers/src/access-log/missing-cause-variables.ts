import type { ContextVariable } from '../model/context-variable.js';

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

/** Variables that a format should get so that verdicts become certain. */
export function missingCauseVariables(variables: readonly ContextVariable[]): ContextVariable[] {
  const present = new Set(variables);
  return causeVariables.filter((row) => !row.some((variable) => present.has(variable))).map(([variable]) => variable);
}
