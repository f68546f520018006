/** What is wrong with credentials, where the error's names tell. */
export type CredentialFault = 'expired' | 'missing' | 'signature';

/** By the name of an error, or of one of its causes. To add one: a line here. */
const faults: Readonly<Record<string, CredentialFault>> = {
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  CredentialsProviderError: 'missing',
  TokenProviderError: 'missing',
  InvalidSignatureException: 'signature',
  SignatureDoesNotMatch: 'signature',
  IncompleteSignatureException: 'signature',
};

/** What to do, in the words of one sentence's end. */
export const credentialFixes: Readonly<Record<CredentialFault, string>> = {
  expired:
    'renew them (`aws sso login`, or a new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN) and start why403 again',
  missing:
    'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run why403 where a role is attached (instance, task or pod)',
  signature: 'check AWS_SECRET_ACCESS_KEY and the clock of this machine',
};

export function credentialFaultOf(error: unknown): CredentialFault | null {
  for (const name of namesIn(error)) if (Object.hasOwn(faults, name)) return faults[name] as CredentialFault;
  return null;
}

/** Codes and names of an error and of what caused it. */
export function namesIn(error: unknown): string[] {
  const names: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth++) {
    const { name, code, cause } = at as { readonly name?: unknown; readonly code?: unknown; readonly cause?: unknown };
    for (const word of [code, name]) if (typeof word === 'string' && /^\w{1,64}$/.test(word)) names.push(word);
    at = cause;
  }
  return names;
}
