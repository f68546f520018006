import type { AccessFacts } from '../model/index.js';

/** Who called, as far as the stage's log format says it. */
export function principalOf(access: AccessFacts | null): string | null {
  if (access === null) return null;
  const { values } = access;
  return (
    values['authorizer.principalId'] ??
    values['identity.userArn'] ??
    values['identity.cognitoIdentityId'] ??
    values['identity.user'] ??
    values['identity.caller'] ??
    null
  );
}
