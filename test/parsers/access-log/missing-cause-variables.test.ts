import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, missingCauseVariables } from '../../../parsers/src/access-log/index.js';

const missingOf = (format: string): string[] => {
  const result = compileAccessLogFormat(format);
  if (!result.ok) throw new Error(result.detail);
  return missingCauseVariables(result.value.variables);
};

describe('missingCauseVariables', () => {
  it('names everything for a console template, but the extended id that it has', () => {
    expect(
      missingOf('$context.identity.sourceIp $context.requestId $context.extendedRequestId $context.status'),
    ).toEqual([
      'error.responseType',
      'error.message',
      'wafResponseCode',
      'authorize.error',
      'authenticate.error',
      'authorizer.error',
      'integration.status',
      'integrationStatus',
      'path',
      'domainName',
      'customDomain.basePathMatched',
      'identity.apiKeyId',
      'identity.userArn',
    ]);
  });

  it.each([
    ['error.messageString', 'error.message'],
    ['integration.integrationStatus', 'integrationStatus'],
  ])('takes %s for %s', (variable, named) => {
    expect(missingOf(`$context.${variable} $context.status`)).not.toContain(named);
  });

  it('does not take the status of the AWS call for the status that the function answered', () => {
    expect(missingOf('$context.integrationStatus')).toContain('integration.status');
  });
});
